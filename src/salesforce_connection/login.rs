//! The login at Salesforce: its beginning, and its answer.

use crypto::{Seal, new_token, token_hash};
use domain::deliveries::task::{KEY_LENGTH, REFERENCE_FIELD};
use domain::ids::ConnectionId;
use domain::limits::DEFAULT_SHARE;
use domain::matching::candidates::RecordId;
use domain::salesforce::{
    ConnectedUser, Connection, ConnectionOptions, ConnectionState, Environment,
};
use salesforce::org::OrgProfile;
use salesforce::preflight::Preflight;
use salesforce::{Client, Identity, OAuthError, Pkce, Tokens};
use secrecy::{ExposeSecret, SecretString};
use store::salesforce::api_usage::Spent;
use store::salesforce::oauth_attempts::{self, OauthAttempt};
use store::{StoreError, Tx};
use tracing::instrument;
use url::Url;

use super::limits::LOGIN;
use super::{Actor, InstallError};
use crate::app::App;
use crate::salesforce_connection::tokens;

const VERIFIER: &str = "oauth_attempt.verifier";

/// What Salesforce's redirect brings back.
#[derive(Clone, Default, serde::Deserialize)]
pub struct Callback {
    pub state: Option<String>,
    /// Worthless without the verifier, which never left this machine.
    pub code: Option<String>,
    pub error: Option<String>,
    pub error_description: Option<String>,
}

/// What came of a login.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Connected {
    pub org_name: String,
    pub environment: Environment,
    /// Whether this org had been connected before: its switches were kept.
    pub again: bool,
}

/// Begins a login: the address to send the browser to. A My Domain takes the
/// place of the environment's usual login host.
#[instrument(
    name = "salesforce.login.begin",
    skip_all,
    fields(org = %actor.org.id, staff = %actor.user)
)]
pub async fn begin(
    app: &App,
    actor: Actor<'_>,
    environment: Environment,
    my_domain: &str,
) -> Result<Url, InstallError> {
    let client = app.salesforce.as_ref().ok_or(InstallError::NotConfigured)?;
    let login_url = login_url(client, environment, my_domain)?;
    begin_at(app, client, actor, environment, login_url).await
}

/// Begins a login where the connection's last one was: to renew it, or to
/// replace its user.
#[instrument(
    name = "salesforce.login.begin_again",
    skip_all,
    fields(org = %actor.org.id, staff = %actor.user)
)]
pub async fn begin_again(app: &App, actor: Actor<'_>) -> Result<Url, InstallError> {
    let client = app.salesforce.as_ref().ok_or(InstallError::NotConfigured)?;
    let mut tx = app.db.read().await?;
    let connection = super::connected(&mut tx, actor).await?;
    drop(tx);
    let hosts = &client.settings().hosts;
    // The operator may have changed the addresses since.
    let login_url = Url::parse(&connection.login_url)
        .ok()
        .filter(|url| hosts.my_domain(url.as_str()).is_ok())
        .unwrap_or_else(|| hosts.login_url(connection.environment).clone());
    begin_at(app, client, actor, connection.environment, login_url).await
}

#[instrument(name = "salesforce.login.begin_at", skip_all, fields(org = %actor.org.id))]
async fn begin_at(
    app: &App,
    client: &Client,
    actor: Actor<'_>,
    environment: Environment,
    login_url: Url,
) -> Result<Url, InstallError> {
    let random = &app.ambient.random;
    let (state, pkce) = (new_token(random), Pkce::new(random));
    let now = app.ambient.now();
    let state_hash = token_hash(state.expose_secret());
    let seal = verifier_seal(actor, &state_hash);
    let attempt = OauthAttempt {
        state_hash,
        user: actor.user,
        session_hash: actor.session_hash.to_owned(),
        environment,
        login_url: login_url.to_string(),
        verifier: app.config.keyring.seal(random, &seal, &pkce.verifier),
        expires_at: now.saturating_add(LOGIN).unwrap_or(now),
    };
    let mut tx = app.db.begin().await?;
    oauth_attempts::insert(&mut tx, actor.org.id, &attempt, now).await?;
    tx.commit().await?;
    Ok(client.authorize_url(&login_url, state.expose_secret(), &pkce.challenge))
}

fn login_url(
    client: &Client,
    environment: Environment,
    my_domain: &str,
) -> Result<Url, InstallError> {
    let hosts = &client.settings().hosts;
    if my_domain.trim().is_empty() {
        return Ok(hosts.login_url(environment).clone());
    }
    let url = hosts.my_domain(my_domain).map_err(InstallError::Invalid)?;
    let host = url.host_str().unwrap_or_default();
    if environment == Environment::Production && host.contains(".sandbox.") {
        let message = format!("{host} is a sandbox's My Domain: choose Sandbox with it.");
        return Err(InstallError::Invalid(message));
    }
    Ok(url)
}

fn verifier_seal(actor: Actor<'_>, state_hash: &str) -> Seal {
    Seal::new(VERIFIER, actor.org.id, state_hash)
}

/// Ends a login with Salesforce's answer. Whatever is refused after tokens were
/// given is given back to Salesforce.
#[instrument(
    name = "salesforce.login.finish",
    skip_all,
    fields(org = %actor.org.id, staff = %actor.user)
)]
pub async fn finish(
    app: &App,
    actor: Actor<'_>,
    callback: Callback,
) -> Result<Connected, InstallError> {
    let client = app.salesforce.as_ref().ok_or(InstallError::NotConfigured)?;
    let attempt = take_attempt(app, actor, callback.state.as_deref()).await?;
    if let Some(error) = &callback.error {
        let description = callback.error_description.as_deref().unwrap_or_default();
        return Err(OAuthError::from_callback(error, description).into());
    }
    let code = callback.code.ok_or(InstallError::UnknownState)?;
    let login_url = Url::parse(&attempt.login_url).map_err(|_| InstallError::UnknownState)?;
    let seal = verifier_seal(actor, &attempt.state_hash);
    let verifier = app.config.keyring.open(&seal, &attempt.verifier)?;
    let tokens = client.exchange_code(&login_url, &code, &verifier).await?;
    let result = establish(app, client, actor, &attempt, &tokens).await;
    if result.is_err() {
        give_back(client, &tokens).await;
    }
    result
}

/// The attempt that this state belongs to: once, in the session that began it.
#[instrument(name = "salesforce.login.take_attempt", skip_all, fields(org = %actor.org.id))]
async fn take_attempt(
    app: &App,
    actor: Actor<'_>,
    state: Option<&str>,
) -> Result<OauthAttempt, InstallError> {
    let state = state.ok_or(InstallError::UnknownState)?;
    let mut tx = app.db.begin().await?;
    let attempt = oauth_attempts::take(&mut tx, actor.org.id, &token_hash(state)).await?;
    tx.commit().await?;
    let attempt = attempt.ok_or(InstallError::UnknownState)?;
    if attempt.session_hash != actor.session_hash || attempt.user != actor.user {
        return Err(InstallError::UnknownState);
    }
    if attempt.expires_at < app.ambient.now() {
        return Err(InstallError::Expired);
    }
    Ok(attempt)
}

#[instrument(name = "salesforce.login.establish", skip_all, fields(org = %actor.org.id))]
async fn establish(
    app: &App,
    client: &Client,
    actor: Actor<'_>,
    attempt: &OauthAttempt,
    tokens: &Tokens,
) -> Result<Connected, InstallError> {
    let refresh_token = tokens
        .refresh_token
        .as_ref()
        .ok_or(InstallError::NoRefreshToken)?;
    let session = tokens.session();
    let identity = client.identity(&session).await?.value;
    let asked = client.org_profile(&session).await?;
    let (profile, mut calls) = (asked.value, asked.calls);
    check_environment(attempt.environment, &profile)?;
    // What can't be checked now can be checked later: it holds nothing up.
    let preflight = client.preflight(&session, &identity.user_id).await;
    let preflight = preflight.map_or_else(
        |error| {
            tracing::warn!(org = %actor.org.id, %error, "permissions could not be checked");
            Preflight::default()
        },
        |answer| {
            calls += answer.calls;
            answer.value
        },
    );
    let mut fresh = connection(app, actor, attempt, tokens, identity, &profile, &preflight);
    fresh.reference_fields = match client
        .reference_fields(&session, REFERENCE_FIELD, KEY_LENGTH)
        .await
    {
        Ok(answer) => {
            calls += answer.calls;
            json(&answer.value)
        }
        Err(error) => {
            tracing::warn!(org = %actor.org.id, %error, "External ID fields could not be looked for");
            String::new()
        }
    };
    let pair = (&tokens.access_token, refresh_token);
    let (again, replaced) = keep(app, actor, fresh, &profile, pair, calls).await?;
    if let Some(old) = replaced {
        // The new login has its own pair; the old one should not live on.
        if let Err(error) = client.revoke(&tokens.instance_url, &old).await {
            tracing::warn!(org = %actor.org.id, %error, "the replaced token could not be revoked");
        }
    }
    Ok(Connected {
        org_name: profile.name,
        environment: attempt.environment,
        again,
    })
}

fn check_environment(chosen: Environment, profile: &OrgProfile) -> Result<(), InstallError> {
    let found = match profile.is_sandbox {
        Some(true) => Environment::Sandbox,
        Some(false) => Environment::Production,
        // The login took place where the chosen kind of org logs in.
        None => chosen,
    };
    if found == chosen {
        return Ok(());
    }
    Err(InstallError::WrongEnvironment {
        chosen,
        found,
        org: profile.name.clone(),
    })
}

fn connection(
    app: &App,
    actor: Actor<'_>,
    attempt: &OauthAttempt,
    tokens: &Tokens,
    identity: Identity,
    profile: &OrgProfile,
    preflight: &Preflight,
) -> Connection {
    let now = app.ambient.now();
    Connection {
        id: app.ambient.id(ConnectionId::from_uuid),
        state: ConnectionState::Active,
        state_reason: String::new(),
        environment: attempt.environment,
        login_url: attempt.login_url.clone(),
        instance_url: tokens.instance_url.to_string(),
        sf_org_id: profile.org_id.clone(),
        user: ConnectedUser {
            id: RecordId::new(identity.user_id.as_str()),
            username: identity.preferred_username,
            name: identity.name,
        },
        org_profile: json(profile),
        org_profile_at: now,
        preflight: json(preflight),
        preflight_at: now,
        options: ConnectionOptions::default(),
        hold_until: jiff::Timestamp::UNIX_EPOCH,
        hold_reason: String::new(),
        hold_kind: None,
        quota_share: DEFAULT_SHARE,
        reference_fields: String::new(),
        clock_offset: None,
        changes_at: None,
        api_used: 0,
        api_max: 0,
        confirmed_at: None,
        connected_by: actor.name.to_owned(),
        created_at: now,
    }
}

pub(super) fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| unreachable!("plain structs become JSON"))
}

/// Stores a first login, or takes a further one over. Answers whether it was a
/// further one, and the refresh token that it replaced.
#[instrument(name = "salesforce.login.keep", skip_all, fields(org = %actor.org.id))]
async fn keep(
    app: &App,
    actor: Actor<'_>,
    mut fresh: Connection,
    profile: &OrgProfile,
    (access, refresh): (&SecretString, &SecretString),
    calls: u32,
) -> Result<(bool, Option<SecretString>), InstallError> {
    let org = actor.org.id;
    let mut tx = app.db.begin().await?;
    let old = store::salesforce::connections::live(&mut tx, org).await?;
    let mut replaced = None;
    let again = old.is_some();
    if let Some(old) = old {
        if !same_org(&old.sf_org_id, &fresh.sf_org_id) {
            return Err(InstallError::OtherOrg {
                connected: super::lookup::org_name(&old),
                found: profile.name.clone(),
            });
        }
        let stored = store::salesforce::tokens::get(&mut tx, org, old.id).await?;
        replaced = stored
            .and_then(|stored| stored.sealed)
            .and_then(|sealed| tokens::open_refresh(app, org, old.id, &sealed).ok());
        if old.state == ConnectionState::Paused {
            fresh.state = ConnectionState::Paused;
        }
        fresh.id = old.id;
        let sealed = tokens::seal(app, org, fresh.id, access, refresh);
        store::salesforce::connections::reconnect(&mut tx, org, &fresh, &sealed).await?;
        let now = app.ambient.now();
        store::deliveries::actions::wake_lanes(&mut tx, org, old.id, now).await?;
    } else {
        let sealed = tokens::seal(app, org, fresh.id, access, refresh);
        let inserted = store::salesforce::connections::insert(&mut tx, org, &fresh, &sealed).await;
        inserted.map_err(|error| match error {
            StoreError::Duplicate(_) => InstallError::AlreadyConnected,
            error => error.into(),
        })?;
    }
    let fields = &fresh.reference_fields;
    store::salesforce::sending::save_reference_fields(&mut tx, org, fresh.id, fields).await?;
    let spent = Spent {
        calls: i64::from(calls),
        ..Spent::default()
    };
    store::salesforce::api_usage::note(&mut tx, org, fresh.id, spent, fresh.created_at).await?;
    note(app, &mut tx, actor, &fresh, profile, again).await?;
    tx.commit().await?;
    Ok((again, replaced))
}

async fn note(
    app: &App,
    tx: &mut Tx,
    actor: Actor<'_>,
    fresh: &Connection,
    profile: &OrgProfile,
    again: bool,
) -> Result<(), StoreError> {
    let action = if again {
        "Reconnected Salesforce"
    } else {
        "Connected Salesforce"
    };
    let detail = format!(
        "{} ({}) as {}",
        profile.name,
        fresh.environment.title(),
        fresh.user.username
    );
    store::audit_log::insert(tx, &app.ambient, actor.org.id, actor.name, action, &detail).await
}

/// Ids of 15 and of 18 characters name the same org.
fn same_org(one: &str, other: &str) -> bool {
    one.get(..15) == other.get(..15)
}

/// Ends tokens that nobody will use.
#[instrument(name = "salesforce.login.give_back", skip_all)]
async fn give_back(client: &Client, tokens: &Tokens) {
    let token = tokens
        .refresh_token
        .as_ref()
        .unwrap_or(&tokens.access_token);
    if let Err(error) = client.revoke(&tokens.instance_url, token).await {
        tracing::warn!(%error, "a refused login's token could not be revoked");
    }
}
