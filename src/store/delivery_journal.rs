//! Table `delivery`, written by the engine: first that a delivery is about to be
//! sent, then what became of it. Each answers which rows it changed: an Admin may have
//! cancelled one meanwhile, or somebody else taken over.

use std::collections::HashSet;

use jiff::Timestamp;

use super::{Result, Tx, Value};
use crate::domain::attempts::Attempts;
use crate::domain::candidates::RecordId;
use crate::domain::delivery::DeliveryState;
use crate::domain::ids::DeliveryId;

/// A delivery that is about to be handed to Salesforce.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AboutToSend {
    pub id: DeliveryId,
    /// The state that it must still have.
    pub was: DeliveryState,
    pub who: Option<RecordId>,
    pub what: Option<RecordId>,
    pub reason: String,
}

/// The call that they go with.
#[derive(Clone, Debug)]
pub struct Call {
    pub at: Timestamp,
    /// The same by the org's own clock, where that is known.
    pub org_at: Option<Timestamp>,
    /// The Salesforce user who sends it.
    pub by: RecordId,
    /// Whether the Tasks carry their reference in an External ID field.
    pub with_key: bool,
}

/// What became of a delivery.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Settlement {
    pub id: DeliveryId,
    /// The state that it must still have.
    pub was: DeliveryState,
    pub state: DeliveryState,
    pub due_at: Timestamp,
    pub attempts: Attempts,
    /// For one that is uncertain: when the call was over.
    pub sent_at: Option<Timestamp>,
    /// The same by the org's own clock, where it isn't what stands in the journal.
    pub sent_org_at: Option<Timestamp>,
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

/// Marks these as sending, in a transaction that is committed before the call, so
/// that a crash during it leaves them uncertain and not pending.
pub async fn journal(
    tx: &mut Tx,
    rows: &[AboutToSend],
    call: &Call,
) -> Result<HashSet<DeliveryId>> {
    let mut changed = HashSet::with_capacity(rows.len());
    for some in rows.chunks(CHUNK) {
        let mut values = vec![
            Value::from(call.at),
            Value::from(call.org_at),
            Value::from(&call.by),
            Value::from(call.with_key),
        ];
        let rows = table(some, &mut values, |row| {
            vec![
                Value::from(row.id),
                Value::from(row.was),
                Value::from(row.who.clone()),
                Value::from(row.what.clone()),
                Value::from(&row.reason),
            ]
        });
        let sql = format!(
            "WITH new (id, was, who_id, what_id, reason) AS (VALUES {rows})
             UPDATE delivery SET state = 'sending', due_at = $1, sent_at = $1, sent_org_at = $2,
                 sent_as = $3, sent_with_key = $4, who_id = new.who_id, what_id = new.what_id,
                 reason = new.reason, settled_at = NULL
             FROM new WHERE delivery.id = new.id AND delivery.state = new.was
             RETURNING delivery.id AS id"
        );
        collect(tx, sql, &values, &mut changed).await?;
    }
    Ok(changed)
}

/// Writes down what became of each. One that was cancelled meanwhile stays so,
/// unless a Task was written for it after all.
pub async fn settle(
    tx: &mut Tx,
    settled: &[Settlement],
    now: Timestamp,
) -> Result<HashSet<DeliveryId>> {
    let mut changed = HashSet::with_capacity(settled.len());
    for some in settled.chunks(CHUNK) {
        let mut values = vec![Value::from(now)];
        let rows = table(some, &mut values, cells);
        let sql = format!(
            "WITH new (id, was, state, due_at, attempts, attempts_by_class, sent_at,
                       sent_org_at, skipped_owners, who_id, what_id, owner_id, task_id, reason, error_code,
                       error_message, is_open) AS (VALUES {rows})
             UPDATE delivery SET state = new.state, due_at = new.due_at, attempts = new.attempts,
                 attempts_by_class = new.attempts_by_class,
                 sent_at = COALESCE(new.sent_at, delivery.sent_at),
                 sent_org_at = COALESCE(new.sent_org_at, delivery.sent_org_at),
                 skipped_owners = new.skipped_owners, who_id = new.who_id, what_id = new.what_id,
                 owner_id = new.owner_id, task_id = new.task_id, reason = new.reason,
                 error_code = new.error_code, error_message = new.error_message,
                 settled_at = CASE WHEN new.is_open = 1 THEN NULL ELSE $1 END
             FROM new WHERE delivery.id = new.id
               AND (delivery.state = new.was
                    OR (delivery.state = 'cancelled' AND new.state = 'delivered'))
             RETURNING delivery.id AS id"
        );
        collect(tx, sql, &values, &mut changed).await?;
    }
    Ok(changed)
}

/// The truth about Tasks that were written by somebody who has lost the turn since:
/// only for deliveries that nobody has sent again meanwhile.
pub async fn settle_late(
    tx: &mut Tx,
    written: &[Settlement],
    sent_at: Timestamp,
    now: Timestamp,
) -> Result<HashSet<DeliveryId>> {
    let mut changed = HashSet::new();
    for some in written.chunks(CHUNK) {
        let mut values = vec![Value::from(now), Value::from(sent_at)];
        let rows = table(some, &mut values, |row| {
            vec![
                Value::from(row.id),
                Value::from(row.owner.clone()),
                Value::from(row.task.clone()),
                Value::from(&row.reason),
            ]
        });
        let sql = format!(
            "WITH new (id, owner_id, task_id, reason) AS (VALUES {rows})
             UPDATE delivery SET state = 'delivered', owner_id = new.owner_id,
                 task_id = new.task_id, reason = new.reason, error_code = '', error_message = '',
                 settled_at = $1
             FROM new WHERE delivery.id = new.id AND delivery.sent_at = $2
               AND delivery.state IN ('sending', 'uncertain', 'cancelled')
             RETURNING delivery.id AS id"
        );
        collect(tx, sql, &values, &mut changed).await?;
    }
    Ok(changed)
}

/// `(…), (…)` with a mark for each cell, whose values are added.
fn table<T>(rows: &[T], values: &mut Vec<Value>, cells: impl Fn(&T) -> Vec<Value>) -> String {
    let rows: Vec<String> = rows
        .iter()
        .map(|row| {
            let first = values.len() + 1;
            values.extend(cells(row));
            let marks: Vec<_> = (first..=values.len()).map(|n| format!("${n}")).collect();
            format!("({})", marks.join(", "))
        })
        .collect();
    rows.join(", ")
}

async fn collect(
    tx: &mut Tx,
    sql: String,
    values: &[Value],
    into: &mut HashSet<DeliveryId>,
) -> Result<()> {
    for row in tx.all(sqlx::AssertSqlSafe(sql), values).await? {
        into.insert(row.get("id")?);
    }
    Ok(())
}

fn cells(one: &Settlement) -> Vec<Value> {
    vec![
        Value::from(one.id),
        Value::from(one.was),
        Value::from(one.state),
        Value::from(one.due_at),
        Value::from(i64::from(one.attempts.total())),
        Value::from(one.attempts.to_string()),
        Value::from(one.sent_at),
        Value::from(one.sent_org_at),
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
