//! Getting a token: the JWT grant, and which account the user has.

use std::time::Duration;

use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use url::Url;

use super::client::{Account, Client, Credentials, Session, exchange};
use super::errors::DocusignError;
use super::jwt::{Claims, assertion};
use super::limits::TOKEN_MARGIN;

const SCOPE: &str = "signature impersonation";
const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

#[derive(Deserialize)]
struct TokenAnswer {
    access_token: String,
    /// Seconds.
    expires_in: u32,
}

#[derive(Deserialize, Default)]
struct OauthError {
    #[serde(default)]
    error: String,
    #[serde(default)]
    error_description: String,
}

#[derive(Deserialize)]
struct UserInfo {
    #[serde(default)]
    accounts: Vec<AccountInfo>,
}

#[derive(Deserialize)]
struct AccountInfo {
    account_id: String,
    #[serde(default)]
    is_default: bool,
    #[serde(default)]
    account_name: String,
    base_uri: String,
}

impl Client {
    /// Asks for a token and for the account.
    pub(super) async fn open_session(
        &self,
        who: &Credentials,
        now: Timestamp,
    ) -> Result<Session, DocusignError> {
        let login = self.hosts().login_url(who.environment);
        let claims = Claims {
            issuer: &who.integration_key,
            subject: &who.user_id,
            audience: &authority(login),
            scope: SCOPE,
        };
        let assertion =
            assertion(&claims, &who.private_key, now).map_err(DocusignError::Settings)?;
        let form = [
            ("grant_type", GRANT),
            ("assertion", assertion.expose_secret()),
        ];
        let request = self.http().post(endpoint(login, "token")).form(&form);
        let answer = exchange(request).await?;
        if !(200..=299).contains(&answer.status) {
            return Err(refused(
                who,
                login,
                answer.status,
                &answer.body,
                answer.reset,
            ));
        }
        let token: TokenAnswer = read(&answer.body)?;
        let secret = SecretString::from(token.access_token);
        let account = self.account(who, login, &secret).await?;
        let lifetime = Duration::from_secs(token.expires_in.into()).saturating_sub(TOKEN_MARGIN);
        Ok(Session {
            account,
            until: now.saturating_add(lifetime).unwrap_or(now),
            token: secret,
        })
    }

    async fn account(
        &self,
        who: &Credentials,
        login: &Url,
        token: &SecretString,
    ) -> Result<Account, DocusignError> {
        let request = self
            .http()
            .get(endpoint(login, "userinfo"))
            .bearer_auth(token.expose_secret());
        let answer = exchange(request).await?;
        if !(200..=299).contains(&answer.status) {
            return Err(DocusignError::from_answer(
                answer.status,
                &answer.body,
                answer.reset,
            ));
        }
        let info: UserInfo = read(&answer.body)?;
        let chosen = info.accounts.iter().find(|account| {
            if who.account_id.is_empty() {
                account.is_default
            } else {
                account.account_id.eq_ignore_ascii_case(&who.account_id)
            }
        });
        let chosen = chosen.ok_or_else(|| no_such_account(&info.accounts))?;
        let base_uri = self.hosts().check(&chosen.base_uri);
        Ok(Account {
            id: chosen.account_id.to_ascii_lowercase(),
            name: chosen.account_name.clone(),
            base_uri: base_uri.map_err(DocusignError::Settings)?,
        })
    }
}

fn no_such_account(accounts: &[AccountInfo]) -> DocusignError {
    let known: Vec<_> = accounts
        .iter()
        .map(|account| format!("{} ({})", account.account_id, account.account_name))
        .collect();
    DocusignError::Settings(match known.as_slice() {
        [] => "The DocuSign user belongs to no account: use another user".to_owned(),
        known => format!(
            "The DocuSign user is not in that account. The user’s accounts are: {}",
            known.join(", ")
        ),
    })
}

/// Why no token was given, and what to do.
fn refused(
    who: &Credentials,
    login: &Url,
    status: u16,
    body: &[u8],
    reset: Option<i64>,
) -> DocusignError {
    let error: OauthError = serde_json::from_slice(body).unwrap_or_default();
    let why = match (error.error.as_str(), error.error_description.as_str()) {
        ("consent_required", _) => {
            return DocusignError::ConsentRequired {
                page: consent_page(who, login),
            };
        }
        (_, "issuer_not_found") => {
            "DocuSign doesn’t know the integration key: check it, and that the environment is \
             the one in which the app was registered"
        }
        (_, "user_not_found") => {
            "DocuSign doesn’t know the user ID: copy the “User ID” from Apps and Keys, and check \
             the environment"
        }
        (_, "no_valid_keys_or_signatures") => {
            "The private key doesn’t belong to the integration key: generate an RSA key pair for \
             the app in DocuSign and save its private key here"
        }
        ("invalid_grant", _) => {
            "DocuSign refused the sign-in (invalid_grant): check integration key, user ID, \
             private key, and that this server’s clock is right"
        }
        _ => return DocusignError::from_answer(status, body, reset),
    };
    DocusignError::Settings(why.to_owned())
}

fn consent_page(who: &Credentials, login: &Url) -> Url {
    let mut page = endpoint(login, "auth");
    page.query_pairs_mut()
        .append_pair("response_type", "code")
        .append_pair("scope", SCOPE)
        .append_pair("client_id", &who.integration_key)
        .append_pair("redirect_uri", who.consent_return.as_str());
    page
}

fn endpoint(login: &Url, name: &str) -> Url {
    let mut url = login.clone();
    url.set_path(&format!("/oauth/{name}"));
    url
}

/// The host, with the port where it isn't the usual one.
fn authority(login: &Url) -> String {
    let host = login.host_str().unwrap_or_default();
    match login.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

fn read<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, DocusignError> {
    serde_json::from_slice(body).map_err(|error| {
        DocusignError::Unavailable(format!("an answer that can’t be read: {error}"))
    })
}
