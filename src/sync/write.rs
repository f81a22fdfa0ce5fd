//! Writing the Tasks of a batch, and sorting out what came of each.

use std::collections::{HashMap, HashSet};

use crate::domain::candidates::{AccountCandidate, RecordId};
use crate::domain::delivery::DeliveryState;
use crate::domain::matching::{Decision, Match, Why, on_new_contact, on_new_lead};
use crate::salesforce::RowOutcome;
use crate::salesforce::tasks::TaskRecord;
use crate::store::delivery_work::{DueDelivery, Settlement};

use super::line::{Halt, Line};
use super::lookup::Known;
use super::people::{Creation, creation_of};
use super::plan::Rules;
use super::settle::{self, Outcome};

/// Decides again, now that whoever had to be created is there; answers those
/// that have a match and settles the others.
pub(super) fn final_matches(
    rules: &Rules<'_>,
    decided: Vec<(DueDelivery, Decision)>,
    known: &Known,
    creations: &HashMap<String, Creation>,
    line: &Line<'_>,
    outcome: &mut Outcome,
) -> Vec<(DueDelivery, Match)> {
    let ambient = &line.app.ambient;
    let mut matched = Vec::new();
    for (due, first) in decided {
        let wanted = matches!(first, Decision::CreateContact(..) | Decision::CreateLead);
        let by_link = matches!(first, Decision::CreateContact(_, Why::Link(_)));
        match creation_of(&due, creations) {
            Some(Creation::Contact(id, account)) if is_for(&first, account) => {
                let found = on_new_contact(id.clone(), account, why(&first));
                matched.push((due, found));
                continue;
            }
            // A Lead beside a linked Account is not allowed: see below.
            Some(Creation::Lead(id)) if wanted && !by_link => {
                let found = on_new_lead(id.clone(), None);
                matched.push((due, found));
                continue;
            }
            Some(Creation::Failed(error)) if wanted => {
                outcome.refused(ambient, &due, None, error, 1);
                continue;
            }
            Some(Creation::Unknown(message)) if wanted => {
                outcome.forget.push(due.clone());
                outcome
                    .rows
                    .push(settle::uncertain(&due, message, true, ambient.now()));
                continue;
            }
            _ => {}
        }
        match rules.decide_finally(&due, known) {
            Ok(found) => matched.push((due, found)),
            Err(reason) => outcome.rows.push(settle::unmatched(&due, reason)),
        }
    }
    matched
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

/// Gives Contacts without an Account the matched one, where the option says so.
/// A failure costs the association only, and the reason tells it.
pub(super) async fn associate(
    line: &mut Line<'_>,
    matched: &mut [(DueDelivery, Match)],
    outcome: &mut Outcome,
) {
    let mut pairs: Vec<(RecordId, RecordId)> = Vec::new();
    for (due, found) in matched.iter().filter(|(_, found)| found.associate) {
        if let (Some(who), Some(what)) = (&found.who, &found.what)
            && !pairs.iter().any(|(contact, _)| contact == who)
        {
            pairs.push((who.clone(), what.clone()));
            // The Contact is another one now.
            outcome.forget.push(due.clone());
        }
    }
    if pairs.is_empty() {
        return;
    }
    let asked = &pairs;
    let answer = line
        .call(|client, session| async move { client.set_contact_accounts(&session, asked).await })
        .await;
    let rows = answer.unwrap_or_else(|halt| {
        tracing::warn!(connection = %line.connection.id, ?halt, "Contacts not associated");
        Vec::new()
    });
    let done: HashSet<&RecordId> = pairs
        .iter()
        .zip(rows)
        .filter(|(_, row)| matches!(row, RowOutcome::Created(_)))
        .map(|((contact, _), _)| contact)
        .collect();
    for (_, found) in matched.iter_mut().filter(|(_, found)| found.associate) {
        let associated = found.who.as_ref().is_some_and(|who| done.contains(who));
        found.reason.push_str(if associated {
            " The Contact was given this Account."
        } else {
            " The Contact could not be given this Account: see whether the connected user may edit Contacts."
        });
    }
}

/// Hands the Tasks over in one call and settles each row.
pub(super) async fn write(
    line: &mut Line<'_>,
    rules: &Rules<'_>,
    matched: Vec<(DueDelivery, Match)>,
    outcome: &mut Outcome,
) -> Result<(), Halt> {
    let tasks: Vec<TaskRecord> = matched
        .iter()
        .map(|(due, found)| rules.task(due, found))
        .collect();
    let asked = &tasks;
    let answer = line
        .call(|client, session| async move { client.create_tasks(&session, asked).await })
        .await;
    let now = line.app.ambient.now();
    let outcomes = match answer {
        Ok(outcomes) => outcomes,
        Err(Halt::Unknown { message, answered }) => {
            let rows = matched.iter().map(|(due, found)| {
                keep_match(settle::uncertain(due, &message, answered, now), found)
            });
            outcome.rows.extend(rows);
            return Ok(());
        }
        Err(halt) => {
            outcome
                .rows
                .extend(matched.iter().map(|(due, _)| settle::put_back(due, now)));
            return Err(halt);
        }
    };
    for ((due, found), result) in matched.iter().zip(outcomes) {
        match result {
            RowOutcome::Created(task) => {
                line.spent.tasks += 1;
                let owner = rules.owner(due, found);
                outcome
                    .rows
                    .push(settle::delivered(due, found, owner, task));
            }
            RowOutcome::Failed(error) => {
                outcome.refused(
                    &line.app.ambient,
                    due,
                    Some(found),
                    &error,
                    rules.owners(found),
                );
            }
            RowOutcome::Unknown(message) => {
                let row = settle::uncertain(due, &message, true, now);
                outcome.rows.push(keep_match(row, found));
            }
        }
    }
    debug_assert!(
        outcome
            .rows
            .iter()
            .all(|row| row.state != DeliveryState::Sending)
    );
    Ok(())
}

fn keep_match(row: Settlement, found: &Match) -> Settlement {
    Settlement {
        who: found.who.clone(),
        what: found.what.clone(),
        reason: found.reason.clone(),
        ..row
    }
}
