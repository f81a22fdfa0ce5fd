//! The tokens in table `connection`, and who may renew them.
//!
//! `token_version` grows with every new pair, so that a caller can say which
//! one it saw fail; `refresh_until` is the lease of whoever is renewing.

use domain::ids::{ConnectionId, OrganizationId};
use domain::salesforce::ConnectionState;
use jiff::Timestamp;

use crate::params;
use crate::salesforce::connections::SealedTokens;
use crate::{Result, Tx};

/// What the database holds of a connection's tokens.
#[derive(Clone, Debug)]
pub struct StoredTokens {
    /// The connection that has them.
    pub id: ConnectionId,
    /// Whether the connection sends.
    pub state: ConnectionState,
    /// Why it is in that state; empty while active.
    pub state_reason: String,
    /// Where the org answers calls.
    pub instance_url: String,
    /// Grows by one with each new pair of tokens.
    pub version: i64,
    /// `None` once uninstalled.
    pub sealed: Option<SealedTokens>,
}

/// The connection's tokens; `None` where there is no such connection.
pub async fn get(
    tx: &mut Tx,
    org: OrganizationId,
    id: ConnectionId,
) -> Result<Option<StoredTokens>> {
    let row = tx
        .optional(
            "SELECT state, state_reason, instance_url, token_version, access_token, refresh_token
             FROM connection WHERE org_id = $1 AND id = $2",
            params![org, id],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let (access, refresh): (Option<Vec<u8>>, Option<Vec<u8>>) =
        (row.get("access_token")?, row.get("refresh_token")?);
    Ok(Some(StoredTokens {
        id,
        state: row.get("state")?,
        state_reason: row.get("state_reason")?,
        instance_url: row.get("instance_url")?,
        version: row.get("token_version")?,
        sealed: access
            .zip(refresh)
            .map(|(access, refresh)| SealedTokens { access, refresh }),
    }))
}

/// Takes the lease to renew this version of the tokens, until then. Answers
/// false if someone else holds it, or has renewed them already.
pub async fn lease(
    tx: &mut Tx,
    org: OrganizationId,
    id: ConnectionId,
    version: i64,
    now: Timestamp,
    until: Timestamp,
) -> Result<bool> {
    let leased = tx
        .execute(
            "UPDATE connection SET refresh_until = $5
             WHERE org_id = $1 AND id = $2 AND token_version = $3 AND refresh_until <= $4
               AND state IN ('active', 'paused')",
            params![org, id, version, now, until],
        )
        .await?;
    Ok(leased > 0)
}

/// Gives the lease back without new tokens.
pub async fn release(
    tx: &mut Tx,
    org: OrganizationId,
    id: ConnectionId,
    version: i64,
) -> Result<()> {
    tx.execute(
        "UPDATE connection SET refresh_until = 0
         WHERE org_id = $1 AND id = $2 AND token_version = $3",
        params![org, id, version],
    )
    .await?;
    Ok(())
}

/// Replaces that version of the tokens and ends the lease. Answers false if
/// the connection has moved on (a new login, or uninstalled).
pub async fn replace(
    tx: &mut Tx,
    org: OrganizationId,
    id: ConnectionId,
    version: i64,
    instance_url: &str,
    tokens: &SealedTokens,
    now: Timestamp,
) -> Result<bool> {
    let replaced = tx
        .execute(
            "UPDATE connection SET access_token = $4, refresh_token = $5, instance_url = $6,
                 token_version = token_version + 1, refreshed_at = $7, refresh_until = 0
             WHERE org_id = $1 AND id = $2 AND token_version = $3 AND state <> 'uninstalled'",
            params![
                org,
                id,
                version,
                tokens.access.clone(),
                tokens.refresh.clone(),
                instance_url,
                now
            ],
        )
        .await?;
    Ok(replaced > 0)
}

/// Says that Salesforce has refused this version of the tokens for good.
/// Answers false if there is a newer one, or it was said before.
pub async fn declare_dead(
    tx: &mut Tx,
    org: OrganizationId,
    id: ConnectionId,
    version: i64,
    reason: &str,
) -> Result<bool> {
    let changed = tx
        .execute(
            "UPDATE connection SET state = 'needs_reauth', state_reason = $4, refresh_until = 0
             WHERE org_id = $1 AND id = $2 AND token_version = $3 AND state IN ('active', 'paused')",
            params![org, id, version, reason],
        )
        .await?;
    Ok(changed > 0)
}

/// Connections whose tokens were last renewed before that, oldest first.
pub async fn idle_across_tenants(
    tx: &mut Tx,
    before: Timestamp,
    limit: i64,
) -> Result<Vec<(OrganizationId, ConnectionId, i64)>> {
    tx.all(
        "SELECT org_id, id, token_version FROM connection
         WHERE state IN ('active', 'paused') AND refreshed_at < $1
         ORDER BY refreshed_at, id LIMIT $2",
        params![before, limit],
    )
    .await?
    .iter()
    .map(|row| {
        Ok((
            row.get("org_id")?,
            row.get("id")?,
            row.get("token_version")?,
        ))
    })
    .collect()
}
