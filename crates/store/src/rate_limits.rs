//! Table `attempt`: counters behind rate limits, one row a key.

use std::time::Duration;

use jiff::Timestamp;

use crate::params;
use crate::{Result, Tx};

/// Counts one attempt and answers whether it is allowed: at most `limit` for a
/// key within `window`. Keys name no tenant of their own; put one in where it matters.
pub async fn allow(
    tx: &mut Tx,
    key: &str,
    limit: i64,
    window: Duration,
    now: Timestamp,
) -> Result<bool> {
    let row = tx
        .one(
            "INSERT INTO attempt (key, window_start, count) VALUES ($1, $2, 1)
             ON CONFLICT (key) DO UPDATE SET
                 count = CASE WHEN attempt.window_start > $3 THEN attempt.count + 1 ELSE 1 END,
                 window_start =
                     CASE WHEN attempt.window_start > $3 THEN attempt.window_start ELSE $2 END
             RETURNING count",
            params![key, now, now - window],
        )
        .await?;
    Ok(row.get::<i64>("count")? <= limit)
}

/// Ends a counter, and answers whether anything was counted within `window`.
pub async fn take(tx: &mut Tx, key: &str, window: Duration, now: Timestamp) -> Result<bool> {
    let ended = tx
        .execute(
            "DELETE FROM attempt WHERE key = $1 AND window_start > $2",
            params![key, now - window],
        )
        .await?;
    Ok(ended > 0)
}

/// Starts again from nothing, after a success.
pub async fn forget(tx: &mut Tx, key: &str) -> Result<()> {
    tx.execute("DELETE FROM attempt WHERE key = $1", params![key])
        .await?;
    Ok(())
}

/// Clears away counters whose window began before then.
pub async fn forget_before(tx: &mut Tx, then: Timestamp) -> Result<()> {
    tx.execute("DELETE FROM attempt WHERE window_start < $1", params![then])
        .await?;
    Ok(())
}
