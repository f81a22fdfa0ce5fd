//! Writing a test Task from the dashboard, and saying what became of it.

use axum::extract::State;
use domain::matching::candidates::RecordId;
use domain::salesforce::remedy::remedy;
use domain::salesforce::test_task::TestTaskState;
use jiff::Timestamp;
use serde::Deserialize;
use store::salesforce::test_tasks::TestTask;
use tracing::Instrument as _;

use super::answer::Reply;
use super::gate::SalesforceAdmin;
use crate::app::App;
use crate::salesforce_connection::{look_for_test_task, write_test_task};
use crate::web::error::{WebError, WebResult};
use crate::web::http::form::Form;

/// What became of the last test Task.
pub(super) struct TestView {
    pub tone: &'static str,
    pub icon: &'static str,
    pub words: &'static str,
    /// In sentences.
    pub text: String,
    /// The Task in Salesforce, where it is still there.
    pub href: Option<String>,
    /// Whether it can be looked for now.
    pub may_look: bool,
    pub at: Timestamp,
    pub by: String,
}

impl TestView {
    /// `address` is the org's, without a slash at its end.
    pub(super) fn new(test: TestTask, address: &str) -> Self {
        let (tone, icon, words) = match test.state {
            TestTaskState::Running => ("badge-mute", "clock", "Under way"),
            TestTaskState::Passed => ("badge-ok", "check", "Passed"),
            TestTaskState::Refused => ("badge-bad", "alert", "Refused"),
            TestTaskState::Left => ("badge-warn", "alert", "Not deleted"),
            TestTaskState::Uncertain => ("badge-warn", "clock", "No answer"),
            TestTaskState::Cleared => ("badge-mute", "check", "Cleared up"),
            TestTaskState::NotFound => ("badge-warn", "alert", "Not known"),
        };
        let left = test
            .task
            .as_ref()
            .filter(|_| test.state == TestTaskState::Left);
        Self {
            tone,
            icon,
            words,
            text: text(&test),
            may_look: test.state.is_open() && test.state != TestTaskState::Running,
            href: left.map(|task| format!("{address}/{task}")),
            at: test.started_at,
            by: test.started_by,
        }
    }
}

fn text(test: &TestTask) -> String {
    let account = format!("“{}”", test.account_name);
    match test.state {
        TestTaskState::Running => format!(
            "A Task is being written on {account} and deleted again. Reload to see the result."
        ),
        TestTaskState::Passed => format!("A Task was written on {account} and deleted again."),
        TestTaskState::Refused => format!("No Task was written on {account}. {}", reason(test)),
        TestTaskState::Left => format!(
            "A Task was written on {account}, and it is still there: Salesforce didn’t delete it. \
             Delete it in Salesforce, or let the connected user delete Tasks. Gatehouse tries again \
             every day.{}",
            answer(test)
        ),
        TestTaskState::Uncertain => format!(
            "Salesforce gave no clear answer, so the Task on {account} may exist. Gatehouse looks \
             for it about twenty minutes later and deletes it."
        ),
        TestTaskState::Cleared => {
            format!("Salesforce gave no clear answer at first. No test Task is on {account} now.")
        }
        TestTaskState::NotFound => format!(
            "Nobody can tell whether the Task on {account} exists: look for “Gatehouse test Task” \
             there, and delete it."
        ),
    }
}

/// What to do, and what Salesforce said.
fn reason(test: &TestTask) -> String {
    let (code, message) = (&test.error_code, &test.error_message);
    if code.is_empty() {
        let message = message.trim_end_matches('.');
        return format!("{message}.");
    }
    format!("{}{}", remedy(code, message), answer(test))
}

/// Empty where Salesforce gave none.
fn answer(test: &TestTask) -> String {
    match test.error_code.as_str() {
        "" => String::new(),
        code => format!(" Salesforce’s answer: {code}: {}", test.error_message),
    }
}

#[derive(Deserialize)]
pub(super) struct Chosen {
    /// The Account's id.
    account: String,
}

pub(super) async fn write(
    State(app): State<App>,
    admin: SalesforceAdmin,
    reply: Reply,
    Form(chosen): Form<Chosen>,
) -> WebResult {
    let account = RecordId::new(chosen.account.trim());
    // A task of its own: it must not stop between Salesforce and the database.
    let writing = async move { write_test_task(&app, admin.staff.action(&app), &account).await };
    let written = tokio::spawn(writing.in_current_span())
        .await
        .map_err(|error| WebError::Internal(error.into()))?;
    reply.to(
        "test-task",
        written.map(|test| match test.state {
            TestTaskState::Passed => "A test Task was written and deleted again.",
            TestTaskState::Refused => "Salesforce refused the test Task. See below why.",
            TestTaskState::Left => "The test Task was written, but not deleted. See below why.",
            _ => "Salesforce gave no clear answer. The test Task is cleared up soon.",
        }),
    )
}

pub(super) async fn look(
    State(app): State<App>,
    admin: SalesforceAdmin,
    reply: Reply,
) -> WebResult {
    let done = look_for_test_task(&app, admin.staff.action(&app)).await;
    let message = "Gatehouse looks for the test Task within a minute.";
    reply.to("test-task", done.map(|()| message))
}
