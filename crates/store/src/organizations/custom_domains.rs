//! Table `custom_domain`: the host at which an organization's trust center is reached
//! beside the public address, once the organization has proven that it is theirs.

use domain::ids::OrganizationId;
use domain::organizations::hostname::Hostname;
use jiff::Timestamp;

use crate::params;
use crate::{Result, Row, StoreError, Tx};

/// What an Admin has set.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CustomDomain {
    /// The host's name.
    pub host: Hostname,
    /// What a TXT record has to say.
    pub proof: String,
    /// When the record was found.
    pub verified_at: Option<Timestamp>,
    /// When the record was last looked for.
    pub checked_at: Option<Timestamp>,
    /// Since when the record, which was there before, is missing.
    pub failing_since: Option<Timestamp>,
    /// When a request first came by it, verified: from then on links in email lead there.
    pub seen_at: Option<Timestamp>,
}

impl CustomDomain {
    /// The name whose TXT record proves the domain.
    pub fn record_name(&self) -> String {
        format!("_gatehouse.{}", self.host)
    }

    /// What the record has to say.
    pub fn record_text(&self) -> String {
        format!("gatehouse-domain={}", self.proof)
    }
}

const COLUMNS: &str = "org_id, host, proof, verified_at, checked_at, failing_since, seen_at";

/// Sets the host, in place of another one; it is not proven then.
pub async fn set(tx: &mut Tx, org: OrganizationId, host: &Hostname, proof: &str) -> Result<()> {
    tx.execute(
        "INSERT INTO custom_domain (org_id, host, proof) VALUES ($1, $2, $3)
         ON CONFLICT (org_id) DO UPDATE SET host = excluded.host, proof = excluded.proof,
             verified_at = NULL, checked_at = NULL, failing_since = NULL, seen_at = NULL",
        params![org, host, proof],
    )
    .await?;
    Ok(())
}

/// Removes the host; the trust center is at the public address only.
pub async fn remove(tx: &mut Tx, org: OrganizationId) -> Result<()> {
    tx.execute("DELETE FROM custom_domain WHERE org_id = $1", params![org])
        .await?;
    Ok(())
}

/// Notes that a request came by the host; only the first one counts, once it is proven.
pub async fn seen(tx: &mut Tx, org: OrganizationId, host: &Hostname, now: Timestamp) -> Result<()> {
    tx.execute(
        "UPDATE custom_domain SET seen_at = $3
         WHERE org_id = $1 AND host = $2 AND seen_at IS NULL AND verified_at IS NOT NULL",
        params![org, host, now],
    )
    .await?;
    Ok(())
}

/// The record was found. Answers false where another organization has proven the name
/// before, or the Admin has changed it meanwhile.
pub async fn verified(
    tx: &mut Tx,
    org: OrganizationId,
    domain: &CustomDomain,
    now: Timestamp,
) -> Result<bool> {
    let changed = tx
        .execute(
            "UPDATE custom_domain SET verified_at = COALESCE(verified_at, $4), checked_at = $4,
                 failing_since = NULL
             WHERE org_id = $1 AND host = $2 AND proof = $3",
            params![org, &domain.host, &domain.proof, now],
        )
        .await;
    match changed {
        Ok(changed) => Ok(changed > 0),
        Err(StoreError::Duplicate(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

/// The record isn't there. A name that was proven is given up where it has been missing
/// since before `patience`.
pub async fn missing(
    tx: &mut Tx,
    org: OrganizationId,
    domain: &CustomDomain,
    now: Timestamp,
    patience: Timestamp,
) -> Result<()> {
    tx.execute(
        "UPDATE custom_domain SET checked_at = $4,
             failing_since = CASE WHEN verified_at IS NULL OR failing_since < $5 THEN NULL
                                  ELSE COALESCE(failing_since, $4) END,
             verified_at = CASE WHEN failing_since < $5 THEN NULL ELSE verified_at END,
             seen_at = CASE WHEN failing_since < $5 THEN NULL ELSE seen_at END
         WHERE org_id = $1 AND host = $2 AND proof = $3",
        params![org, &domain.host, &domain.proof, now, patience],
    )
    .await?;
    Ok(())
}

/// What the organization has set, proven or not.
pub async fn of(tx: &mut Tx, org: OrganizationId) -> Result<Option<CustomDomain>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM custom_domain WHERE org_id = $1"
    ));
    let row = tx.optional(sql, params![org]).await?;
    row.as_ref().map(read).transpose()
}

/// Who has proven that the host is theirs.
pub async fn by_host_across_tenants(
    tx: &mut Tx,
    host: &Hostname,
) -> Result<Option<(OrganizationId, CustomDomain)>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM custom_domain WHERE host = $1 AND verified_at IS NOT NULL"
    ));
    let row = tx.optional(sql, params![host]).await?;
    row.map(|row| Ok((row.get("org_id")?, read(&row)?)))
        .transpose()
}

/// Those that were last looked for before `verified` where they are proven, and before
/// `claimed` where not.
pub async fn due_across_tenants(
    tx: &mut Tx,
    verified: Timestamp,
    claimed: Timestamp,
) -> Result<Vec<(OrganizationId, CustomDomain)>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM custom_domain
         WHERE COALESCE(checked_at, 0) < CASE WHEN verified_at IS NULL THEN CAST($2 AS BIGINT) ELSE CAST($1 AS BIGINT) END
         ORDER BY org_id"
    ));
    let rows = tx.all(sql, params![verified, claimed]).await?;
    rows.iter()
        .map(|row| Ok((row.get("org_id")?, read(row)?)))
        .collect()
}

fn read(row: &Row) -> Result<CustomDomain> {
    Ok(CustomDomain {
        host: row.get("host")?,
        proof: row.get("proof")?,
        verified_at: row.get("verified_at")?,
        checked_at: row.get("checked_at")?,
        failing_since: row.get("failing_since")?,
        seen_at: row.get("seen_at")?,
    })
}
