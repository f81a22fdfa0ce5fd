//! Writing the Tasks of a batch, and sorting out what came of each.

use std::collections::HashSet;

use domain::deliveries::DeliveryState;
use domain::deliveries::attempts::Cause;
use domain::deliveries::task::SentTask;
use domain::matching::Match;
use domain::matching::candidates::RecordId;
use jiff::Timestamp;
use salesforce::RowOutcome;
use salesforce::tasks::{TaskGroup, TaskRecord};
use store::deliveries::due::DueDelivery;
use store::deliveries::journal::{AboutToSend, Settlement};
use store::deliveries::turns::Turn;
use tracing::instrument;

use super::journal::{Journalled, Sendable, journal};
use super::limits::ROUNDS;
use super::org_session::OrgSession;
use super::outcome::{self, Outcome};
use super::permit::Permit;
use super::stop::Stop;
use super::task_groups::{Group, plan};
use super::task_rules::Rules;

/// A Task to be written.
pub(super) struct TaskRow {
    pub due: DueDelivery,
    pub found: Match,
    /// What it is searched for by when the answer is lost.
    pub sent: SentTask,
    /// Which collection of the call it is in.
    group: usize,
}

impl TaskRow {
    pub(super) fn new(rules: &Rules<'_>, due: DueDelivery, found: Match) -> Self {
        Self {
            sent: rules.sent_task(&due),
            due,
            found,
            group: 0,
        }
    }
}

impl Sendable for TaskRow {
    fn delivery(&self) -> &DueDelivery {
        &self.due
    }

    fn delivery_mut(&mut self) -> &mut DueDelivery {
        &mut self.due
    }

    fn about_to_send(&self) -> AboutToSend {
        AboutToSend {
            id: self.due.id,
            was: self.due.state,
            who: self.found.who.clone(),
            what: self.found.what.clone(),
            reason: self.found.reason.clone(),
            task: Some(self.sent.clone()),
        }
    }
}

/// Writes them, in as many rounds as it takes where rows were rolled back for the sake
/// of others. Rows for which no round is left stay as they are for another turn.
pub(super) async fn write(
    session: &mut OrgSession<'_>,
    turn: &Turn,
    rules: &Rules<'_>,
    rows: Vec<TaskRow>,
    outcome: &mut Outcome,
) -> Result<(), Stop> {
    let mut rest = rows;
    for round in 1..=ROUNDS {
        let plan = plan(rest, |row| &row.due.person, round == ROUNDS);
        outcome.more |= !plan.later.is_empty();
        give_back(&plan.later, session, outcome);
        if plan.groups.is_empty() {
            return Ok(());
        }
        rest = Box::pin(write_once(session, turn, rules, plan.groups, outcome)).await?;
    }
    give_back(&rest, session, outcome);
    Ok(())
}

/// What stands in the journal and isn't sent after all goes back.
fn give_back(rows: &[TaskRow], session: &OrgSession<'_>, outcome: &mut Outcome) {
    let now = session.app.ambient.now();
    let journalled = rows
        .iter()
        .filter(|row| row.due.state == DeliveryState::Sending);
    outcome
        .rows
        .extend(journalled.map(|row| outcome::put_back(&row.due, now)));
}

/// One call. Answers the rows that were rolled back and may go again at once.
#[instrument(
    name = "delivery.write_once",
    skip_all,
    fields(deliveries = groups.iter().map(|group| group.rows.len()).sum::<usize>())
)]
async fn write_once(
    session: &mut OrgSession<'_>,
    turn: &Turn,
    rules: &Rules<'_>,
    groups: Vec<Group<TaskRow>>,
    outcome: &mut Outcome,
) -> Result<Vec<TaskRow>, Stop> {
    let all_or_none: Vec<bool> = groups.iter().map(|group| group.all_or_none).collect();
    let mut rows = Vec::new();
    for (n, group) in groups.into_iter().enumerate() {
        rows.extend(
            group
                .rows
                .into_iter()
                .map(|row| TaskRow { group: n, ..row }),
        );
    }
    let journalled = journal(session, turn, rows, rules.key_field.is_some());
    let mut journalled = Box::pin(journalled).await?;
    outcome.sent_at = Some(journalled.permit().at());
    Box::pin(associate(session, &mut journalled, outcome)).await;
    let answer = Box::pin(send(session, rules, &journalled, &all_or_none)).await;
    match answer {
        Ok(outcomes) => Ok(sort_out(session, rules, journalled, outcomes, outcome)),
        Err(stop) => {
            let now = session.app.ambient.now();
            let unsent = journalled.rows().iter();
            let settled =
                unsent.map(|row| outcome::after_stop(&row.due, Some(&row.found), &stop, now));
            outcome.rows.extend(settled);
            Err(stop)
        }
    }
}

/// The outcomes in the order of the rows. What is sent again carries the reference in
/// the org's External ID field, so that a Task that is there after all is found.
async fn send(
    session: &mut OrgSession<'_>,
    rules: &Rules<'_>,
    journalled: &Journalled<TaskRow>,
    all_or_none: &[bool],
) -> Result<Vec<RowOutcome>, Stop> {
    let mut groups: Vec<TaskGroup> = all_or_none
        .iter()
        .map(|all_or_none| TaskGroup {
            all_or_none: *all_or_none,
            tasks: Vec::new(),
        })
        .collect();
    for row in journalled.rows() {
        groups[row.group]
            .tasks
            .push(rules.task(&row.due, &row.found, &row.sent));
    }
    groups.retain(|group| !group.tasks.is_empty());
    let asked = &groups;
    let outcomes = session
        .write(journalled.permit(), |client, session, guard| async move {
            client.write_tasks(&session, &guard, asked).await
        })
        .await?;
    Ok(outcomes.into_iter().flatten().collect())
}

/// Sends again, by the org's External ID field, what may have been written before: a
/// Task that is there is found by its reference and not written twice. Of each person
/// only the first goes: rows of an upsert fail one by one, and another turn asks about
/// the rest.
#[instrument(name = "delivery.upsert", skip_all, fields(deliveries = rows.len()))]
pub(super) async fn upsert(
    session: &mut OrgSession<'_>,
    turn: &Turn,
    rules: &Rules<'_>,
    field: &str,
    rows: Vec<TaskRow>,
    outcome: &mut Outcome,
) -> Result<(), Stop> {
    let plan = plan(rows, |row| &row.due.person, true);
    outcome.more |= !plan.later.is_empty();
    let rows = plan.groups.into_iter().flat_map(|group| group.rows);
    let journalled = Box::pin(journal(session, turn, rows.collect(), true)).await?;
    outcome.sent_at = Some(journalled.permit().at());
    let tasks: Vec<TaskRecord> = journalled
        .rows()
        .iter()
        .map(|row| rules.task(&row.due, &row.found, &row.sent))
        .collect();
    let asked = &tasks;
    let answer = session
        .write(journalled.permit(), |client, session, guard| async move {
            client.upsert_tasks(&session, &guard, field, asked).await
        })
        .await;
    let now = session.app.ambient.now();
    match answer {
        Ok(outcomes) => {
            let again = sort_out(session, rules, journalled, outcomes, outcome);
            give_back(&again, session, outcome);
            Ok(())
        }
        Err(stop) => {
            let rows = journalled.rows().iter();
            let rows = rows.map(|row| still_uncertain(row, &stop, now));
            outcome.rows.extend(rows);
            Err(stop)
        }
    }
}

/// Written or not, by this call or one before it: the field answers that. A call that
/// Salesforce turned away wrote nothing, so that only those before it may have.
fn still_uncertain(row: &TaskRow, stop: &Stop, now: Timestamp) -> Settlement {
    let due = &row.due;
    let settlement = match stop {
        Stop::Unknown { message, answered } => outcome::uncertain(due, message, *answered, now),
        _ => Settlement {
            sent_at: None,
            attempts: due.attempts.minus(Cause::Resent),
            error_code: due.error_code.clone(),
            ..outcome::uncertain(due, "sending it again was refused", true, now)
        },
    };
    outcome::uncertain_at(settlement, &row.found)
}

/// Settles each row by its own outcome; whoever's row isn't settled keeps their later
/// ones waiting. Answers what was rolled back for others' sake.
fn sort_out(
    session: &mut OrgSession<'_>,
    rules: &Rules<'_>,
    journalled: Journalled<TaskRow>,
    outcomes: Vec<RowOutcome>,
    outcome: &mut Outcome,
) -> Vec<TaskRow> {
    let ambient = &session.app.ambient;
    let now = ambient.now();
    let mut rolled_back = Vec::new();
    let mut waiting: HashSet<String> = HashSet::new();
    for (row, result) in journalled.into_rows().into_iter().zip(outcomes) {
        let (due, found) = (&row.due, &row.found);
        let state = match result {
            RowOutcome::Created(task) => {
                session.spent.tasks += 1;
                let owner = rules.owner(due, found);
                outcome
                    .rows
                    .push(outcome::delivered(due, found, owner, task));
                DeliveryState::Delivered
            }
            RowOutcome::Failed(error) => {
                let owners = rules.owners(due, found);
                outcome.refused(ambient, due, Some(found), &error, owners)
            }
            RowOutcome::Unknown(message) => {
                let uncertain = outcome::uncertain(due, &message, true, now);
                outcome.rows.push(outcome::uncertain_at(uncertain, found));
                DeliveryState::Uncertain
            }
            RowOutcome::RolledBack => {
                rolled_back.push(row);
                continue;
            }
        };
        if state.is_open() {
            waiting.insert(row.due.person.clone());
        }
    }
    let (stay, again): (Vec<_>, Vec<_>) = rolled_back
        .into_iter()
        .partition(|row| waiting.contains(&row.due.person));
    outcome
        .rows
        .extend(stay.iter().map(|row| outcome::put_back(&row.due, now)));
    again
}

/// Gives Contacts without an Account the matched one, where the option says so.
/// A failure costs the association only, and the reason tells it.
async fn associate(
    session: &mut OrgSession<'_>,
    journalled: &mut Journalled<TaskRow>,
    outcome: &mut Outcome,
) {
    let mut pairs: Vec<(RecordId, RecordId)> = Vec::new();
    for row in journalled.rows().iter().filter(|row| row.found.associate) {
        if let (Some(who), Some(what)) = (&row.found.who, &row.found.what)
            && !pairs.iter().any(|(contact, _)| contact == who)
        {
            pairs.push((who.clone(), what.clone()));
            // The Contact is another one now.
            outcome.forget.push(row.due.clone());
        }
    }
    if pairs.is_empty() {
        return;
    }
    let permit: Permit = journalled.permit().clone();
    let asked = &pairs;
    let answer = session
        .write(&permit, |client, session, guard| async move {
            client.set_contact_accounts(&session, &guard, asked).await
        })
        .await;
    let rows = answer.unwrap_or_else(|stop| {
        tracing::warn!(connection = %session.connection.id, ?stop, "Contacts not associated");
        Vec::new()
    });
    let done: HashSet<&RecordId> = pairs
        .iter()
        .zip(rows)
        .filter(|(_, row)| matches!(row, RowOutcome::Created(_)))
        .map(|((contact, _), _)| contact)
        .collect();
    for row in journalled
        .rows_mut()
        .iter_mut()
        .filter(|row| row.found.associate)
    {
        let associated = row.found.who.as_ref().is_some_and(|who| done.contains(who));
        row.found.associate = false;
        row.found.reason.push_str(if associated {
            " The Contact was given this Account."
        } else {
            " The Contact could not be given this Account: see whether the connected user may edit Contacts."
        });
    }
}
