//! Table `epoch`, and what a restored copy of the database means for deliveries:
//! whatever is open in it may have been delivered after the copy was made, so the org
//! is asked before anything is sent. What found no match or was refused counts as open:
//! an Admin may have tried it again since.

use domain::deliveries::RESTORED;
use domain::ids::{ConnectionId, OrganizationId};
use jiff::Timestamp;

use crate::params;
use crate::{Result, Tx, Work};

/// What people read about a delivery that is asked about because of this.
const MESSAGE: &str =
    "The database was restored from a copy; asking Salesforce whether this was delivered";

/// Counts on, to more than `seen` where the database has fallen behind it; answers
/// the number before and the new one.
pub async fn advance_epoch(tx: &mut Tx, seen: i64) -> Result<(i64, i64)> {
    let sql = format!("SELECT number FROM epoch{}", tx.dialect().for_update());
    let row = tx.one(sqlx::AssertSqlSafe(sql), &[]).await?;
    let before: i64 = row.get("number")?;
    let next = before.max(seen) + 1;
    tx.execute("UPDATE epoch SET number = $1", params![next])
        .await?;
    Ok((before, next))
}

/// When it was found last that this database is a restored copy.
pub async fn restored_at(tx: &mut Tx) -> Result<Option<Timestamp>> {
    tx.one("SELECT restored_at FROM epoch", &[])
        .await?
        .get("restored_at")
}

/// Makes every delivery uncertain that is open, or that an Admin may have tried again since
/// the copy was made, of activities since then where that is given. Turns end, so that a
/// worker that has read one before can't send it anymore; what Salesforce answered before
/// is forgotten. Deliveries of an uninstalled connection keep their state: nobody could ask
/// about them. Answers how many each organization has.
pub async fn mark_across_tenants(
    tx: &mut Tx,
    now: Timestamp,
    since: Option<Timestamp>,
) -> Result<Vec<(OrganizationId, i64)>> {
    let since = since.unwrap_or(Timestamp::UNIX_EPOCH);
    let rows = tx
        .all(
            "UPDATE delivery SET state = 'uncertain', due_at = $1, sent_at = NULL,
                 sent_org_at = NULL, sent_as = NULL,
                 error_code = $3, error_message = $4
             WHERE state IN ('pending', 'sending', 'waiting', 'uncertain', 'unmatched', 'parked')
               AND connection_id IN (SELECT id FROM connection WHERE state <> 'uninstalled')
               AND EXISTS (SELECT 1 FROM activity
                           WHERE activity.id = delivery.activity_id AND occurred_at >= $2)
             RETURNING org_id",
            params![now, since, RESTORED, MESSAGE],
        )
        .await?;
    tx.execute(
        "UPDATE lane SET turn = '',
             due_at = CASE WHEN due_at < $1 THEN due_at ELSE $1 END",
        params![now],
    )
    .await?;
    tx.execute("DELETE FROM delivery_turn", &[]).await?;
    tx.execute("DELETE FROM match_cache", &[]).await?;
    tx.execute("UPDATE epoch SET restored_at = $1", params![now])
        .await?;
    tx.notify_on_commit(Work::Deliveries);
    let mut marked: Vec<(OrganizationId, i64)> = Vec::new();
    for row in rows {
        let org = row.get("org_id")?;
        match marked.iter_mut().find(|(seen, _)| *seen == org) {
            Some((_, count)) => *count += 1,
            None => marked.push((org, 1)),
        }
    }
    Ok(marked)
}

/// How many of the connection's deliveries are still asked about because of it.
pub async fn being_checked(
    tx: &mut Tx,
    org: OrganizationId,
    connection: ConnectionId,
) -> Result<i64> {
    tx.one(
        "SELECT COUNT(*) AS n FROM delivery
         WHERE org_id = $1 AND connection_id = $2 AND state = 'uncertain' AND error_code = $3",
        params![org, connection, RESTORED],
    )
    .await?
    .get("n")
}
