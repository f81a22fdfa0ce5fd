//! Beginning a login: the attempt is stored, and the browser sent to Salesforce.

use crypto::{new_token, token_hash};
use domain::salesforce::Environment;
use salesforce::{Client, Pkce};
use secrecy::ExposeSecret as _;
use store::salesforce::oauth_attempts::{self, OauthAttempt};
use tracing::instrument;
use url::Url;

use super::verifier_seal;
use crate::app::App;
use crate::salesforce_connection::limits::LOGIN;
use crate::salesforce_connection::{InstallError, connected};
use crate::use_cases::StaffAction;

/// Begins a login: the address to send the browser to. A My Domain takes the
/// place of the environment's usual login host.
#[instrument(
    name = "salesforce.login.begin",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id)
)]
pub async fn begin(
    app: &App,
    act: StaffAction<'_>,
    environment: Environment,
    my_domain: &str,
) -> Result<Url, InstallError> {
    let client = app.salesforce.as_ref().ok_or(InstallError::NotConfigured)?;
    let login_url = login_url(client, environment, my_domain)?;
    begin_at(app, client, act, environment, login_url).await
}

/// Begins a login where the connection's last one was: to renew it, or to
/// replace its user.
#[instrument(
    name = "salesforce.login.begin_again",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id)
)]
pub async fn begin_again(app: &App, act: StaffAction<'_>) -> Result<Url, InstallError> {
    let client = app.salesforce.as_ref().ok_or(InstallError::NotConfigured)?;
    let mut tx = app.db.read().await?;
    let connection = connected(&mut tx, act).await?;
    drop(tx);
    let hosts = &client.settings().hosts;
    // The operator may have changed the addresses since.
    let login_url = Url::parse(&connection.login_url)
        .ok()
        .filter(|url| hosts.my_domain(url.as_str()).is_ok())
        .unwrap_or_else(|| hosts.login_url(connection.environment).clone());
    begin_at(app, client, act, connection.environment, login_url).await
}

#[instrument(name = "salesforce.login.begin_at", skip_all, fields(org = %act.org.id))]
async fn begin_at(
    app: &App,
    client: &Client,
    act: StaffAction<'_>,
    environment: Environment,
    login_url: Url,
) -> Result<Url, InstallError> {
    let random = &app.ambient.random;
    let (state, pkce) = (new_token(random), Pkce::new(random));
    let now = app.ambient.now();
    let state_hash = token_hash(state.expose_secret());
    let seal = verifier_seal(act, &state_hash);
    let attempt = OauthAttempt {
        state_hash,
        user: act.by.id,
        session_hash: act.session.to_owned(),
        environment,
        login_url: login_url.to_string(),
        verifier: app.config.keyring.seal(random, &seal, &pkce.verifier),
        expires_at: now.saturating_add(LOGIN).unwrap_or(now),
    };
    let mut tx = app.db.begin().await?;
    oauth_attempts::insert(&mut tx, act.org.id, &attempt, now).await?;
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
