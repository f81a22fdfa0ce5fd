//! OAuth 2.0: the web-server flow with PKCE, refresh, revocation, identity.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use reqwest::Method;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use url::Url;

use super::call::Purpose;
use super::client::{Answer, Client, Session};
use super::errors::{CallError, read_errors};
pub use super::oauth_errors::OAuthError;
use super::oauth_errors::{self, Asked};
use super::status::Effect;
use super::transport::{OutgoingRequest, Reply};
use clock::Random;

const SCOPE: &str = "api refresh_token id";

/// A proof that a code is redeemed by the program that asked for it (RFC 7636, S256).
#[derive(Clone, Debug)]
pub struct Pkce {
    /// 43 characters that stay on the server until the code is redeemed.
    pub verifier: SecretString,
    /// The verifier's SHA-256, which goes with the browser to the login page.
    pub challenge: String,
}

impl Pkce {
    /// A proof for one login, from 32 random bytes.
    pub fn new(random: &Random) -> Self {
        let verifier = URL_SAFE_NO_PAD.encode(random.bytes::<32>());
        Self {
            challenge: challenge(&verifier),
            verifier: verifier.into(),
        }
    }
}

fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier))
}

/// What a login or a refresh gives (Salesforce Help, OAuth 2.0 Web Server Flow and OAuth
/// 2.0 Refresh Token Flow).
#[derive(Clone, Debug)]
pub struct Tokens {
    /// What calls of the API are made with. How long it is good for is a setting of the
    /// org, which the answer usually doesn't tell.
    pub access_token: SecretString,
    /// A new one replaces the old at once: store it before using anything here.
    /// Absent from a refresh without rotation: keep the old one.
    pub refresh_token: Option<SecretString>,
    /// Where every call and every refresh goes from now on.
    pub instance_url: Url,
    /// Salesforce's identity URL (`id`), which names the org and the user; may be empty.
    pub identity_url: String,
    /// The scopes that were granted, with spaces between them; may be empty.
    pub scope: String,
    /// When Salesforce made the access token, to the millisecond; `None` where the answer
    /// doesn't say so.
    pub issued_at: Option<Timestamp>,
}

impl Tokens {
    /// A session with this access token at this org's address.
    pub fn session(&self) -> Session {
        Session {
            instance_url: self.instance_url.clone(),
            access_token: self.access_token.clone(),
        }
    }
}

#[derive(Deserialize)]
struct TokenAnswer {
    access_token: String,
    refresh_token: Option<String>,
    instance_url: String,
    #[serde(default)]
    id: String,
    #[serde(default)]
    scope: String,
    /// Milliseconds since 1970, as text.
    issued_at: Option<String>,
}

/// Who a session belongs to, from `userinfo`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Identity {
    /// The connected user's record id, `005…`.
    pub user_id: ::salesforce_records::candidates::RecordId,
    /// The org's id, `00D…`. A sandbox gets another one when it is refreshed.
    pub organization_id: String,
    /// The login name.
    #[serde(default)]
    pub preferred_username: String,
    /// The user's full name; may be empty.
    #[serde(default)]
    pub name: String,
    /// The user's email address; may be empty.
    #[serde(default)]
    pub email: String,
    /// The user's own time zone, an IANA name.
    pub zoneinfo: Option<String>,
}

impl Client {
    /// Where the browser goes to log in; always asks for the login, because a
    /// Salesforce session that happens to be open may be the wrong user's.
    pub fn authorize_url(&self, login_url: &Url, state: &str, challenge: &str) -> Url {
        let mut url = endpoint(login_url, "authorize");
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.0.settings.client_id)
            .append_pair("redirect_uri", &self.0.settings.redirect_uri)
            .append_pair("scope", SCOPE)
            .append_pair("state", state)
            .append_pair("code_challenge", challenge)
            .append_pair("code_challenge_method", "S256")
            .append_pair("prompt", "login");
        url
    }

    /// Redeems the code of a callback, once: Salesforce takes it a single time, within
    /// about 15 minutes.
    pub async fn exchange_code(
        &self,
        login_url: &Url,
        code: &str,
        verifier: &SecretString,
    ) -> Result<Tokens, OAuthError> {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &self.0.settings.redirect_uri),
            ("code_verifier", verifier.expose_secret()),
        ];
        self.tokens(login_url, &form, Asked::Code).await
    }

    /// Gets a new access token. With rotation the old refresh token is dead
    /// afterwards, and using it again ends the connection: one at a time.
    pub async fn refresh(
        &self,
        instance_or_login_url: &Url,
        refresh_token: &SecretString,
    ) -> Result<Tokens, OAuthError> {
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh_token.expose_secret()),
        ];
        self.tokens(instance_or_login_url, &form, Asked::Refresh)
            .await
    }

    /// Ends a token; of a refresh token also its access tokens. One that
    /// Salesforce doesn't know anymore is as good as revoked.
    pub async fn revoke(&self, url: &Url, token: &SecretString) -> Result<(), OAuthError> {
        let form = [("token", token.expose_secret())];
        let reply = self.post(endpoint(url, "revoke"), &form).await?;
        let known = read_errors(&reply.body);
        let code = known.first().map_or("", |error| error.code.as_str());
        match (reply.status, code) {
            (200..=299, _) | (400, "invalid_token" | "unsupported_token_type") => Ok(()),
            _ => Err(refused(&reply, Asked::Refresh)),
        }
    }

    /// Who the session belongs to.
    pub async fn identity(&self, session: &Session) -> Result<Answer<Identity>, CallError> {
        let path = "/services/oauth2/userinfo";
        let reply = self
            .call(session, Method::GET, path, None::<&()>, Purpose::Read)
            .await
            .map_err(|error| match error {
                // This endpoint says 403 to a token that has ended.
                CallError::Refused(error, 403) if error.code == "HTTP_403" => {
                    CallError::SessionExpired
                }
                error => error,
            })?;
        reply.try_map(|reply| reply.read(Effect::Read))
    }

    async fn tokens(
        &self,
        url: &Url,
        form: &[(&str, &str)],
        asked: Asked,
    ) -> Result<Tokens, OAuthError> {
        let settings = &self.0.settings;
        let mut form = form.to_vec();
        form.push(("client_id", &settings.client_id));
        if let Some(secret) = &settings.client_secret {
            form.push(("client_secret", secret.expose_secret()));
        }
        let reply = self.post(endpoint(url, "token"), &form).await?;
        if !(200..=299).contains(&reply.status) {
            return Err(refused(&reply, asked));
        }
        // The parser's own words could hold a piece of a token.
        let answer: TokenAnswer = serde_json::from_slice(&reply.body)
            .map_err(|_| OAuthError::Busy("the answer was not a token".to_owned()))?;
        let millis = answer.issued_at.and_then(|text| text.parse().ok());
        Ok(Tokens {
            instance_url: settings
                .hosts
                .check_instance(&answer.instance_url)
                .map_err(OAuthError::Untrusted)?,
            access_token: answer.access_token.into(),
            refresh_token: answer.refresh_token.map(SecretString::from),
            identity_url: answer.id,
            scope: answer.scope,
            issued_at: millis.and_then(|millis| Timestamp::from_millisecond(millis).ok()),
        })
    }

    async fn post(&self, url: Url, form: &[(&str, &str)]) -> Result<Reply, OAuthError> {
        let form = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        let kind = HeaderValue::from_static("application/x-www-form-urlencoded");
        headers.insert(CONTENT_TYPE, kind);
        let request = OutgoingRequest {
            method: Method::POST,
            url,
            headers,
            body: Some(form.into()),
            timeout: self.read_limit(),
            guard: None,
        };
        self.send(request)
            .await
            .map_err(|broken| OAuthError::Busy(broken.into_message()))
    }
}

fn refused(reply: &Reply, asked: Asked) -> OAuthError {
    let error = read_errors(&reply.body).into_iter().next();
    oauth_errors::refused(reply.status, error, asked)
}

fn endpoint(base: &Url, name: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("/services/oauth2/{name}"));
    url.set_query(None);
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_the_one_of_the_standard() {
        // RFC 7636, appendix B.
        assert_eq!(
            challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }

    #[test]
    fn a_verifier_is_long_enough_random_and_not_shown() {
        let random = Random::seeded(7);
        let (one, two) = (Pkce::new(&random), Pkce::new(&random));
        assert_eq!(one.verifier.expose_secret().len(), 43);
        assert_ne!(one.challenge, two.challenge);
        assert!(!format!("{one:?}").contains(one.verifier.expose_secret()));
    }
}
