//! Table `envelope`: who signs through DocuSign for which account, and how far it is.

use domain::ids::{AccountId, DocumentId, EnvelopeId, OrganizationId, VisitorId};
use domain::nda::docusign::{Envelope, EnvelopeFacts};
use jiff::Timestamp;

use crate::params;
use crate::{Result, Row, Tx, Work};

pub(crate) const COLUMNS: &str = "id, account_id, visitor_id, envelope, sender, full_name, \
     email, status, reason, created_at, completed_at, checked_at, signed_id, certificate_id";

const OPEN_FIRST: &str = "CASE WHEN status IN ('creating', 'sent', 'delivered') THEN 0 ELSE 1 END";

/// Begins an envelope, which its maker has until then to send. Answers false, and
/// keeps nothing, where the person has an open one for the account.
pub async fn begin(
    tx: &mut Tx,
    org: OrganizationId,
    new: &Envelope,
    until: Timestamp,
) -> Result<bool> {
    let inserted = tx
        .execute(
            "INSERT INTO envelope (id, org_id, account_id, visitor_id, full_name, email, status,
                 created_at, creating_until, due_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULL)
             ON CONFLICT (account_id, visitor_id)
                 WHERE status IN ('creating', 'sent', 'delivered') DO NOTHING",
            params![
                new.id,
                org,
                new.account,
                new.visitor,
                &new.full_name,
                &new.email,
                new.status,
                new.created_at,
                until
            ],
        )
        .await?;
    Ok(inserted == 1)
}

/// Takes over an envelope whose maker has not sent it in time.
pub async fn take_over(
    tx: &mut Tx,
    org: OrganizationId,
    id: EnvelopeId,
    now: Timestamp,
    until: Timestamp,
) -> Result<bool> {
    let changed = tx
        .execute(
            "UPDATE envelope SET creating_until = $4
             WHERE org_id = $1 AND id = $2 AND status = 'creating' AND creating_until <= $3",
            params![org, id, now, until],
        )
        .await?;
    Ok(changed == 1)
}

/// Lets someone else send it now: what was asked of DocuSign has failed.
pub async fn give_up(
    tx: &mut Tx,
    org: OrganizationId,
    id: EnvelopeId,
    now: Timestamp,
) -> Result<()> {
    tx.execute(
        "UPDATE envelope SET creating_until = $3
         WHERE org_id = $1 AND id = $2 AND status = 'creating'",
        params![org, id, now],
    )
    .await?;
    Ok(())
}

/// DocuSign has it. It is looked at again at `due_at`.
pub async fn sent(
    tx: &mut Tx,
    org: OrganizationId,
    id: EnvelopeId,
    envelope: &str,
    sender: &str,
    due_at: Timestamp,
) -> Result<()> {
    tx.execute(
        "UPDATE envelope SET envelope = $3, sender = $4, status = 'sent', due_at = $5
         WHERE org_id = $1 AND id = $2 AND status = 'creating'",
        params![org, id, envelope, sender, due_at],
    )
    .await?;
    Ok(())
}

/// Saves what DocuSign said. `due_at` is when a worker looks next; `None` for never.
/// Answers false, and saves nothing, where someone else was faster.
pub async fn set_facts(
    tx: &mut Tx,
    org: OrganizationId,
    before: &Envelope,
    facts: &EnvelopeFacts,
    due_at: Option<Timestamp>,
) -> Result<bool> {
    let changed = tx
        .execute(
            "UPDATE envelope SET status = $4, reason = $5, completed_at = $6, due_at = $7,
                 attempts = 0
             WHERE org_id = $1 AND id = $2 AND status = $3",
            params![
                org,
                before.id,
                before.status,
                facts.status,
                &facts.reason,
                facts.completed_at,
                due_at
            ],
        )
        .await?;
    tx.notify_on_commit(Work::Envelopes);
    Ok(changed == 1)
}

/// Saves where the signed PDF and the certificate are; nothing is left to do then.
pub async fn set_documents(
    tx: &mut Tx,
    org: OrganizationId,
    id: EnvelopeId,
    signed: DocumentId,
    certificate: DocumentId,
) -> Result<bool> {
    let changed = tx
        .execute(
            "UPDATE envelope SET signed_id = $3, certificate_id = $4, due_at = NULL
             WHERE org_id = $1 AND id = $2 AND signed_id IS NULL",
            params![org, id, signed, certificate],
        )
        .await?;
    Ok(changed == 1)
}

/// The envelope with that id of Gatehouse's.
pub async fn by_id(tx: &mut Tx, org: OrganizationId, id: EnvelopeId) -> Result<Option<Envelope>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM envelope WHERE org_id = $1 AND id = $2"
    ));
    let row = tx.optional(sql, params![org, id]).await?;
    row.as_ref().map(read).transpose()
}

/// By DocuSign's own id of it.
pub async fn by_envelope(
    tx: &mut Tx,
    org: OrganizationId,
    envelope: &str,
) -> Result<Option<Envelope>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM envelope WHERE org_id = $1 AND envelope = $2 AND envelope <> ''"
    ));
    let row = tx.optional(sql, params![org, envelope]).await?;
    row.as_ref().map(read).transpose()
}

/// The person's open one for the account, or else the latest.
pub async fn latest(
    tx: &mut Tx,
    org: OrganizationId,
    account: AccountId,
    visitor: VisitorId,
) -> Result<Option<Envelope>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM envelope
         WHERE org_id = $1 AND account_id = $2 AND visitor_id = $3
         ORDER BY {OPEN_FIRST}, created_at DESC, id DESC LIMIT 1"
    ));
    let row = tx.optional(sql, params![org, account, visitor]).await?;
    row.as_ref().map(read).transpose()
}

/// The one that was completed first: it is the account's signature.
pub async fn signature(
    tx: &mut Tx,
    org: OrganizationId,
    account: AccountId,
) -> Result<Option<Envelope>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM envelope
         WHERE org_id = $1 AND account_id = $2 AND status = 'completed'
         ORDER BY completed_at, id LIMIT 1"
    ));
    let row = tx.optional(sql, params![org, account]).await?;
    row.as_ref().map(read).transpose()
}

/// All of an account, open ones first, then the newest.
pub async fn of_account(
    tx: &mut Tx,
    org: OrganizationId,
    account: AccountId,
) -> Result<Vec<Envelope>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM envelope WHERE org_id = $1 AND account_id = $2
         ORDER BY {OPEN_FIRST}, created_at DESC, id DESC"
    ));
    let rows = tx.all(sql, params![org, account]).await?;
    rows.iter().map(read).collect()
}

pub(crate) fn read(row: &Row) -> Result<Envelope> {
    Ok(Envelope {
        id: row.get("id")?,
        account: row.get("account_id")?,
        visitor: row.get("visitor_id")?,
        envelope: row.get("envelope")?,
        sender: row.get("sender")?,
        full_name: row.get("full_name")?,
        email: row.get("email")?,
        status: row.get("status")?,
        reason: row.get("reason")?,
        created_at: row.get("created_at")?,
        completed_at: row.get("completed_at")?,
        checked_at: row.get("checked_at")?,
        signed: row.get("signed_id")?,
        certificate: row.get("certificate_id")?,
    })
}
