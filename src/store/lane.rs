//! Table `lane`: leases with a fencing token.
//!
//! Whoever holds a lane's lease may work it; each lease has a higher fence than
//! the one before, and nothing is settled under a fence that has been passed.

use std::time::Duration;

use jiff::Timestamp;

use super::{Dialect, Result, Tx};
use crate::domain::ids::{ConnectionId, LaneId, OrganizationId};
use crate::domain::organization::Plan;
use crate::params;

/// The right to work one lane.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Lease {
    pub lane: LaneId,
    pub org: OrganizationId,
    pub connection: ConnectionId,
    pub fence: i64,
}

/// Who asks for a lane, and under which terms.
#[derive(Clone, Debug)]
pub struct Terms<'a> {
    /// Names the worker, for people who look into the table.
    pub owner: &'a str,
    pub now: Timestamp,
    pub lease: Duration,
    /// How many lanes of one connection may be worked at once at the most, so
    /// that a slow org leaves workers for the others. A connection whose org
    /// struggles has fewer.
    pub per_connection: i64,
}

/// Leases the lane with due work that has waited longest for its turn. Deliveries
/// that were being sent under an earlier lease become uncertain: whoever held it
/// is gone, and nobody knows how far it came.
pub async fn lease_across_tenants(tx: &mut Tx, terms: &Terms<'_>) -> Result<Option<Lease>> {
    let skip_locked = match tx.dialect() {
        Dialect::Sqlite => "",
        Dialect::Postgres => "FOR UPDATE OF lane SKIP LOCKED",
    };
    let sql = format!(
        "UPDATE lane SET lease_owner = $1, lease_until = $2, fence = fence + 1, served_at = $3
         WHERE id = (
             SELECT lane.id FROM lane JOIN connection ON connection.id = lane.connection_id
             JOIN organization ON organization.id = lane.org_id AND organization.plan = $5
             WHERE lane.due_at <= $3 AND lane.lease_until <= $3
               AND connection.state = 'active' AND connection.hold_until <= $3
               AND (SELECT COUNT(*) FROM lane busy
                    WHERE busy.connection_id = lane.connection_id AND busy.lease_until > $3)
                   < CASE WHEN connection.lanes < $4 THEN connection.lanes ELSE $4 END
             ORDER BY lane.served_at, lane.id LIMIT 1 {skip_locked})
         RETURNING id, org_id, connection_id, fence"
    );
    let values = params![
        terms.owner,
        after(terms.now, terms.lease),
        terms.now,
        terms.per_connection,
        Plan::Enterprise,
    ];
    let row = tx.optional(sqlx::AssertSqlSafe(sql), values).await?;
    let Some(row) = row else { return Ok(None) };
    let lease = Lease {
        lane: row.get("id")?,
        org: row.get("org_id")?,
        connection: row.get("connection_id")?,
        fence: row.get("fence")?,
    };
    tx.execute(
        "UPDATE delivery SET state = 'uncertain', due_at = $2
         WHERE lane_id = $1 AND state IN ('pending', 'sending', 'waiting', 'uncertain')
           AND state = 'sending'",
        params![lease.lane, terms.now],
    )
    .await?;
    Ok(Some(lease))
}

/// Whether any lane may have something to do: a cheap look before leasing.
pub async fn any_due_across_tenants(tx: &mut Tx, now: Timestamp) -> Result<bool> {
    let row = tx
        .optional(
            "SELECT lane.id FROM lane JOIN connection ON connection.id = lane.connection_id
             JOIN organization ON organization.id = lane.org_id AND organization.plan = $2
             WHERE lane.due_at <= $1 AND lane.lease_until <= $1
               AND connection.state = 'active' AND connection.hold_until <= $1 LIMIT 1",
            params![now, Plan::Enterprise],
        )
        .await?;
    Ok(row.is_some())
}

/// Holds the lane's row until commit, and answers whether the lease still has
/// its fence. False means: somebody else took over, leave everything alone.
pub async fn confirm(tx: &mut Tx, lease: &Lease) -> Result<bool> {
    let sql = format!(
        "SELECT fence FROM lane WHERE id = $1{}",
        tx.dialect().for_update()
    );
    let row = tx
        .one(sqlx::AssertSqlSafe(sql), params![lease.lane])
        .await?;
    Ok(row.get::<i64>("fence")? == lease.fence)
}

/// Gives a confirmed lease more time.
pub async fn extend(tx: &mut Tx, lease: &Lease, now: Timestamp, by: Duration) -> Result<()> {
    tx.execute(
        "UPDATE lane SET lease_until = $3 WHERE id = $1 AND fence = $2",
        params![lease.lane, lease.fence, after(now, by)],
    )
    .await?;
    Ok(())
}

/// Gives a confirmed lease back, and says when the lane is due again: at once
/// where a delivery can go now, else with the earliest that waits.
pub async fn release(tx: &mut Tx, lease: &Lease, now: Timestamp) -> Result<()> {
    let sql = format!("{} LIMIT 1", super::delivery_work::due("delivery.id AS id"));
    let more = tx
        .optional(sqlx::AssertSqlSafe(sql), params![lease.lane, now])
        .await?;
    let due: i64 = if more.is_some() {
        now.as_microsecond()
    } else {
        tx.one(
            "SELECT COALESCE(MIN(due_at), $3) AS due FROM delivery
             WHERE lane_id = $1 AND state IN ('pending', 'sending', 'waiting', 'uncertain')
               AND due_at > $2",
            params![lease.lane, now, i64::MAX],
        )
        .await?
        .get("due")?
    };
    tx.execute(
        "UPDATE lane SET lease_until = 0, lease_owner = '', due_at = $3
         WHERE id = $1 AND fence = $2",
        params![lease.lane, lease.fence, due],
    )
    .await?;
    Ok(())
}

fn after(now: Timestamp, by: Duration) -> Timestamp {
    now.checked_add(by).unwrap_or(Timestamp::MAX)
}
