//! Table `staff_invitation`: who was invited to the dashboard and hasn't come yet. Only
//! the SHA-256 of a link's token is kept.

use domain::email::EmailAddress;
use domain::ids::{InvitationId, OrganizationId};
use domain::staff::Invitation;
use jiff::Timestamp;

use crate::params;
use crate::{Result, Row, Tx};

const COLUMNS: &str = "id, email, name, role, invited_by, expires_at";

/// Adds an invitation; refused as a duplicate where the address has one.
pub async fn insert(
    tx: &mut Tx,
    org: OrganizationId,
    new: &Invitation,
    token_hash: &str,
    now: Timestamp,
) -> Result<()> {
    tx.execute(
        "INSERT INTO staff_invitation (id, org_id, email, name, role, token_hash, invited_by,
             created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        params![
            new.id,
            org,
            &new.email,
            &new.name,
            new.role,
            token_hash,
            &new.invited_by,
            now,
            new.expires_at
        ],
    )
    .await?;
    Ok(())
}

/// All of them, also those whose link has expired, newest first.
pub async fn list(tx: &mut Tx, org: OrganizationId) -> Result<Vec<Invitation>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM staff_invitation WHERE org_id = $1 ORDER BY id DESC"
    ));
    let rows = tx.all(sql, params![org]).await?;
    rows.iter().map(read).collect()
}

/// The invitation of that address, whether or not its link has expired.
pub async fn by_email(
    tx: &mut Tx,
    org: OrganizationId,
    email: &EmailAddress,
) -> Result<Option<Invitation>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM staff_invitation WHERE org_id = $1 AND email = $2"
    ));
    let row = tx.optional(sql, params![org, email]).await?;
    row.as_ref().map(read).transpose()
}

/// The link gets another token and lasts until then; the old one is dead. `None` where
/// there is no such invitation.
pub async fn renew(
    tx: &mut Tx,
    org: OrganizationId,
    id: InvitationId,
    token_hash: &str,
    expires_at: Timestamp,
) -> Result<Option<Invitation>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "UPDATE staff_invitation SET token_hash = $3, expires_at = $4
         WHERE org_id = $1 AND id = $2 RETURNING {COLUMNS}"
    ));
    let row = tx
        .optional(sql, params![org, id, token_hash, expires_at])
        .await?;
    row.as_ref().map(read).transpose()
}

/// Takes it back, and answers what it was.
pub async fn delete(
    tx: &mut Tx,
    org: OrganizationId,
    id: InvitationId,
) -> Result<Option<Invitation>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "DELETE FROM staff_invitation WHERE org_id = $1 AND id = $2 RETURNING {COLUMNS}"
    ));
    let row = tx.optional(sql, params![org, id]).await?;
    row.as_ref().map(read).transpose()
}

/// What the link invites to, if it still works: the token alone says which organization.
pub async fn open_across_tenants(
    tx: &mut Tx,
    token_hash: &str,
    now: Timestamp,
) -> Result<Option<(OrganizationId, Invitation)>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT org_id, {COLUMNS} FROM staff_invitation WHERE token_hash = $1 AND expires_at > $2"
    ));
    let row = tx.optional(sql, params![token_hash, now]).await?;
    row.map(|row| Ok((row.get("org_id")?, read(&row)?)))
        .transpose()
}

/// Uses the link up, and answers what it invites to: once, and never after it expired.
pub async fn take_across_tenants(
    tx: &mut Tx,
    token_hash: &str,
    now: Timestamp,
) -> Result<Option<(OrganizationId, Invitation)>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "DELETE FROM staff_invitation WHERE token_hash = $1 AND expires_at > $2
         RETURNING org_id, {COLUMNS}"
    ));
    let row = tx.optional(sql, params![token_hash, now]).await?;
    row.map(|row| Ok((row.get("org_id")?, read(&row)?)))
        .transpose()
}

fn read(row: &Row) -> Result<Invitation> {
    Ok(Invitation {
        id: row.get("id")?,
        email: row.get("email")?,
        name: row.get("name")?,
        role: row.get("role")?,
        invited_by: row.get("invited_by")?,
        expires_at: row.get("expires_at")?,
    })
}
