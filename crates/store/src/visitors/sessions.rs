//! Table `visitor_session`: who is signed in to a trust center. Only the SHA-256
//! of a session's token is kept.

use domain::ids::{OrganizationId, VisitorId};
use jiff::Timestamp;

use crate::params;
use crate::{Result, Tx};

/// Begins a session that lasts until `expires_at`.
pub async fn insert(
    tx: &mut Tx,
    org: OrganizationId,
    visitor: VisitorId,
    token_hash: &str,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<()> {
    tx.execute(
        "INSERT INTO visitor_session (token_hash, org_id, visitor_id, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5)",
        params![token_hash, org, visitor, now, expires_at],
    )
    .await?;
    Ok(())
}

/// Whose session this is, unless it has expired.
pub async fn find(
    tx: &mut Tx,
    org: OrganizationId,
    token_hash: &str,
    now: Timestamp,
) -> Result<Option<VisitorId>> {
    let row = tx
        .optional(
            "SELECT visitor_id FROM visitor_session
             WHERE org_id = $1 AND token_hash = $2 AND expires_at > $3",
            params![org, token_hash, now],
        )
        .await?;
    row.map(|row| row.get("visitor_id")).transpose()
}

/// Ends the session, if there is one.
pub async fn delete(tx: &mut Tx, org: OrganizationId, token_hash: &str) -> Result<()> {
    tx.execute(
        "DELETE FROM visitor_session WHERE org_id = $1 AND token_hash = $2",
        params![org, token_hash],
    )
    .await?;
    Ok(())
}

/// Clears away what has expired.
pub async fn delete_expired_across_tenants(tx: &mut Tx, now: Timestamp) -> Result<()> {
    tx.execute(
        "DELETE FROM visitor_session WHERE expires_at <= $1",
        params![now],
    )
    .await?;
    Ok(())
}
