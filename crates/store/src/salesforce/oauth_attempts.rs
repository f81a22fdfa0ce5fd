//! Table `oauth_attempt`: logins at Salesforce that have begun.

use domain::ids::{OrganizationId, StaffUserId};
use domain::salesforce::Environment;
use jiff::Timestamp;

use crate::params;
use crate::{Result, Tx};

/// A login that has begun: what the callback needs, and may be used by.
#[derive(Clone, Debug)]
pub struct OauthAttempt {
    /// Hash of the `state` in the address; the browser alone has the value.
    pub state_hash: String,
    /// The Admin who began it.
    pub user: StaffUserId,
    /// Hash of the dashboard session in which it began.
    pub session_hash: String,
    /// Whether a production org or a sandbox was chosen.
    pub environment: Environment,
    /// Where the Admin logs in.
    pub login_url: String,
    /// The PKCE verifier, encrypted.
    pub verifier: Vec<u8>,
    /// From when on the callback is refused.
    pub expires_at: Timestamp,
}

/// Keeps an attempt, and forgets the organization's expired ones.
pub async fn insert(
    tx: &mut Tx,
    org: OrganizationId,
    attempt: &OauthAttempt,
    now: Timestamp,
) -> Result<()> {
    tx.execute(
        "DELETE FROM oauth_attempt WHERE org_id = $1 AND expires_at < $2",
        params![org, now],
    )
    .await?;
    tx.execute(
        "INSERT INTO oauth_attempt (state_hash, org_id, user_id, session_hash, environment,
             login_url, verifier, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        params![
            &attempt.state_hash,
            org,
            attempt.user,
            &attempt.session_hash,
            attempt.environment,
            &attempt.login_url,
            attempt.verifier.clone(),
            now,
            attempt.expires_at,
        ],
    )
    .await?;
    Ok(())
}

/// Takes the attempt away, so that it is used once.
pub async fn take(
    tx: &mut Tx,
    org: OrganizationId,
    state_hash: &str,
) -> Result<Option<OauthAttempt>> {
    let row = tx
        .optional(
            "DELETE FROM oauth_attempt WHERE org_id = $1 AND state_hash = $2
             RETURNING state_hash, user_id, session_hash, environment, login_url, verifier,
                 expires_at",
            params![org, state_hash],
        )
        .await?;
    row.map(|row| {
        Ok(OauthAttempt {
            state_hash: row.get("state_hash")?,
            user: row.get("user_id")?,
            session_hash: row.get("session_hash")?,
            environment: row.get("environment")?,
            login_url: row.get("login_url")?,
            verifier: row.get("verifier")?,
            expires_at: row.get("expires_at")?,
        })
    })
    .transpose()
}
