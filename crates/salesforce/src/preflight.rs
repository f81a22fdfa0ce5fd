//! Whether the connected user may do what finding people and writing Tasks needs.
//!
//! What is to be read is found out by the client's own queries, asked for nobody;
//! what is to be written by `describe`, because a write can't be tried.

use std::collections::HashMap;

use salesforce_records::candidates::RecordId;
use serde::{Deserialize, Serialize};

use super::ask::Readable;
use super::client::{Answer, Client, Session};
use super::describe::Described;
use super::errors::CallError;
use super::matching::{accounts_by_name, contacts_by_email, leads_by_email};
use super::matching_related::users_by_id;
use super::object_setup::ObjectSetup;
use super::org;
use super::refused::{Ask, Refused, is_no_access};

pub use super::preflight_list::{Check, Need, PERMISSIONS, Permission, Status};

/// All permissions that were checked, in a fixed order.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Preflight {
    /// One for each object and field and what is done with it.
    pub checks: Vec<Check>,
    /// What new Tasks, Contacts and Leads must have; without an object that the user can't
    /// describe.
    #[serde(default)]
    pub objects: Vec<ObjectSetup>,
}

impl Preflight {
    /// Whether everything that can't be done without was granted.
    pub fn is_ready(&self) -> bool {
        self.checks
            .iter()
            .all(|check| check.optional || check.status == Status::Granted)
    }

    /// The permissions that the connected user lacks, optional ones too.
    pub fn missing(&self) -> impl Iterator<Item = &Check> {
        self.checks
            .iter()
            .filter(|check| check.status == Status::Missing)
    }
}

/// Objects whose records are created or changed.
const WRITTEN: [&str; 4] = ["Lead", "Account", "Task", "Contact"];
/// Objects whose records are created.
const CREATED: [&str; 3] = ["Task", "Contact", "Lead"];
/// What is read of Tasks whose answer was lost.
const TASK: [&str; 4] = ["Id", "Description", "CreatedById", "LastModifiedById"];
/// Nobody has this address, and no company this name: `.invalid` is reserved (RFC 2606).
const NOBODY: &str = "nobody@salesforce.invalid";

/// What was found out.
struct Learnt {
    /// `None` for an object of which nothing was learnt.
    described: HashMap<&'static str, Option<Described>>,
    refused: Refused,
    /// Whether the queries were answered at all.
    asked: bool,
    /// Whether the connected user sees itself.
    sees_users: bool,
}

impl Client {
    /// Asks the org what `user`, who is the session's own, may do; about six calls. Says
    /// so for each permission that finding people and writing Tasks needs.
    pub async fn preflight(
        &self,
        session: &Session,
        user: &RecordId,
    ) -> Result<Answer<Preflight>, CallError> {
        self.forget_refused(session);
        let mut cost = Answer::free(());
        let answers = learn(self.ask(session, &asks(user)).await, &mut cost)?;
        let mut described = HashMap::new();
        for object in WRITTEN {
            let found = match self.describe(session, object).await {
                Err(CallError::Refused(error, status)) if is_no_access(&error, status) => {
                    cost.calls += 1;
                    Some(Described::default())
                }
                other => learn(other, &mut cost)?,
            };
            described.insert(object, found);
        }
        let learnt = Learnt {
            described,
            refused: self.refused(session),
            asked: answers.is_some(),
            sees_users: answers.is_some_and(|answers| has_records(answers.first())),
        };
        let checks = PERMISSIONS
            .iter()
            .map(|needed| needed.check(learnt.status(needed)));
        let checks = checks.collect();
        let objects = learnt.objects();
        Ok(cost.map(|()| Preflight { checks, objects }))
    }
}

/// The queries of [`Client::find`] and others; the one about users goes first.
fn asks(user: &RecordId) -> Vec<Ask> {
    let nobody = [NOBODY.to_owned()];
    let tasks = Ask::new("Task", &TASK, &[], " WHERE Id = null LIMIT 1");
    let mut asks = users_by_id(&[user.as_str().to_owned()]);
    asks.extend(contacts_by_email(&nobody));
    asks.extend(leads_by_email(&nobody));
    asks.extend(accounts_by_name(&nobody));
    asks.push(tasks);
    asks.extend(org::asks());
    asks
}

fn has_records(answer: Option<&Readable>) -> bool {
    matches!(answer, Some(Ok(records)) if !records.is_empty())
}

/// Keeps going past what may be otherwise at the next check.
fn learn<T>(
    result: Result<Answer<T>, CallError>,
    cost: &mut Answer<()>,
) -> Result<Option<T>, CallError> {
    match result {
        Ok(answer) => Ok(Some(cost.take(answer))),
        Err(CallError::Retry { .. } | CallError::Unreadable(_)) => {
            cost.calls += 1;
            Ok(None)
        }
        Err(other) => Err(other),
    }
}

impl Learnt {
    fn status(&self, needed: &Permission) -> Status {
        let granted = match needed.need {
            Need::Read if !self.asked => return Status::Unknown,
            Need::Read => self.reads(needed),
            Need::Create | Need::Edit => match self.described.get(needed.object) {
                Some(Some(object)) => writes(object, needed),
                _ => return Status::Unknown,
            },
        };
        if granted {
            Status::Granted
        } else {
            Status::Missing
        }
    }

    fn objects(&self) -> Vec<ObjectSetup> {
        let described = CREATED.iter().filter_map(|object| {
            let found = self.described.get(object)?.as_ref()?;
            found
                .is_described()
                .then(|| ObjectSetup::new(object, found))
        });
        described.collect()
    }

    fn reads(&self, needed: &Permission) -> bool {
        let field = needed.field.unwrap_or("Id");
        if self.refused.hides(needed.object, field) {
            return false;
        }
        // Without IsActive the query about users isn't asked at all.
        needed.object != "User" || self.sees_users || self.refused.has("User", "IsActive")
    }
}

fn writes(object: &Described, needed: &Permission) -> bool {
    let of_object = match needed.need {
        Need::Edit => object.updateable,
        _ => object.createable,
    };
    let Some(name) = needed.field else {
        return of_object;
    };
    object.field(name).is_some_and(|field| match needed.need {
        Need::Edit => field.updateable,
        _ => field.createable,
    })
}
