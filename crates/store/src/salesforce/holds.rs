//! Holds in table `connection`: for how long nothing is sent over it, and why.

use domain::ids::{ConnectionId, OrganizationId};
use domain::salesforce::HoldKind;
use jiff::Timestamp;

use crate::params;
use crate::{Result, Tx, Work};

/// A reason to send nothing for a while.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hold<'a> {
    /// What keeps the connection from sending.
    pub kind: HoldKind,
    /// When it may send again.
    pub until: Timestamp,
    /// Why, as Salesforce, the network or Gatehouse words it.
    pub reason: &'a str,
    /// When the work began that met the reason. One outage that several workers
    /// meet at once counts once.
    pub met_since: Timestamp,
}

/// Sends nothing over this connection before that time, and with half as many
/// calls at once after it. A longer hold that began meanwhile stays.
pub async fn hold(
    tx: &mut Tx,
    org: OrganizationId,
    connection: ConnectionId,
    hold: &Hold<'_>,
    now: Timestamp,
) -> Result<()> {
    tx.execute(
        "UPDATE connection SET
             hold_streak = CASE WHEN held_at >= $6 THEN hold_streak ELSE hold_streak + 1 END,
             lanes = CASE WHEN held_at >= $6 OR lanes <= 1 THEN lanes ELSE lanes / 2 END,
             hold_reason = CASE WHEN held_at >= $6 AND hold_until >= $3
                                THEN hold_reason ELSE $4 END,
             hold_kind = CASE WHEN held_at >= $6 AND hold_until >= $3
                              THEN hold_kind ELSE $5 END,
             hold_until = CASE WHEN held_at >= $6 AND hold_until >= $3
                               THEN hold_until ELSE $3 END,
             held_at = $7
         WHERE org_id = $1 AND id = $2",
        params![
            org,
            connection,
            hold.until,
            hold.reason,
            hold.kind,
            hold.met_since,
            now
        ],
    )
    .await?;
    Ok(())
}

/// How many holds in a row there were since something was last delivered; one that
/// began since `met_since` isn't counted.
pub async fn streak(
    tx: &mut Tx,
    org: OrganizationId,
    connection: ConnectionId,
    met_since: Timestamp,
) -> Result<i64> {
    tx.one(
        "SELECT CASE WHEN held_at >= $3 THEN hold_streak - 1 ELSE hold_streak END AS streak
         FROM connection WHERE org_id = $1 AND id = $2",
        params![org, connection, met_since],
    )
    .await?
    .get("streak")
}

/// What began at `began` has been delivered: the connection works. Ends the hold that
/// was there before, never one that another worker has met since, and allows one
/// more call at once, up to that many.
pub async fn went_well(
    tx: &mut Tx,
    org: OrganizationId,
    connection: ConnectionId,
    began: Timestamp,
    most_turns: i64,
) -> Result<()> {
    tx.execute(
        "UPDATE connection SET hold_until = 0, hold_reason = '', hold_kind = '', hold_streak = 0,
             lanes = CASE WHEN lanes < $4 THEN lanes + 1 ELSE lanes END
         WHERE org_id = $1 AND id = $2 AND held_at < $3 AND (hold_streak > 0 OR lanes < $4)",
        params![org, connection, began, most_turns],
    )
    .await?;
    Ok(())
}

/// Ends a hold, because someone says that its reason is gone. Answers whether
/// there was one.
pub async fn end(
    tx: &mut Tx,
    org: OrganizationId,
    connection: ConnectionId,
    now: Timestamp,
) -> Result<bool> {
    let changed = tx
        .execute(
            "UPDATE connection SET hold_until = 0, hold_reason = '', hold_kind = '',
                 hold_streak = 0
             WHERE org_id = $1 AND id = $2 AND hold_until > $3",
            params![org, connection, now],
        )
        .await?;
    tx.notify_on_commit(Work::Deliveries);
    Ok(changed > 0)
}
