//! Table `api_usage`, and what the engine notes on a connection: calls spent,
//! the org's own counter, and holds.

use domain::ids::{ConnectionId, OrganizationId};
use jiff::Timestamp;

use crate::params;
use crate::{Result, Tx};

const HOUR: i64 = 3_600_000_000;

/// API calls spent and Tasks written since the last note.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Spent {
    /// API calls that were made.
    pub calls: i64,
    /// Tasks that were written.
    pub tasks: i64,
    /// The org's counter and its maximum, where an answer said so.
    pub org_counter: Option<(i64, i64)>,
}

/// Adds to the current hour, and keeps the org's own counter.
pub async fn note(
    tx: &mut Tx,
    org: OrganizationId,
    connection: ConnectionId,
    spent: Spent,
    now: Timestamp,
) -> Result<()> {
    let hour = now.as_microsecond().div_euclid(HOUR) * HOUR;
    tx.execute(
        "INSERT INTO api_usage (connection_id, hour, calls, tasks) VALUES ($1, $2, $3, $4)
         ON CONFLICT (connection_id, hour) DO UPDATE
         SET calls = api_usage.calls + excluded.calls, tasks = api_usage.tasks + excluded.tasks",
        params![connection, hour, spent.calls, spent.tasks],
    )
    .await?;
    if let Some((used, max)) = spent.org_counter {
        tx.execute(
            "UPDATE connection SET api_used = $3, api_max = $4 WHERE org_id = $1 AND id = $2",
            params![org, connection, used, max],
        )
        .await?;
    }
    Ok(())
}

/// The beginning of the first whole hour that is counted for `since`.
pub fn counted_from(since: Timestamp) -> Timestamp {
    let hour = (since.as_microsecond().div_euclid(HOUR) + 1) * HOUR;
    Timestamp::from_microsecond(hour).unwrap_or(since)
}

/// API calls that were made over a connection from [`counted_from`] on.
pub async fn calls_since(tx: &mut Tx, connection: ConnectionId, since: Timestamp) -> Result<i64> {
    tx.one(
        "SELECT CAST(COALESCE(SUM(calls), 0) AS BIGINT) AS n FROM api_usage
         WHERE connection_id = $1 AND hour >= $2",
        params![connection, counted_from(since)],
    )
    .await?
    .get("n")
}
