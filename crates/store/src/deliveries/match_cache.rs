//! Table `match_cache`: what Salesforce answered about people and companies,
//! kept for a while so that a busy visitor costs one question and not hundreds.

use std::collections::HashMap;

use domain::ids::ConnectionId;
use jiff::Timestamp;

use crate::db::json_rows::{self, Cells};
use crate::db::like;
use crate::params;
use crate::{Dialect, Result, Tx, Value};

/// Whether an answer is about a person (key: the email address), a company (key:
/// the name as it is compared) or an Account that is linked (key: its id).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum About {
    /// The Contacts and Leads with an email address.
    Person,
    /// The Accounts with a name.
    Company,
    /// The Account with an id.
    Link,
}

impl About {
    const fn key(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Company => "company",
            Self::Link => "link",
        }
    }
}

/// An answer to keep; `answer` is JSON of the engine's.
#[derive(Clone, Debug)]
pub struct Entry {
    /// What the answer is about.
    pub about: About,
    /// The email address, the compared name or the id.
    pub key: String,
    /// The answer as the engine reads it back.
    pub answer: String,
    /// From when on it has to be asked again.
    pub expires_at: Timestamp,
}

/// The answers that are still fresh, by key.
pub async fn get(
    tx: &mut Tx,
    connection: ConnectionId,
    about: About,
    keys: &[String],
    now: Timestamp,
) -> Result<HashMap<String, String>> {
    let sql = match tx.dialect() {
        Dialect::Sqlite => {
            "SELECT key, answer FROM match_cache
             WHERE connection_id = $1 AND subject = $2 AND expires_at > $3
               AND key IN (SELECT value FROM json_each($4))"
        }
        // Each key by the index: without statistics PostgreSQL would compare every answer
        // with every key, half a second for a batch.
        Dialect::Postgres => {
            "SELECT kept.key, kept.answer
             FROM jsonb_array_elements_text(CAST($4 AS jsonb)) AS wanted (key)
             CROSS JOIN LATERAL (
                 SELECT key, answer FROM match_cache
                 WHERE connection_id = $1 AND subject = $2 AND key = wanted.key
                   AND expires_at > $3 LIMIT 1) AS kept"
        }
    };
    let values = params![connection, about.key(), now, json_rows::texts(keys)];
    let rows = tx.all(sql, values).await?;
    rows.iter()
        .map(|row| Ok((row.get("key")?, row.get("answer")?)))
        .collect()
}

const ENTRY: [(&str, Cells); 4] = [
    ("subject", Cells::Text),
    ("key", Cells::Text),
    ("answer", Cells::Text),
    ("expires_at", Cells::Int),
];

/// Keeps the answers, in place of older ones with the same keys.
pub async fn put(tx: &mut Tx, connection: ConnectionId, entries: &[Entry]) -> Result<()> {
    let new = json_rows::table(tx.dialect(), "new", 2, &ENTRY);
    let sql = format!(
        "WITH {new}
         INSERT INTO match_cache (connection_id, subject, key, answer, expires_at)
         SELECT $1, subject, key, answer, expires_at FROM new WHERE true
         ON CONFLICT (connection_id, subject, key) DO UPDATE
         SET answer = excluded.answer, expires_at = excluded.expires_at"
    );
    let rows = entries.iter().map(|entry| {
        [
            Value::from(entry.about.key()),
            Value::from(&entry.key),
            Value::from(&entry.answer),
            Value::from(entry.expires_at),
        ]
    });
    let rows = json_rows::parameter(rows);
    tx.execute(sqlx::AssertSqlSafe(sql), params![connection, rows])
        .await?;
    Ok(())
}

/// Forgets answers that turned out to be wrong.
pub async fn forget(
    tx: &mut Tx,
    connection: ConnectionId,
    about: About,
    keys: &[String],
) -> Result<()> {
    let sql = sqlx::AssertSqlSafe(format!(
        "DELETE FROM match_cache WHERE connection_id = $1 AND subject = $2 AND {}",
        json_rows::one_of(tx.dialect(), "key", 3)
    ));
    let values = params![connection, about.key(), json_rows::texts(keys)];
    tx.execute(sql, values).await?;
    Ok(())
}

/// Forgets what was answered about linked Accounts: there are few of them.
pub async fn forget_links(tx: &mut Tx, connection: ConnectionId) -> Result<()> {
    tx.execute(
        "DELETE FROM match_cache WHERE connection_id = $1 AND subject = $2",
        params![connection, About::Link.key()],
    )
    .await?;
    Ok(())
}

/// Forgets every answer that mentions one of these ids, addresses or names, as the
/// key it is kept under or anywhere in it.
pub async fn forget_mentions(
    tx: &mut Tx,
    connection: ConnectionId,
    words: &[String],
) -> Result<()> {
    for word in words {
        let pattern = like::mentioning(word);
        tx.execute(
            "DELETE FROM match_cache
             WHERE connection_id = $1 AND (key = $2 OR answer LIKE $3 ESCAPE '\\')",
            params![connection, word, pattern],
        )
        .await?;
    }
    Ok(())
}

/// Forgets every answer of a connection.
pub async fn forget_all(tx: &mut Tx, connection: ConnectionId) -> Result<()> {
    tx.execute(
        "DELETE FROM match_cache WHERE connection_id = $1",
        params![connection],
    )
    .await?;
    Ok(())
}

/// Removes what is no longer fresh, of all organizations.
pub async fn sweep_across_tenants(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    tx.execute(
        "DELETE FROM match_cache WHERE expires_at <= $1",
        params![now],
    )
    .await
}
