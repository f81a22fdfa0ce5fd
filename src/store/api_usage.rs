//! Table `api_usage`, and what the engine notes on a connection: calls spent,
//! the org's own counter, and holds.

use jiff::Timestamp;

use super::{Result, Tx};
use crate::domain::ids::{ConnectionId, OrganizationId};
use crate::params;

const HOUR: i64 = 3_600_000_000;

/// API calls spent and Tasks written since the last note.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Spent {
    pub calls: i64,
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

/// Sends nothing over this connection before that time, and with half as many
/// calls at once after it.
pub async fn hold(
    tx: &mut Tx,
    org: OrganizationId,
    connection: ConnectionId,
    until: Timestamp,
    reason: &str,
) -> Result<()> {
    tx.execute(
        "UPDATE connection SET hold_until = $3, hold_reason = $4, hold_streak = hold_streak + 1,
             lanes = CASE WHEN lanes > 1 THEN lanes / 2 ELSE 1 END
         WHERE org_id = $1 AND id = $2",
        params![org, connection, until, reason],
    )
    .await?;
    Ok(())
}

/// How many holds in a row there were since something was last delivered.
pub async fn hold_streak(
    tx: &mut Tx,
    org: OrganizationId,
    connection: ConnectionId,
) -> Result<i64> {
    tx.one(
        "SELECT hold_streak FROM connection WHERE org_id = $1 AND id = $2",
        params![org, connection],
    )
    .await?
    .get("hold_streak")
}

/// The connection works: ends its hold, and allows one more call at once, up to
/// that many.
pub async fn went_well(
    tx: &mut Tx,
    org: OrganizationId,
    connection: ConnectionId,
    most_lanes: i64,
) -> Result<()> {
    tx.execute(
        "UPDATE connection SET hold_until = 0, hold_reason = '', hold_streak = 0,
             lanes = CASE WHEN lanes < $3 THEN lanes + 1 ELSE lanes END
         WHERE org_id = $1 AND id = $2 AND (hold_streak > 0 OR lanes < $3)",
        params![org, connection, most_lanes],
    )
    .await?;
    Ok(())
}
