//! Table `delivery`, as the engine works it: reading what is due.
//! [`crate::deliveries::journal`] writes down what is about to be sent and what came of it.

use domain::activities::Activity;
use domain::deliveries::attempts::Attempts;
use domain::deliveries::task::SentTask;
use domain::deliveries::unmatched::CreatePerson;
use domain::deliveries::{DeliveryState, WORKER_LOST};
use domain::ids::{ConnectionId, DeliveryId, LaneId};
use domain::matching::candidates::RecordId;
use jiff::Timestamp;

use crate::deliveries::turns::Turn;
use crate::params;
use crate::{Result, Row, Tx, activities};

/// A delivery that is due, with its activity.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DueDelivery {
    /// The delivery's id, of which its Task's reference is made.
    pub id: DeliveryId,
    /// The activity that is on its way.
    pub activity: Activity,
    /// Whose deliveries it must not overtake.
    pub person: String,
    /// Pending, waiting or uncertain: what is being sent isn't due.
    pub state: DeliveryState,
    /// How often it was tried again since it was queued or an Admin had it tried again, by
    /// cause.
    pub attempts: Attempts,
    /// When it was last handed to Salesforce, if it was.
    pub sent: Option<Sent>,
    /// How many owners of its chain Salesforce refused.
    pub skipped_owners: i64,
    /// The Contact or Lead that it was last matched with (`WhoId`).
    pub who: Option<RecordId>,
    /// The Account that it was last matched with (`WhatId`).
    pub what: Option<RecordId>,
    /// The owner that was last written down for its Task; `None` where none was.
    pub owner: Option<RecordId>,
    /// Why it matched as it did, in sentences; empty before the first match.
    pub reason: String,
    /// The code of its last error; empty where there was none.
    pub error_code: String,
    /// When it was queued.
    pub created_at: Timestamp,
    /// Whom an Admin lets be created for it, whatever the connection's options are.
    pub create_person: Option<CreatePerson>,
}

/// The call that may have written a delivery's Task.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sent {
    /// When it was about to go out, or, where that is known, when it was over.
    pub at: Timestamp,
    /// The same by the org's own clock, where that was known.
    pub org_at: Option<Timestamp>,
    /// The Salesforce user who sent it; `None` in rows older than this column.
    pub by: Option<RecordId>,
    /// Whether the Task carries the reference in the org's External ID field.
    pub with_key: bool,
    /// What the Task had; `None` in rows older than these columns, and where only a person
    /// was to be created.
    pub task: Option<SentTask>,
}

/// What is due in lane `$1` at time `$2`, without those whose person has an
/// earlier one that has to wait. The list of states is the partial indexes' own. Who has
/// any that waits is made out once; only of them each row is asked about, which without
/// statistics PostgreSQL does by reading the lane again for each.
fn due(columns: &str) -> String {
    format!(
        "SELECT {columns} FROM delivery JOIN activity ON activity.id = delivery.activity_id
         WHERE delivery.lane_id = $1
           AND delivery.state IN ('pending', 'sending', 'waiting', 'uncertain')
           AND delivery.state <> 'sending' AND delivery.due_at <= $2
           AND (delivery.person NOT IN (
                   SELECT person FROM delivery
                   WHERE lane_id = $1 AND due_at > $2
                     AND state IN ('pending', 'sending', 'waiting', 'uncertain'))
                OR NOT EXISTS (
                   SELECT 1 FROM delivery earlier
                   WHERE earlier.lane_id = delivery.lane_id AND earlier.person = delivery.person
                     AND earlier.seq < delivery.seq
                     AND earlier.state IN ('pending', 'sending', 'waiting', 'uncertain')
                     AND earlier.due_at > $2))
         ORDER BY delivery.seq"
    )
}

/// The due deliveries of the turn's lanes, each lane's in its order, at most `limit`.
pub async fn read_due(
    tx: &mut Tx,
    turn: &Turn,
    now: Timestamp,
    limit: usize,
) -> Result<Vec<DueDelivery>> {
    let columns = format!(
        "delivery.id AS delivery_id, delivery.person AS person, delivery.state AS state,
         delivery.attempts_by_class AS attempts_by_class, delivery.sent_at AS sent_at,
         delivery.sent_org_at AS sent_org_at, delivery.sent_as AS sent_as,
         delivery.sent_with_key AS sent_with_key, delivery.sent_subject AS sent_subject,
         delivery.sent_due AS sent_due,
         delivery.skipped_owners AS skipped_owners, delivery.who_id AS who_id,
         delivery.what_id AS what_id, delivery.owner_id AS owner_id, delivery.reason AS reason,
         delivery.error_code AS error_code, delivery.created_at AS created_at,
         delivery.create_person AS create_person, {}",
        activities::COLUMNS
    );
    let sql = format!("{} LIMIT $3", due(&columns));
    let mut found = Vec::new();
    for lane in &turn.lanes {
        let left = limit.saturating_sub(found.len());
        if left == 0 {
            break;
        }
        let left = i64::try_from(left).unwrap_or(i64::MAX);
        let values = params![*lane, now, left];
        for row in tx.all(sqlx::AssertSqlSafe(sql.as_str()), values).await? {
            found.push(read(&row)?);
        }
    }
    Ok(found)
}

/// How many deliveries of a lane are still to be settled; counts no further than `most`.
pub(crate) async fn count_open(tx: &mut Tx, lane: LaneId, most: i64) -> Result<i64> {
    tx.one(
        "SELECT COUNT(*) AS n FROM (
             SELECT 1 AS one FROM delivery WHERE lane_id = $1
               AND state IN ('pending', 'sending', 'waiting', 'uncertain') LIMIT $2) AS counted",
        params![lane, most],
    )
    .await?
    .get("n")
}

/// When a lane is due: now where a delivery can go, else with the earliest that waits.
pub(crate) async fn next_due(tx: &mut Tx, lane: LaneId, now: Timestamp) -> Result<i64> {
    let sql = format!("{} LIMIT 1", due("delivery.id AS id"));
    let some = tx
        .optional(sqlx::AssertSqlSafe(sql), params![lane, now])
        .await?;
    if some.is_some() {
        return Ok(now.as_microsecond());
    }
    // What is still being sent here was left behind: whoever comes next asks about it.
    tx.one(
        "SELECT COALESCE(MIN(CASE WHEN state = 'sending' THEN $2 ELSE due_at END), $3) AS due
         FROM delivery
         WHERE lane_id = $1 AND state IN ('pending', 'sending', 'waiting', 'uncertain')
           AND (due_at > $2 OR state = 'sending')",
        params![lane, now, i64::MAX],
    )
    .await?
    .get("due")
}

/// Whoever was sending these is gone, and nobody knows how far it came.
pub(crate) async fn doubt_what_was_sending(
    tx: &mut Tx,
    lane: LaneId,
    now: Timestamp,
) -> Result<()> {
    tx.execute(
        "UPDATE delivery SET state = 'uncertain', due_at = $2, error_code = $3,
             error_message = 'Gatehouse stopped while it was sending this.'
         WHERE lane_id = $1 AND state IN ('pending', 'sending', 'waiting', 'uncertain')
           AND state = 'sending'",
        params![lane, now, WORKER_LOST],
    )
    .await?;
    Ok(())
}

/// The newest Tasks that this user is known to have written over this connection.
pub async fn newest_tasks_of(
    tx: &mut Tx,
    connection: ConnectionId,
    sender: &RecordId,
    most: i64,
) -> Result<Vec<RecordId>> {
    tx.all(
        "SELECT task_id FROM delivery
         WHERE connection_id = $1 AND sent_as = $2 AND state = 'delivered'
           AND task_id IS NOT NULL
         ORDER BY settled_at DESC LIMIT $3",
        params![connection, sender, most],
    )
    .await?
    .iter()
    .map(|row| row.get("task_id"))
    .collect()
}

/// The newest Tasks that users other than this one are known to have written over this
/// connection.
pub async fn newest_tasks_of_others(
    tx: &mut Tx,
    connection: ConnectionId,
    user: &RecordId,
    most: i64,
) -> Result<Vec<RecordId>> {
    tx.all(
        "SELECT task_id FROM delivery
         WHERE connection_id = $1 AND sent_as <> $2 AND state = 'delivered'
           AND task_id IS NOT NULL
         ORDER BY settled_at DESC LIMIT $3",
        params![connection, user, most],
    )
    .await?
    .iter()
    .map(|row| row.get("task_id"))
    .collect()
}

fn read(row: &Row) -> Result<DueDelivery> {
    let sent_at: Option<Timestamp> = row.get("sent_at")?;
    let sent = match sent_at {
        None => None,
        Some(at) => Some(Sent {
            at,
            org_at: row.get("sent_org_at")?,
            by: row.get("sent_as")?,
            with_key: row.get("sent_with_key")?,
            task: sent_task(row)?,
        }),
    };
    Ok(DueDelivery {
        id: row.get("delivery_id")?,
        activity: activities::read(row)?,
        person: row.get("person")?,
        state: row.get("state")?,
        attempts: row
            .get::<String>("attempts_by_class")?
            .parse()
            .unwrap_or_default(),
        sent,
        skipped_owners: row.get("skipped_owners")?,
        who: row.get("who_id")?,
        what: row.get("what_id")?,
        owner: row.get("owner_id")?,
        reason: row.get("reason")?,
        error_code: row.get("error_code")?,
        created_at: row.get("created_at")?,
        create_person: row.get::<String>("create_person")?.parse().ok(),
    })
}

fn sent_task(row: &Row) -> Result<Option<SentTask>> {
    let subject: Option<String> = row.get("sent_subject")?;
    let due: Option<String> = row.get("sent_due")?;
    Ok(subject.map(|subject| SentTask {
        subject,
        due_date: due.and_then(|day| day.parse().ok()),
    }))
}
