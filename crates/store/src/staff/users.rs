//! Table `staff_user`.

use domain::email::EmailAddress;
use domain::ids::{OrganizationId, StaffUserId};
use domain::organizations::Role;
use domain::staff::StaffUser;
use jiff::Timestamp;

use crate::params;
use crate::{Result, Row, Tx};

const COLUMNS: &str = "id, email, name, role, deactivated_at";

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
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT org_id, {COLUMNS}, password_hash FROM staff_user WHERE email = $1"
    ));
    let row = tx.optional(sql, params![email]).await?;
    row.map(|row| Ok((row.get("org_id")?, read(&row)?, row.get("password_hash")?)))
        .transpose()
}

/// Whoever it is, also someone who left.
pub async fn by_id(tx: &mut Tx, org: OrganizationId, id: StaffUserId) -> Result<Option<StaffUser>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM staff_user WHERE org_id = $1 AND id = $2"
    ));
    let row = tx.optional(sql, params![org, id]).await?;
    row.as_ref().map(read).transpose()
}

/// The same, but nobody who left.
pub async fn active_by_id(
    tx: &mut Tx,
    org: OrganizationId,
    id: StaffUserId,
) -> Result<Option<StaffUser>> {
    Ok(by_id(tx, org, id).await?.filter(|user| user.is_active))
}

/// Everyone of the organization, by name, also those who left.
pub async fn list(tx: &mut Tx, org: OrganizationId) -> Result<Vec<StaffUser>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM staff_user WHERE org_id = $1 ORDER BY name, id"
    ));
    let rows = tx.all(sql, params![org]).await?;
    rows.iter().map(read).collect()
}

/// Who can sign in, by name.
pub async fn active(tx: &mut Tx, org: OrganizationId) -> Result<Vec<StaffUser>> {
    let mut users = list(tx, org).await?;
    users.retain(|user| user.is_active);
    Ok(users)
}

/// The Admins who can sign in. Their rows stay locked until the transaction ends:
/// whoever takes the role from one of them waits for everyone else who does.
pub async fn lock_admins(tx: &mut Tx, org: OrganizationId) -> Result<Vec<StaffUserId>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT id FROM staff_user
         WHERE org_id = $1 AND role = 'admin' AND deactivated_at IS NULL ORDER BY id{}",
        tx.dialect().for_update()
    ));
    let rows = tx.all(sql, params![org]).await?;
    rows.iter().map(|row| row.get("id")).collect()
}

/// The hash of the password, where this person can sign in. The row stays locked until
/// the transaction ends, so that no session begins beside a change that ends them all.
pub async fn lock_password(
    tx: &mut Tx,
    org: OrganizationId,
    id: StaffUserId,
) -> Result<Option<String>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT password_hash FROM staff_user
         WHERE org_id = $1 AND id = $2 AND deactivated_at IS NULL{}",
        tx.dialect().for_update()
    ));
    let row = tx.optional(sql, params![org, id]).await?;
    row.map(|row| row.get("password_hash")).transpose()
}

/// Changes the person's name and role.
pub async fn set_name_and_role(
    tx: &mut Tx,
    org: OrganizationId,
    id: StaffUserId,
    name: &str,
    role: Role,
) -> Result<()> {
    tx.execute(
        "UPDATE staff_user SET name = $3, role = $4 WHERE org_id = $1 AND id = $2",
        params![org, id, name, role],
    )
    .await?;
    Ok(())
}

/// Changes the person's name.
pub async fn set_name(tx: &mut Tx, org: OrganizationId, id: StaffUserId, name: &str) -> Result<()> {
    tx.execute(
        "UPDATE staff_user SET name = $3 WHERE org_id = $1 AND id = $2",
        params![org, id, name],
    )
    .await?;
    Ok(())
}

/// `password_hash` is a PHC string of argon2id.
pub async fn set_password(
    tx: &mut Tx,
    org: OrganizationId,
    id: StaffUserId,
    password_hash: &str,
) -> Result<()> {
    tx.execute(
        "UPDATE staff_user SET password_hash = $3 WHERE org_id = $1 AND id = $2",
        params![org, id, password_hash],
    )
    .await?;
    Ok(())
}

/// From a moment on this person can't sign in, or, with `None`, can again.
pub async fn set_deactivated(
    tx: &mut Tx,
    org: OrganizationId,
    id: StaffUserId,
    at: Option<Timestamp>,
) -> Result<()> {
    tx.execute(
        "UPDATE staff_user SET deactivated_at = $3 WHERE org_id = $1 AND id = $2",
        params![org, id, at],
    )
    .await?;
    Ok(())
}

fn read(row: &Row) -> Result<StaffUser> {
    Ok(StaffUser {
        id: row.get("id")?,
        email: row.get("email")?,
        name: row.get("name")?,
        role: row.get("role")?,
        is_active: row.get::<Option<Timestamp>>("deactivated_at")?.is_none(),
    })
}
