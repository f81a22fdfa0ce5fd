//! Table `email`: the outbox. A row is written in the transaction of the act that
//! sends it, and worked by `src/email/worker.rs`.

pub mod contents;
pub mod daily;
pub mod list;
pub mod many;
pub mod staff_preferences;
pub mod visitor_preferences;

use std::time::Duration;

use clock::Ambient;
use crypto::{CryptoError, Keyring};
use domain::email::message::{EmailState, ListEmail, Message};
use domain::ids::{EmailId, OrganizationId};
use jiff::Timestamp;

use crate::email::contents::Contents;
use crate::params;
use crate::{Dialect, Result, Row, Tx, Work};

/// A message that a worker has claimed, and no other will touch until the claim
/// runs out.
#[derive(Debug)]
pub struct Claimed {
    /// What [`settle`] and [`postpone`] find it by.
    pub id: EmailId,
    /// The organization that sends it.
    pub org: OrganizationId,
    /// It can't be opened without the key it was sealed with.
    pub email: std::result::Result<ListEmail, CryptoError>,
    /// Counts this attempt too. Also says whose claim it is: a later one has more.
    pub attempts: i64,
}

/// Appends a message; the worker is woken on commit.
pub async fn insert(
    tx: &mut Tx,
    ambient: &Ambient,
    org: OrganizationId,
    message: &Message,
) -> Result<EmailId> {
    let id = ambient.id(EmailId::from_uuid);
    let contents = Contents {
        text: message.text.clone(),
        html: message.html.clone(),
        unsubscribe: String::new(),
    };
    let sealed = contents.seal(&tx.keyring()?, &ambient.random, (org, id));
    tx.execute(
        "INSERT INTO email (id, org_id, recipient, subject, contents, state, attempts, due_at,
             last_error, created_at)
         VALUES ($1, $2, $3, $4, $5, 'pending', 0, $6, '', $6)",
        params![
            id,
            org,
            &message.to,
            &message.subject,
            sealed,
            ambient.now()
        ],
    )
    .await?;
    tx.notify_on_commit(Work::Mail);
    Ok(id)
}

/// Claims what is due, oldest first, for `lease`. A worker that dies leaves its
/// messages to be claimed again after that.
pub async fn claim_across_tenants(
    tx: &mut Tx,
    now: Timestamp,
    lease: Duration,
    limit: i64,
) -> Result<Vec<Claimed>> {
    let skip = match tx.dialect() {
        Dialect::Sqlite => "",
        Dialect::Postgres => " FOR UPDATE SKIP LOCKED",
    };
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT id FROM email WHERE state = 'pending' AND due_at <= $1
         ORDER BY due_at, id LIMIT $2{skip}"
    ));
    let due = tx.all(sql, params![now, limit]).await?;
    let keyring = tx.keyring()?;
    let mut claimed = Vec::with_capacity(due.len());
    for row in due {
        let id: EmailId = row.get("id")?;
        let row = tx
            .one(
                "UPDATE email SET due_at = $2, attempts = attempts + 1 WHERE id = $1
                 RETURNING id, org_id, recipient, subject, contents, attempts",
                params![id, now + lease],
            )
            .await?;
        claimed.push(read(&row, &keyring)?);
    }
    Ok(claimed)
}

/// Notes the outcome, unless the claim was lost meanwhile. What the message says is
/// forgotten once it is not needed. Of what failed it stays for a while, so that an Admin
/// can have it tried again.
pub async fn settle(
    tx: &mut Tx,
    mail: &Claimed,
    state: EmailState,
    now: Timestamp,
    error: &str,
) -> Result<()> {
    let sent_at = (state == EmailState::Sent).then_some(now);
    tx.execute(
        "UPDATE email SET state = $4, sent_at = $5, last_error = $6,
             contents = CASE WHEN $4 = 'failed' THEN contents ELSE NULL END
         WHERE org_id = $1 AND id = $2 AND attempts = $3",
        params![
            mail.org,
            mail.id,
            mail.attempts,
            state.key(),
            sent_at,
            error
        ],
    )
    .await?;
    Ok(())
}

/// Puts a claimed message back, to be tried again at `due_at`.
pub async fn postpone(tx: &mut Tx, mail: &Claimed, due_at: Timestamp, error: &str) -> Result<()> {
    tx.execute(
        "UPDATE email SET due_at = $4, last_error = $5
         WHERE org_id = $1 AND id = $2 AND attempts = $3",
        params![mail.org, mail.id, mail.attempts, due_at, error],
    )
    .await?;
    Ok(())
}

/// How many messages are in that state, for the dashboard.
pub async fn count(tx: &mut Tx, org: OrganizationId, state: EmailState) -> Result<i64> {
    tx.one(
        "SELECT COUNT(*) AS n FROM email WHERE org_id = $1 AND state = $2",
        params![org, state.key()],
    )
    .await?
    .get("n")
}

fn read(row: &Row, keyring: &Keyring) -> Result<Claimed> {
    let (org, id) = (row.get("org_id")?, row.get("id")?);
    let sealed: Option<Vec<u8>> = row.get("contents")?;
    let (to, subject) = (row.get("recipient")?, row.get("subject")?);
    let opened = Contents::open(keyring, (org, id), &sealed.unwrap_or_default());
    let email = opened.map(|contents| ListEmail {
        message: Message {
            to,
            subject,
            text: contents.text,
            html: contents.html,
        },
        unsubscribe: contents.unsubscribe,
    });
    Ok(Claimed {
        id,
        org,
        email,
        attempts: row.get("attempts")?,
    })
}
