//! Table `delivery`, as the engine works it: reading what is due, marking it as
//! sending, and settling each row.

use jiff::Timestamp;

use super::lane::Lease;
use super::{Result, Row, Tx, Value, activity};
use crate::domain::activity::Activity;
use crate::domain::candidates::RecordId;
use crate::domain::delivery::DeliveryState;
use crate::domain::ids::DeliveryId;
use crate::params;

/// A delivery that is due, with its activity.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DueDelivery {
    pub id: DeliveryId,
    pub activity: Activity,
    /// Whose deliveries it must not overtake.
    pub person: String,
    pub state: DeliveryState,
    pub attempts: i64,
    /// When it was last handed to Salesforce.
    pub sent_at: Option<Timestamp>,
    /// How many owners of its chain Salesforce refused.
    pub skipped_owners: i64,
    pub who: Option<RecordId>,
    pub what: Option<RecordId>,
    pub owner: Option<RecordId>,
    pub reason: String,
    pub error_code: String,
}

/// What became of a delivery.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Settlement {
    pub id: DeliveryId,
    pub state: DeliveryState,
    pub due_at: Timestamp,
    pub attempts: i64,
    /// When it was last handed to Salesforce. Settling as `Sending` journals
    /// that it is about to be, and is committed before the call, so that a
    /// crash during it leaves the delivery uncertain and not pending.
    pub sent_at: Option<Timestamp>,
    pub skipped_owners: i64,
    pub who: Option<RecordId>,
    pub what: Option<RecordId>,
    pub owner: Option<RecordId>,
    pub task: Option<RecordId>,
    /// Why it matched as it did, or why nothing did.
    pub reason: String,
    pub error_code: String,
    pub error_message: String,
}

/// Rows of one statement; keeps well below both databases' parameter limits.
const CHUNK: usize = 200;

/// What is due in lane `$1` at time `$2`, without those whose person has an
/// earlier one that has to wait. The list of states is the partial indexes' own.
pub(super) fn due(columns: &str) -> String {
    format!(
        "SELECT {columns} FROM delivery JOIN activity ON activity.id = delivery.activity_id
         WHERE delivery.lane_id = $1
           AND delivery.state IN ('pending', 'sending', 'waiting', 'uncertain')
           AND delivery.state <> 'sending' AND delivery.due_at <= $2
           AND NOT EXISTS (
               SELECT 1 FROM delivery earlier
               WHERE earlier.lane_id = delivery.lane_id AND earlier.person = delivery.person
                 AND earlier.seq < delivery.seq
                 AND earlier.state IN ('sending', 'waiting', 'uncertain')
                 AND earlier.due_at > $2)
         ORDER BY delivery.seq"
    )
}

/// The lane's due deliveries in its order, at most `limit`.
pub async fn read_due(
    tx: &mut Tx,
    lease: &Lease,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<DueDelivery>> {
    let columns = format!(
        "delivery.id AS delivery_id, delivery.person AS person, delivery.state AS state,
         delivery.attempts AS attempts, delivery.sent_at AS sent_at,
         delivery.skipped_owners AS skipped_owners, delivery.who_id AS who_id,
         delivery.what_id AS what_id, delivery.owner_id AS owner_id, delivery.reason AS reason,
         delivery.error_code AS error_code, {}",
        activity::COLUMNS
    );
    let sql = format!("{} LIMIT $3", due(&columns));
    let rows = tx
        .all(sqlx::AssertSqlSafe(sql), params![lease.lane, now, limit])
        .await?;
    rows.iter().map(read).collect()
}

/// Writes down what became of each. One that was cancelled meanwhile stays so,
/// unless a Task was written for it after all.
pub async fn settle(tx: &mut Tx, settled: &[Settlement], now: Timestamp) -> Result<()> {
    for some in settled.chunks(CHUNK) {
        let mut values = vec![Value::from(now)];
        let rows: Vec<String> = some
            .iter()
            .map(|one| {
                let first = values.len() + 1;
                values.extend(cells(one));
                let marks: Vec<_> = (first..=values.len()).map(|n| format!("${n}")).collect();
                format!("({})", marks.join(", "))
            })
            .collect();
        let sql = format!(
            "WITH new (id, state, due_at, attempts, sent_at, skipped_owners, who_id, what_id, owner_id,
                       task_id, reason, error_code, error_message, is_open) AS (VALUES {})
             UPDATE delivery SET state = new.state, due_at = new.due_at, attempts = new.attempts,
                 sent_at = new.sent_at,
                 skipped_owners = new.skipped_owners, who_id = new.who_id, what_id = new.what_id,
                 owner_id = new.owner_id, task_id = new.task_id, reason = new.reason,
                 error_code = new.error_code, error_message = new.error_message,
                 settled_at = CASE WHEN new.is_open = 1 THEN NULL ELSE $1 END
             FROM new WHERE delivery.id = new.id
               AND (delivery.state <> 'cancelled' OR new.state = 'delivered')",
            rows.join(", ")
        );
        tx.execute(sqlx::AssertSqlSafe(sql), &values).await?;
    }
    Ok(())
}

fn cells(one: &Settlement) -> [Value; 14] {
    [
        Value::from(one.id),
        Value::from(one.state),
        Value::from(one.due_at),
        Value::from(one.attempts),
        Value::from(one.sent_at),
        Value::from(one.skipped_owners),
        Value::from(one.who.clone()),
        Value::from(one.what.clone()),
        Value::from(one.owner.clone()),
        Value::from(one.task.clone()),
        Value::from(&one.reason),
        Value::from(&one.error_code),
        Value::from(&one.error_message),
        Value::from(one.state.is_open()),
    ]
}

fn read(row: &Row) -> Result<DueDelivery> {
    Ok(DueDelivery {
        id: row.get("delivery_id")?,
        activity: activity::read(row)?,
        person: row.get("person")?,
        state: row.get("state")?,
        attempts: row.get("attempts")?,
        sent_at: row.get("sent_at")?,
        skipped_owners: row.get("skipped_owners")?,
        who: row.get("who_id")?,
        what: row.get("what_id")?,
        owner: row.get("owner_id")?,
        reason: row.get("reason")?,
        error_code: row.get("error_code")?,
    })
}
