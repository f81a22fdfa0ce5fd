//! Test Tasks of which nobody knows what became: they are looked for and deleted.

use domain::deliveries::task;
use domain::matching::candidates::RecordId;
use domain::salesforce::test_task::{SUBJECT, TestTaskState, reference};
use jiff::Timestamp;
use salesforce::transport::always_send;
use salesforce::written_tasks::WrittenQuestion;
use store::salesforce::test_tasks::{self, TestTask};
use tracing::instrument;

use super::limits::{PAGES, SKEW, TEST_TASK_AGAIN};
use super::org_session::OrgSession;
use super::stop::Stop;
use crate::app::App;

/// Clears those whose time has come.
///
/// # Errors
/// The database.
pub async fn clear_due(app: &App) -> store::Result<()> {
    let now = app.ambient.now();
    let mut tx = app.db.begin().await?;
    let due = test_tasks::claim_across_tenants(&mut tx, now, TEST_TASK_AGAIN).await?;
    tx.commit().await?;
    for test in due {
        clear(app, test).await?;
    }
    Ok(())
}

#[instrument(name = "delivery.test_tasks.clear", skip_all, fields(org = %test.org, test = %test.id))]
async fn clear(app: &App, mut test: TestTask) -> store::Result<()> {
    let Some(client) = &app.salesforce else {
        return Ok(());
    };
    let mut tx = app.db.read().await?;
    let id = test.connection;
    let found = store::salesforce::connections::by_id(&mut tx, test.org, id).await?;
    drop(tx);
    let Some(connection) = found else {
        return Ok(());
    };
    let opened = OrgSession::open_with_budget(app, client, test.org, connection).await;
    let mut session = match opened {
        Ok(session) => session,
        Err(stop) => return later(&test, stop),
    };
    let cleared = look_and_delete(&mut session, &mut test).await;
    session.close().await?;
    let state = match cleared {
        Ok(state) => state,
        Err(stop) => return later(&test, stop),
    };
    test.state = state;
    test.ask_at = None;
    let mut tx = app.db.begin().await?;
    test_tasks::keep(&mut tx, &test).await?;
    tx.commit().await
}

/// It is due again already.
fn later(test: &TestTask, stop: Stop) -> store::Result<()> {
    match stop {
        Stop::Store(error) => Err(error),
        stop => {
            tracing::warn!(test = %test.id, ?stop, "a test Task is cleared later");
            Ok(())
        }
    }
}

async fn look_and_delete(
    session: &mut OrgSession<'_>,
    test: &mut TestTask,
) -> Result<TestTaskState, Stop> {
    let tasks = match &test.task {
        Some(task) => vec![task.clone()],
        None => look(session, test).await?,
    };
    for id in &tasks {
        let deleted = session
            // Deleting it twice does no harm, so nothing needs to hold it back.
            .read(|client, session| async move {
                client.delete_task(&session, &always_send(), id).await
            })
            .await;
        match deleted {
            Ok(_) => {}
            Err(Stop::Hold {
                kind: domain::salesforce::HoldKind::Refused,
                reason,
                ..
            }) => {
                test.task = Some(id.clone());
                test.error_message = reason;
                return Ok(TestTaskState::Left);
            }
            Err(stop) => return Err(stop),
        }
    }
    test.error_message = String::new();
    Ok(TestTaskState::Cleared)
}

/// Those that have its reference; there is one at the most.
async fn look(session: &mut OrgSession<'_>, test: &TestTask) -> Result<Vec<RecordId>, Stop> {
    let question = WrittenQuestion {
        created_by: None,
        from: test.started_at.checked_sub(SKEW).unwrap_or(Timestamp::MIN),
        to: None,
        parents: vec![test.account.clone()],
        subjects: vec![SUBJECT.to_owned()],
        days: Vec::new(),
        known: Vec::new(),
    };
    let asked = &question;
    let found = session
        .read(|client, session| async move { client.find_written(&session, asked, PAGES).await })
        .await?;
    let line = reference(test.id);
    let ours = found
        .tasks
        .into_iter()
        .filter(|task| task::has_line(&task.comments, &line));
    Ok(ours.map(|task| task.id).collect())
}
