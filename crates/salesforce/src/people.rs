//! Creating Contacts and Leads, and giving a Contact its Account.

use reqwest::Method;
use serde_json::{Value, json};

use super::API_VERSION;
use super::call::Purpose;
use super::client::{Answer, Client, Session};
use super::composite::{MAX_HEAVY, MAX_SUBREQUESTS, Sub, SubAnswer};
use super::errors::{CallError, RowOutcome};
use super::lead_owners::{owners_answered, owners_by_email};
pub use super::new_person::{NewPerson, PersonKind};
use super::new_person::{fields, record};
use super::rows::{outcomes, row_outcome, sub_outcomes};
use super::soql::path;
use super::status::Effect;
use super::tasks::MAX_COLLECTION;
use super::transport::SendGuard;
use salesforce_records::candidates::{Owner, RecordId};

/// Most people that are created by one collections call.
pub const MAX_PEOPLE: usize = MAX_COLLECTION;
/// Most people that are created singly within one call.
pub const MAX_SINGLE_PEOPLE: usize = MAX_SUBREQUESTS;

/// Who owns the Leads of a call that creates people.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum LeadAssignment {
    /// Whom the org's active assignment rule chooses, if there is one: Salesforce's own
    /// default for records that come through the API.
    #[default]
    ByRule,
    /// The connected user: the rule is skipped (REST API Developer Guide, Assignment Rule
    /// Header).
    ConnectedUser,
}

impl LeadAssignment {
    /// The headers of a request that creates people. Rules that only warn of duplicates
    /// let them pass.
    pub(super) fn headers(self) -> Vec<(&'static str, &'static str)> {
        let mut headers = vec![("Sforce-Duplicate-Rule-Header", "allowSave=true")];
        if self == Self::ConnectedUser {
            headers.push(("Sforce-Auto-Assign", "FALSE"));
        }
        headers
    }
}

/// What came of creating people.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct NewPeople {
    /// In the order of the people.
    pub outcomes: Vec<RowOutcome>,
    /// Who owns the new Leads: an assignment rule may have chosen someone. `None` where
    /// that could not be asked within the call; `lead_owners` asks for it.
    pub lead_owners: Option<Vec<(RecordId, Owner)>>,
}

impl Client {
    /// Creates at most 200 people in one call, and asks in the same call who owns the
    /// new Leads. Rules that only warn of duplicates let them pass; whom a rule
    /// blocks fails with `DUPLICATES_DETECTED`, which here doesn't name the record
    /// that is in the way: `create_people_singly` does.
    pub async fn create_people(
        &self,
        session: &Session,
        guard: &SendGuard,
        people: &[(PersonKind, NewPerson)],
        assignment: LeadAssignment,
    ) -> Result<Answer<NewPeople>, CallError> {
        if people.is_empty() {
            return Ok(Answer::free(NewPeople::default()));
        }
        if people.len() > MAX_PEOPLE {
            let limit = "a call creates at most 200 people";
            return Err(CallError::NotSent(limit.to_owned()));
        }
        // Salesforce takes at most ten changes of the type within a collection.
        let mut order: Vec<usize> = (0..people.len()).collect();
        order.sort_by_key(|n| people[*n].0 == PersonKind::Lead);
        let records: Vec<Value> = order
            .iter()
            .map(|n| record(people[*n].0, &people[*n].1))
            .collect();
        let body = json!({ "allOrNone": false, "records": records });
        let leads = people.iter().filter(|(kind, _)| *kind == PersonKind::Lead);
        let leads: Vec<String> = leads.map(|(_, person)| person.email.clone()).collect();
        let queries = owners_by_email(&leads);
        let written = if queries.is_empty() || queries.len() >= MAX_HEAVY {
            let asked = (people.len(), assignment);
            self.create_alone(session, guard, &body, asked).await
        } else {
            let create =
                Sub::write(&Method::POST, COLLECTION, body).with_headers(&assignment.headers());
            self.create_and_ask(session, guard, create, (people.len(), queries))
                .await
        };
        Ok(written?.map(|people| in_order(&order, people)))
    }

    async fn create_alone(
        &self,
        session: &Session,
        guard: &SendGuard,
        body: &Value,
        (asked, assignment): (usize, LeadAssignment),
    ) -> Result<Answer<NewPeople>, CallError> {
        let path = format!("/services/data/{API_VERSION}/{COLLECTION}");
        let purpose = Purpose::Write(guard);
        let headers = assignment.headers();
        let reply = self.call_with(session, Method::POST, &path, Some(body), purpose, &headers);
        reply.await?.try_map(|reply| {
            Ok(NewPeople {
                outcomes: outcomes(&reply.read(Effect::Write)?, asked),
                lead_owners: None,
            })
        })
    }

    /// The queries are answered after the records were created.
    async fn create_and_ask(
        &self,
        session: &Session,
        guard: &SendGuard,
        create: Sub,
        (asked, queries): (usize, Vec<String>),
    ) -> Result<Answer<NewPeople>, CallError> {
        let queries = queries.iter().map(|query| Sub::get(path(query, false)));
        let subs = std::iter::once(create).chain(queries).collect();
        let answers = self.composite(session, subs, Purpose::Write(guard)).await?;
        Ok(answers.map(|answers| {
            let mut answers = answers.into_iter();
            NewPeople {
                outcomes: sub_outcomes(answers.next().flatten(), asked),
                lead_owners: answers
                    .map(owners_answered)
                    .collect::<Option<Vec<_>>>()
                    .map(|owners| owners.into_iter().flatten().collect()),
            }
        }))
    }

    /// Creates people, each by a request of its own within the call, so that a
    /// duplicate names the record it duplicates: one call for each 25. The
    /// outcomes are in the order of the people.
    pub async fn create_people_singly(
        &self,
        session: &Session,
        guard: &SendGuard,
        people: &[(PersonKind, NewPerson)],
        assignment: LeadAssignment,
    ) -> Result<Answer<Vec<RowOutcome>>, CallError> {
        let mut answer = Answer::free(Vec::with_capacity(people.len()));
        for some in people.chunks(MAX_SUBREQUESTS) {
            let subs = some
                .iter()
                .map(|(kind, person)| sub(*kind, person, assignment))
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

/// Back from the order of the call to that of the people.
fn in_order(order: &[usize], people: NewPeople) -> NewPeople {
    let mut back: Vec<_> = order.iter().zip(people.outcomes).collect();
    back.sort_by_key(|(n, _)| **n);
    NewPeople {
        outcomes: back.into_iter().map(|(_, outcome)| outcome).collect(),
        ..people
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

/// Many records at once.
pub(super) const COLLECTION: &str = "composite/sobjects";

fn sub(kind: PersonKind, person: &NewPerson, assignment: LeadAssignment) -> Sub {
    let resource = format!("sobjects/{}", kind.object());
    let body = Value::Object(fields(kind, person));
    Sub::write(&Method::POST, &resource, body).with_headers(&assignment.headers())
}
