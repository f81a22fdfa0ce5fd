//! The Tasks that a user has written, found again by their reference.
//!
//! Comments can't be searched, so each question is narrowed by what a Task's other
//! fields have for certain, and never reads everything between two days.

use std::collections::BTreeSet;

use domain::deliveries::RESTORED;
use domain::deliveries::task::{SentTask, has_link, has_reference};
use domain::matching::candidates::RecordId;
use jiff::Timestamp;
use jiff::civil::Date;
use salesforce::preflight::{Preflight, Status};
use salesforce::written_tasks::{WrittenQuestion, WrittenTask};
use store::deliveries::due::{self, DueDelivery};

use super::limits::{NARROW_PAGES, PAGES, SKEW};
use super::org_session::OrgSession;
use super::stop::Stop;
use super::task_rules::Rules;

/// Subjects that a question names at the most, in bytes.
const SUBJECTS: usize = 20_000;
/// Tasks of the sender by which it is told whether any of them can be seen.
const KNOWN: i64 = 3;

/// What was found.
pub(super) struct Written {
    /// `None` where it may have been anyone.
    pub sender: Option<RecordId>,
    tasks: Vec<WrittenTask>,
    /// Whether all was read that the question was about.
    pub complete: bool,
    /// Tasks that the sender is known to have written; where that may have been anyone,
    /// users other than the connected one.
    known: Vec<RecordId>,
    by_connected_user: bool,
}

impl Written {
    /// The Task with the delivery's reference. After a restore also the one that links to its
    /// activity: it may have gone out since the copy was made, over a connection that the copy
    /// doesn't have.
    pub(super) fn task_of(&self, due: &DueDelivery) -> Option<RecordId> {
        let is_restored = due.error_code == RESTORED;
        let is_it = |task: &&WrittenTask| {
            has_reference(&task.comments, due.id)
                || is_restored && has_link(&task.comments, due.activity.id)
        };
        self.tasks.iter().find(is_it).map(|task| task.id.clone())
    }

    /// Whether the sender's Tasks can be seen, so that not finding one means that it
    /// isn't there. Where another user has connected since, only seeing one proves it.
    pub(super) fn is_visible(&self) -> bool {
        if self.known.is_empty() {
            return self.by_connected_user;
        }
        self.tasks.iter().any(|task| self.known.contains(&task.id))
    }

    pub(super) fn not_visible(&self, connected: &str) -> String {
        let others = match &self.sender {
            Some(sender) => format!("the user {sender}"),
            None => "other users".to_owned(),
        };
        format!(
            "Salesforce’s answer was lost, and {connected} can’t see the Tasks that {others} \
             wrote, so nobody can tell whether this one exists"
        )
    }
}

/// Looks on the records that the Tasks were meant for; where nobody wrote those down, by
/// kind and day.
pub(super) async fn find(
    session: &mut OrgSession<'_>,
    rules: &Rules<'_>,
    sender: Option<&RecordId>,
    due: &[DueDelivery],
) -> Result<Written, Stop> {
    let (placed, unplaced): (Vec<&DueDelivery>, Vec<&DueDelivery>) = due
        .iter()
        .partition(|due| due.who.is_some() || due.what.is_some());
    let known = known_tasks(session, sender).await?;
    let mut written = Written {
        sender: sender.cloned(),
        tasks: Vec::new(),
        complete: true,
        known,
        by_connected_user: sender.is_none_or(|sender| *sender == session.connection.user.id),
    };
    if !placed.is_empty() {
        let mut question = question(session, sender, &placed, &written.known);
        question.parents = parents(&placed);
        if !ask(session, &question, PAGES, &mut written).await? {
            let complete = ask_narrowed(session, rules, &question, &placed, &mut written);
            written.complete = complete.await?;
        }
    }
    if !unplaced.is_empty() {
        let question = question(session, sender, &unplaced, &written.known);
        let complete = ask_narrowed(session, rules, &question, &unplaced, &mut written);
        let complete = complete.await?;
        written.complete = written.complete && complete;
    }
    Ok(written)
}

/// Looks by kind and day, wherever someone may have moved the Tasks to meanwhile: a
/// Lead is converted, an Account merged.
pub(super) async fn find_moved(
    session: &mut OrgSession<'_>,
    rules: &Rules<'_>,
    sender: Option<&RecordId>,
    due: &[DueDelivery],
) -> Result<Written, Stop> {
    let due: Vec<&DueDelivery> = due.iter().collect();
    let question = question(session, sender, &due, &[]);
    let mut written = Written {
        sender: sender.cloned(),
        tasks: Vec::new(),
        complete: true,
        known: Vec::new(),
        by_connected_user: sender.is_none_or(|sender| *sender == session.connection.user.id),
    };
    written.complete = ask_narrowed(session, rules, &question, &due, &mut written).await?;
    Ok(written)
}

async fn known_tasks(
    session: &OrgSession<'_>,
    sender: Option<&RecordId>,
) -> Result<Vec<RecordId>, Stop> {
    let mut tx = session.app.db.read().await?;
    let (id, user) = (session.connection.id, &session.connection.user.id);
    Ok(match sender {
        Some(sender) => due::newest_tasks_of(&mut tx, id, sender, KNOWN).await?,
        None => due::newest_tasks_of_others(&mut tx, id, user, KNOWN).await?,
    })
}

fn question(
    session: &OrgSession<'_>,
    sender: Option<&RecordId>,
    due: &[&DueDelivery],
    known: &[RecordId],
) -> WrittenQuestion {
    let from = due.iter().map(|due| earliest(due)).min();
    WrittenQuestion {
        created_by: sender
            .filter(|_| may_ask_for_sender(&session.connection.preflight))
            .cloned(),
        from: from.unwrap_or(Timestamp::UNIX_EPOCH),
        to: None,
        parents: Vec::new(),
        subjects: Vec::new(),
        days: Vec::new(),
        or_no_day: false,
        known: known.to_vec(),
    }
}

/// The earliest that its Task can bear as its date of creation, on a clock of the org
/// that may be wrong.
fn earliest(due: &DueDelivery) -> Timestamp {
    let sent = due.sent.as_ref().filter(|_| due.error_code != RESTORED);
    let sent = sent.map_or(due.created_at, |sent| match sent.org_at {
        Some(org_at) => sent.at.min(org_at),
        None => sent.at,
    });
    sent.checked_sub(SKEW).unwrap_or(Timestamp::MIN)
}

fn parents(due: &[&DueDelivery]) -> Vec<RecordId> {
    let ids: BTreeSet<&RecordId> = due
        .iter()
        .filter_map(|due| due.who.as_ref().or(due.what.as_ref()))
        .collect();
    ids.into_iter().cloned().collect()
}

/// The question, narrowed by what the Tasks had when they were sent: an Admin may have changed
/// since how Tasks look. Several, where the Subjects are too long for one.
fn narrowed(
    question: &WrittenQuestion,
    rules: &Rules<'_>,
    due: &[&DueDelivery],
) -> Vec<WrittenQuestion> {
    let mut parts: Vec<BTreeSet<SentTask>> = Vec::new();
    let mut length = usize::MAX;
    for task in due.iter().flat_map(|due| as_sent(rules, due)) {
        length = length.saturating_add(task.subject.len());
        match parts.last_mut() {
            Some(part) if length <= SUBJECTS => {
                part.insert(task);
            }
            _ => {
                length = task.subject.len();
                parts.push(BTreeSet::from([task]));
            }
        }
    }
    let questions = parts.iter().map(|tasks| {
        let subjects: BTreeSet<&String> = tasks.iter().map(|task| &task.subject).collect();
        let days: BTreeSet<Date> = tasks.iter().filter_map(|task| task.due_date).collect();
        WrittenQuestion {
            subjects: subjects.into_iter().cloned().collect(),
            days: days.into_iter().collect(),
            or_no_day: tasks.iter().any(|task| task.due_date.is_none()),
            ..question.clone()
        }
    });
    questions.collect()
}

/// What its Task may have had. After a restore it may also have been sent since, as Tasks look
/// now.
fn as_sent(rules: &Rules<'_>, due: &DueDelivery) -> Vec<SentTask> {
    let sent = due.sent.as_ref().and_then(|sent| sent.task.clone());
    let is_restored = due.error_code == RESTORED;
    let now = (sent.is_none() || is_restored).then(|| rules.sent_task(due));
    sent.into_iter().chain(now).collect()
}

/// Answers whether everything was read.
async fn ask_narrowed(
    session: &mut OrgSession<'_>,
    rules: &Rules<'_>,
    question: &WrittenQuestion,
    due: &[&DueDelivery],
    written: &mut Written,
) -> Result<bool, Stop> {
    let mut complete = true;
    for question in narrowed(question, rules, due) {
        complete &= ask(session, &question, NARROW_PAGES, written).await?;
    }
    Ok(complete)
}

/// Where the connected user may not read `CreatedById`, it is asked for the references
/// alone.
pub(super) fn may_ask_for_sender(preflight: &str) -> bool {
    let preflight: Preflight = serde_json::from_str(preflight).unwrap_or_default();
    !preflight.checks.iter().any(|check| {
        check.object == "Task"
            && check.field.as_deref() == Some("CreatedById")
            && check.status == Status::Missing
    })
}

/// Answers whether everything was read.
async fn ask(
    session: &mut OrgSession<'_>,
    question: &WrittenQuestion,
    pages: usize,
    written: &mut Written,
) -> Result<bool, Stop> {
    let found = session
        .read(|client, session| async move { client.find_written(&session, question, pages).await })
        .await?;
    written.tasks.extend(found.tasks);
    Ok(found.complete)
}
