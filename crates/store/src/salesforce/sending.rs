//! Table `connection`, as the engine keeps it: whether it may send, at which pace, and
//! what was learnt of the org while sending.

use std::time::Duration;

use domain::ids::{ConnectionId, OrganizationId};
use domain::matching::candidates::RecordId;
use jiff::{SignedDuration, Timestamp};

use crate::params;
use crate::{Result, Tx};

/// Holds the connection's row until commit. Deliveries can be recorded meanwhile: whoever
/// records one holds its lane, which an Admin's decision may want, too.
pub async fn lock(tx: &mut Tx, org: OrganizationId, id: ConnectionId) -> Result<()> {
    let sql = format!(
        "SELECT id FROM connection WHERE org_id = $1 AND id = $2{}",
        tx.dialect().for_change()
    );
    tx.all(sqlx::AssertSqlSafe(sql), params![org, id]).await?;
    Ok(())
}

/// Whether it may still send as this user: what was begun before an Admin
/// uninstalled, paused or reconnected it must not go on.
pub async fn may_send_as(
    tx: &mut Tx,
    org: OrganizationId,
    id: ConnectionId,
    user: &RecordId,
) -> Result<bool> {
    let row = tx
        .optional(
            "SELECT id FROM connection
             WHERE org_id = $1 AND id = $2 AND sf_user_id = $3 AND state = 'active'",
            params![org, id, user],
        )
        .await?;
    Ok(row.is_some())
}

/// Under a stream of activities, puts the next batch off by so much, so that it fills.
pub async fn linger(
    tx: &mut Tx,
    org: OrganizationId,
    id: ConnectionId,
    began: Timestamp,
    by: Duration,
) -> Result<()> {
    let by = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
    tx.execute(
        "UPDATE connection SET
             linger_until = CASE WHEN linger_until > $3 THEN linger_until ELSE $3 END + $4
         WHERE org_id = $1 AND id = $2",
        params![org, id, began, by],
    )
    .await?;
    Ok(())
}

/// Puts the next batch off by so much more, or by less where that is below zero.
pub async fn linger_more(
    tx: &mut Tx,
    org: OrganizationId,
    id: ConnectionId,
    by: SignedDuration,
) -> Result<()> {
    let by = i64::try_from(by.as_micros()).unwrap_or(0);
    tx.execute(
        "UPDATE connection SET linger_until = linger_until + $3 WHERE org_id = $1 AND id = $2",
        params![org, id, by],
    )
    .await?;
    Ok(())
}

/// Keeps how far the org's clock is ahead of ours, in microseconds.
pub async fn save_clock_offset(
    tx: &mut Tx,
    org: OrganizationId,
    id: ConnectionId,
    offset: i64,
) -> Result<()> {
    tx.execute(
        "UPDATE connection SET clock_offset = $3 WHERE org_id = $1 AND id = $2",
        params![org, id, offset],
    )
    .await?;
    Ok(())
}

/// Keeps up to when the org was asked what changed in it.
pub async fn save_changes_at(
    tx: &mut Tx,
    org: OrganizationId,
    id: ConnectionId,
    at: Timestamp,
) -> Result<()> {
    tx.execute(
        "UPDATE connection SET changes_at = $3 WHERE org_id = $1 AND id = $2",
        params![org, id, at],
    )
    .await?;
    Ok(())
}

/// Keeps which External ID fields the org offers (JSON of the Salesforce client).
pub async fn save_reference_fields(
    tx: &mut Tx,
    org: OrganizationId,
    id: ConnectionId,
    fields: &str,
) -> Result<()> {
    tx.execute(
        "UPDATE connection SET reference_fields = $3 WHERE org_id = $1 AND id = $2",
        params![org, id, fields],
    )
    .await?;
    Ok(())
}

/// Sets the share of the org's daily API calls that may be used, in per cent.
pub async fn save_quota_share(
    tx: &mut Tx,
    org: OrganizationId,
    id: ConnectionId,
    percent: i64,
) -> Result<()> {
    tx.execute(
        "UPDATE connection SET quota_share = $3 WHERE org_id = $1 AND id = $2
           AND state <> 'uninstalled'",
        params![org, id, percent],
    )
    .await?;
    Ok(())
}
