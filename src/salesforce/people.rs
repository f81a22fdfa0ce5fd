//! Creating Contacts and Leads, and giving a Contact its Account.

use reqwest::Method;
use serde_json::{Map, Value, json};

use super::API_VERSION;
use super::call::Purpose;
use super::client::{Answer, Client, Session};
use super::composite::{MAX_SUBREQUESTS, Sub, SubAnswer};
use super::errors::{CallError, RowOutcome};
use super::rows::{outcomes, row_outcome};
use super::status::Effect;
use super::tasks::MAX_COLLECTION;
use super::transport::SendGuard;
use crate::domain::candidates::RecordId;
use crate::domain::names::tidy;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PersonKind {
    Contact,
    Lead,
}

impl PersonKind {
    fn object(self) -> &'static str {
        match self {
            Self::Contact => "Contact",
            Self::Lead => "Lead",
        }
    }
}

/// A person whom the org doesn't know yet.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct NewPerson {
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    /// Of a Lead; a Contact has an Account instead.
    pub company: String,
    /// Of a Contact.
    pub account_id: Option<RecordId>,
    /// Of a Lead, where the org links Leads to Accounts: the lookup field's
    /// name and the Account.
    pub lead_account: Option<(String, RecordId)>,
    /// An External ID field of the org and the value in it, which keeps the same
    /// person from being created twice.
    pub external_id: Option<(String, String)>,
}

/// Most people that are created by one collections call.
pub const MAX_PEOPLE: usize = MAX_COLLECTION;
/// Most people that are created singly within one call.
pub const MAX_SINGLE_PEOPLE: usize = MAX_SUBREQUESTS;

/// What Salesforce itself writes for a Lead without a company.
const NO_COMPANY: &str = "[not provided]";

impl Client {
    /// Creates at most 200 people in one call. The outcomes are in the order of
    /// the people. Rules that only warn of duplicates let them pass; whom a rule
    /// blocks fails with DUPLICATES_DETECTED, which here doesn't name the record
    /// that is in the way: `create_people_singly` does.
    pub async fn create_people(
        &self,
        session: &Session,
        guard: &SendGuard,
        people: &[(PersonKind, NewPerson)],
    ) -> Result<Answer<Vec<RowOutcome>>, CallError> {
        if people.is_empty() {
            return Ok(Answer::free(Vec::new()));
        }
        if people.len() > MAX_PEOPLE {
            let limit = "a call creates at most 200 people";
            return Err(CallError::NotSent(limit.to_owned()));
        }
        // Salesforce takes at most ten changes of the type within a collection.
        let mut order: Vec<usize> = (0..people.len()).collect();
        order.sort_by_key(|n| people[*n].0 == PersonKind::Lead);
        let records: Vec<Value> = order.iter().map(|n| record(&people[*n])).collect();
        let body = json!({ "allOrNone": false, "records": records });
        let path = format!("/services/data/{API_VERSION}/composite/sobjects");
        let reply = self
            .call_with(
                session,
                Method::POST,
                &path,
                Some(&body),
                Purpose::Write(guard),
                &[ALLOW_ALERTS],
            )
            .await?;
        reply.try_map(|reply| {
            let sent = outcomes(&reply.read(Effect::Write)?, people.len());
            let mut back: Vec<_> = order.into_iter().zip(sent).collect();
            back.sort_by_key(|(n, _)| *n);
            Ok(back.into_iter().map(|(_, outcome)| outcome).collect())
        })
    }

    /// Creates people, each by a request of its own within the call, so that a
    /// duplicate names the record it duplicates: one call for each 25. The
    /// outcomes are in the order of the people.
    pub async fn create_people_singly(
        &self,
        session: &Session,
        guard: &SendGuard,
        people: &[(PersonKind, NewPerson)],
    ) -> Result<Answer<Vec<RowOutcome>>, CallError> {
        let mut answer = Answer::free(Vec::with_capacity(people.len()));
        for some in people.chunks(MAX_SUBREQUESTS) {
            let subs = some
                .iter()
                .map(|(kind, person)| sub(*kind, person))
                .collect();
            match self.composite(session, subs, Purpose::Write(guard)).await {
                Ok(further) => {
                    let outcomes = answer.take(further);
                    answer.value.extend(outcomes.into_iter().map(outcome));
                }
                Err(error) if answer.value.is_empty() => return Err(error),
                // Those before are done: the rest is told row by row.
                Err(error) => {
                    answer.value.resize(people.len(), error.into_row());
                    break;
                }
            }
        }
        Ok(answer)
    }

    /// Makes each Account its Contact's own, at most 200 in a call; one outcome
    /// each, in order. Doing it twice does no harm.
    pub async fn set_contact_accounts(
        &self,
        session: &Session,
        guard: &SendGuard,
        contacts: &[(RecordId, RecordId)],
    ) -> Result<Answer<Vec<RowOutcome>>, CallError> {
        let path = format!("/services/data/{API_VERSION}/composite/sobjects");
        let mut answer = Answer::free(Vec::with_capacity(contacts.len()));
        for some in contacts.chunks(MAX_COLLECTION) {
            let records: Vec<Value> = some.iter().map(|(contact, account)| {
                json!({"attributes": {"type": "Contact"}, "Id": contact, "AccountId": account})
            }).collect();
            let body = json!({ "allOrNone": false, "records": records });
            let reply = self
                .call(
                    session,
                    Method::PATCH,
                    &path,
                    Some(&body),
                    Purpose::Write(guard),
                )
                .await?;
            let reply = answer.take(reply);
            answer
                .value
                .extend(outcomes(&reply.read(Effect::Write)?, some.len()));
        }
        Ok(answer)
    }
}

fn outcome(answer: Option<SubAnswer>) -> RowOutcome {
    match answer {
        None => RowOutcome::Unknown("the answer didn't mention this person".to_owned()),
        Some(answer) => match answer.judge(Effect::Write) {
            Ok(()) => row_outcome(&answer.body),
            Err(error) => error.into_row(),
        },
    }
}

/// Lets those pass of whom a duplicate rule only warns.
const ALLOW_ALERTS: (&str, &str) = ("Sforce-Duplicate-Rule-Header", "allowSave=true");

fn sub(kind: PersonKind, person: &NewPerson) -> Sub {
    let resource = format!("sobjects/{}", kind.object());
    let (name, value) = ALLOW_ALERTS;
    Sub::write(
        &Method::POST,
        &resource,
        Value::Object(fields(kind, person)),
    )
    .with_header(name, value)
}

/// A person as a row of a collections call.
fn record((kind, person): &(PersonKind, NewPerson)) -> Value {
    let mut fields = fields(*kind, person);
    let attributes = json!({ "type": kind.object() });
    fields.insert("attributes".to_owned(), attributes);
    Value::Object(fields)
}

fn fields(kind: PersonKind, person: &NewPerson) -> Map<String, Value> {
    let mut fields = Map::new();
    let mut set = |name: &str, value: String| {
        if !value.is_empty() {
            fields.insert(name.to_owned(), Value::String(value));
        }
    };
    let first = tidy(&person.first_name);
    let last = tidy(&person.last_name);
    // LastName is required, so something known about the person stands in for it.
    let (first, last) = match (first.is_empty(), last.is_empty()) {
        (_, false) => (first, last),
        (false, true) => (String::new(), first),
        (true, true) => {
            let local = person.email.split('@').next().unwrap_or_default();
            (String::new(), local.to_owned())
        }
    };
    set("FirstName", cut(&first, 40));
    set("LastName", cut(&last, 80));
    set("Email", person.email.trim().to_owned());
    if let Some((field, key)) = &person.external_id {
        set(field, key.clone());
    }
    match kind {
        PersonKind::Contact => {
            if let Some(account) = &person.account_id {
                set("AccountId", account.to_string());
            }
        }
        PersonKind::Lead => {
            let company = tidy(&person.company);
            let company = if company.is_empty() {
                NO_COMPANY
            } else {
                &company
            };
            set("Company", cut(company, 255));
            if let Some((field, account)) = &person.lead_account {
                set(field, account.to_string());
            }
        }
    }
    fields
}

/// The beginning of a text that fits a field of that length. Salesforce counts
/// UTF-16 units; no character is cut in two.
pub fn cut(text: &str, most: usize) -> String {
    let mut units = 0;
    text.chars()
        .take_while(|c| {
            units += c.len_utf16();
            units <= most
        })
        .collect::<String>()
        .trim_end()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ada() -> NewPerson {
        NewPerson {
            first_name: "Ada".to_owned(),
            last_name: "Lovelace".to_owned(),
            email: "ada@example.com".to_owned(),
            company: "Engines Ltd".to_owned(),
            account_id: Some(RecordId::new("001A")),
            lead_account: Some(("Account__c".to_owned(), RecordId::new("001B"))),
            external_id: None,
        }
    }

    #[test]
    fn a_contact_has_an_account_and_a_lead_a_company() {
        assert_eq!(
            Value::Object(fields(PersonKind::Contact, &ada())),
            json!({"FirstName": "Ada", "LastName": "Lovelace", "Email": "ada@example.com",
                   "AccountId": "001A"})
        );
        assert_eq!(
            Value::Object(fields(PersonKind::Lead, &ada())),
            json!({"FirstName": "Ada", "LastName": "Lovelace", "Email": "ada@example.com",
                   "Company": "Engines Ltd", "Account__c": "001B"})
        );
    }

    #[test]
    fn what_salesforce_requires_is_never_empty() {
        for (first, last, written) in [
            ("Ada", "", json!([null, "Ada"])),
            ("", "", json!([null, "ada"])),
            (" ", "Lovelace", json!([null, "Lovelace"])),
        ] {
            let person = NewPerson {
                first_name: first.to_owned(),
                last_name: last.to_owned(),
                company: " ".to_owned(),
                ..ada()
            };
            let fields = fields(PersonKind::Lead, &person);
            assert_eq!(
                json!([fields.get("FirstName"), fields["LastName"]]),
                written
            );
            assert_eq!(fields["Company"], NO_COMPANY);
        }
    }

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(cut("Ada", 40), "Ada");
        assert_eq!(cut(&"x".repeat(50), 40).len(), 40);
        assert_eq!(cut("ab🦊", 3), "ab");
        assert_eq!(cut("ab🦊", 4), "ab🦊");
        assert_eq!(cut("ab cd", 3), "ab");
    }
}
