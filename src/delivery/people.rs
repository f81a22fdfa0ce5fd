//! Creating the Contacts and Leads that the options ask for, each once.

use std::collections::{HashMap, HashSet};

use domain::deliveries::DeliveryState;
use domain::matching::Decision;
use domain::matching::candidates::{ContactCandidate, LeadCandidate, Owner, RecordId};
use salesforce::people::{MAX_SINGLE_PEOPLE, NewPeople, PersonKind};
use salesforce::{ApiError, RowOutcome};
use store::deliveries::due::DueDelivery;
use store::deliveries::match_cache::{self, About};
use store::deliveries::turns::Turn;
use tracing::instrument;

use super::candidates::{Known, email};
use super::journal::journal;
use super::limits::NEW_PEOPLE;
use super::new_people::{Created, Creation, Sent, new_candidate};
use super::org_session::OrgSession;
use super::outcome::{self, Outcome};
use super::people_with_tasks::{self, companions};
use super::stop::Stop;
use super::task_rules::Rules;
use super::wanted_people::{Wanted, wanted};

/// Creates whom the decisions ask for, and adds them to what is known; with their Tasks
/// where those fit into the call. Deliveries that have to wait, because one call creates
/// no more people than that or because theirs was cancelled, are left out and stay as
/// they are.
#[instrument(name = "delivery.people.create", skip_all, fields(deliveries = decided.len()))]
pub(super) async fn create(
    session: &mut OrgSession<'_>,
    turn: &Turn,
    rules: &Rules<'_>,
    mut decided: Vec<(DueDelivery, Decision)>,
    known: &mut Known,
    outcome: &mut Outcome,
) -> Result<Created, Stop> {
    let wanted = wanted(rules, &decided, known, session);
    if wanted.is_empty() {
        return Ok(Created {
            decided,
            ..Created::default()
        });
    }
    let asked: HashSet<String> = wanted.iter().map(|one| one.email.clone()).collect();
    forget_missing(session, &asked).await?;
    let sent = match companions(session, rules, &decided, known, &wanted) {
        Some(tasks) => {
            let sent = people_with_tasks::send(session, turn, rules, wanted, tasks, outcome);
            Box::pin(sent).await?
        }
        None => Box::pin(send(session, turn, wanted, outcome)).await?,
    };
    for (due, _) in &mut decided {
        let is_wanted = sent.wanted.iter().any(|one| one.due.id == due.id);
        if is_wanted || sent.tasks.contains_key(&due.id) {
            due.state = DeliveryState::Sending;
        }
    }
    let creations = Box::pin(creations(session, turn, &sent.wanted, sent.people, known)).await;
    decided.retain(|(due, _)| {
        email(due).is_none_or(|email| creations.contains_key(email) || !asked.contains(email))
    });
    Ok(Created {
        decided,
        creations,
        tasks: sent.tasks,
    })
}

/// What came of each, once those who were blocked are named and the owners are known.
async fn creations(
    session: &mut OrgSession<'_>,
    turn: &Turn,
    wanted: &[Wanted],
    people: NewPeople,
    known: &mut Known,
) -> HashMap<String, Creation> {
    let outcomes = name_duplicates(session, turn, wanted, people.outcomes);
    let outcomes = Box::pin(outcomes).await;
    let owners = lead_owners(session, wanted, &outcomes, people.lead_owners);
    let owners = Box::pin(owners).await;
    let mut creations = HashMap::new();
    for (one, result) in wanted.iter().zip(outcomes) {
        let creation = match result {
            RowOutcome::Created(id) => {
                let owner = owners.get(&id).cloned();
                new_candidate(one, id, owner, known, session)
            }
            RowOutcome::Failed(error) => duplicate(one, error, known),
            RowOutcome::Unknown(message) => Creation::Unknown(message),
            RowOutcome::RolledBack => Creation::Unknown("it was rolled back".to_owned()),
        };
        creations.insert(one.email.clone(), creation);
    }
    creations
}

/// They were kept as missing, which ends now: what they do next is theirs, too.
async fn forget_missing(session: &OrgSession<'_>, people: &HashSet<String>) -> Result<(), Stop> {
    let people: Vec<String> = people.iter().cloned().collect();
    let mut tx = session.app.db.begin().await?;
    match_cache::forget(&mut tx, session.connection.id, About::Person, &people).await?;
    Ok(tx.commit().await?)
}

/// As many people as a call creates, without Tasks.
async fn send(
    session: &mut OrgSession<'_>,
    turn: &Turn,
    mut wanted: Vec<Wanted>,
    outcome: &mut Outcome,
) -> Result<Sent, Stop> {
    wanted.truncate(NEW_PEOPLE);
    let journalled = Box::pin(journal(session, turn, wanted, false)).await?;
    let rows = journalled.rows().iter();
    let people: Vec<_> = rows.map(|one| (one.kind, one.person.clone())).collect();
    let asked = &people;
    let assignment = session.lead_assignment();
    let answer = session
        .write(journalled.permit(), |client, session, guard| async move {
            let call = client.create_people(&session, &guard, asked, assignment);
            call.await
        })
        .await;
    match answer {
        Ok(people) => Ok(Sent {
            wanted: journalled.into_rows(),
            people,
            tasks: HashMap::new(),
        }),
        Err(stop) => {
            let now = session.app.ambient.now();
            let unsent = journalled.rows().iter();
            let settled = unsent.map(|one| outcome::after_stop(&one.due, None, &stop, now));
            outcome.rows.extend(settled);
            Err(stop)
        }
    }
}

/// A collection doesn't say which record a duplicate rule protects. Those few that one
/// blocked are sent again singly, which does.
async fn name_duplicates(
    session: &mut OrgSession<'_>,
    turn: &Turn,
    wanted: &[Wanted],
    mut outcomes: Vec<RowOutcome>,
) -> Vec<RowOutcome> {
    let blocked: Vec<usize> = outcomes
        .iter()
        .enumerate()
        .filter(|(_, outcome)| is_blocked(outcome))
        .map(|(n, _)| n)
        .collect();
    for some in blocked.chunks(MAX_SINGLE_PEOPLE) {
        let again = some.iter().map(|n| wanted[*n].clone()).collect();
        // A permit of its own: the first call may have taken a while.
        let Ok(again) = Box::pin(journal(session, turn, again, false)).await else {
            for n in some {
                outcomes[*n] = not_sent();
            }
            break;
        };
        let people: Vec<_> = again
            .rows()
            .iter()
            .map(|one| (one.kind, one.person.clone()))
            .collect();
        let asked = &people;
        let assignment = session.lead_assignment();
        let answer = session
            .write(again.permit(), |client, session, guard| async move {
                let call = client.create_people_singly(&session, &guard, asked, assignment);
                call.await
            })
            .await;
        match answer {
            Ok(named) => {
                for (one, outcome) in again.rows().iter().zip(named) {
                    set(&mut outcomes, wanted, one, outcome);
                }
            }
            Err(Stop::Unknown { message, .. }) => {
                for one in again.rows() {
                    let unknown = RowOutcome::Unknown(message.clone());
                    set(&mut outcomes, wanted, one, unknown);
                }
            }
            // Nothing was done: they are tried again from the beginning.
            Err(_) => {
                for one in again.rows() {
                    set(&mut outcomes, wanted, one, not_sent());
                }
                break;
            }
        }
    }
    outcomes
}

fn set(outcomes: &mut [RowOutcome], wanted: &[Wanted], one: &Wanted, outcome: RowOutcome) {
    let mut rows = wanted.iter();
    if let Some(n) = rows.position(|row| row.due.id == one.due.id) {
        outcomes[n] = outcome;
    }
}

fn not_sent() -> RowOutcome {
    RowOutcome::Failed(ApiError {
        code: "NOT_SENT".to_owned(),
        message: "Salesforce could not be asked which record this person duplicates".to_owned(),
        ..ApiError::default()
    })
}

fn is_blocked(outcome: &RowOutcome) -> bool {
    matches!(outcome, RowOutcome::Failed(error)
        if error.code == "DUPLICATES_DETECTED" && error.duplicate_ids.is_empty())
}

/// Who owns the Leads that were created: an assignment rule may have chosen someone.
/// Asked for where the call that created them didn't tell of each. That they can't be
/// read costs the owner only.
async fn lead_owners(
    session: &mut OrgSession<'_>,
    wanted: &[Wanted],
    outcomes: &[RowOutcome],
    told: Option<Vec<(RecordId, Owner)>>,
) -> HashMap<RecordId, Owner> {
    let leads: Vec<RecordId> = wanted
        .iter()
        .zip(outcomes)
        .filter(|(one, _)| one.kind == PersonKind::Lead)
        .filter_map(|(_, outcome)| match outcome {
            RowOutcome::Created(id) => Some(id.clone()),
            _ => None,
        })
        .collect();
    let told: HashMap<RecordId, Owner> = told.unwrap_or_default().into_iter().collect();
    if leads.iter().all(|id| told.contains_key(id)) {
        return told;
    }
    let asked = &leads;
    let answer = session
        .read(|client, session| async move { client.lead_owners(&session, asked).await })
        .await;
    match answer {
        Ok(owners) => owners.into_iter().collect(),
        Err(stop) => {
            tracing::warn!(connection = %session.connection.id, ?stop, "owners of new Leads not read");
            HashMap::new()
        }
    }
}

/// A duplicate rule that blocks names the record it protects, and so does a unique
/// External ID field: that is the person, even where the email address is another.
fn duplicate(one: &Wanted, error: ApiError, known: &mut Known) -> Creation {
    let Some(id) = error.duplicate_ids.first().cloned() else {
        return Creation::Failed(error);
    };
    if id.as_str().starts_with("003") {
        known.add_contact(ContactCandidate {
            id,
            email: one.email.clone(),
            owner: None,
            account: one.account.clone(),
            account_hidden: false,
        });
        Creation::Existing
    } else if id.is_lead() {
        known.add_lead(LeadCandidate {
            id,
            email: one.email.clone(),
            owner: None,
            converted: None,
        });
        Creation::Existing
    } else {
        Creation::Failed(error)
    }
}
