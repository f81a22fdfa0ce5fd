//! Deciding again, now that whoever had to be created is there.

use std::collections::{HashMap, HashSet};

use domain::deliveries::DeliveryState;
use domain::deliveries::outcome::{Class, classify};
use domain::matching::candidates::{AccountCandidate, RecordId};
use domain::matching::{Decision, Why, on_new_contact, on_new_lead};
use salesforce::RowOutcome;
use store::deliveries::due::DueDelivery;

use super::candidates::Known;
use super::new_people::{Created, Creation, creation_of};
use super::org_session::OrgSession;
use super::outcome::{self, Outcome};
use super::task_rules::Rules;
use super::write_tasks::TaskRow;

/// Answers the deliveries that have a match and whose Task is still to be written, and
/// settles the others. While an earlier delivery of a person isn't settled, the later ones
/// wait and are left out.
pub(super) fn final_matches(
    rules: &Rules<'_>,
    created: Created,
    known: &Known,
    session: &mut OrgSession<'_>,
    outcome: &mut Outcome,
) -> Vec<TaskRow> {
    let mut matched = Vec::new();
    let mut waiting: HashSet<String> = HashSet::new();
    let Created {
        decided,
        creations,
        mut tasks,
    } = created;
    for (due, decision) in decided {
        let person = due.person.clone();
        let written = tasks.remove(&due.id).and_then(WithPeople::new);
        if written.is_none() && waiting.contains(&person) {
            if due.state == DeliveryState::Sending {
                let now = session.app.ambient.now();
                outcome.rows.push(outcome::put_back(&due, now));
            }
            continue;
        }
        let found = decide(rules, due, decision, known, &creations);
        let state = match (written, found) {
            (Some(written), found) => settle_written(rules, written, found, session, outcome),
            (None, Ok(row)) => {
                matched.push(row);
                continue;
            }
            (None, Err((due, unmet))) => settle(&due, unmet, session, outcome),
        };
        if state.is_open() {
            waiting.insert(person);
        }
    }
    matched
}

/// A Task that was written by the call which created people, or may have been.
enum WithPeople {
    Written(RecordId),
    Unknown(String),
}

impl WithPeople {
    /// Nothing for a Task that certainly isn't there: it was refused, maybe for its owner
    /// or because someone could not be created, and is written by a call of its own.
    fn new(outcome: RowOutcome) -> Option<Self> {
        match outcome {
            RowOutcome::Created(task) => Some(Self::Written(task)),
            RowOutcome::Unknown(message) => Some(Self::Unknown(message)),
            RowOutcome::Failed(error) => {
                let class = classify(&error.code, &error.message, 200);
                let may_be_there = matches!(class, Class::AlreadyCreated | Class::Unknown);
                may_be_there.then_some(Self::Unknown(error.message))
            }
            RowOutcome::RolledBack => None,
        }
    }
}

fn settle_written(
    rules: &Rules<'_>,
    written: WithPeople,
    found: Result<TaskRow, (DueDelivery, Unmet)>,
    session: &mut OrgSession<'_>,
    outcome: &mut Outcome,
) -> DeliveryState {
    let now = session.app.ambient.now();
    match (written, found) {
        (WithPeople::Written(task), Ok(row)) => {
            session.spent.tasks += 1;
            let owner = rules.owner(&row.due, &row.found);
            let settlement = outcome::delivered(&row.due, &row.found, owner, task);
            outcome.rows.push(settlement);
            DeliveryState::Delivered
        }
        (WithPeople::Unknown(message), Ok(row)) => {
            let uncertain = outcome::uncertain(&row.due, &message, true, now);
            outcome
                .rows
                .push(outcome::uncertain_at(uncertain, &row.found));
            DeliveryState::Uncertain
        }
        // Whose it is isn't known anymore: Salesforce is asked about the Task.
        (WithPeople::Written(_) | WithPeople::Unknown(_), Err((due, _))) => {
            let told = "whose the Task is could not be told from Salesforce's answer";
            outcome.rows.push(outcome::uncertain(&due, told, true, now));
            DeliveryState::Uncertain
        }
    }
}

/// Why a delivery has no match to go to.
pub(super) enum Unmet {
    Nothing(String),
    Refused(::salesforce::ApiError),
    Unknown(String),
}

/// Where a delivery goes now, or why nowhere.
#[allow(clippy::result_large_err, reason = "the delivery goes on either way")]
pub(super) fn decide(
    rules: &Rules<'_>,
    due: DueDelivery,
    first: Decision,
    known: &Known,
    creations: &HashMap<String, Creation>,
) -> Result<TaskRow, (DueDelivery, Unmet)> {
    let first = match first {
        // Nobody was created, so that a second look would find the same.
        Decision::Matched(found) if creations.is_empty() => {
            return Ok(TaskRow::new(rules, due, found));
        }
        first => first,
    };
    let wanted = matches!(first, Decision::CreateContact(..) | Decision::CreateLead);
    let by_link = matches!(first, Decision::CreateContact(_, Why::Link(_)));
    match creation_of(&due, creations) {
        Some(Creation::Contact(id, account)) if is_for(&first, account) => {
            let found = on_new_contact(id.clone(), account, why(&first));
            return Ok(TaskRow::new(rules, due, found));
        }
        // A Lead beside a linked Account is not allowed: see below.
        Some(Creation::Lead(id, owner)) if wanted && !by_link => {
            let found = on_new_lead(id.clone(), owner.as_ref());
            return Ok(TaskRow::new(rules, due, found));
        }
        Some(Creation::Failed(error)) if wanted => {
            return Err((due, Unmet::Refused(error.clone())));
        }
        Some(Creation::Unknown(message)) if wanted => {
            return Err((due, Unmet::Unknown(message.clone())));
        }
        _ => {}
    }
    match rules.decide_finally(&due, known) {
        Ok(found) => Ok(TaskRow::new(rules, due, found)),
        Err(reason) => Err((due, Unmet::Nothing(reason))),
    }
}

fn settle(
    due: &DueDelivery,
    unmet: Unmet,
    session: &OrgSession<'_>,
    outcome: &mut Outcome,
) -> DeliveryState {
    let ambient = &session.app.ambient;
    match unmet {
        Unmet::Nothing(reason) => {
            outcome.unmatched.push(due.clone());
            outcome.rows.push(outcome::unmatched(due, reason));
            DeliveryState::Unmatched
        }
        Unmet::Refused(error) => outcome.refused(ambient, due, None, &error, 1),
        Unmet::Unknown(message) => {
            outcome.forget.push(due.clone());
            let row = outcome::uncertain(due, &message, true, ambient.now());
            outcome.rows.push(row);
            DeliveryState::Uncertain
        }
    }
}

/// Whether the Contact that was created, maybe for an earlier delivery of the
/// same person, is on the Account that this one wanted.
fn is_for(decision: &Decision, account: &AccountCandidate) -> bool {
    matches!(decision, Decision::CreateContact(wanted, _) if wanted.id == account.id)
}

fn why(decision: &Decision) -> &Why {
    match decision {
        Decision::CreateContact(_, why) => why,
        _ => &Why::Name,
    }
}
