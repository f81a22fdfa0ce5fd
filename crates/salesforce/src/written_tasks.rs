//! Finding Tasks that were written: by their key, by their id, or by what is
//! known of them where the answer to a write was lost.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use salesforce_records::candidates::RecordId;
use serde::Deserialize;

use super::client::{Answer, Client, Session};
use super::errors::{ApiError, CallError};
use super::limits::MAX_QUERY;
use super::query::{read, rows};
use super::soql::{in_lists, list, path, quote, whole_second};

/// What is known of Tasks whose write nobody answered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WrittenQuestion {
    /// The user who sent them; absent where `CreatedById` can't be read.
    pub created_by: Option<RecordId>,
    /// Where the span of `CreatedDate` begins, by the org's clock, to the second.
    pub from: Timestamp,
    /// The span's end, rounded up to a whole second; `None` leaves it open.
    pub to: Option<Timestamp>,
    /// Contacts, Leads and Accounts that they belong to; empty asks for any.
    pub parents: Vec<RecordId>,
    /// `Subject`, the whole of it, whatever its case; empty asks for any.
    pub subjects: Vec<String>,
    /// `ActivityDate`, the Due Date; empty asks for any.
    pub days: Vec<Date>,
    /// Beside those days also Tasks without one; without a day only those.
    pub or_no_day: bool,
    /// Tasks that the org is known to have, asked for beside all this: a connected user
    /// who doesn't see these may not see the others either.
    pub known: Vec<RecordId>,
}

/// What was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WrittenTasks {
    /// Oldest first.
    pub tasks: Vec<WrittenTask>,
    /// False where there was more to read than was allowed.
    pub complete: bool,
}

/// A Task that the org has.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WrittenTask {
    /// `Id`.
    pub id: RecordId,
    /// `Description`; empty where the Task has none.
    pub comments: String,
}

/// Whether a Task is still there.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct TaskPresence {
    /// `Id`.
    pub id: RecordId,
    /// In the recycle bin.
    #[serde(default)]
    pub is_deleted: bool,
}

/// A query of several that was refused, as the refusal of the whole.
fn refused((error, status): (ApiError, u16)) -> CallError {
    CallError::Refused(error, status)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Written {
    id: RecordId,
    description: Option<String>,
}

impl Client {
    /// Tasks that fit what is known of them, deleted and archived ones too. One
    /// call for the first pages, and one for each further page, up to
    /// `max_pages` pages of 2,000 in all.
    pub async fn find_written(
        &self,
        session: &Session,
        question: &WrittenQuestion,
        max_pages: usize,
    ) -> Result<Answer<WrittenTasks>, CallError> {
        let paths: Vec<String> = queries(question)
            .iter()
            .map(|query| path(query, true))
            .collect();
        let found = self.pages(session, &paths, max_pages).await?;
        found.try_map(|(records, complete)| {
            let mut tasks: Vec<WrittenTask> = Vec::with_capacity(records.len());
            let mut seen = std::collections::HashSet::new();
            for written in rows::<Written>(records)? {
                if seen.insert(written.id.clone()) {
                    tasks.push(WrittenTask {
                        id: written.id,
                        comments: written.description.unwrap_or_default(),
                    });
                }
            }
            Ok(WrittenTasks { tasks, complete })
        })
    }

    /// The Tasks that have one of these keys in an External ID field, deleted
    /// and archived ones too, each with its key as the org has it; one call for
    /// each 400,000 characters of keys.
    pub async fn tasks_by_key(
        &self,
        session: &Session,
        field: &str,
        keys: &[String],
    ) -> Result<Answer<Vec<(String, RecordId)>>, CallError> {
        let before = format!("SELECT Id, {field} FROM Task WHERE {field}");
        let paths = all_paths(&in_lists(&before, keys, " ORDER BY CreatedDate, Id"));
        let found = self.queries_at(session, &paths).await?;
        found.try_map(|results| {
            let mut tasks = Vec::new();
            for records in results {
                for record in records.map_err(refused)? {
                    let key = record[field].as_str().unwrap_or_default().to_owned();
                    let task: TaskPresence = read(record)?;
                    tasks.push((key, task.id));
                }
            }
            Ok(tasks)
        })
    }

    /// Which of these Tasks the org still has, deleted and archived ones too;
    /// one call for about 20,000 of them and one for each further page of 2,000.
    pub async fn tasks_exist(
        &self,
        session: &Session,
        ids: &[RecordId],
    ) -> Result<Answer<Vec<TaskPresence>>, CallError> {
        let ids: Vec<String> = ids.iter().map(|id| id.as_str().to_owned()).collect();
        let paths = all_paths(&in_lists(
            "SELECT Id, IsDeleted FROM Task WHERE Id",
            &ids,
            " ORDER BY Id",
        ));
        let found = self.queries_at(session, &paths).await?;
        found.try_map(|results| {
            let mut tasks = Vec::new();
            for records in results {
                tasks.extend(rows::<TaskPresence>(records.map_err(refused)?)?);
            }
            Ok(tasks)
        })
    }
}

fn all_paths(queries: &[String]) -> Vec<String> {
    queries.iter().map(|query| path(query, true)).collect()
}

/// One query, or several where the parents are many; the known ones apart.
fn queries(question: &WrittenQuestion) -> Vec<String> {
    const BEFORE: &str = "SELECT Id, Description FROM Task WHERE ";
    const AFTER: &str = " ORDER BY CreatedDate, Id";
    let fixed = conditions(question);
    // An id in quotes with its comma, in both lists at worst.
    let room = MAX_QUERY.saturating_sub(BEFORE.len() + fixed.len() + AFTER.len() + 64);
    let mut queries = Vec::new();
    if question.parents.is_empty() {
        queries.push(format!("{BEFORE}{fixed}{AFTER}"));
    }
    for some in question.parents.chunks((room / 21).max(1)) {
        queries.push(format!("{BEFORE}{fixed} AND {}{AFTER}", belongs(some)));
    }
    let known: Vec<String> = question
        .known
        .iter()
        .map(|id| id.as_str().to_owned())
        .collect();
    queries.extend(in_lists(&format!("{BEFORE}Id"), &known, AFTER));
    queries
}

fn conditions(question: &WrittenQuestion) -> String {
    let mut all = vec![format!("CreatedDate >= {}", whole_second(question.from))];
    if let Some(to) = question.to {
        // Up to the end of that second.
        let to = to.saturating_add(999.milliseconds()).unwrap_or(to);
        all.push(format!("CreatedDate <= {}", whole_second(to)));
    }
    if let Some(user) = &question.created_by {
        all.push(format!("CreatedById = {}", quote(user.as_str())));
    }
    if !question.subjects.is_empty() {
        let subjects = question.subjects.iter().map(String::as_str);
        all.push(format!("Subject IN ({})", list(subjects)));
    }
    let days: Vec<String> = question.days.iter().map(Date::to_string).collect();
    let days = days.join(",");
    match (question.days.is_empty(), question.or_no_day) {
        (true, false) => {}
        (true, true) => all.push("ActivityDate = null".to_owned()),
        (false, false) => all.push(format!("ActivityDate IN ({days})")),
        (false, true) => all.push(format!("(ActivityDate IN ({days}) OR ActivityDate = null)")),
    }
    all.join(" AND ")
}

/// Contacts and Leads stand in one field of a Task, all else in another.
fn belongs(parents: &[RecordId]) -> String {
    let (people, others): (Vec<&str>, Vec<&str>) = parents
        .iter()
        .map(RecordId::as_str)
        .partition(|id| id.starts_with("003") || id.starts_with("00Q"));
    let one = |field: &str, ids: Vec<&str>| {
        (!ids.is_empty()).then(|| format!("{field} IN ({})", list(ids.into_iter())))
    };
    let either: Vec<String> = [one("WhoId", people), one("WhatId", others)]
        .into_iter()
        .flatten()
        .collect();
    format!("({})", either.join(" OR "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question() -> WrittenQuestion {
        WrittenQuestion {
            created_by: Some(RecordId::new("005A")),
            from: "2026-11-23T09:00:00.75Z".parse().unwrap(),
            to: Some("2026-11-23T09:10:00.25Z".parse().unwrap()),
            parents: vec![RecordId::new("003A"), RecordId::new("001A")],
            subjects: vec!["Call: Price list".to_owned()],
            days: vec![Date::constant(2026, 11, 23)],
            or_no_day: false,
            known: vec![RecordId::new("00TA")],
        }
    }

    #[test]
    fn all_that_is_known_narrows_the_question() {
        assert_eq!(
            queries(&question()),
            [
                "SELECT Id, Description FROM Task WHERE CreatedDate >= 2026-11-23T09:00:00Z \
                 AND CreatedDate <= 2026-11-23T09:10:01Z AND CreatedById = '005A' \
                 AND Subject IN ('Call: Price list') AND ActivityDate IN (2026-11-23) \
                 AND (WhoId IN ('003A') OR WhatId IN ('001A')) ORDER BY CreatedDate, Id",
                "SELECT Id, Description FROM Task WHERE Id IN ('00TA') ORDER BY CreatedDate, Id",
            ]
        );
    }

    #[test]
    fn what_is_not_known_is_left_out() {
        let question = WrittenQuestion {
            created_by: None,
            to: None,
            parents: Vec::new(),
            subjects: Vec::new(),
            days: Vec::new(),
            or_no_day: false,
            known: Vec::new(),
            ..question()
        };
        assert_eq!(
            queries(&question),
            [
                "SELECT Id, Description FROM Task WHERE CreatedDate >= 2026-11-23T09:00:00Z \
              ORDER BY CreatedDate, Id"
            ]
        );
    }

    #[test]
    fn many_parents_become_several_queries_that_lose_none() {
        let parents: Vec<RecordId> = (0..9_000)
            .map(|n| RecordId::new(format!("00{}{n:015}", if n % 2 == 0 { 1 } else { 3 })))
            .collect();
        let queries = queries(&WrittenQuestion {
            parents,
            ..question()
        });
        assert!(queries.len() > 2);
        assert!(queries.iter().all(|query| query.len() <= MAX_QUERY));
        let ids = |query: &String| query.matches("'001").count() + query.matches("'003").count();
        assert_eq!(queries.iter().map(ids).sum::<usize>(), 9_000);
    }
}
