//! Asking several queries in a call, without what the org refuses.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::client::{Answer, Client, Session};
use super::errors::{ApiError, CallError};
use super::query::rows;
use super::refused::{Ask, Refused, is_no_access};

/// The records, or why none could be asked for.
pub(super) type Readable = Result<Vec<Value>, ApiError>;

/// The records of all queries, or the first refusal.
pub(super) fn records<T: DeserializeOwned>(results: Vec<Readable>) -> Result<Vec<T>, CallError> {
    let mut all = Vec::new();
    for result in results {
        let records = result.map_err(|error| CallError::Refused(error, 400))?;
        all.extend(rows::<T>(records)?);
    }
    Ok(all)
}

impl Client {
    /// Asks all of these, five in a call. What the org refuses is left out and
    /// the queries concerned are asked once more, the others are not.
    pub(super) async fn ask(
        &self,
        session: &Session,
        asks: &[Ask],
    ) -> Result<Answer<Vec<Readable>>, CallError> {
        self.ask_knowing(session, asks, &mut self.refused(session))
            .await
    }

    /// The same, although the org refused all of it before: for people, who may just
    /// have granted it.
    pub(super) async fn ask_again(
        &self,
        session: &Session,
        asks: &[Ask],
    ) -> Result<Answer<Vec<Readable>>, CallError> {
        let mut refused = self.refused(session);
        refused.try_again(asks);
        self.ask_knowing(session, asks, &mut refused).await
    }

    /// The same for a caller that has to know what was left out: `refused` says it.
    pub(super) async fn ask_knowing(
        &self,
        session: &Session,
        asks: &[Ask],
        refused: &mut Refused,
    ) -> Result<Answer<Vec<Readable>>, CallError> {
        let mut cost = Answer::free(());
        let mut results: Vec<Option<Readable>> = vec![None; asks.len()];
        loop {
            let mut open = Vec::new();
            for (n, ask) in asks.iter().enumerate() {
                match refused.rules_out(ask) {
                    _ if results[n].is_some() => {}
                    Some(error) => results[n] = Some(Err(error.clone())),
                    None => open.push(n),
                }
            }
            if open.is_empty() {
                break;
            }
            let paths: Vec<_> = open.iter().map(|n| asks[*n].path(refused)).collect();
            let answers = self.queries_at(session, &paths).await?;
            let before = refused.len();
            for (n, records) in open.into_iter().zip(cost.take(answers)) {
                match records {
                    Ok(records) => results[n] = Some(Ok(records)),
                    Err((error, status)) if is_no_access(&error, status) => {
                        refused.note(&asks[n], &error);
                    }
                    Err((error, status)) => return Err(CallError::Refused(error, status)),
                }
            }
            if refused.len() > before {
                self.remember_refused(session, refused.clone());
            }
        }
        // Each has one: there is nothing left to ask.
        Ok(cost.map(|()| results.into_iter().flatten().collect()))
    }
}
