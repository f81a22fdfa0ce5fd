//! Look-ups for an Admin: who could own Tasks.

use serde::{Deserialize, Serialize};

use super::client::{Answer, Client, Session};
use super::errors::CallError;
use super::soql::{like, quote};
use crate::domain::candidates::RecordId;

/// A user of the org.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all(deserialize = "PascalCase"))]
pub struct UserRow {
    pub id: RecordId,
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub username: String,
    #[serde(default)]
    pub is_active: bool,
}

const USER_FIELDS: &str = "Id, Name, Username, IsActive";

impl Client {
    /// Active users whose name or login contains the text, by name.
    pub async fn active_users(
        &self,
        session: &Session,
        search: &str,
        limit: usize,
    ) -> Result<Answer<Vec<UserRow>>, CallError> {
        let search = search.trim();
        let and_named = if search.is_empty() {
            String::new()
        } else {
            let pattern = like(search, true);
            format!(" AND (Name LIKE {pattern} OR Username LIKE {pattern})")
        };
        let query = format!(
            "SELECT {USER_FIELDS} FROM User WHERE IsActive = true{and_named} \
             ORDER BY Name LIMIT {limit}"
        );
        self.query(session, &query, false).await
    }

    /// One user, active or not; `None` where the org doesn't show it.
    pub async fn user(
        &self,
        session: &Session,
        id: &RecordId,
    ) -> Result<Answer<Option<UserRow>>, CallError> {
        let query = format!(
            "SELECT {USER_FIELDS} FROM User WHERE Id = {}",
            quote(id.as_str())
        );
        let users = self.query::<UserRow>(session, &query, false).await?;
        Ok(users.map(|users| users.into_iter().next()))
    }
}
