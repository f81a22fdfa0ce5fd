//! Table `envelope`, for the worker: what is due, and who has claimed it.

use std::time::Duration;

use domain::ids::{AccountId, EnvelopeId, OrganizationId};
use domain::nda::docusign::Envelope;
use jiff::Timestamp;

use crate::nda::envelopes;
use crate::params;
use crate::{Dialect, Result, Tx, Work};

/// An envelope that a worker has claimed, and no other will touch until the claim
/// runs out.
#[derive(Clone, Debug)]
pub struct ClaimedEnvelope {
    /// The organization that it is signed for.
    pub org: OrganizationId,
    /// The envelope, as it was when it was claimed.
    pub envelope: Envelope,
    /// Counts this attempt too. Also says whose claim it is: a later one has more.
    pub attempts: i64,
}

/// Claims what is due, oldest first, for `lease`.
pub async fn claim_across_tenants(
    tx: &mut Tx,
    now: Timestamp,
    lease: Duration,
    limit: i64,
) -> Result<Vec<ClaimedEnvelope>> {
    let skip = match tx.dialect() {
        Dialect::Sqlite => "",
        Dialect::Postgres => " FOR UPDATE SKIP LOCKED",
    };
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT id FROM envelope WHERE due_at <= $1 ORDER BY due_at, id LIMIT $2{skip}"
    ));
    let due = tx.all(sql, params![now, limit]).await?;
    let mut claimed = Vec::with_capacity(due.len());
    for row in due {
        let id: EnvelopeId = row.get("id")?;
        let sql = sqlx::AssertSqlSafe(format!(
            "UPDATE envelope SET due_at = $2, attempts = attempts + 1 WHERE id = $1
             RETURNING org_id, attempts, {}",
            envelopes::COLUMNS
        ));
        let row = tx.one(sql, params![id, now + lease]).await?;
        claimed.push(ClaimedEnvelope {
            org: row.get("org_id")?,
            attempts: row.get("attempts")?,
            envelope: envelopes::read(&row)?,
        });
    }
    Ok(claimed)
}

/// Puts a claimed envelope back, to be looked at again at `due_at`.
pub async fn postpone(tx: &mut Tx, claimed: &ClaimedEnvelope, due_at: Timestamp) -> Result<()> {
    tx.execute(
        "UPDATE envelope SET due_at = $4
         WHERE org_id = $1 AND id = $2 AND attempts = $3 AND due_at IS NOT NULL",
        params![claimed.org, claimed.envelope.id, claimed.attempts, due_at],
    )
    .await?;
    Ok(())
}

/// Takes the right to ask DocuSign about it now. Answers false where DocuSign was
/// asked since `since`: it wants to be asked rarely.
pub async fn may_check(
    tx: &mut Tx,
    org: OrganizationId,
    id: EnvelopeId,
    since: Timestamp,
    now: Timestamp,
) -> Result<bool> {
    let changed = tx
        .execute(
            "UPDATE envelope SET checked_at = $4
             WHERE org_id = $1 AND id = $2 AND (checked_at IS NULL OR checked_at <= $3)",
            params![org, id, since, now],
        )
        .await?;
    Ok(changed == 1)
}

/// DocuSign itself says that there is news, without saying which: a worker asks at
/// once.
pub async fn look_now(
    tx: &mut Tx,
    org: OrganizationId,
    id: EnvelopeId,
    now: Timestamp,
) -> Result<()> {
    tx.execute(
        "UPDATE envelope SET due_at = $3, checked_at = NULL, attempts = 0
         WHERE org_id = $1 AND id = $2 AND status IN ('sent', 'delivered')",
        params![org, id, now],
    )
    .await?;
    tx.notify_on_commit(Work::Envelopes);
    Ok(())
}

/// The account has its signature: a worker looks at once at what is still open of it.
pub async fn look_at_others(
    tx: &mut Tx,
    org: OrganizationId,
    account: AccountId,
    signed: EnvelopeId,
    now: Timestamp,
) -> Result<()> {
    tx.execute(
        "UPDATE envelope SET due_at = $4, attempts = 0
         WHERE org_id = $1 AND account_id = $2 AND id <> $3
             AND status IN ('sent', 'delivered')",
        params![org, account, signed, now],
    )
    .await?;
    tx.notify_on_commit(Work::Envelopes);
    Ok(())
}
