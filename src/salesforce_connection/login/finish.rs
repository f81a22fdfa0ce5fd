//! Finishing a login: the answer is checked against its attempt, and the org is read for
//! the first time.

use crypto::token_hash;
use domain::deliveries::task::{KEY_LENGTH, REFERENCE_FIELD};
use domain::salesforce::Environment;
use salesforce::org::OrgProfile;
use salesforce::{Answer, CallError, Client, OAuthError, Tokens};
use store::salesforce::oauth_attempts::{self, OauthAttempt};
use tracing::instrument;
use url::Url;

use super::store_connection::{keep, new_connection};
use super::verifier_seal;
use crate::app::App;
use crate::salesforce_connection::{InstallError, OrgReading};
use crate::use_cases::StaffAction;

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

/// Ends a login with Salesforce's answer. Whatever is refused after tokens were
/// given is given back to Salesforce.
#[instrument(
    name = "salesforce.login.finish",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id)
)]
pub async fn finish(
    app: &App,
    act: StaffAction<'_>,
    callback: Callback,
) -> Result<Connected, InstallError> {
    let client = app.salesforce.as_ref().ok_or(InstallError::NotConfigured)?;
    let attempt = take_attempt(app, act, callback.state.as_deref()).await?;
    if let Some(error) = &callback.error {
        let description = callback.error_description.as_deref().unwrap_or_default();
        return Err(OAuthError::from_callback(error, description).into());
    }
    let code = callback.code.ok_or(InstallError::UnknownState)?;
    let login_url = Url::parse(&attempt.login_url).map_err(|_| InstallError::UnknownState)?;
    let seal = verifier_seal(act, &attempt.state_hash);
    let verifier = app.config.keyring.open(&seal, &attempt.verifier)?;
    let tokens = client.exchange_code(&login_url, &code, &verifier).await?;
    let result = establish(app, client, act, &attempt, &tokens).await;
    if result.is_err() {
        give_back(client, &tokens).await;
    }
    result
}

/// The attempt that this state belongs to: once, in the session that began it.
#[instrument(name = "salesforce.login.take_attempt", skip_all, fields(org = %act.org.id))]
async fn take_attempt(
    app: &App,
    act: StaffAction<'_>,
    state: Option<&str>,
) -> Result<OauthAttempt, InstallError> {
    let state = state.ok_or(InstallError::UnknownState)?;
    let mut tx = app.db.begin().await?;
    let attempt = oauth_attempts::take(&mut tx, act.org.id, &token_hash(state)).await?;
    tx.commit().await?;
    let attempt = attempt.ok_or(InstallError::UnknownState)?;
    if attempt.session_hash != act.session || attempt.user != act.by.id {
        return Err(InstallError::UnknownState);
    }
    if attempt.expires_at < app.ambient.now() {
        return Err(InstallError::Expired);
    }
    Ok(attempt)
}

#[instrument(name = "salesforce.login.establish", skip_all, fields(org = %act.org.id))]
async fn establish(
    app: &App,
    client: &Client,
    act: StaffAction<'_>,
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
    let preflight = or_later(act, "permissions", preflight, &mut calls);
    let fields = client
        .reference_fields(&session, REFERENCE_FIELD, KEY_LENGTH)
        .await;
    let fields_are_known = fields.is_ok();
    let reference_fields = or_later(act, "External ID fields", fields, &mut calls);
    let setup = client.org_setup(&session).await;
    let reading = OrgReading {
        setup: or_later(act, "rules and limits", setup, &mut calls),
        profile,
        preflight,
        reference_fields,
        unwritable: Vec::new(),
    };
    let mut fresh = new_connection(app, act, attempt, tokens, identity, &reading);
    if !fields_are_known {
        fresh.reference_fields = String::new();
    }
    let pair = (&tokens.access_token, refresh_token);
    let (again, replaced) = keep(app, act, fresh, &reading, pair, calls).await?;
    if let Some(old) = replaced {
        // The new login has its own pair; the old one should not live on.
        if let Err(error) = client.revoke(&tokens.instance_url, &old).await {
            tracing::warn!(org = %act.org.id, %error, "the replaced token could not be revoked");
        }
    }
    Ok(Connected {
        org_name: reading.profile.name,
        environment: attempt.environment,
        again,
    })
}

/// What was answered, with its calls counted; else nothing: it is read again later.
fn or_later<T: Default>(
    act: StaffAction<'_>,
    what: &str,
    answer: Result<Answer<T>, CallError>,
    calls: &mut u32,
) -> T {
    match answer {
        Ok(answer) => {
            *calls += answer.calls;
            answer.value
        }
        Err(error) => {
            tracing::warn!(org = %act.org.id, %error, what, "could not be read");
            T::default()
        }
    }
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
