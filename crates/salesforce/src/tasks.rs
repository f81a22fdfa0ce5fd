//! Writing Tasks, a thousand in a call.

use jiff::civil::Date;
use reqwest::Method;
use salesforce_records::candidates::RecordId;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use super::API_VERSION;
use super::call::Purpose;
use super::client::{Answer, Client, Session};
use super::composite::{MAX_HEAVY, Sub};
use super::errors::{CallError, RowOutcome};
use super::rows::{outcomes, sub_outcomes};
use super::status::Effect;
use super::transport::SendGuard;
pub use super::written_tasks::{WrittenQuestion, WrittenTask, WrittenTasks};

/// Most records of a collections call (REST API Developer Guide, sObject Collections).
pub const MAX_COLLECTION: usize = 200;
/// Most collections of a composite call (REST API Developer Guide, Composite).
pub const MAX_GROUPS: usize = MAX_HEAVY;
/// Most Tasks written by one API call.
pub const MAX_TASKS: usize = MAX_COLLECTION * MAX_GROUPS;

/// A Task to be written (Object Reference for the Salesforce Platform, Task). What is
/// absent is left to the org's defaults.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct TaskRecord {
    /// `Subject`: longer than 255 characters, Salesforce refuses the Task.
    pub subject: String,
    /// `Status`, one of the org's own values; it says whether the Task is open.
    pub status: String,
    /// `Priority`, one of the org's own values.
    pub priority: String,
    /// Assigned To: an active user. Where it is absent, the connected user is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner_id: Option<RecordId>,
    /// Name: a Contact or a Lead; with a Lead `what_id` must be absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub who_id: Option<RecordId>,
    /// Related To: an Account, or another object that can have activities.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub what_id: Option<RecordId>,
    /// Due Date: a date without a time of day; `None` leaves it empty.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "as_text")]
    pub activity_date: Option<Date>,
    /// Comments: at most 32,000 characters. SOQL can't filter by it.
    pub description: String,
    /// The org's External ID field and the value in it, by which the Task can be
    /// found again and is never there twice.
    #[serde(flatten, serialize_with = "as_field")]
    pub external_id: Option<(String, String)>,
    /// Further fields by their API names, with the values as Salesforce takes them; none of
    /// those above.
    #[serde(flatten)]
    pub fields: Map<String, Value>,
}

#[expect(
    clippy::ref_option,
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a field by reference"
)]
fn as_text<S: Serializer>(date: &Option<Date>, serializer: S) -> Result<S::Ok, S::Error> {
    match date {
        Some(date) => serializer.collect_str(date),
        None => serializer.serialize_none(),
    }
}

#[expect(clippy::ref_option, reason = "serde passes a field by reference")]
fn as_field<S: Serializer>(
    field: &Option<(String, String)>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(field.iter().map(|(name, value)| (name, value)))
}

/// Tasks that are written by one collections call or by one part of a composite.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TaskGroup {
    /// Whether none is written unless all are.
    pub all_or_none: bool,
    /// At most 200; an empty group takes no part in the call.
    pub tasks: Vec<TaskRecord>,
}

/// A row of a collections call.
#[derive(Serialize)]
pub(super) struct Row<'a> {
    attributes: Attributes,
    #[serde(flatten)]
    task: &'a TaskRecord,
}

pub(super) fn task_row(task: &TaskRecord) -> Row<'_> {
    Row {
        attributes: Attributes { r#type: "Task" },
        task,
    }
}

#[derive(Serialize)]
struct Attributes {
    r#type: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Collection<'a> {
    all_or_none: bool,
    records: Vec<Row<'a>>,
}

impl<'a> Collection<'a> {
    fn new(all_or_none: bool, tasks: &'a [TaskRecord]) -> Self {
        Self {
            all_or_none,
            records: tasks.iter().map(task_row).collect(),
        }
    }
}

impl Client {
    /// Creates Tasks in at most five groups of at most 200, in one call; more are refused
    /// as [`CallError::NotSent`]. The outcomes are in the order of the groups and of the
    /// Tasks in them. A group stands for itself: what becomes of one doesn't touch another.
    pub async fn write_tasks(
        &self,
        session: &Session,
        guard: &SendGuard,
        groups: &[TaskGroup],
    ) -> Result<Answer<Vec<Vec<RowOutcome>>>, CallError> {
        let collections = groups
            .iter()
            .map(|group| Collection::new(group.all_or_none, &group.tasks))
            .collect();
        self.write_collections(
            session,
            guard,
            Method::POST,
            "composite/sobjects",
            collections,
        )
        .await
    }

    /// Creates the Tasks whose key isn't there yet, and writes those again that
    /// are: at most a thousand, in one call, with one outcome each, in order.
    /// `field` is an External ID field of Task that every Task has a value for.
    /// A Task that a person has changed or deleted is overwritten or created
    /// anew, so this is for Tasks of which nobody knows whether they were written.
    pub async fn upsert_tasks(
        &self,
        session: &Session,
        guard: &SendGuard,
        field: &str,
        tasks: &[TaskRecord],
    ) -> Result<Answer<Vec<RowOutcome>>, CallError> {
        let has_key = |task: &TaskRecord| {
            let key = task.external_id.as_ref();
            key.is_some_and(|(name, value)| name == field && !value.is_empty())
        };
        if !tasks.iter().all(has_key) {
            return Err(CallError::NotSent(format!("a Task has no {field}")));
        }
        let collections = tasks
            .chunks(MAX_COLLECTION)
            .map(|some| Collection::new(false, some))
            .collect();
        let resource = format!("composite/sobjects/Task/{field}");
        let outcomes = self
            .write_collections(session, guard, Method::PATCH, &resource, collections)
            .await?;
        Ok(outcomes.map(|groups| groups.into_iter().flatten().collect()))
    }

    /// One collection goes as it is, several go as the parts of a composite.
    async fn write_collections(
        &self,
        session: &Session,
        guard: &SendGuard,
        method: Method,
        resource: &str,
        collections: Vec<Collection<'_>>,
    ) -> Result<Answer<Vec<Vec<RowOutcome>>>, CallError> {
        let sizes: Vec<usize> = collections.iter().map(|one| one.records.len()).collect();
        if sizes.len() > MAX_GROUPS || sizes.iter().any(|size| *size > MAX_COLLECTION) {
            let limit = "a call takes at most five groups of 200 Tasks";
            return Err(CallError::NotSent(limit.to_owned()));
        }
        let mut filled = collections
            .iter()
            .filter(|collection| !collection.records.is_empty());
        let written = match (filled.next(), filled.next()) {
            (None, _) => return Ok(Answer::free(vec![Vec::new(); sizes.len()])),
            (Some(only), None) => {
                let path = format!("/services/data/{API_VERSION}/{resource}");
                self.call(session, method, &path, Some(only), Purpose::Write(guard))
                    .await?
                    .try_map(|reply| {
                        let body: Value = reply.read(Effect::Write)?;
                        Ok(vec![outcomes(&body, only.records.len())])
                    })?
            }
            (Some(_), Some(_)) => {
                let filled = collections.iter().filter(|one| !one.records.is_empty());
                self.write_parts(session, guard, &method, resource, filled.collect())
                    .await?
            }
        };
        Ok(written.map(|written| in_order(&sizes, written)))
    }

    async fn write_parts(
        &self,
        session: &Session,
        guard: &SendGuard,
        method: &Method,
        resource: &str,
        parts: Vec<&Collection<'_>>,
    ) -> Result<Answer<Vec<Vec<RowOutcome>>>, CallError> {
        let mut subs = Vec::with_capacity(parts.len());
        for part in &parts {
            let body = serde_json::to_value(part)
                .map_err(|error| CallError::NotSent(format!("this is no JSON: {error}")))?;
            subs.push(Sub::write(method, resource, body));
        }
        let answers = self.composite(session, subs, Purpose::Write(guard)).await?;
        Ok(answers.map(|answers| {
            answers
                .into_iter()
                .zip(&parts)
                .map(|(answer, part)| sub_outcomes(answer, part.records.len()))
                .collect()
        }))
    }
}

/// Puts the outcomes back among the groups that had nothing to write.
fn in_order(sizes: &[usize], written: Vec<Vec<RowOutcome>>) -> Vec<Vec<RowOutcome>> {
    let mut written = written.into_iter();
    sizes
        .iter()
        .map(|size| match size {
            0 => Vec::new(),
            _ => written.next().unwrap_or_default(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_task_is_written_in_salesforces_words() {
        let task = TaskRecord {
            subject: "SafeBase: File Downloaded".to_owned(),
            status: "Completed".to_owned(),
            priority: "Normal".to_owned(),
            owner_id: None,
            who_id: Some(RecordId::new("003A")),
            what_id: None,
            activity_date: Some(Date::constant(2026, 11, 23)),
            description: "a\nb".to_owned(),
            external_id: None,
            fields: serde_json::Map::new(),
        };
        let keyed = TaskRecord {
            external_id: Some(("Erp_Reference__c".to_owned(), "erp-1".to_owned())),
            ..task.clone()
        };
        let written = json!({
            "attributes": {"type": "Task"},
            "Subject": "SafeBase: File Downloaded", "Status": "Completed",
            "Priority": "Normal", "WhoId": "003A", "ActivityDate": "2026-11-23",
            "Description": "a\nb"
        });
        let mut with_key = written.clone();
        with_key["Erp_Reference__c"] = "erp-1".into();
        assert_eq!(
            serde_json::to_value(Collection::new(false, &[task, keyed])).unwrap(),
            json!({"allOrNone": false, "records": [written, with_key]})
        );
    }
}
