//! Writing a Task to see whether it works, and deleting it again.

use std::sync::Arc;

use clock::Ambient;
use domain::activities::{Activity, ActivityKind, Details, NewActivity};
use domain::audit::Action;
use domain::deliveries::outcome::{Class, classify};
use domain::ids::{ActivityId, TestTaskId};
use domain::matching::candidates::RecordId;
use domain::salesforce::test_task::{ASK_AFTER, ASK_AGAIN, SUBJECT, TestTaskState, comments};
use domain::salesforce::{Connection, ConnectionState};
use salesforce::org::OrgProfile;
use salesforce::reference_fields::ReferenceFields;
use salesforce::tasks::{TaskGroup, TaskRecord};
use salesforce::transport::always_send;
use salesforce::{ApiError, CallError, RowOutcome, SendGuard};
use store::salesforce::test_tasks::{self, TestTask};
use tracing::instrument;

use super::account_link::{choice_with_id, within_limit};
use super::limits::{TEST_TASK_SENT, TEST_TASK_WINDOW, TEST_TASKS};
use super::lookup::{ask, org_profile};
use super::mapping::{MappedObject, Mapping};
use super::{InstallError, connected, locked};
use crate::app::App;
use crate::use_cases::StaffAction;

/// Writes a Task on that Account much as the engine would, and deletes it. Answers what became of
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
    within_limit(app, act).await?;
    let account = choice_with_id(app, act, account).await?;
    let begun = begin(app, act, account.id(), account.name).await?;
    let (mut test, connection, profile) = begun;
    let guard = sent_soon(act.ambient);
    let group = [TaskGroup {
        all_or_none: false,
        tasks: vec![record(act, &test, &connection, &profile)],
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
) -> Result<(TestTask, Connection, OrgProfile), InstallError> {
    let now = act.ambient.now();
    let mut tx = app.db.begin().await?;
    let connection = locked(&mut tx, act).await?;
    if connection.state != ConnectionState::Active {
        return Err(InstallError::Invalid(
            "Nothing is sent while the integration is paused or needs a new login.".to_owned(),
        ));
    }
    let Some(profile) = org_profile(&connection) else {
        return Err(InstallError::Invalid(
            "Choose Check again first: what was read of the org can’t be used.".to_owned(),
        ));
    };
    let key = format!("test-task:{}", act.org.id);
    if !store::rate_limits::allow(&mut tx, &key, TEST_TASKS, TEST_TASK_WINDOW, now).await? {
        return Err(InstallError::Invalid(
            "Too many test Tasks within an hour. Try again later.".to_owned(),
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
            "The test Task before this one may still be in Salesforce: see below. Write another \
             one once that is cleared up."
                .to_owned(),
        ));
    }
    let detail = format!("On “{}” ({})", test.account_name, test.account);
    act.audit(&mut tx, Action::WroteTestTask, &detail).await?;
    tx.commit().await?;
    Ok((test, connection, profile))
}

/// Like the Task of an activity, with the further fields and the External ID, but for its words,
/// its owner and the person.
fn record(
    act: StaffAction<'_>,
    test: &TestTask,
    connection: &Connection,
    profile: &OrgProfile,
) -> TaskRecord {
    let fields: ReferenceFields =
        serde_json::from_str(&connection.reference_fields).unwrap_or_default();
    let link = act.public_url.join("/dashboard/salesforce/permissions");
    let link = link.map_or_else(|_| String::new(), |link| link.to_string());
    TaskRecord {
        subject: SUBJECT.to_owned(),
        status: profile.open_status.clone(),
        priority: profile.default_priority.clone(),
        owner_id: Some(connection.user.id.clone()),
        who_id: None,
        what_id: Some(test.account.clone()),
        activity_date: Some(act.ambient.now().to_zoned(profile.zone()).date()),
        description: comments(test.id, &test.started_by),
        external_id: fields
            .task
            .map(|field| (field.name, test.id.as_uuid().simple().to_string())),
        fields: Mapping::of(connection).values(MappedObject::Task, &example(test), &link),
    }
}

/// What the further fields get their values of.
fn example(test: &TestTask) -> Activity {
    Activity {
        id: ActivityId::from_uuid(*test.id.as_uuid()),
        occurred_at: test.started_at,
        request: None,
        what: NewActivity {
            kind: ActivityKind::FileDownloaded,
            person: None,
            company: test.account_name.clone(),
            account: None,
            details: Details {
                item: Some(SUBJECT.to_owned()),
                ..Details::default()
            },
        },
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
        Some(RowOutcome::Failed(error)) => refused(error, 200),
        Some(RowOutcome::Unknown(message)) => (TestTaskState::Uncertain, String::new(), message),
        _ => {
            let told = "Salesforce gave no answer".to_owned();
            (TestTaskState::Uncertain, String::new(), told)
        }
    }
}

fn not_answered(error: CallError) -> (TestTaskState, String, String) {
    match error {
        CallError::Refused(error, http) => refused(error, http),
        CallError::Unknown { message, .. } => (TestTaskState::Uncertain, String::new(), message),
        // Nothing was done.
        other => (TestTaskState::Refused, String::new(), other.to_string()),
    }
}

/// Some refusals don't say that nothing was written.
fn refused(error: ApiError, http: u16) -> (TestTaskState, String, String) {
    let state = match classify(&error.code, &error.message, http) {
        Class::Unknown => TestTaskState::Uncertain,
        _ => TestTaskState::Refused,
    };
    (state, error.code, error.message)
}

/// Whether Salesforce will refuse to delete it as long as nobody changes anything.
pub fn stays(error: &ApiError, http: u16) -> bool {
    matches!(
        classify(&error.code, &error.message, http),
        Class::Park | Class::Ours
    )
}

async fn delete(
    app: &App,
    act: StaffAction<'_>,
    test: TestTask,
    task: &RecordId,
) -> Result<TestTask, InstallError> {
    let mut tx = app.db.read().await?;
    let is_same = connected(&mut tx, act)
        .await
        .is_ok_and(|now| now.id == test.connection && now.user.id == test.sent_as);
    drop(tx);
    if !is_same {
        let told = "the connection was changed meanwhile".to_owned();
        return settle(app, test, (TestTaskState::Uncertain, "", told)).await;
    }
    let deleted = ask(app, act, |client, session| async move {
        // Deleting it twice does no harm, so nothing needs to hold it back.
        client.delete_task(&session, &always_send(), task).await
    })
    .await;
    match deleted {
        Ok(_) => settle(app, test, (TestTaskState::Passed, "", String::new())).await,
        Err(InstallError::Call(CallError::Refused(error, http))) if stays(&error, http) => {
            settle(app, test, (TestTaskState::Left, error.code, error.message)).await
        }
        Err(InstallError::Store(error)) => Err(error.into()),
        // It is deleted later.
        Err(other) => settle(app, test, (TestTaskState::Uncertain, "", other.to_string())).await,
    }
}

/// Has the org asked within a minute about a test Task that may still be there.
///
/// # Errors
/// No org is connected, or no test Task is open.
#[instrument(
    name = "salesforce.test_task.look_again",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id)
)]
pub async fn look_for_test_task(app: &App, act: StaffAction<'_>) -> Result<(), InstallError> {
    let mut tx = app.db.begin().await?;
    let connection = locked(&mut tx, act).await?;
    let now = act.ambient.now();
    if !test_tasks::ask_now(&mut tx, act.org.id, connection.id, now).await? {
        return Err(InstallError::Invalid(
            "No test Task is left to look for.".to_owned(),
        ));
    }
    Ok(tx.commit().await?)
}

async fn settle(
    app: &App,
    mut test: TestTask,
    (state, code, message): (TestTaskState, impl Into<String>, String),
) -> Result<TestTask, InstallError> {
    test.state = state;
    test.error_code = code.into();
    test.error_message = message;
    match state {
        TestTaskState::Left => test.ask_at = Some(app.ambient.now() + ASK_AGAIN),
        state if !state.is_open() => test.ask_at = None,
        _ => {}
    }
    let mut tx = app.db.begin().await?;
    test_tasks::keep(&mut tx, &test).await?;
    tx.commit().await?;
    Ok(test)
}
