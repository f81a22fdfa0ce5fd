//! Table `staff_session`: who is signed in to the dashboard. Only the SHA-256 of
//! a session's token is kept.

use domain::ids::{AccountId, OrganizationId, StaffUserId};
use domain::staff::SessionStage;
use jiff::Timestamp;

use crate::params;
use crate::{Result, Row, Tx};

/// A session that has not expired.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Session {
    /// The organization that the person works for.
    pub org: OrganizationId,
    /// Who is signed in.
    pub user: StaffUserId,
    /// When it began.
    pub created_at: Timestamp,
    /// When it ends unless it is used.
    pub expires_at: Timestamp,
    /// How far the sign-in is.
    pub stage: SessionStage,
    /// When the person last showed that it is them, with the password.
    pub confirmed_at: Timestamp,
    /// When and from where it was last used.
    pub last_use: LastUse,
}

/// When and from where a session was last used.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct LastUse {
    /// When it was.
    pub at: Timestamp,
    /// The network that the request came from; empty before the first one.
    pub network: String,
    /// The beginning of the request's `User-Agent` header; empty before the first one.
    pub user_agent: String,
}

/// A session as its owner sees it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OwnSession {
    /// The SHA-256 of its token, by which it is ended.
    pub token_hash: String,
    /// When it began.
    pub created_at: Timestamp,
    /// When and from where it was last used.
    pub last_use: LastUse,
}

/// Begins a session that lasts until `expires_at`, of a person who has just shown that it
/// is them.
pub async fn insert(
    tx: &mut Tx,
    org: OrganizationId,
    user: StaffUserId,
    token_hash: &str,
    stage: SessionStage,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<()> {
    tx.execute(
        "INSERT INTO staff_session (token_hash, org_id, user_id, stage, created_at, expires_at,
             confirmed_at, used_at)
         VALUES ($1, $2, $3, $4, $5, $6, $5, $5)",
        params![token_hash, org, user, stage, now, expires_at],
    )
    .await?;
    Ok(())
}

/// Whose session this is: the token alone says which organization.
pub async fn find_across_tenants(
    tx: &mut Tx,
    token_hash: &str,
    now: Timestamp,
) -> Result<Option<Session>> {
    let row = tx
        .optional(
            "SELECT org_id, user_id, created_at, expires_at, stage, confirmed_at, used_at,
                 network, user_agent
             FROM staff_session WHERE token_hash = $1 AND expires_at > $2",
            params![token_hash, now],
        )
        .await?;
    row.map(|row| {
        Ok(Session {
            org: row.get("org_id")?,
            user: row.get("user_id")?,
            created_at: row.get("created_at")?,
            expires_at: row.get("expires_at")?,
            stage: row.get("stage")?,
            confirmed_at: row.get("confirmed_at")?,
            last_use: last_use(&row)?,
        })
    })
    .transpose()
}

fn last_use(row: &Row) -> Result<LastUse> {
    Ok(LastUse {
        at: row.get("used_at")?,
        network: row.get("network")?,
        user_agent: row.get("user_agent")?,
    })
}

/// Notes that the session was used, and until when it now lasts.
pub async fn note_use(
    tx: &mut Tx,
    org: OrganizationId,
    token_hash: &str,
    last_use: &LastUse,
    expires_at: Timestamp,
) -> Result<()> {
    tx.execute(
        "UPDATE staff_session SET expires_at = $3, used_at = $4, network = $5, user_agent = $6
         WHERE org_id = $1 AND token_hash = $2",
        params![
            org,
            token_hash,
            expires_at,
            last_use.at,
            &last_use.network,
            &last_use.user_agent
        ],
    )
    .await?;
    Ok(())
}

/// Notes that the person showed again that it is them.
pub async fn confirm(
    tx: &mut Tx,
    org: OrganizationId,
    token_hash: &str,
    now: Timestamp,
) -> Result<()> {
    tx.execute(
        "UPDATE staff_session SET confirmed_at = $3 WHERE org_id = $1 AND token_hash = $2",
        params![org, token_hash, now],
    )
    .await?;
    Ok(())
}

/// The person's full sessions that have not expired, the last used first.
pub async fn of_user(
    tx: &mut Tx,
    org: OrganizationId,
    user: StaffUserId,
    now: Timestamp,
) -> Result<Vec<OwnSession>> {
    tx.all(
        "SELECT token_hash, created_at, used_at, network, user_agent FROM staff_session
         WHERE org_id = $1 AND user_id = $2 AND expires_at > $3 AND stage = $4
         ORDER BY used_at DESC, created_at DESC",
        params![org, user, now, SessionStage::Full],
    )
    .await?
    .iter()
    .map(|row| {
        Ok(OwnSession {
            token_hash: row.get("token_hash")?,
            created_at: row.get("created_at")?,
            last_use: last_use(row)?,
        })
    })
    .collect()
}

/// With which account's eyes the trust center is looked at in a session.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct View {
    /// Who looks.
    pub user: StaffUserId,
    /// The account.
    pub account: AccountId,
    /// When it ends.
    pub until: Timestamp,
}

/// Begins the view of an account in this session, or ends the one that there is.
pub async fn set_view(
    tx: &mut Tx,
    org: OrganizationId,
    token_hash: &str,
    view: Option<(AccountId, Timestamp)>,
) -> Result<()> {
    tx.execute(
        "UPDATE staff_session SET viewed_account = $3, viewed_until = $4
         WHERE org_id = $1 AND token_hash = $2",
        params![
            org,
            token_hash,
            view.map(|(account, _)| account),
            view.map(|(_, until)| until)
        ],
    )
    .await?;
    Ok(())
}

/// The view of a full session that has not expired, until the view itself ends.
pub async fn view(
    tx: &mut Tx,
    org: OrganizationId,
    token_hash: &str,
    now: Timestamp,
) -> Result<Option<View>> {
    let row = tx
        .optional(
            "SELECT user_id, viewed_account, viewed_until FROM staff_session
             WHERE org_id = $1 AND token_hash = $2 AND expires_at > $3 AND stage = $4
                 AND viewed_until > $3 AND viewed_account IS NOT NULL",
            params![org, token_hash, now, SessionStage::Full],
        )
        .await?;
    row.map(|row| {
        Ok(View {
            user: row.get("user_id")?,
            account: row.get("viewed_account")?,
            until: row.get("viewed_until")?,
        })
    })
    .transpose()
}

/// Answers whether there was one.
pub async fn delete(tx: &mut Tx, org: OrganizationId, token_hash: &str) -> Result<bool> {
    let deleted = tx
        .execute(
            "DELETE FROM staff_session WHERE org_id = $1 AND token_hash = $2",
            params![org, token_hash],
        )
        .await?;
    Ok(deleted == 1)
}

/// Something is to be done in this session before it is a full one.
pub async fn set_stage(
    tx: &mut Tx,
    org: OrganizationId,
    token_hash: &str,
    stage: SessionStage,
) -> Result<()> {
    tx.execute(
        "UPDATE staff_session SET stage = $3 WHERE org_id = $1 AND token_hash = $2",
        params![org, token_hash, stage],
    )
    .await?;
    Ok(())
}

/// Ends all sessions of this person but the one with the hash `except`, which is empty
/// where none is to stay.
pub async fn delete_of_user(
    tx: &mut Tx,
    org: OrganizationId,
    user: StaffUserId,
    except: &str,
) -> Result<()> {
    tx.execute(
        "DELETE FROM staff_session WHERE org_id = $1 AND user_id = $2 AND token_hash <> $3",
        params![org, user, except],
    )
    .await?;
    Ok(())
}

/// Clears away what has expired.
pub async fn delete_expired_across_tenants(tx: &mut Tx, now: Timestamp) -> Result<()> {
    tx.execute(
        "DELETE FROM staff_session WHERE expires_at <= $1",
        params![now],
    )
    .await?;
    Ok(())
}
