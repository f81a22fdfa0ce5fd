//! Table `anonymous_visit`: the latest visit of whoever is no member.

use std::time::Duration;

use domain::ids::OrganizationId;
use jiff::Timestamp;

use crate::params;
use crate::{Result, Tx};

/// As [`crate::visitors::visits::touch`], for a visitor by the key of the day.
pub async fn touch(
    tx: &mut Tx,
    org: OrganizationId,
    visitor_key: &str,
    now: Timestamp,
    gap: Duration,
) -> Result<bool> {
    let row = tx
        .one(
            "INSERT INTO anonymous_visit (org_id, visitor_key, last_seen_at, pages)
             VALUES ($1, $2, $3, 1)
             ON CONFLICT (org_id, visitor_key) DO UPDATE SET
                 pages = CASE WHEN anonymous_visit.last_seen_at > $4 THEN anonymous_visit.pages + 1
                     ELSE 1 END,
                 last_seen_at = CASE WHEN anonymous_visit.last_seen_at > $3
                     THEN anonymous_visit.last_seen_at ELSE $3 END
             RETURNING pages",
            params![org, visitor_key, now, now - gap],
        )
        .await?;
    Ok(row.get::<i64>("pages")? == 1)
}

/// Forgets who has not looked since then.
pub async fn sweep_across_tenants(tx: &mut Tx, before: Timestamp) -> Result<()> {
    tx.execute(
        "DELETE FROM anonymous_visit WHERE last_seen_at < $1",
        params![before],
    )
    .await?;
    Ok(())
}
