//! Table `staff_password_link`: emailed links behind which a new password is chosen. Only
//! the SHA-256 of a link's token is kept.

use domain::ids::{OrganizationId, StaffUserId};
use jiff::Timestamp;

use crate::params;
use crate::{Result, Tx};

/// Adds a link that works until `expires_at`.
pub async fn insert(
    tx: &mut Tx,
    org: OrganizationId,
    user: StaffUserId,
    token_hash: &str,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<()> {
    tx.execute(
        "INSERT INTO staff_password_link (token_hash, org_id, user_id, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5)",
        params![token_hash, org, user, now, expires_at],
    )
    .await?;
    Ok(())
}

/// Whose link it is, if it still works: the token alone says which organization.
pub async fn open_across_tenants(
    tx: &mut Tx,
    token_hash: &str,
    now: Timestamp,
) -> Result<Option<(OrganizationId, StaffUserId)>> {
    let row = tx
        .optional(
            "SELECT org_id, user_id FROM staff_password_link
             WHERE token_hash = $1 AND expires_at > $2",
            params![token_hash, now],
        )
        .await?;
    row.map(|row| Ok((row.get("org_id")?, row.get("user_id")?)))
        .transpose()
}

/// Uses the link up, and answers whose it was: once, and never after it expired.
pub async fn take_across_tenants(
    tx: &mut Tx,
    token_hash: &str,
    now: Timestamp,
) -> Result<Option<(OrganizationId, StaffUserId)>> {
    let row = tx
        .optional(
            "DELETE FROM staff_password_link WHERE token_hash = $1 AND expires_at > $2
             RETURNING org_id, user_id",
            params![token_hash, now],
        )
        .await?;
    row.map(|row| Ok((row.get("org_id")?, row.get("user_id")?)))
        .transpose()
}

/// All links of this person are dead.
pub async fn delete_of_user(tx: &mut Tx, org: OrganizationId, user: StaffUserId) -> Result<()> {
    tx.execute(
        "DELETE FROM staff_password_link WHERE org_id = $1 AND user_id = $2",
        params![org, user],
    )
    .await?;
    Ok(())
}

/// Clears away what has expired.
pub async fn delete_expired_across_tenants(tx: &mut Tx, now: Timestamp) -> Result<()> {
    tx.execute(
        "DELETE FROM staff_password_link WHERE expires_at <= $1",
        params![now],
    )
    .await?;
    Ok(())
}
