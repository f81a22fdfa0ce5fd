//! Writing a Task to see whether it works, and deleting it again.

use std::sync::Arc;

use clock::Ambient;
use domain::audit::Action;
use domain::ids::TestTaskId;
use domain::matching::candidates::RecordId;
use domain::salesforce::test_task::{ASK_AFTER, SUBJECT, TestTaskState, comments};
use domain::salesforce::{Connection, ConnectionState};
use jiff::tz::TimeZone;
use salesforce::org::OrgProfile;
use salesforce::tasks::{TaskGroup, TaskRecord};
use salesforce::transport::always_send;
use salesforce::{CallError, RowOutcome, SendGuard};
use store::salesforce::test_tasks::{self, TestTask};
use tracing::instrument;

use super::account_link::choice_with_id;
use super::limits::{TEST_TASK_SENT, TEST_TASK_WINDOW, TEST_TASKS};
use super::lookup::ask;
use super::{InstallError, locked};
use crate::app::App;
use crate::use_cases::StaffAction;

/// Writes a Task on that Account as the engine would, and deletes it. Answers what became of
/// it. It is written down before it is sent: where the answer is lost, or this process dies,
/// the org is asked later, and the Task is deleted then.
///
/// # Errors
/// There is no such Account, or another test Task isn't cleared yet; nothing was sent.
#[instrument(
    name = "salesforce.test_task.write",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id)
)]
pub async fn write_test_task(
    app: &App,
    act: StaffAction<'_>,
    account: &RecordId,
) -> Result<TestTask, InstallError> {
    let account = choice_with_id(app, act, account).await?;
    let (mut test, connection) = begin(app, act, account.id(), account.name).await?;
    let guard = sent_soon(act.ambient);
    let group = [TaskGroup {
        all_or_none: false,
        tasks: vec![record(act, &test, &connection)],
    }];
    let (group, guard) = (&group, &guard);
    let written = ask(app, act, |client, session| async move {
        client.write_tasks(&session, guard, group).await
    })
    .await;
    let task = match written {
        Ok(rows) => match rows.into_iter().flatten().next() {
            Some(RowOutcome::Created(task)) => task,
            row => return settle(app, test, not_written(row)).await,
        },
        Err(InstallError::Call(error)) => return settle(app, test, not_answered(error)).await,
        Err(InstallError::Store(error)) => return Err(error.into()),
        Err(other) => {
            return settle(app, test, (TestTaskState::Refused, "", other.to_string())).await;
        }
    };
    test.task = Some(task.clone());
    // Should this process die now, the Task's id is known.
    let state = TestTaskState::Running;
    let test = settle(app, test, (state, "", String::new())).await?;
    delete(app, act, test, &task).await
}

async fn begin(
    app: &App,
    act: StaffAction<'_>,
    account: RecordId,
    account_name: String,
) -> Result<(TestTask, Connection), InstallError> {
    let now = act.ambient.now();
    let mut tx = app.db.begin().await?;
    let connection = locked(&mut tx, act).await?;
    if connection.state != ConnectionState::Active {
        return Err(InstallError::Invalid(
            "Nothing is sent while the integration is paused or needs a new login.".to_owned(),
        ));
    }
    let key = format!("test-task:{}", act.org.id);
    if !store::rate_limits::allow(&mut tx, &key, TEST_TASKS, TEST_TASK_WINDOW, now).await? {
        return Err(InstallError::Invalid(
            "That were many test Tasks within an hour. Write the next one later.".to_owned(),
        ));
    }
    let test = TestTask {
        id: act.ambient.id(TestTaskId::from_uuid),
        org: act.org.id,
        connection: connection.id,
        state: TestTaskState::Running,
        account,
        account_name,
        sent_as: connection.user.id.clone(),
        started_by: act.by.actor(),
        started_at: now,
        ask_at: Some(now + ASK_AFTER),
        task: None,
        error_code: String::new(),
        error_message: String::new(),
    };
    if !test_tasks::begin(&mut tx, &test).await? {
        return Err(InstallError::Invalid(
            "The test Task before this one is still being cleared up. Try again in half an hour."
                .to_owned(),
        ));
    }
    let detail = format!("On “{}” ({})", test.account_name, test.account);
    act.audit(&mut tx, Action::WroteTestTask, &detail).await?;
    tx.commit().await?;
    Ok((test, connection))
}

/// Like the Task of an activity, but for its words.
fn record(act: StaffAction<'_>, test: &TestTask, connection: &Connection) -> TaskRecord {
    let profile = serde_json::from_str::<OrgProfile>(&connection.org_profile).ok();
    let zone = profile
        .as_ref()
        .and_then(|profile| TimeZone::get(&profile.time_zone).ok());
    let (status, priority) = profile.map_or_else(
        || ("Not Started".to_owned(), "Normal".to_owned()),
        |profile| (profile.open_status, profile.default_priority),
    );
    TaskRecord {
        subject: SUBJECT.to_owned(),
        status,
        priority,
        owner_id: Some(connection.user.id.clone()),
        who_id: None,
        what_id: Some(test.account.clone()),
        activity_date: Some(
            act.ambient
                .now()
                .to_zoned(zone.unwrap_or(TimeZone::UTC))
                .date(),
        ),
        description: comments(test.id, &test.started_by),
        external_id: None,
        fields: serde_json::Map::new(),
    }
}

/// What is sent later than this after it was written down might come when nobody looks for it
/// anymore. Both clocks count: a machine may have been suspended.
fn sent_soon(ambient: &Ambient) -> SendGuard {
    let clock = ambient.clock.clone();
    let (passed, wall) = (clock.passed(), clock.now());
    Arc::new(move || {
        let by_day = clock.now().duration_since(wall).unsigned_abs();
        clock.passed().saturating_sub(passed) <= TEST_TASK_SENT && by_day <= TEST_TASK_SENT
    })
}

fn not_written(row: Option<RowOutcome>) -> (TestTaskState, String, String) {
    match row {
        Some(RowOutcome::Failed(error)) => (TestTaskState::Refused, error.code, error.message),
        Some(RowOutcome::Unknown(message)) => (TestTaskState::Uncertain, String::new(), message),
        _ => (
            TestTaskState::Uncertain,
            String::new(),
            "Salesforce gave no answer".to_owned(),
        ),
    }
}

fn not_answered(error: CallError) -> (TestTaskState, String, String) {
    match error {
        CallError::Refused(error, _) => (TestTaskState::Refused, error.code, error.message),
        CallError::Unknown { message, .. } => (TestTaskState::Uncertain, String::new(), message),
        // Nothing was done.
        other => (TestTaskState::Refused, String::new(), other.to_string()),
    }
}

async fn delete(
    app: &App,
    act: StaffAction<'_>,
    test: TestTask,
    task: &RecordId,
) -> Result<TestTask, InstallError> {
    let deleted = ask(app, act, |client, session| async move {
        // Deleting it twice does no harm, so nothing needs to hold it back.
        client.delete_task(&session, &always_send(), task).await
    })
    .await;
    match deleted {
        Ok(_) => settle(app, test, (TestTaskState::Passed, "", String::new())).await,
        Err(InstallError::Call(CallError::Refused(error, _))) => {
            settle(app, test, (TestTaskState::Left, error.code, error.message)).await
        }
        // It is deleted later.
        Err(InstallError::Store(error)) => Err(error.into()),
        Err(other) => settle(app, test, (TestTaskState::Uncertain, "", other.to_string())).await,
    }
}

async fn settle(
    app: &App,
    mut test: TestTask,
    (state, code, message): (TestTaskState, impl Into<String>, String),
) -> Result<TestTask, InstallError> {
    test.state = state;
    test.error_code = code.into();
    test.error_message = message;
    if !state.is_open() {
        test.ask_at = None;
    }
    let mut tx = app.db.begin().await?;
    test_tasks::keep(&mut tx, &test).await?;
    tx.commit().await?;
    Ok(test)
}
