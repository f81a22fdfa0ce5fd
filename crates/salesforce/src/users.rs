//! Look-ups for people who choose: which users could own Tasks.

use salesforce_records::candidates::RecordId;
use serde::{Deserialize, Serialize};

use super::ask::records;
use super::client::{Answer, Client, Session};
use super::errors::CallError;
use super::refused::Ask;
use super::soql::{like, quote};

/// A user of the org (Object Reference for the Salesforce Platform, User).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all(deserialize = "PascalCase"))]
pub struct UserRow {
    /// `Id`.
    pub id: RecordId,
    /// The full name; empty where the connected user can't read it.
    #[serde(default)]
    pub name: String,
    /// The login name; empty where the connected user can't read it.
    #[serde(default)]
    pub username: String,
    /// Absent where the connected user may not know.
    pub is_active: Option<bool>,
}

impl UserRow {
    /// Whether nothing speaks against Tasks of that user.
    pub fn may_own(&self) -> bool {
        self.is_active != Some(false)
    }
}

const COLUMNS: [&str; 4] = ["Id", "Name", "Username", "IsActive"];

impl Client {
    /// Users who may own Tasks and whose name or login contains the text, by name, at most
    /// `limit` of them; an empty text finds all. Where the connected user can't read who
    /// is active, inactive ones are among them.
    pub async fn active_users(
        &self,
        session: &Session,
        search: &str,
        limit: usize,
    ) -> Result<Answer<Vec<UserRow>>, CallError> {
        let search = search.trim();
        let named = if search.is_empty() {
            "Name <> ''".to_owned()
        } else {
            let pattern = like(search, true);
            format!("(Name LIKE {pattern} OR Username LIKE {pattern})")
        };
        let ask = |active: &str, needed| {
            let rest = format!(" WHERE {active}{named} ORDER BY Name LIMIT {limit}");
            Ask::new("User", &COLUMNS, needed, rest)
        };
        let active = ask("IsActive = true AND ", &["Name", "IsActive"]);
        let mut answer = self.ask_again(session, &[active]).await?;
        if answer.value.iter().any(Result::is_err) {
            let all = self.ask_again(session, &[ask("", &["Name"])]).await?;
            answer.value = answer.take(all);
        }
        answer.try_map(records)
    }

    /// One user, active or not; `None` where the org doesn't show it.
    pub async fn user(
        &self,
        session: &Session,
        id: &RecordId,
    ) -> Result<Answer<Option<UserRow>>, CallError> {
        let rest = format!(" WHERE Id = {}", quote(id.as_str()));
        let ask = Ask::new("User", &COLUMNS, &[], rest);
        let users = self
            .ask_again(session, &[ask])
            .await?
            .try_map(records::<UserRow>)?;
        Ok(users.map(|users| users.into_iter().next()))
    }
}
