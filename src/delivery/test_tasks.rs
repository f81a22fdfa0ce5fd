//! Test Tasks that may still be in their org: they are looked for and deleted.

use domain::deliveries::task;
use domain::matching::candidates::RecordId;
use domain::salesforce::test_task::{ASK_AGAIN, GIVE_UP, SUBJECT, TestTaskState, reference};
use jiff::Timestamp;
use salesforce::transport::always_send;
use salesforce::written_tasks::WrittenQuestion;
use salesforce::{CallError, Session};
use store::salesforce::test_tasks::{self, TestTask};
use tracing::instrument;

use super::limits::{PAGES, SKEW, TEST_TASK_AGAIN};
use super::org_session::OrgSession;
use super::stop::Stop;
use super::written_tasks::may_ask_for_sender;
use crate::app::App;
use crate::salesforce_connection::stays;

/// What came of looking.
struct Looked {
    state: TestTaskState,
    task: Option<RecordId>,
    told: (String, String),
}

impl Looked {
    fn at(state: TestTaskState) -> Self {
        Self {
            state,
            task: None,
            told: Default::default(),
        }
    }
}

/// Clears those whose time has come; one that can't be cleared keeps no other waiting.
///
/// # Errors
/// The database, before any was looked at.
pub async fn clear_due(app: &App) -> store::Result<()> {
    let now = app.ambient.now();
    let mut tx = app.db.begin().await?;
    let due = test_tasks::claim_across_tenants(&mut tx, now, TEST_TASK_AGAIN).await?;
    tx.commit().await?;
    for test in due {
        let id = test.id;
        if let Err(error) = clear(app, test).await {
            tracing::error!(%error, test = %id, "a test Task is cleared later");
        }
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
    let looked = match opened {
        Ok(mut session) => {
            let looked = look_and_delete(&mut session, &test).await;
            session.close().await?;
            looked
        }
        Err(stop) => Err(stop),
    };
    let now = app.ambient.now();
    let looked = match looked {
        Ok(looked) => looked,
        Err(Stop::Store(error)) => return Err(error),
        Err(stop) if now < test.started_at + GIVE_UP => {
            tracing::warn!(test = %test.id, ?stop, "a test Task is cleared later");
            return Ok(());
        }
        Err(stop) => {
            tracing::warn!(test = %test.id, ?stop, "nobody knows what became of a test Task");
            Looked::at(match test.task {
                // Its address is known, so it is tried again every day.
                Some(_) => TestTaskState::Left,
                None => TestTaskState::NotFound,
            })
        }
    };
    test.state = looked.state;
    test.task = looked.task.or(test.task);
    (test.error_code, test.error_message) = looked.told;
    test.ask_at = (test.state == TestTaskState::Left).then(|| now + ASK_AGAIN);
    let mut tx = app.db.begin().await?;
    test_tasks::keep(&mut tx, &test).await?;
    tx.commit().await
}

async fn look_and_delete(session: &mut OrgSession<'_>, test: &TestTask) -> Result<Looked, Stop> {
    // Another user may not see what the one who wrote it sees.
    let nothing = if session.connection.user.id == test.sent_as {
        TestTaskState::Cleared
    } else {
        TestTaskState::NotFound
    };
    let task = match &test.task {
        Some(task) => task.clone(),
        None => match look(session, test).await? {
            Found::One(task) => task,
            Found::None => return Ok(Looked::at(nothing)),
            Found::Incomplete => return Ok(Looked::at(TestTaskState::NotFound)),
        },
    };
    let id = &task;
    // Deleting it twice does no harm, so nothing needs to hold it back. A refusal is an answer.
    let deleted = session
        .read(|client, session: Session| async move {
            match client.delete_task(&session, &always_send(), id).await {
                Ok(answer) => Ok(answer.map(Ok::<bool, (String, String)>)),
                Err(CallError::Refused(error, http)) if stays(&error, http) => {
                    let mut refused = salesforce::Answer::free(());
                    refused.calls = 1;
                    Ok(refused.map(|()| Err((error.code, error.message))))
                }
                Err(error) => Err(error),
            }
        })
        .await?;
    Ok(match deleted {
        Ok(true) => Looked::at(TestTaskState::Cleared),
        Ok(false) => Looked::at(nothing),
        Err(told) => Looked {
            state: TestTaskState::Left,
            task: Some(task),
            told,
        },
    })
}

enum Found {
    One(RecordId),
    None,
    /// There is more than can be read.
    Incomplete,
}

/// The one that has its reference, on its Account or, after a merge, anywhere.
async fn look(session: &mut OrgSession<'_>, test: &TestTask) -> Result<Found, Stop> {
    let may_ask = may_ask_for_sender(&session.connection.preflight);
    let on_account = WrittenQuestion {
        created_by: may_ask.then(|| test.sent_as.clone()),
        from: test.started_at.checked_sub(SKEW).unwrap_or(Timestamp::MIN),
        to: None,
        parents: vec![test.account.clone()],
        subjects: Vec::new(),
        days: Vec::new(),
        or_no_day: false,
        known: Vec::new(),
    };
    let anywhere = WrittenQuestion {
        parents: Vec::new(),
        subjects: vec![SUBJECT.to_owned()],
        ..on_account.clone()
    };
    let mut complete = true;
    for question in [on_account, anywhere] {
        let asked = &question;
        let found = session
            .read(
                |client, session| async move { client.find_written(&session, asked, PAGES).await },
            )
            .await?;
        let line = reference(test.id);
        let mut ours = found.tasks.into_iter();
        // Of several, of which all but the first are copies that someone made, the oldest.
        if let Some(task) = ours.find(|task| task::has_line(&task.comments, &line)) {
            return Ok(Found::One(task.id));
        }
        complete &= found.complete;
    }
    Ok(if complete {
        Found::None
    } else {
        Found::Incomplete
    })
}
