//! Queries with all their pages, one at a time or five in a call.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::call::Purpose;
use super::client::{Answer, Client, Session};
use super::composite::{MAX_HEAVY, Sub};
use super::errors::{ApiError, CallError};
use super::limits::{MAX_PAGES, MAX_PATH};
use super::status::Effect;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Page<T> {
    pub(super) done: bool,
    next_records_url: Option<String>,
    pub(super) records: Vec<T>,
}

impl<T> Page<T> {
    /// Where the next page is; only ever on the same org.
    fn next(&self) -> Result<Option<&str>, CallError> {
        match (self.done, self.next_records_url.as_deref()) {
            (true, _) => Ok(None),
            (false, Some(path)) if path.starts_with("/services/data/") => Ok(Some(path)),
            (false, _) => Err(CallError::Unreadable(
                "a page of records has no next page although there are more".to_owned(),
            )),
        }
    }
}

/// The records of one query of several, or why Salesforce refused it, with the
/// HTTP status.
pub(super) type Records<T> = Result<Vec<T>, (ApiError, u16)>;

impl Client {
    /// Adds a page's records and those of all pages after it.
    async fn follow<T: DeserializeOwned>(
        &self,
        session: &Session,
        mut page: Page<T>,
        into: &mut Answer<Vec<T>>,
    ) -> Result<(), CallError> {
        for _ in 0..MAX_PAGES {
            let next = page.next()?.map(str::to_owned);
            into.value.append(&mut page.records);
            let Some(next) = next else {
                return Ok(());
            };
            let further = self.get(session, &next).await?;
            page = into.take(further);
        }
        Err(CallError::Unreadable(
            "there were too many pages".to_owned(),
        ))
    }

    /// One query by its path, with all its pages.
    pub(super) async fn query_at<T: DeserializeOwned>(
        &self,
        session: &Session,
        path: &str,
    ) -> Result<Answer<Vec<T>>, CallError> {
        let mut found = Answer::free(Vec::new());
        let first = self.get(session, path).await?;
        let page: Page<T> = found.take(first);
        self.follow(session, page, &mut found).await?;
        Ok(found)
    }

    /// Several queries by their paths, five in a call, in their order. A query that
    /// Salesforce refuses doesn't disturb the others.
    pub(super) async fn queries_at(
        &self,
        session: &Session,
        paths: &[String],
    ) -> Result<Answer<Vec<Records<Value>>>, CallError> {
        let mut answer = Answer::free(Vec::with_capacity(paths.len()));
        for five in paths.chunks(MAX_HEAVY) {
            let subs = five.iter().map(|path| Sub::get(path.clone())).collect();
            let subs = self.composite(session, subs, Purpose::Read).await?;
            for sub in answer.take(subs) {
                let sub = sub.ok_or_else(|| {
                    CallError::Unreadable("a query was not answered at all".to_owned())
                })?;
                let records = match sub.judge(Effect::Read) {
                    Ok(()) => {
                        let page: Page<Value> = read(sub.body)?;
                        let mut records = Answer::free(Vec::new());
                        self.follow(session, page, &mut records).await?;
                        Ok(answer.take(records))
                    }
                    Err(CallError::Refused(error, status)) => Err((error, status)),
                    Err(other) => return Err(other),
                };
                answer.value.push(records);
            }
        }
        Ok(answer)
    }
}

impl Client {
    /// The records of queries, one query after the other, and whether those are
    /// all: no more than `max_pages` pages are read. One call for the first pages
    /// of five queries and one for each further page. A refusal of one refuses
    /// all.
    pub(super) async fn pages(
        &self,
        session: &Session,
        paths: &[String],
        max_pages: usize,
    ) -> Result<Answer<(Vec<Value>, bool)>, CallError> {
        let mut answer = Answer::free((Vec::new(), true));
        let mut left = max_pages;
        for some in paths.chunks(MAX_HEAVY) {
            if left < some.len() {
                answer.value.1 = false;
                break;
            }
            left -= some.len();
            let first = self.first_pages(session, some).await?;
            for mut page in answer.take(first) {
                loop {
                    let next = page.next()?.map(str::to_owned);
                    answer.value.0.append(&mut page.records);
                    let Some(next) = next else {
                        break;
                    };
                    if left == 0 {
                        answer.value.1 = false;
                        break;
                    }
                    left -= 1;
                    let further = self.get(session, &next).await?;
                    page = answer.take(further);
                }
            }
        }
        Ok(answer)
    }

    async fn first_pages(
        &self,
        session: &Session,
        paths: &[String],
    ) -> Result<Answer<Vec<Page<Value>>>, CallError> {
        if let [only] = paths
            && only.len() <= MAX_PATH
        {
            return Ok(self.get(session, only).await?.map(|page| vec![page]));
        }
        let subs = paths.iter().map(|path| Sub::get(path.clone())).collect();
        let answers = self.composite(session, subs, Purpose::Read).await?;
        answers.try_map(|answers| {
            let unanswered = || CallError::Unreadable("a query was not answered at all".to_owned());
            answers
                .into_iter()
                .map(|answer| {
                    let answer = answer.ok_or_else(unanswered)?;
                    answer.judge(Effect::Read)?;
                    read(answer.body)
                })
                .collect()
        })
    }
}

/// JSON as the type it should be.
pub(super) fn read<T: DeserializeOwned>(value: Value) -> Result<T, CallError> {
    serde_json::from_value(value).map_err(|error| CallError::Unreadable(error.to_string()))
}

/// Records as the rows they should be.
pub(super) fn rows<T: DeserializeOwned>(records: Vec<Value>) -> Result<Vec<T>, CallError> {
    records.into_iter().map(read).collect()
}
