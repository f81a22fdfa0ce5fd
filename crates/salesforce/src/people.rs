//! Creating Contacts and Leads, and giving a Contact its Account.

use reqwest::Method;
use serde_json::{Value, json};

use super::API_VERSION;
use super::call::Purpose;
use super::client::{Answer, Client, Session};
use super::composite::{MAX_SUBREQUESTS, Sub, SubAnswer};
use super::errors::{CallError, RowOutcome};
pub use super::new_person::{NewPerson, PersonKind};
use super::new_person::{fields, record};
use super::rows::{outcomes, row_outcome};
use super::status::Effect;
use super::tasks::MAX_COLLECTION;
use super::transport::SendGuard;
use domain::matching::candidates::RecordId;

/// Most people that are created by one collections call.
pub const MAX_PEOPLE: usize = MAX_COLLECTION;
/// Most people that are created singly within one call.
pub const MAX_SINGLE_PEOPLE: usize = MAX_SUBREQUESTS;

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
