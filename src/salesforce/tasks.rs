//! Writing Tasks, a thousand in a call, and finding the ones that were written.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use reqwest::Method;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

use super::API_VERSION;
use super::call::Purpose;
use super::client::{Answer, Client, Session};
use super::composite::{MAX_HEAVY, Sub, SubAnswer};
use super::errors::{CallError, RowOutcome, errors_in};
use super::soql::quote;
use super::status::Effect;
use super::transport::SendGuard;
use crate::domain::candidates::RecordId;

/// Most records of a collections call.
pub const MAX_COLLECTION: usize = 200;
/// Most Tasks written by one API call.
pub const MAX_TASKS: usize = MAX_COLLECTION * MAX_HEAVY;

/// A Task to be written. What is absent is left to the org's defaults.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct TaskRecord {
    pub subject: String,
    pub status: String,
    pub priority: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner_id: Option<RecordId>,
    /// A Contact or a Lead; with a Lead `what_id` must be absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub who_id: Option<RecordId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub what_id: Option<RecordId>,
    #[serde(serialize_with = "as_text")]
    pub activity_date: Date,
    pub description: String,
}

fn as_text<S: Serializer>(date: &Date, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(date)
}

/// A row of a collections call.
#[derive(Serialize)]
struct Row<'a> {
    attributes: Attributes,
    #[serde(flatten)]
    task: &'a TaskRecord,
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

impl Collection<'_> {
    fn of(tasks: &[TaskRecord]) -> Collection<'_> {
        let row = |task| Row {
            attributes: Attributes { r#type: "Task" },
            task,
        };
        Collection {
            all_or_none: false,
            records: tasks.iter().map(row).collect(),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Written {
    id: RecordId,
    description: Option<String>,
}

impl Client {
    /// Writes Tasks, one call for each thousand, one outcome each, in order.
    pub async fn create_tasks(
        &self,
        session: &Session,
        guard: &SendGuard,
        tasks: &[TaskRecord],
    ) -> Result<Answer<Vec<RowOutcome>>, CallError> {
        let mut answer = Answer::free(Vec::with_capacity(tasks.len()));
        for thousand in tasks.chunks(MAX_TASKS) {
            match self.create_thousand(session, guard, thousand).await {
                Ok(further) => {
                    let outcomes = answer.take(further);
                    answer.value.extend(outcomes);
                }
                Err(error) if answer.value.is_empty() => return Err(error),
                // Those before are done: the rest is told row by row.
                Err(error) => {
                    answer.value.resize(tasks.len(), error.into_row());
                    break;
                }
            }
        }
        Ok(answer)
    }

    async fn create_thousand(
        &self,
        session: &Session,
        guard: &SendGuard,
        tasks: &[TaskRecord],
    ) -> Result<Answer<Vec<RowOutcome>>, CallError> {
        if tasks.len() <= MAX_COLLECTION {
            let path = format!("/services/data/{API_VERSION}/composite/sobjects");
            let body = Collection::of(tasks);
            return self
                .call(
                    session,
                    Method::POST,
                    &path,
                    Some(&body),
                    Purpose::Write(guard),
                )
                .await?
                .try_map(|reply| {
                    let body: Value = reply.read(Effect::Write)?;
                    Ok(outcomes(&body, tasks.len()))
                });
        }
        let sub = |tasks| {
            let body = serde_json::to_value(Collection::of(tasks)).unwrap_or_default();
            Sub::post("composite/sobjects", body)
        };
        let subs = tasks.chunks(MAX_COLLECTION).map(sub).collect();
        let answers = self.composite(session, subs, Purpose::Write(guard)).await?;
        Ok(answers.map(|answers| {
            answers
                .into_iter()
                .zip(tasks.chunks(MAX_COLLECTION))
                .flat_map(|(answer, tasks)| sub_outcomes(answer, tasks.len()))
                .collect()
        }))
    }

    /// The id and Comments of every Task that a user created in a span of
    /// time, deleted and archived ones too: how a write whose answer was lost
    /// is found again.
    pub async fn tasks_with_reference(
        &self,
        session: &Session,
        created_by: &RecordId,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Answer<Vec<(RecordId, String)>>, CallError> {
        let query = format!(
            "SELECT Id, Description FROM Task WHERE CreatedById = {} \
             AND CreatedDate >= {} AND CreatedDate <= {} ORDER BY CreatedDate, Id",
            quote(created_by.as_str()),
            whole_second(from),
            // Up to the end of that second.
            whole_second(to.saturating_add(999.milliseconds()).unwrap_or(to)),
        );
        let written = self.query::<Written>(session, &query, true).await?;
        Ok(written.map(|tasks| {
            tasks
                .into_iter()
                .map(|task| (task.id, task.description.unwrap_or_default()))
                .collect()
        }))
    }
}

/// A date and time as SOQL writes it.
fn whole_second(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn sub_outcomes(answer: Option<SubAnswer>, asked: usize) -> Vec<RowOutcome> {
    let Some(answer) = answer else {
        let lost = "the answer didn't mention this part of the batch".to_owned();
        return vec![RowOutcome::Unknown(lost); asked];
    };
    match answer.judge(Effect::Write) {
        Ok(()) => outcomes(&answer.body, asked),
        Err(error) => vec![error.into_row(); asked],
    }
}

/// One outcome for each row that was sent. With fewer or more rows than that
/// nobody can say which is which.
pub(super) fn outcomes(body: &Value, asked: usize) -> Vec<RowOutcome> {
    match body.as_array() {
        Some(rows) if rows.len() == asked => rows.iter().map(row_outcome).collect(),
        rows => {
            let got = rows.map_or(0, Vec::len);
            let lost = format!("{asked} rows were sent and {got} came back");
            vec![RowOutcome::Unknown(lost); asked]
        }
    }
}

/// What became of one record.
pub(super) fn row_outcome(row: &Value) -> RowOutcome {
    let id = row.get("id").and_then(Value::as_str);
    match (row.get("success").and_then(Value::as_bool), id) {
        (Some(true), Some(id)) => RowOutcome::Created(RecordId::new(id)),
        (Some(false), _) => {
            let errors = errors_in(row.get("errors").unwrap_or(&Value::Null));
            match errors.into_iter().next() {
                Some(error) => RowOutcome::Failed(error),
                None => RowOutcome::Unknown("it failed without an explanation".to_owned()),
            }
        }
        _ => RowOutcome::Unknown("the row says neither success nor failure".to_owned()),
    }
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
            activity_date: Date::constant(2026, 11, 23),
            description: "a\nb".to_owned(),
        };
        assert_eq!(
            serde_json::to_value(Collection::of(&[task])).unwrap(),
            json!({"allOrNone": false, "records": [{
                "attributes": {"type": "Task"},
                "Subject": "SafeBase: File Downloaded", "Status": "Completed",
                "Priority": "Normal", "WhoId": "003A", "ActivityDate": "2026-11-23",
                "Description": "a\nb"
            }]})
        );
    }

    #[test]
    fn each_row_has_its_outcome() {
        let body = json!([
            {"id": "00TA", "success": true, "errors": []},
            {"success": false, "errors": [
                {"statusCode": "UNABLE_TO_LOCK_ROW", "message": "m", "fields": []}]},
            {"success": false, "errors": []},
            {"success": true}
        ]);
        let outcomes = outcomes(&body, 4);
        assert_eq!(outcomes[0], RowOutcome::Created(RecordId::new("00TA")));
        assert!(matches!(&outcomes[1], RowOutcome::Failed(e) if e.code == "UNABLE_TO_LOCK_ROW"));
        assert!(matches!(outcomes[2], RowOutcome::Unknown(_)));
        assert!(matches!(outcomes[3], RowOutcome::Unknown(_)));
    }

    #[test]
    fn with_rows_missing_no_row_is_known() {
        let body = json!([{"id": "00TA", "success": true, "errors": []}]);
        for (body, asked) in [
            (&body, 2),
            (&json!([]), 1),
            (&json!({}), 3),
            (&json!(null), 1),
        ] {
            let outcomes = outcomes(body, asked);
            assert_eq!(outcomes.len(), asked);
            assert!(
                outcomes
                    .iter()
                    .all(|one| matches!(one, RowOutcome::Unknown(_)))
            );
        }
    }

    #[test]
    fn a_span_of_time_is_asked_in_whole_seconds() {
        let at: Timestamp = "2026-11-23T09:00:00.75Z".parse().unwrap();
        assert_eq!(whole_second(at), "2026-11-23T09:00:00Z");
    }
}
