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
use crate::salesforce_connection::write_test_task;
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
            href: left.map(|task| format!("{address}/{task}")),
            at: test.started_at,
            by: test.started_by,
        }
    }
}

fn text(test: &TestTask) -> String {
    let account = format!("“{}”", test.account_name);
    match test.state {
        TestTaskState::Running => {
            format!(
                "A Task is being written on {account} and deleted again. Reload to see the result."
            )
        }
        TestTaskState::Passed => format!("A Task was written on {account} and deleted again."),
        TestTaskState::Refused => format!("No Task was written on {account}. {}", reason(test)),
        TestTaskState::Left => format!(
            "A Task was written on {account}, and it is still there: Salesforce didn’t delete it. \
             Delete it in Salesforce. {}",
            reason(test)
        ),
        TestTaskState::Uncertain => format!(
            "Salesforce’s answer was lost, so the Task on {account} may exist. Gatehouse looks for \
             it within half an hour and deletes it."
        ),
        TestTaskState::Cleared => {
            format!("Salesforce’s answer had been lost. No test Task is on {account} now.")
        }
    }
}

/// What to do, and what Salesforce said.
fn reason(test: &TestTask) -> String {
    let (code, message) = (&test.error_code, &test.error_message);
    if code.is_empty() {
        return format!("{message}.");
    }
    format!(
        "{} Salesforce’s answer: {code}: {message}",
        remedy(code, message)
    )
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
