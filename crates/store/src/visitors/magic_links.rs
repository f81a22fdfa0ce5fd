//! Table `magic_link`: single-use links that were mailed. Only the SHA-256 of a
//! link's token is kept.

use domain::ids::{OrganizationId, VisitorId};
use jiff::Timestamp;

use crate::params;
use crate::{Result, Tx};

/// Adds a link that works once, until `expires_at`.
pub async fn insert(
    tx: &mut Tx,
    org: OrganizationId,
    visitor: VisitorId,
    token_hash: &str,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<()> {
    tx.execute(
        "INSERT INTO magic_link (token_hash, org_id, visitor_id, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5)",
        params![token_hash, org, visitor, now, expires_at],
    )
    .await?;
    Ok(())
}

/// Whose link it is, where it would still work.
pub async fn whose(
    tx: &mut Tx,
    org: OrganizationId,
    token_hash: &str,
    now: Timestamp,
) -> Result<Option<VisitorId>> {
    let row = tx
        .optional(
            "SELECT visitor_id FROM magic_link
             WHERE org_id = $1 AND token_hash = $2 AND expires_at > $3 AND used_at IS NULL",
            params![org, token_hash, now],
        )
        .await?;
    row.map(|row| row.get("visitor_id")).transpose()
}

/// Uses the link up and answers whose it was: once, and never after it expired.
pub async fn consume(
    tx: &mut Tx,
    org: OrganizationId,
    token_hash: &str,
    now: Timestamp,
) -> Result<Option<VisitorId>> {
    let row = tx
        .optional(
            "UPDATE magic_link SET used_at = $3
             WHERE org_id = $1 AND token_hash = $2 AND expires_at > $3 AND used_at IS NULL
             RETURNING visitor_id",
            params![org, token_hash, now],
        )
        .await?;
    row.map(|row| row.get("visitor_id")).transpose()
}

/// Ends the visitor's links that nobody has used.
pub async fn delete_of_visitor(tx: &mut Tx, org: OrganizationId, visitor: VisitorId) -> Result<()> {
    tx.execute(
        "DELETE FROM magic_link WHERE org_id = $1 AND visitor_id = $2 AND used_at IS NULL",
        params![org, visitor],
    )
    .await?;
    Ok(())
}

/// Clears away what has expired.
pub async fn delete_expired_across_tenants(tx: &mut Tx, now: Timestamp) -> Result<()> {
    tx.execute(
        "DELETE FROM magic_link WHERE expires_at <= $1",
        params![now],
    )
    .await?;
    Ok(())
}
