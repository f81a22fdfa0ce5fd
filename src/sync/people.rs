//! Creating the Contacts and Leads that the options ask for, each once.

use std::collections::HashMap;

use crate::domain::candidates::{
    AccountCandidate, ContactCandidate, LeadCandidate, Owner, RecordId,
};
use crate::domain::matching::Decision;
use crate::salesforce::people::{NewPerson, PersonKind};
use crate::salesforce::{ApiError, RowOutcome};
use crate::store::delivery_work::DueDelivery;
use crate::store::match_cache::{self, About};

use super::line::{Halt, Line};
use super::lookup::{Known, email};

/// What came of the attempt to create a person.
#[derive(Clone, Debug)]
pub(super) enum Creation {
    Contact(RecordId, AccountCandidate),
    Lead(RecordId),
    /// A duplicate rule named who it is: match again, they are known now.
    Existing,
    Failed(ApiError),
    Unknown(String),
}

/// Somebody to create, for the first of their deliveries in the batch.
struct Wanted {
    email: String,
    kind: PersonKind,
    account: Option<AccountCandidate>,
    person: NewPerson,
}

/// Creates whom the decisions ask for, and adds them to what is known. The
/// result says by email address what came of it.
pub(super) async fn create(
    line: &mut Line<'_>,
    decided: &[(DueDelivery, Decision)],
    known: &mut Known,
) -> Result<HashMap<String, Creation>, Halt> {
    let field = line.connection.options.lead_account_field.as_deref();
    let wanted = wanted(decided, known, field);
    if wanted.is_empty() {
        return Ok(HashMap::new());
    }
    forget_missing(line, &wanted).await?;
    let people: Vec<_> = wanted
        .iter()
        .map(|one| (one.kind, one.person.clone()))
        .collect();
    let asked = &people;
    let outcomes = line
        .call(|client, session| async move { client.create_people(&session, asked).await })
        .await?;
    let mut creations = HashMap::new();
    for (one, outcome) in wanted.into_iter().zip(outcomes) {
        let creation = match outcome {
            RowOutcome::Created(id) => remember(&one, id, known, line),
            RowOutcome::Failed(error) => duplicate(&one, error, known),
            RowOutcome::Unknown(message) => Creation::Unknown(message),
        };
        creations.insert(one.email, creation);
    }
    Ok(creations)
}

/// They were kept as missing, which ends now: what they do next is theirs, too.
async fn forget_missing(line: &Line<'_>, wanted: &[Wanted]) -> Result<(), Halt> {
    let people: Vec<String> = wanted.iter().map(|one| one.email.clone()).collect();
    let mut tx = line.app.db.begin().await?;
    match_cache::forget(&mut tx, line.connection.id, About::Person, &people).await?;
    Ok(tx.commit().await?)
}

fn wanted(
    decided: &[(DueDelivery, Decision)],
    known: &Known,
    lead_account_field: Option<&str>,
) -> Vec<Wanted> {
    let mut all: Vec<Wanted> = Vec::new();
    for (due, decision) in decided {
        let (kind, account) = match decision {
            Decision::CreateContact(account, _) => (PersonKind::Contact, Some(account.clone())),
            Decision::CreateLead => (PersonKind::Lead, None),
            Decision::Matched(_) | Decision::Nothing(_) | Decision::LinkBroken(_) => continue,
        };
        let Some(person) = &due.activity.what.person else {
            continue;
        };
        if all.iter().any(|one| one.email == person.email.as_str()) {
            continue;
        }
        let home = known.home(due).map(|account| account.id.clone());
        let lead_account = lead_account_field.map(str::to_owned).zip(home);
        all.push(Wanted {
            email: person.email.as_str().to_owned(),
            kind,
            person: NewPerson {
                first_name: person.first_name.clone(),
                last_name: person.last_name.clone(),
                email: person.email.as_str().to_owned(),
                company: due.activity.what.company.clone(),
                account_id: account.as_ref().map(|account| account.id.clone()),
                lead_account: lead_account.filter(|_| kind == PersonKind::Lead),
            },
            account,
        });
    }
    all
}

fn remember(one: &Wanted, id: RecordId, known: &mut Known, line: &Line<'_>) -> Creation {
    let connected = Owner {
        id: line.connection.user.id.clone(),
        is_active: true,
    };
    match &one.account {
        Some(account) => {
            known.add_contact(ContactCandidate {
                id: id.clone(),
                email: one.email.clone(),
                owner: Some(connected),
                account: Some(account.clone()),
                account_hidden: false,
            });
            Creation::Contact(id, account.clone())
        }
        None => {
            // An assignment rule may have given it to somebody else.
            known.add_lead(LeadCandidate {
                id: id.clone(),
                email: one.email.clone(),
                owner: None,
                converted: None,
            });
            Creation::Lead(id)
        }
    }
}

/// A duplicate rule that blocks names the record it protects: that is the person,
/// even where the email address is another.
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
    } else if id.as_str().starts_with("00Q") {
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

/// What came of creating this delivery's person, if that was tried.
pub(super) fn creation_of<'a>(
    due: &DueDelivery,
    creations: &'a HashMap<String, Creation>,
) -> Option<&'a Creation> {
    creations.get(email(due)?)
}
