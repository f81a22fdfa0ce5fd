//! Table `visit`: the latest visit of each visitor.

use std::time::Duration;

use domain::ids::{OrganizationId, VisitorId};
use jiff::Timestamp;

use crate::params;
use crate::{Result, Tx};

/// Notes that the visitor looked at a page. Answers whether this begins a new
/// visit: their first, or the last page was `gap` ago or longer.
pub async fn touch(
    tx: &mut Tx,
    org: OrganizationId,
    visitor: VisitorId,
    now: Timestamp,
    gap: Duration,
) -> Result<bool> {
    // One statement, so that of two pages at once exactly one begins the visit.
    let row = tx
        .one(
            "INSERT INTO visit (org_id, visitor_id, started_at, last_seen_at, pages)
             VALUES ($1, $2, $3, $3, 1)
             ON CONFLICT (org_id, visitor_id) DO UPDATE SET
                 started_at = CASE WHEN visit.last_seen_at > $4 THEN visit.started_at ELSE $3 END,
                 pages = CASE WHEN visit.last_seen_at > $4 THEN visit.pages + 1 ELSE 1 END,
                 last_seen_at =
                     CASE WHEN visit.last_seen_at > $3 THEN visit.last_seen_at ELSE $3 END
             RETURNING pages",
            params![org, visitor, now, now - gap],
        )
        .await?;
    Ok(row.get::<i64>("pages")? == 1)
}
