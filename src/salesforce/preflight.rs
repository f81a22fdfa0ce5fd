//! Whether the connected user may do what the integration needs, and what
//! doesn't work where it may not.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::API_VERSION;
use super::client::{Answer, Client, Session};
use super::errors::{ApiError, CallError};
use super::preflight_list::{LIST, Needed};
use super::soql::quote;
use crate::domain::candidates::RecordId;

/// What a check found.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    Granted,
    Missing,
    /// Salesforce gave no usable answer to this one.
    Unknown,
}

/// One permission.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Check {
    pub object: String,
    /// Absent where it is about the object as a whole.
    pub field: Option<String>,
    /// The field's label on Salesforce's pages, where it differs from its name.
    pub label: Option<String>,
    /// `Read` or `Write`.
    pub need: String,
    pub status: Status,
    /// Whether the integration works without it, only with less.
    pub optional: bool,
    /// A sentence: what doesn't work where it is missing.
    pub turns_off: String,
}

/// All permissions of the guide, in its order.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Preflight {
    pub checks: Vec<Check>,
}

impl Preflight {
    /// Whether everything that can't be done without was granted.
    pub fn is_ready(&self) -> bool {
        self.checks
            .iter()
            .all(|check| check.optional || check.status == Status::Granted)
    }

    pub fn missing(&self) -> impl Iterator<Item = &Check> {
        self.checks
            .iter()
            .filter(|check| check.status == Status::Missing)
    }
}

/// What `describe` says of an object.
#[derive(Deserialize)]
pub(super) struct Described {
    #[serde(default)]
    queryable: bool,
    #[serde(default)]
    createable: bool,
    #[serde(default)]
    updateable: bool,
    #[serde(default)]
    fields: Vec<DescribedField>,
}

#[derive(Deserialize)]
struct DescribedField {
    name: String,
    #[serde(default)]
    createable: bool,
}

/// What was learnt of an object or a query: the thing, that it isn't
/// accessible, or nothing.
enum Learnt<T> {
    It(T),
    NoAccess,
    Nothing,
}

const DESCRIBED: [&str; 4] = ["Lead", "Account", "Task", "Contact"];

impl Client {
    /// Asks the org what the session's user may do; six or seven calls.
    pub async fn preflight(
        &self,
        session: &Session,
        user: &RecordId,
    ) -> Result<Answer<Preflight>, CallError> {
        let mut cost = Answer::free(());
        let mut objects = HashMap::new();
        for object in DESCRIBED {
            let path = format!("/services/data/{API_VERSION}/sobjects/{object}/describe");
            let described = learn(self.get::<Described>(session, &path).await, &mut cost)?;
            objects.insert(object, described);
        }
        let user = quote(user.as_str());
        let mut reads = HashMap::new();
        for (object, field, condition) in [
            ("User", "Id", format!(" WHERE Id = {user}")),
            ("User", "IsActive", format!(" WHERE Id = {user}")),
            ("Organization", "TimeZoneSidKey", String::new()),
        ] {
            let query = format!("SELECT {field} FROM {object}{condition} LIMIT 1");
            let rows = learn(self.query::<Value>(session, &query, false).await, &mut cost)?;
            reads.insert((object, field), has_value(&rows, field));
        }
        let checks = LIST
            .iter()
            .map(|needed| {
                let status = match needed.field.map(|field| (needed.object, field)) {
                    Some(read) if reads.contains_key(&read) => reads[&read],
                    _ => status(objects.get(needed.object), needed),
                };
                needed.check(status)
            })
            .collect();
        Ok(cost.map(|()| Preflight { checks }))
    }
}

/// Keeps going past what concerns one object only.
fn learn<T>(
    result: Result<Answer<T>, CallError>,
    cost: &mut Answer<()>,
) -> Result<Learnt<T>, CallError> {
    match result {
        Ok(answer) => Ok(Learnt::It(cost.take(answer))),
        Err(CallError::Refused(error, status)) if is_no_access(&error, status) => {
            cost.calls += 1;
            Ok(Learnt::NoAccess)
        }
        Err(CallError::Retry { .. } | CallError::Unreadable(_)) => {
            cost.calls += 1;
            Ok(Learnt::Nothing)
        }
        Err(other) => Err(other),
    }
}

fn is_no_access(error: &ApiError, status: u16) -> bool {
    status == 404
        || matches!(
            error.code.as_str(),
            "INVALID_TYPE" | "INVALID_FIELD" | "INSUFFICIENT_ACCESS" | "NOT_FOUND"
        )
}

fn has_value(rows: &Learnt<Vec<Value>>, field: &str) -> Status {
    match rows {
        Learnt::It(rows) if rows.iter().any(|row| !row[field].is_null()) => Status::Granted,
        Learnt::It(_) | Learnt::NoAccess => Status::Missing,
        Learnt::Nothing => Status::Unknown,
    }
}

fn status(described: Option<&Learnt<Described>>, needed: &Needed) -> Status {
    let object = match described {
        Some(Learnt::It(object)) => object,
        Some(Learnt::NoAccess) => return Status::Missing,
        Some(Learnt::Nothing) | None => return Status::Unknown,
    };
    let granted = match (needed.field, needed.write) {
        (None, false) => object.queryable,
        // No Account is ever created, only referred to.
        (None, true) if needed.object == "Account" => object.updateable,
        (None, true) => object.createable,
        (Some(name), write) => object
            .fields
            .iter()
            .any(|field| field.name == name && (field.createable || !write)),
    };
    if granted {
        Status::Granted
    } else {
        Status::Missing
    }
}
