//! Table `mail`: the outbox. A row is written in the transaction of the act that
//! sends it, and worked by `mail::worker`.

use std::time::Duration;

use jiff::Timestamp;

use super::{Dialect, Result, Row, Tx, Work};
use crate::clock::Ambient;
use crate::domain::ids::{MailId, OrganizationId};
use crate::domain::mail::{MailState, Message};
use crate::params;

/// A message that a worker has claimed, and no other will touch until the claim
/// runs out.
#[derive(Clone, Debug)]
pub struct Claimed {
    pub id: MailId,
    pub org: OrganizationId,
    pub message: Message,
    /// See [`crate::domain::mail::Letter`]; empty for other messages.
    pub unsubscribe: String,
    /// Counts this attempt too. Also says whose claim it is: a later one has more.
    pub attempts: i64,
}

/// Appends a message; the worker is woken on commit.
pub async fn insert(
    tx: &mut Tx,
    ambient: &Ambient,
    org: OrganizationId,
    message: &Message,
) -> Result<MailId> {
    let id = ambient.id(MailId::from_uuid);
    tx.execute(
        "INSERT INTO mail (id, org_id, recipient, subject, body_text, body_html, state, attempts,
             due_at, last_error, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, 'pending', 0, $7, '', $7)",
        params![
            id,
            org,
            &message.to,
            &message.subject,
            &message.text,
            &message.html,
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
        "SELECT id FROM mail WHERE state = 'pending' AND due_at <= $1
         ORDER BY due_at, id LIMIT $2{skip}"
    ));
    let due = tx.all(sql, params![now, limit]).await?;
    let mut claimed = Vec::with_capacity(due.len());
    for row in due {
        let id: MailId = row.get("id")?;
        let row = tx
            .one(
                "UPDATE mail SET due_at = $2, attempts = attempts + 1 WHERE id = $1
                 RETURNING id, org_id, recipient, subject, body_text, body_html, unsubscribe, attempts",
                params![id, now + lease],
            )
            .await?;
        claimed.push(read(&row)?);
    }
    Ok(claimed)
}

/// Notes the outcome, unless the claim was lost meanwhile. The bodies are
/// forgotten once they are not needed: they hold links that let people in. Of what
/// failed they stay for a while, so that an Admin can have it tried again.
pub async fn settle(
    tx: &mut Tx,
    mail: &Claimed,
    state: MailState,
    now: Timestamp,
    error: &str,
) -> Result<()> {
    let sent_at = (state == MailState::Sent).then_some(now);
    tx.execute(
        "UPDATE mail SET state = $4, sent_at = $5, last_error = $6,
             body_text = CASE WHEN $4 = 'failed' THEN body_text ELSE '' END,
             body_html = CASE WHEN $4 = 'failed' THEN body_html ELSE '' END,
             unsubscribe = CASE WHEN $4 = 'failed' THEN unsubscribe ELSE '' END
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
        "UPDATE mail SET due_at = $4, last_error = $5
         WHERE org_id = $1 AND id = $2 AND attempts = $3",
        params![mail.org, mail.id, mail.attempts, due_at, error],
    )
    .await?;
    Ok(())
}

/// How many messages are in that state, for the dashboard.
pub async fn count(tx: &mut Tx, org: OrganizationId, state: MailState) -> Result<i64> {
    tx.one(
        "SELECT COUNT(*) AS n FROM mail WHERE org_id = $1 AND state = $2",
        params![org, state.key()],
    )
    .await?
    .get("n")
}

fn read(row: &Row) -> Result<Claimed> {
    Ok(Claimed {
        id: row.get("id")?,
        org: row.get("org_id")?,
        message: Message {
            to: row.get("recipient")?,
            subject: row.get("subject")?,
            text: row.get("body_text")?,
            html: row.get("body_html")?,
        },
        unsubscribe: row.get("unsubscribe")?,
        attempts: row.get("attempts")?,
    })
}
