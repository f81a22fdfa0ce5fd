//! A connection's access token, and its renewal: one at a time over all
//! replicas, because with rotation a refresh token that is used twice ends the
//! connection (docs/architecture.md).

use std::time::Duration;

use crypto::{CryptoError, Seal};
use domain::audit::Action;
use domain::ids::{ConnectionId, OrganizationId};
use domain::salesforce::ConnectionState;
use salesforce::{Client, OAuthError, Session, Tokens};
use secrecy::SecretString;
use store::StoreError;
use store::salesforce::connections::SealedTokens;
use store::salesforce::tokens::{self, StoredTokens};
use tracing::{Instrument as _, instrument};
use url::Url;

use super::limits::{IDLE_TOKEN, RENEWAL_LEASE, RENEWAL_POLL, RENEWAL_WAIT, TOKEN_SAVES};
use super::oauth_text::oauth_text;
use crate::app::App;
use crate::use_cases::deliveries::notification;

const ACCESS: &str = "connection.access_token";
const REFRESH: &str = "connection.refresh_token";

/// A usable token, and which version of it this is.
#[derive(Clone, Debug)]
pub struct Access {
    pub session: Session,
    /// Give it to [`refresh`] when Salesforce says that the session has ended.
    pub version: i64,
}

/// Why there is no token to work with.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    #[error("the Salesforce connection was uninstalled")]
    Gone,
    /// An Admin has to log in again; the text says why.
    #[error("the Salesforce connection needs a new login: {0}")]
    NeedsReauth(String),
    /// Says nothing about the connection: try again later.
    #[error("no new Salesforce token right now: {0}")]
    Busy(String),
    /// The operator has to change something.
    #[error("{0}")]
    Misconfigured(String),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<CryptoError> for TokenError {
    fn from(error: CryptoError) -> Self {
        Self::Misconfigured(error.to_string())
    }
}

/// The stored access token. Asks Salesforce nothing: it may have ended.
#[instrument(name = "salesforce.tokens.session", skip_all, fields(%org, connection = %id))]
pub async fn session(
    app: &App,
    org: OrganizationId,
    id: ConnectionId,
) -> Result<Access, TokenError> {
    access(app, org, &stored(app, org, id).await?)
}

/// A token newer than `seen`, which Salesforce has refused. Of all who ask at
/// once, on all replicas, one calls Salesforce; the others get what it got.
#[instrument(name = "salesforce.tokens.refresh", skip_all, fields(%org, connection = %id))]
pub async fn refresh(
    app: &App,
    org: OrganizationId,
    id: ConnectionId,
    seen: i64,
) -> Result<Access, TokenError> {
    let give_up = app.ambient.clock.passed() + RENEWAL_WAIT;
    loop {
        let stored = stored(app, org, id).await?;
        if stored.version > seen {
            return access(app, org, &stored);
        }
        if take_lease(app, org, id, seen).await? {
            // A task of its own: a caller that is dropped must not lose the new pair.
            let app = app.clone();
            let renewal = async move { renew(&app, org, id, &stored).await };
            let renewal = tokio::spawn(renewal.in_current_span());
            return renewal
                .await
                .unwrap_or_else(|_| Err(TokenError::Busy("the renewal broke off".to_owned())));
        }
        if app.ambient.clock.passed() >= give_up {
            let message = "another process has been renewing it for 30 seconds";
            return Err(TokenError::Busy(message.to_owned()));
        }
        app.ambient.clock.sleep(RENEWAL_POLL).await;
    }
}

/// Renews what has been idle for a week, so that Salesforce doesn't end it.
/// Answers how many were renewed.
#[instrument(name = "salesforce.tokens.keep_alive", skip_all)]
pub async fn keep_alive(app: &App) -> Result<usize, StoreError> {
    let Ok(before) = app.ambient.now().checked_sub(IDLE_TOKEN) else {
        return Ok(0);
    };
    let mut tx = app.db.read().await?;
    let idle = tokens::idle_across_tenants(&mut tx, before, 100).await?;
    drop(tx);
    let mut renewed = 0;
    for (org, id, version) in idle {
        match refresh(app, org, id, version).await {
            Ok(_) => renewed += 1,
            Err(error) => tracing::warn!(%org, connection = %id, %error, "idle token not renewed"),
        }
    }
    Ok(renewed)
}

/// Encrypts a pair for the database.
pub(super) fn seal(
    app: &App,
    org: OrganizationId,
    id: ConnectionId,
    access: &SecretString,
    refresh: &SecretString,
) -> SealedTokens {
    let seal = |column, secret| {
        let seal = Seal::new(column, org, id);
        app.config.keyring.seal(&app.ambient.random, &seal, secret)
    };
    SealedTokens {
        access: seal(ACCESS, access),
        refresh: seal(REFRESH, refresh),
    }
}

/// Decrypts a refresh token.
pub(super) fn open_refresh(
    app: &App,
    org: OrganizationId,
    id: ConnectionId,
    sealed: &SealedTokens,
) -> Result<SecretString, CryptoError> {
    let seal = Seal::new(REFRESH, org, id);
    app.config.keyring.open(&seal, &sealed.refresh)
}

/// The client, or what the operator has to set.
pub(super) fn client(app: &App) -> Result<&Client, TokenError> {
    app.salesforce.as_ref().ok_or_else(|| {
        TokenError::Misconfigured("GATEHOUSE_SALESFORCE_CLIENT_ID is not set".to_owned())
    })
}

#[instrument(name = "salesforce.tokens.stored", skip_all, fields(%org, connection = %id))]
async fn stored(
    app: &App,
    org: OrganizationId,
    id: ConnectionId,
) -> Result<StoredTokens, TokenError> {
    let mut tx = app.db.read().await?;
    let stored = tokens::get(&mut tx, org, id).await?;
    let stored = stored.ok_or(TokenError::Gone)?;
    match stored.state {
        ConnectionState::Active | ConnectionState::Paused => Ok(stored),
        ConnectionState::NeedsReauth => Err(TokenError::NeedsReauth(stored.state_reason)),
        ConnectionState::Uninstalled => Err(TokenError::Gone),
    }
}

fn access(app: &App, org: OrganizationId, stored: &StoredTokens) -> Result<Access, TokenError> {
    let sealed = stored.sealed.as_ref().ok_or(TokenError::Gone)?;
    let seal = Seal::new(ACCESS, org, stored.id);
    Ok(Access {
        session: Session {
            instance_url: instance_url(stored)?,
            access_token: app.config.keyring.open(&seal, &sealed.access)?,
        },
        version: stored.version,
    })
}

fn instance_url(stored: &StoredTokens) -> Result<Url, TokenError> {
    Url::parse(&stored.instance_url).map_err(|error| {
        TokenError::Misconfigured(format!("the stored instance is no address: {error}"))
    })
}

#[instrument(name = "salesforce.tokens.take_lease", skip_all, fields(%org, connection = %id))]
async fn take_lease(
    app: &App,
    org: OrganizationId,
    id: ConnectionId,
    version: i64,
) -> Result<bool, TokenError> {
    let now = app.ambient.now();
    let until = now.saturating_add(RENEWAL_LEASE).unwrap_or(now);
    let mut tx = app.db.begin().await?;
    let leased = tokens::lease(&mut tx, org, id, version, now, until).await?;
    tx.commit().await?;
    Ok(leased)
}

/// With the lease held: asks Salesforce, keeps what it gives, then hands it out.
#[instrument(name = "salesforce.tokens.renew", skip_all, fields(%org, connection = %id))]
async fn renew(
    app: &App,
    org: OrganizationId,
    id: ConnectionId,
    stored: &StoredTokens,
) -> Result<Access, TokenError> {
    let answer = ask(app, org, stored).await;
    match answer {
        Ok((tokens, refresh_token)) => keep(app, org, id, stored, tokens, refresh_token).await,
        Err(TokenError::NeedsReauth(reason)) => {
            require_login(app, org, id, stored.version, &reason).await?;
            // Someone may have logged in anew meanwhile: then that one counts.
            session(app, org, id).await
        }
        Err(error) => {
            let mut tx = app.db.begin().await?;
            tokens::release(&mut tx, org, id, stored.version).await?;
            tx.commit().await?;
            Err(error)
        }
    }
}

#[instrument(name = "salesforce.tokens.ask", skip_all, fields(%org))]
async fn ask(
    app: &App,
    org: OrganizationId,
    stored: &StoredTokens,
) -> Result<(Tokens, SecretString), TokenError> {
    let sealed = stored.sealed.as_ref().ok_or(TokenError::Gone)?;
    let old = open_refresh(app, org, stored.id, sealed)?;
    let answer = client(app)?.refresh(&instance_url(stored)?, &old).await;
    let tokens = answer.map_err(|error| match error {
        OAuthError::Dead { .. } => TokenError::NeedsReauth(oauth_text(&error)),
        OAuthError::Misconfigured { .. } | OAuthError::Untrusted(_) => {
            TokenError::Misconfigured(oauth_text(&error))
        }
        _ => TokenError::Busy(oauth_text(&error)),
    })?;
    let refresh_token = tokens.refresh_token.clone().unwrap_or(old);
    Ok((tokens, refresh_token))
}

/// Stores a new pair before its first use; tries for a while if the database
/// won't, because the old pair may be dead already.
#[instrument(name = "salesforce.tokens.keep", skip_all, fields(%org, connection = %id))]
async fn keep(
    app: &App,
    org: OrganizationId,
    id: ConnectionId,
    stored: &StoredTokens,
    tokens: Tokens,
    refresh_token: SecretString,
) -> Result<Access, TokenError> {
    let sealed = seal(app, org, id, &tokens.access_token, &refresh_token);
    let instance = tokens.instance_url.as_str();
    let mut tries = 0;
    let kept = loop {
        tries += 1;
        match replace(app, org, id, stored.version, instance, &sealed).await {
            Ok(kept) => break kept,
            Err(error) if tries == TOKEN_SAVES => return Err(error.into()),
            Err(error) => {
                tracing::warn!(%org, connection = %id, %error, "a new token is not stored yet");
                let pause = Duration::from_millis(100) * 2_u32.pow(tries);
                app.ambient.clock.sleep(pause).await;
            }
        }
    };
    if kept {
        return Ok(Access {
            session: tokens.session(),
            version: stored.version + 1,
        });
    }
    // Uninstalled or connected anew meanwhile: nobody needs this pair.
    if let Err(error) = client(app)?
        .revoke(&tokens.instance_url, &refresh_token)
        .await
    {
        tracing::warn!(%org, connection = %id, %error, "an unneeded token could not be revoked");
    }
    session(app, org, id).await
}

#[instrument(name = "salesforce.tokens.replace", skip_all, fields(%org, connection = %id))]
async fn replace(
    app: &App,
    org: OrganizationId,
    id: ConnectionId,
    version: i64,
    instance: &str,
    sealed: &SealedTokens,
) -> store::Result<bool> {
    let mut tx = app.db.begin().await?;
    let now = app.ambient.now();
    let kept = tokens::replace(&mut tx, org, id, version, instance, sealed, now).await?;
    tx.commit().await?;
    Ok(kept)
}

/// Marks the connection as needing a login, unless it has newer tokens.
#[instrument(name = "salesforce.tokens.require_login", skip_all, fields(%org, connection = %id))]
async fn require_login(
    app: &App,
    org: OrganizationId,
    id: ConnectionId,
    version: i64,
    reason: &str,
) -> store::Result<()> {
    let mut tx = app.db.begin().await?;
    if tokens::declare_dead(&mut tx, org, id, version, reason).await? {
        store::audit_log::insert(
            &mut tx,
            &app.ambient,
            org,
            "Salesforce",
            Action::SalesforceNeedsLogin,
            reason,
        )
        .await?;
        let url = &app.config.public_url;
        notification::needs_login(&mut tx, &app.ambient, org, url).await?;
    }
    tx.commit().await
}
