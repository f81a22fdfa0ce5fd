//! Deciding again, now that whoever had to be created is there.

use std::collections::{HashMap, HashSet};

use domain::deliveries::DeliveryState;
use domain::matching::candidates::AccountCandidate;
use domain::matching::{Decision, Why, on_new_contact, on_new_lead};
use store::deliveries::due::DueDelivery;

use super::candidates::Known;
use super::org_session::OrgSession;
use super::outcome::{self, Outcome};
use super::people::{Created, Creation, creation_of};
use super::task_rules::Rules;
use super::write_tasks::TaskRow;

/// Answers the deliveries that have a match and settles the others. Whoever's earlier
/// delivery isn't settled keeps their later ones waiting, which are left out.
pub(super) fn final_matches(
    rules: &Rules<'_>,
    created: Created,
    known: &Known,
    session: &OrgSession<'_>,
    outcome: &mut Outcome,
) -> Vec<TaskRow> {
    let mut matched = Vec::new();
    let mut waiting: HashSet<String> = HashSet::new();
    for (due, decision) in created.decided {
        if waiting.contains(&due.person) {
            if due.state == DeliveryState::Sending {
                let now = session.app.ambient.now();
                outcome.rows.push(outcome::put_back(&due, now));
            }
            continue;
        }
        let person = due.person.clone();
        match decide(rules, due, &decision, known, &created.creations) {
            Ok(row) => matched.push(row),
            Err((due, unmet)) => {
                if settle(&due, unmet, session, outcome).is_open() {
                    waiting.insert(person);
                }
            }
        }
    }
    matched
}

/// Why a delivery has no match to go to.
enum Unmet {
    Nothing(String),
    Refused(::salesforce::ApiError),
    Unknown(String),
}

#[allow(clippy::result_large_err, reason = "the delivery goes on either way")]
fn decide(
    rules: &Rules<'_>,
    due: DueDelivery,
    first: &Decision,
    known: &Known,
    creations: &HashMap<String, Creation>,
) -> Result<TaskRow, (DueDelivery, Unmet)> {
    let wanted = matches!(first, Decision::CreateContact(..) | Decision::CreateLead);
    let by_link = matches!(first, Decision::CreateContact(_, Why::Link(_)));
    match creation_of(&due, creations) {
        Some(Creation::Contact(id, account)) if is_for(first, account) => {
            let found = on_new_contact(id.clone(), account, why(first));
            return Ok(TaskRow::new(due, found));
        }
        // A Lead beside a linked Account is not allowed: see below.
        Some(Creation::Lead(id, owner)) if wanted && !by_link => {
            let found = on_new_lead(id.clone(), owner.as_ref());
            return Ok(TaskRow::new(due, found));
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
        Ok(found) => Ok(TaskRow::new(due, found)),
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
