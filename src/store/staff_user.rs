//! Table `staff_user`.

use jiff::Timestamp;

use super::{Result, Row, Tx};
use crate::domain::email::EmailAddress;
use crate::domain::ids::{OrganizationId, StaffUserId};
use crate::domain::staff::StaffUser;
use crate::params;

/// `password_hash` is a PHC string of argon2id.
pub async fn insert(
    tx: &mut Tx,
    org: OrganizationId,
    user: &StaffUser,
    password_hash: &str,
    now: Timestamp,
) -> Result<()> {
    tx.execute(
        "INSERT INTO staff_user (id, org_id, email, name, role, password_hash, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        params![
            user.id,
            org,
            &user.email,
            &user.name,
            user.role,
            password_hash,
            now
        ],
    )
    .await?;
    Ok(())
}

/// Who signs in with this address, with the hash of the password: the address
/// alone says which organization it is.
pub async fn by_email_across_tenants(
    tx: &mut Tx,
    email: &EmailAddress,
) -> Result<Option<(OrganizationId, StaffUser, String)>> {
    let row = tx
        .optional(
            "SELECT org_id, id, email, name, role, password_hash FROM staff_user WHERE email = $1",
            params![email],
        )
        .await?;
    row.map(|row| Ok((row.get("org_id")?, read(&row)?, row.get("password_hash")?)))
        .transpose()
}

pub async fn by_id(tx: &mut Tx, org: OrganizationId, id: StaffUserId) -> Result<Option<StaffUser>> {
    let row = tx
        .optional(
            "SELECT id, email, name, role FROM staff_user WHERE org_id = $1 AND id = $2",
            params![org, id],
        )
        .await?;
    row.as_ref().map(read).transpose()
}

/// Everybody of the organization, by name.
pub async fn list(tx: &mut Tx, org: OrganizationId) -> Result<Vec<StaffUser>> {
    let rows = tx
        .all(
            "SELECT id, email, name, role FROM staff_user WHERE org_id = $1 ORDER BY name, id",
            params![org],
        )
        .await?;
    rows.iter().map(read).collect()
}

fn read(row: &Row) -> Result<StaffUser> {
    Ok(StaffUser {
        id: row.get("id")?,
        email: row.get("email")?,
        name: row.get("name")?,
        role: row.get("role")?,
    })
}
