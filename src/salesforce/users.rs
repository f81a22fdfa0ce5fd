//! Look-ups for an Admin: who could own Tasks, and which Account was meant.

use serde::{Deserialize, Serialize};

use super::client::{Answer, Client, Session};
use super::errors::CallError;
use super::records::{AccountRow, RELATED};
use super::soql::{like, quote};
use crate::domain::candidates::{AccountCandidate, RecordId};

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
/// How many near misses are worth showing.
const SUGGESTIONS: usize = 10;
/// What companies add to their names, in the ways they add it.
const LEGAL_FORMS: [&str; 22] = [
    "ab",
    "ag",
    "as",
    "bv",
    "co",
    "company",
    "corp",
    "corporation",
    "gmbh",
    "inc",
    "incorporated",
    "kg",
    "limited",
    "llc",
    "llp",
    "ltd",
    "nv",
    "oy",
    "plc",
    "sa",
    "sarl",
    "se",
];

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

    /// Accounts that might have been meant by a name that matched none: those
    /// that begin with it, its legal form left out. To suggest, never to take.
    pub async fn accounts_named_like(
        &self,
        session: &Session,
        typed: &str,
    ) -> Result<Answer<Vec<AccountCandidate>>, CallError> {
        let stem = stem(typed);
        if stem.chars().count() < 2 {
            return Ok(Answer::free(Vec::new()));
        }
        let query = format!(
            "SELECT {} FROM Account WHERE Name LIKE {} \
             ORDER BY Name LIMIT {SUGGESTIONS}",
            RELATED.account,
            like(&stem, false)
        );
        let rows = self.query::<AccountRow>(session, &query, false).await?;
        Ok(rows.map(|rows| rows.into_iter().map(AccountRow::into_candidate).collect()))
    }
}

/// A company's name without the legal forms at its end.
fn stem(name: &str) -> String {
    let mut words: Vec<&str> = name.split_whitespace().collect();
    while words.len() > 1 && words.last().is_some_and(|word| is_legal_form(word)) {
        words.pop();
    }
    words
        .join(" ")
        .trim_end_matches([',', '.', ' ', '&'])
        .to_owned()
}

fn is_legal_form(word: &str) -> bool {
    let letters: String = word.chars().filter(|c| c.is_alphanumeric()).collect();
    letters.is_empty() || LEGAL_FORMS.contains(&letters.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_searched_without_its_legal_form() {
        for (name, searched) in [
            ("Company Inc.", "Company"),
            ("Company, Incorporated", "Company"),
            ("Muster GmbH & Co. KG", "Muster"),
            ("Acme B.V.", "Acme"),
            ("Inc", "Inc"),
            ("  Acme  Rockets ", "Acme Rockets"),
            ("", ""),
        ] {
            assert_eq!(stem(name), searched, "{name}");
        }
    }
}
