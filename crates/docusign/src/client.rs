//! The client itself, the credentials it uses, and one call of the REST API.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::nda::docusign::DocusignEnvironment;
use jiff::Timestamp;
use pdf::Fonts;
use reqwest::{Method, RequestBuilder, Response};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use url::Url;

use super::errors::DocusignError;
use super::hosts::HostPolicy;
use super::limits::{CONNECT_TIMEOUT, MAX_BODY, TIMEOUT};

/// The user whom an app acts for, by the JWT grant.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// Which of DocuSign's environments the app, the user and the account are in.
    pub environment: DocusignEnvironment,
    /// The app's integration key (a GUID), also called client id.
    pub integration_key: String,
    /// The API user name (a GUID) of the user who sends.
    pub user_id: String,
    /// DocuSign's id of the account that sends; empty for the user's default account.
    pub account_id: String,
    /// The app's RSA private key, in PEM.
    pub private_key: SecretString,
    /// Where DocuSign leads the browser after the user has given consent: one of the
    /// app's redirect addresses.
    pub consent_return: Url,
}

/// Where and as whom calls are made, until `until`.
#[derive(Clone, Debug)]
pub(super) struct Session {
    pub token: SecretString,
    pub account: Account,
    pub until: Timestamp,
}

/// The account of DocuSign that sends.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Account {
    pub id: String,
    pub name: String,
    pub base_uri: Url,
}

/// The HTTP client could not be set up.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client for DocuSign can't be set up: {0}")]
pub struct SetupError(#[from] reqwest::Error);

/// Talks to DocuSign for any user; cheap to clone. No redirect is followed.
/// Nothing is repeated by itself but a call whose token has ended, once.
#[derive(Clone, Debug)]
pub struct Client(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    http: reqwest::Client,
    hosts: HostPolicy,
    /// What pages to sign are drawn with.
    fonts: Fonts,
    /// By what the sessions were opened with.
    sessions: Mutex<HashMap<String, Session>>,
}

/// What is sent.
pub(super) struct Call<'a, B: Serialize + ?Sized> {
    pub method: Method,
    /// Below the account, beginning with `/`.
    pub path: &'a str,
    pub query: &'a [(&'a str, &'a str)],
    pub body: Option<&'a B>,
}

impl Client {
    /// Names itself as `user_agent` in every request, and draws pages to sign with `fonts`.
    /// Needs rustls's crypto provider to be installed in
    /// the process.
    pub fn new(user_agent: &str, hosts: HostPolicy, fonts: Fonts) -> Result<Self, SetupError> {
        let mut http = reqwest::Client::builder()
            .user_agent(user_agent)
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never());
        if hosts.allow_loopback {
            http = http.no_proxy();
        }
        Ok(Self(Arc::new(Inner {
            http: http.build()?,
            hosts,
            fonts,
            sessions: Mutex::default(),
        })))
    }

    /// Which addresses are taken for DocuSign's.
    pub fn hosts(&self) -> &HostPolicy {
        &self.0.hosts
    }

    pub(super) fn fonts(&self) -> &Fonts {
        &self.0.fonts
    }

    pub(super) fn http(&self) -> &reqwest::Client {
        &self.0.http
    }

    /// A session that is open already, or a new one.
    pub(super) async fn session(
        &self,
        who: &Credentials,
        now: Timestamp,
    ) -> Result<Session, DocusignError> {
        let key = fingerprint(who);
        let known = self.sessions().get(&key).cloned();
        if let Some(session) = known.filter(|session| session.until > now) {
            return Ok(session);
        }
        let session = self.open_session(who, now).await?;
        self.sessions().insert(key, session.clone());
        Ok(session)
    }

    /// One call for the account; with a fresh token where the old one has ended.
    pub(super) async fn call<B: Serialize + Sync + ?Sized>(
        &self,
        who: &Credentials,
        now: Timestamp,
        call: Call<'_, B>,
    ) -> Result<Vec<u8>, DocusignError> {
        for last in [false, true] {
            let session = self.session(who, now).await?;
            let base = &session.account.base_uri;
            let path = format!("restapi/v2.1/accounts/{}{}", session.account.id, call.path);
            let url = base.join(&path).map_err(|error| {
                DocusignError::Settings(format!("DocuSign’s address can’t be used: {error}"))
            })?;
            let mut request = self
                .http()
                .request(call.method.clone(), url)
                .bearer_auth(session.token.expose_secret())
                .query(call.query);
            if let Some(body) = call.body {
                request = request.json(body);
            }
            let answer = exchange(request).await?;
            match answer.status {
                200..=299 => return Ok(answer.body),
                401 if !last => self.forget(who),
                401 => return Err(not_let_in()),
                status => {
                    return Err(DocusignError::from_answer(
                        status,
                        &answer.body,
                        answer.reset,
                    ));
                }
            }
        }
        Err(not_let_in())
    }

    /// Drops what is known of these credentials, so that the next call begins anew.
    pub fn forget(&self, who: &Credentials) {
        self.sessions().remove(&fingerprint(who));
    }

    fn sessions(&self) -> MutexGuard<'_, HashMap<String, Session>> {
        // A map is whole whatever panicked while holding the lock.
        self.0
            .sessions
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

fn not_let_in() -> DocusignError {
    DocusignError::Settings(
        "DocuSign doesn’t let this user in (HTTP 401): check that the user is active and may \
         send envelopes in the account"
            .to_owned(),
    )
}

/// Other credentials have another session; the key itself is not kept.
fn fingerprint(who: &Credentials) -> String {
    let mut hash = Sha256::new();
    for part in [
        who.environment.key(),
        &who.integration_key,
        &who.user_id,
        &who.account_id,
        who.private_key.expose_secret(),
    ] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    URL_SAFE_NO_PAD.encode(hash.finalize())
}

/// An answer that came in whole.
pub(super) struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
    /// When the limit of calls is lifted, in seconds since 1970.
    pub reset: Option<i64>,
}

pub(super) async fn exchange(request: RequestBuilder) -> Result<Answer, DocusignError> {
    let broken = |error: reqwest::Error| DocusignError::Unavailable(wording(&error));
    let response = request.send().await.map_err(broken)?;
    let status = response.status().as_u16();
    let reset = response.headers().get("X-RateLimit-Reset");
    let reset = reset.and_then(|value| value.to_str().ok()?.trim().parse().ok());
    Ok(Answer {
        status,
        reset,
        body: read(response).await?,
    })
}

async fn read(mut response: Response) -> Result<Vec<u8>, DocusignError> {
    let mut body = Vec::new();
    loop {
        let piece = response.chunk().await;
        let piece = piece.map_err(|error| DocusignError::Unavailable(wording(&error)))?;
        let Some(piece) = piece else { return Ok(body) };
        if body.len() + piece.len() > MAX_BODY {
            let long = "the answer was larger than 50 MB".to_owned();
            return Err(DocusignError::Unavailable(long));
        }
        body.extend_from_slice(&piece);
    }
}

/// The kind of a failure, without the address, which may hold an account's id.
fn wording(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "no answer in time".to_owned();
    }
    let mut reason: &dyn std::error::Error = error;
    while let Some(deeper) = reason.source() {
        reason = deeper;
    }
    reason.to_string()
}
