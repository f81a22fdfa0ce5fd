//! Table `delivery`, written by the engine: first that a delivery is about to be
//! sent, then what became of it. Each answers which rows it changed: an Admin may have
//! cancelled one meanwhile, or someone else taken over.

use std::collections::HashSet;

use domain::deliveries::DeliveryState;
use domain::deliveries::attempts::Attempts;
use domain::deliveries::task::SentTask;
use domain::ids::DeliveryId;
use domain::matching::candidates::RecordId;
use jiff::Timestamp;

use crate::db::json_rows::{self, Cells};
use crate::params;
use crate::{Result, Tx, Value};

/// A delivery that is about to be handed to Salesforce.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AboutToSend {
    /// Which delivery it is.
    pub id: DeliveryId,
    /// The state that it must still have.
    pub was: DeliveryState,
    /// The Contact or Lead that its Task is for (`WhoId`).
    pub who: Option<RecordId>,
    /// The Account that its Task is for (`WhatId`).
    pub what: Option<RecordId>,
    /// Why it matched so, in sentences for an Admin.
    pub reason: String,
    /// What its Task has; `None` where no Task goes with the call.
    pub task: Option<SentTask>,
}

/// The call that they go with.
#[derive(Clone, Debug)]
pub struct Call {
    /// When the call is about to go out, by our own clock.
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
    /// Which delivery it is.
    pub id: DeliveryId,
    /// The state that it must still have.
    pub was: DeliveryState,
    /// The state that it has from now on.
    pub state: DeliveryState,
    /// When the engine looks at it again; without meaning once it is settled.
    pub due_at: Timestamp,
    /// How often it was tried again since it was queued or an Admin had it tried again, by
    /// cause.
    pub attempts: Attempts,
    /// For one that is uncertain: when the call was over.
    pub sent_at: Option<Timestamp>,
    /// The same by the org's own clock, where it isn't what stands in the journal.
    pub sent_org_at: Option<Timestamp>,
    /// How many owners of its chain Salesforce refused.
    pub skipped_owners: i64,
    /// The Contact or Lead that it was matched with (`WhoId`).
    pub who: Option<RecordId>,
    /// The Account that it was matched with (`WhatId`).
    pub what: Option<RecordId>,
    /// The owner that the Task was given; `None` where that is the connected user, where
    /// the Task was found after its answer was lost, and where there is none.
    pub owner: Option<RecordId>,
    /// The Task; `None` where none is known to be written.
    pub task: Option<RecordId>,
    /// Why it matched as it did, or why nothing did.
    pub reason: String,
    /// The code of the error; empty where there was none.
    pub error_code: String,
    /// What Salesforce or the network said; empty where there was no error.
    pub error_message: String,
}

const JOURNAL: [(&str, Cells); 7] = [
    ("id", Cells::Text),
    ("was", Cells::Text),
    ("who_id", Cells::Text),
    ("what_id", Cells::Text),
    ("reason", Cells::Text),
    ("subject", Cells::Text),
    ("due", Cells::Text),
];

const SETTLEMENT: [(&str, Cells); 17] = [
    ("id", Cells::Text),
    ("was", Cells::Text),
    ("state", Cells::Text),
    ("due_at", Cells::Int),
    ("attempts", Cells::Int),
    ("attempts_by_class", Cells::Text),
    ("sent_at", Cells::Int),
    ("sent_org_at", Cells::Int),
    ("skipped_owners", Cells::Int),
    ("who_id", Cells::Text),
    ("what_id", Cells::Text),
    ("owner_id", Cells::Text),
    ("task_id", Cells::Text),
    ("reason", Cells::Text),
    ("error_code", Cells::Text),
    ("error_message", Cells::Text),
    ("is_open", Cells::Int),
];

const WRITTEN: [(&str, Cells); 4] = [
    ("id", Cells::Text),
    ("owner_id", Cells::Text),
    ("task_id", Cells::Text),
    ("reason", Cells::Text),
];

/// Marks these as sending, in a transaction that is committed before the call, so
/// that a crash during it leaves them uncertain and not pending.
pub async fn journal(
    tx: &mut Tx,
    rows: &[AboutToSend],
    call: &Call,
) -> Result<HashSet<DeliveryId>> {
    let new = json_rows::table(tx.dialect(), "new", 5, &JOURNAL);
    let sql = format!(
        "WITH {new}
         UPDATE delivery SET state = 'sending', due_at = $1, sent_at = $1, sent_org_at = $2,
             sent_as = $3, sent_with_key = $4, who_id = new.who_id, what_id = new.what_id,
             reason = new.reason, settled_at = NULL,
             sent_subject = COALESCE(new.subject, delivery.sent_subject),
             sent_due = COALESCE(new.due, delivery.sent_due)
         FROM new WHERE delivery.id = new.id AND delivery.state = new.was
         RETURNING delivery.id AS id"
    );
    let rows = rows.iter().map(|row| {
        [
            Value::from(row.id),
            Value::from(row.was),
            Value::from(row.who.clone()),
            Value::from(row.what.clone()),
            Value::from(&row.reason),
            Value::from(row.task.as_ref().map(|task| task.subject.clone())),
            Value::from(row.task.as_ref().map(due_cell)),
        ]
    });
    let rows = json_rows::parameter(rows);
    changed(
        tx,
        sql,
        params![call.at, call.org_at, &call.by, call.with_key, rows],
    )
    .await
}

/// Writes down what became of each. One that was cancelled meanwhile stays so,
/// unless a Task was written for it after all.
pub async fn settle(
    tx: &mut Tx,
    settled: &[Settlement],
    now: Timestamp,
) -> Result<HashSet<DeliveryId>> {
    let new = json_rows::table(tx.dialect(), "new", 2, &SETTLEMENT);
    let sql = format!(
        "WITH {new}
         UPDATE delivery SET state = new.state, due_at = new.due_at, attempts = new.attempts,
             attempts_by_class = new.attempts_by_class,
             sent_at = COALESCE(new.sent_at, delivery.sent_at),
             sent_org_at = COALESCE(new.sent_org_at, delivery.sent_org_at),
             skipped_owners = new.skipped_owners, who_id = new.who_id, what_id = new.what_id,
             owner_id = new.owner_id, task_id = new.task_id, reason = new.reason,
             error_code = new.error_code, error_message = new.error_message,
             settled_at = CASE WHEN new.is_open = 1 THEN NULL ELSE $1 END,
             create_person = CASE WHEN new.state = 'unmatched' THEN ''
                                  ELSE delivery.create_person END,
             sent_subject = CASE WHEN new.state = 'uncertain' THEN delivery.sent_subject END,
             sent_due = CASE WHEN new.state = 'uncertain' THEN delivery.sent_due END
         FROM new WHERE delivery.id = new.id
           AND (delivery.state = new.was
                OR (delivery.state = 'cancelled' AND new.state = 'delivered'))
         RETURNING delivery.id AS id"
    );
    let rows = json_rows::parameter(settled.iter().map(cells));
    changed(tx, sql, params![now, rows]).await
}

/// The truth about Tasks that were written by someone who has lost the turn since:
/// only for deliveries that nobody has sent again meanwhile.
pub async fn settle_late(
    tx: &mut Tx,
    written: &[Settlement],
    sent_at: Timestamp,
    now: Timestamp,
) -> Result<HashSet<DeliveryId>> {
    let new = json_rows::table(tx.dialect(), "new", 3, &WRITTEN);
    let sql = format!(
        "WITH {new}
         UPDATE delivery SET state = 'delivered', owner_id = new.owner_id,
             task_id = new.task_id, reason = new.reason, error_code = '', error_message = '',
             settled_at = $1
         FROM new WHERE delivery.id = new.id AND delivery.sent_at = $2
           AND delivery.state IN ('sending', 'uncertain', 'cancelled')
         RETURNING delivery.id AS id"
    );
    let rows = written.iter().map(|row| {
        [
            Value::from(row.id),
            Value::from(row.owner.clone()),
            Value::from(row.task.clone()),
            Value::from(&row.reason),
        ]
    });
    let rows = json_rows::parameter(rows);
    changed(tx, sql, params![now, sent_at, rows]).await
}

async fn changed(tx: &mut Tx, sql: String, values: &[Value]) -> Result<HashSet<DeliveryId>> {
    tx.all(sqlx::AssertSqlSafe(sql), values)
        .await?
        .iter()
        .map(|row| row.get("id"))
        .collect()
}

/// Empty for a Task without a Due Date.
fn due_cell(task: &SentTask) -> String {
    task.due_date
        .map_or_else(String::new, |day| day.to_string())
}

fn cells(one: &Settlement) -> [Value; SETTLEMENT.len()] {
    [
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
