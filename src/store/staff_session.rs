//! Table `staff_session`: who is signed in to the dashboard. Only the SHA-256 of
//! a session's token is kept.

use jiff::Timestamp;

use super::{Result, Tx};
use crate::domain::ids::{OrganizationId, StaffUserId};
use crate::domain::staff::SessionStage;
use crate::params;

/// A session that has not expired.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Session {
    pub org: OrganizationId,
    pub user: StaffUserId,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    pub stage: SessionStage,
}

pub async fn insert(
    tx: &mut Tx,
    org: OrganizationId,
    user: StaffUserId,
    token_hash: &str,
    stage: SessionStage,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<()> {
    tx.execute(
        "INSERT INTO staff_session (token_hash, org_id, user_id, stage, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        params![token_hash, org, user, stage, now, expires_at],
    )
    .await?;
    Ok(())
}

/// Whose session this is: the token alone says which organization.
pub async fn find_across_tenants(
    tx: &mut Tx,
    token_hash: &str,
    now: Timestamp,
) -> Result<Option<Session>> {
    let row = tx
        .optional(
            "SELECT org_id, user_id, created_at, expires_at, stage FROM staff_session
             WHERE token_hash = $1 AND expires_at > $2",
            params![token_hash, now],
        )
        .await?;
    row.map(|row| {
        Ok(Session {
            org: row.get("org_id")?,
            user: row.get("user_id")?,
            created_at: row.get("created_at")?,
            expires_at: row.get("expires_at")?,
            stage: row.get("stage")?,
        })
    })
    .transpose()
}

pub async fn extend(
    tx: &mut Tx,
    org: OrganizationId,
    token_hash: &str,
    expires_at: Timestamp,
) -> Result<()> {
    tx.execute(
        "UPDATE staff_session SET expires_at = $3 WHERE org_id = $1 AND token_hash = $2",
        params![org, token_hash, expires_at],
    )
    .await?;
    Ok(())
}

/// Answers whether there was one.
pub async fn delete(tx: &mut Tx, org: OrganizationId, token_hash: &str) -> Result<bool> {
    let deleted = tx
        .execute(
            "DELETE FROM staff_session WHERE org_id = $1 AND token_hash = $2",
            params![org, token_hash],
        )
        .await?;
    Ok(deleted == 1)
}

/// Something is to be done in this session before it is a full one.
pub async fn set_stage(
    tx: &mut Tx,
    org: OrganizationId,
    token_hash: &str,
    stage: SessionStage,
) -> Result<()> {
    tx.execute(
        "UPDATE staff_session SET stage = $3 WHERE org_id = $1 AND token_hash = $2",
        params![org, token_hash, stage],
    )
    .await?;
    Ok(())
}

/// Ends all sessions of this person but the one with the hash `except`, which is empty
/// where none is to stay.
pub async fn delete_of_user(
    tx: &mut Tx,
    org: OrganizationId,
    user: StaffUserId,
    except: &str,
) -> Result<()> {
    tx.execute(
        "DELETE FROM staff_session WHERE org_id = $1 AND user_id = $2 AND token_hash <> $3",
        params![org, user, except],
    )
    .await?;
    Ok(())
}

/// Clears away what has expired.
pub async fn delete_expired_across_tenants(tx: &mut Tx, now: Timestamp) -> Result<()> {
    tx.execute(
        "DELETE FROM staff_session WHERE expires_at <= $1",
        params![now],
    )
    .await?;
    Ok(())
}
