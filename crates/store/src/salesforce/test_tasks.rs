//! Table `test_task`: the last Task of a connection that was written to see whether it works.

use std::time::Duration;

use domain::ids::{ConnectionId, OrganizationId, TestTaskId};
use domain::matching::candidates::RecordId;
use domain::salesforce::test_task::TestTaskState;
use jiff::Timestamp;

use crate::params;
use crate::{Result, Row, Tx};

const COLUMNS: &str = "id, org_id, connection_id, state, account_id, account_name, sent_as, \
     started_by, started_at, ask_at, task_id, error_code, error_message";

/// A test Task.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TestTask {
    /// Its id.
    pub id: TestTaskId,
    /// Whose it is.
    pub org: OrganizationId,
    /// Over which connection it is written.
    pub connection: ConnectionId,
    /// How far it is.
    pub state: TestTaskState,
    /// The Account that it belongs to.
    pub account: RecordId,
    /// What that Account was called.
    pub account_name: String,
    /// The Salesforce user who writes it.
    pub sent_as: RecordId,
    /// Who of the staff wanted it.
    pub started_by: String,
    /// When.
    pub started_at: Timestamp,
    /// When the org is asked what became of it; `None` where that is known.
    pub ask_at: Option<Timestamp>,
    /// The Task, once Salesforce has said that it is there.
    pub task: Option<RecordId>,
    /// Why it wasn't written or deleted; empty where it was.
    pub error_code: String,
    /// The same in Salesforce's words.
    pub error_message: String,
}

/// Begins one, in place of the one before. Answers whether it is the only one: not while it
/// is open what became of the one before.
pub async fn begin(tx: &mut Tx, task: &TestTask) -> Result<bool> {
    let changed = tx
        .execute(
            "INSERT INTO test_task (connection_id, id, org_id, state, account_id, account_name,
                 sent_as, started_by, started_at, ask_at, task_id, error_code, error_message)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '', '', '')
             ON CONFLICT (connection_id) DO UPDATE SET id = $2, state = $4, account_id = $5,
                 account_name = $6, sent_as = $7, started_by = $8, started_at = $9, ask_at = $10,
                 task_id = '', error_code = '', error_message = ''
             WHERE test_task.ask_at IS NULL",
            params![
                task.connection,
                task.id,
                task.org,
                task.state,
                &task.account,
                &task.account_name,
                &task.sent_as,
                &task.started_by,
                task.started_at,
                task.ask_at,
            ],
        )
        .await?;
    Ok(changed > 0)
}

/// Keeps what became of it. Answers whether it is still the connection's last one.
pub async fn keep(tx: &mut Tx, task: &TestTask) -> Result<bool> {
    let id = task.task.as_ref().map_or("", |id| id.as_str());
    let changed = tx
        .execute(
            "UPDATE test_task SET state = $3, ask_at = $4, task_id = $5, error_code = $6,
                 error_message = $7
             WHERE org_id = $1 AND id = $2",
            params![
                task.org,
                task.id,
                task.state,
                task.ask_at,
                id,
                &task.error_code,
                &task.error_message,
            ],
        )
        .await?;
    Ok(changed > 0)
}

/// Has the org asked about it now, if it is still open. Answers whether it is.
pub async fn ask_now(
    tx: &mut Tx,
    org: OrganizationId,
    connection: ConnectionId,
    now: Timestamp,
) -> Result<bool> {
    let changed = tx
        .execute(
            "UPDATE test_task SET ask_at = $3
             WHERE org_id = $1 AND connection_id = $2 AND ask_at IS NOT NULL
                 AND state <> 'running'",
            params![org, connection, now],
        )
        .await?;
    Ok(changed > 0)
}

/// The last one of a connection.
pub async fn latest(
    tx: &mut Tx,
    org: OrganizationId,
    connection: ConnectionId,
) -> Result<Option<TestTask>> {
    let sql = format!("SELECT {COLUMNS} FROM test_task WHERE org_id = $1 AND connection_id = $2");
    let row = tx
        .optional(sqlx::AssertSqlSafe(sql), params![org, connection])
        .await?;
    row.as_ref().map(read).transpose()
}

/// Those of all organizations whose org is to be asked now; each is put off by `again`, so
/// that no other process asks meanwhile.
pub async fn claim_across_tenants(
    tx: &mut Tx,
    now: Timestamp,
    again: Duration,
) -> Result<Vec<TestTask>> {
    let sql = format!(
        "UPDATE test_task SET ask_at = $2 WHERE ask_at <= $1
             AND connection_id IN (SELECT id FROM connection WHERE state IN ('active', 'paused'))
         RETURNING {COLUMNS}"
    );
    tx.all(sqlx::AssertSqlSafe(sql), params![now, now + again])
        .await?
        .iter()
        .map(read)
        .collect()
}

fn read(row: &Row) -> Result<TestTask> {
    let task: String = row.get("task_id")?;
    Ok(TestTask {
        id: row.get("id")?,
        org: row.get("org_id")?,
        connection: row.get("connection_id")?,
        state: row.get("state")?,
        account: row.get("account_id")?,
        account_name: row.get("account_name")?,
        sent_as: row.get("sent_as")?,
        started_by: row.get("started_by")?,
        started_at: row.get("started_at")?,
        ask_at: row.get("ask_at")?,
        task: (!task.is_empty()).then(|| RecordId::new(&task)),
        error_code: row.get("error_code")?,
        error_message: row.get("error_message")?,
    })
}
