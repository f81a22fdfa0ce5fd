//! Which Contacts and Leads a batch asks for, and what is written into them.

use std::collections::HashSet;

use domain::activities::Person;
use domain::ids::OrganizationId;
use domain::matching::Decision;
use domain::matching::candidates::AccountCandidate;
use salesforce::people::{NewPerson, PersonKind};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use store::deliveries::due::DueDelivery;
use store::deliveries::journal::AboutToSend;

use super::candidates::Known;
use super::journal::Sendable;
use super::org_session::OrgSession;
use super::task_rules::Rules;
use crate::salesforce_connection::MappedObject;

/// Someone to create, for the first of their deliveries in the batch.
#[derive(Clone)]
pub(super) struct Wanted {
    pub due: DueDelivery,
    pub email: String,
    pub kind: PersonKind,
    pub account: Option<AccountCandidate>,
    pub person: NewPerson,
}

impl Sendable for Wanted {
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
            who: None,
            what: None,
            reason: self.due.reason.clone(),
            task: None,
        }
    }
}

/// Whom the decisions about a batch ask for, each once.
pub(super) fn wanted(
    rules: &Rules<'_>,
    decided: &[(DueDelivery, Decision)],
    known: &Known,
    session: &OrgSession<'_>,
) -> Vec<Wanted> {
    let mut all: Vec<Wanted> = Vec::new();
    let mut seen = HashSet::new();
    for (due, decision) in decided {
        let (kind, account) = match decision {
            Decision::CreateContact(account, _) => (PersonKind::Contact, Some(account.clone())),
            Decision::CreateLead => (PersonKind::Lead, None),
            Decision::Matched(_) | Decision::Nothing(_) | Decision::LinkBroken(_) => continue,
        };
        let Some(person) = &due.activity.what.person else {
            continue;
        };
        if !seen.insert(person.email.as_str()) {
            continue;
        }
        let person = with_name(person, decided);
        all.push(Wanted {
            due: due.clone(),
            email: person.email.as_str().to_owned(),
            kind,
            person: NewPerson {
                fields: further_fields(rules, due, kind),
                ..new_person(due, person, kind, account.as_ref(), known, session)
            },
            account,
        });
    }
    all
}

/// What an Admin has filled in beside the usual.
fn further_fields(rules: &Rules<'_>, due: &DueDelivery, kind: PersonKind) -> Map<String, Value> {
    let object = match kind {
        PersonKind::Contact => MappedObject::Contact,
        PersonKind::Lead => MappedObject::Lead,
    };
    let link = rules.link(due);
    rules.mapping.values(object, &due.activity, &link)
}

/// The person as one of their activities names them: the first may know the address only.
fn with_name<'a>(person: &'a Person, decided: &'a [(DueDelivery, Decision)]) -> &'a Person {
    let named = |one: &&Person| one.email == person.email && !one.last_name.trim().is_empty();
    let all = decided.iter();
    let people = all.filter_map(|(due, _)| due.activity.what.person.as_ref());
    std::iter::once(person)
        .chain(people)
        .find(named)
        .unwrap_or(person)
}

fn new_person(
    due: &DueDelivery,
    person: &Person,
    kind: PersonKind,
    account: Option<&AccountCandidate>,
    known: &Known,
    session: &OrgSession<'_>,
) -> NewPerson {
    let account_id = account.map(|account| account.id.clone());
    let fields = session.reference_fields();
    let (lead_account, key_field) = match kind {
        PersonKind::Contact => (None, fields.contact),
        PersonKind::Lead => {
            let home = known.home(due).map(|account| account.id.clone());
            let link = session.connection.options.lead_account_field.clone();
            (link.zip(home), fields.lead)
        }
    };
    let email = person.email.as_str();
    NewPerson {
        first_name: person.first_name.clone(),
        last_name: person.last_name.clone(),
        email: email.to_owned(),
        company: due.activity.what.company.clone(),
        lead_account,
        external_id: key_field.map(|field| (field.name, person_key(session.org, email, account))),
        account_id,
        fields: Map::new(),
    }
}

/// What the org's External ID field of Contacts and Leads holds, so that a call that is
/// carried out late can't create someone twice: 32 hexadecimal digits, the same for a
/// person as long as a Contact is wanted on the same Account.
fn person_key(org: OrganizationId, email: &str, account: Option<&AccountCandidate>) -> String {
    let account = account.map_or("", |account| account.id.as_str());
    let hash = Sha256::digest(format!("{org}\n{}\n{account}", email.to_lowercase()));
    hash[..16]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
