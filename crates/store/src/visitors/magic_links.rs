//! Table `magic_link`: single-use links that were mailed. Only the SHA-256 of a
//! link's token is kept.

use domain::ids::{ItemId, OrganizationId, VisitorId};
use jiff::Timestamp;

use crate::params;
use crate::{Result, Tx};

/// Whose a link is, and where it leads.
#[derive(Clone, Copy)]
pub struct Link {
    /// Who is signed in by it.
    pub visitor: VisitorId,
    /// The item that it leads to, which may have been deleted; `None` for the trust
    /// center's first page.
    pub item: Option<ItemId>,
}

/// Adds a link that works once, until `expires_at`.
pub async fn insert(
    tx: &mut Tx,
    org: OrganizationId,
    link: Link,
    token_hash: &str,
    (now, expires_at): (Timestamp, Timestamp),
) -> Result<()> {
    tx.execute(
        "INSERT INTO magic_link (token_hash, org_id, visitor_id, created_at, expires_at, item_id)
         VALUES ($1, $2, $3, $4, $5, $6)",
        params![token_hash, org, link.visitor, now, expires_at, link.item],
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

/// Uses the link up: once, and never after it expired.
pub async fn consume(
    tx: &mut Tx,
    org: OrganizationId,
    token_hash: &str,
    now: Timestamp,
) -> Result<Option<Link>> {
    let row = tx
        .optional(
            "UPDATE magic_link SET used_at = $3
             WHERE org_id = $1 AND token_hash = $2 AND expires_at > $3 AND used_at IS NULL
             RETURNING visitor_id, item_id",
            params![org, token_hash, now],
        )
        .await?;
    row.map(|row| {
        Ok(Link {
            visitor: row.get("visitor_id")?,
            item: row.get("item_id")?,
        })
    })
    .transpose()
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
