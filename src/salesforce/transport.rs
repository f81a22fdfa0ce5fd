//! One request, one answer, and what the status of the answer means.

use std::time::Duration;

use reqwest::header::HeaderMap;
use reqwest::{Method, RequestBuilder, Response};
use secrecy::ExposeSecret;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::client::{Answer, ApiUsage, Client, Session};
use super::errors::{ApiError, CallError, read_errors};
use crate::domain::outcome::UNEXPLAINED;

/// The most of an answer that is read.
const MAX_BODY: usize = 32 * 1024 * 1024;

/// Whether a request changes anything, so whether losing its answer matters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Effect {
    Read,
    Write,
}

/// An answer that came in whole.
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
    pub(super) retry_after: Option<Duration>,
    usage: Option<ApiUsage>,
}

/// Why no answer came in whole. The texts name no address and no content.
pub(super) enum Broken {
    NotSent(String),
    Lost { message: String, answered: bool },
}

/// Sends once and reads the answer up to the limit.
pub(super) async fn exchange(request: RequestBuilder) -> Result<Reply, Broken> {
    let response = request.send().await.map_err(|error| {
        let message = wording(error.without_url());
        match message {
            (text, true) => Broken::NotSent(text),
            (message, false) => Broken::Lost {
                message,
                answered: false,
            },
        }
    })?;
    let status = response.status().as_u16();
    let retry_after = retry_after(response.headers());
    let usage = response
        .headers()
        .get("Sforce-Limit-Info")
        .and_then(|value| ApiUsage::parse(value.to_str().ok()?));
    let body = read_body(response).await.map_err(|message| Broken::Lost {
        message,
        answered: org_answered(status),
    })?;
    Ok(Reply {
        status,
        body,
        retry_after,
        usage,
    })
}

/// The innermost reason of a failure, and whether it came before anything was sent.
fn wording(error: reqwest::Error) -> (String, bool) {
    let unsent = error.is_connect() || error.is_builder();
    if error.is_timeout() {
        let text = if unsent {
            "no connection within the time limit"
        } else {
            "no answer within the time limit"
        };
        return (text.to_owned(), unsent);
    }
    let mut reason: &dyn std::error::Error = &error;
    while let Some(deeper) = reason.source() {
        reason = deeper;
    }
    (reason.to_string(), unsent)
}

async fn read_body(mut response: Response) -> Result<Vec<u8>, String> {
    let mut body = Vec::new();
    loop {
        let chunk = response
            .chunk()
            .await
            .map_err(|error| format!("the answer broke off: {}", wording(error.without_url()).0))?;
        let Some(chunk) = chunk else {
            return Ok(body);
        };
        if body.len() + chunk.len() > MAX_BODY {
            return Err("the answer was larger than 32 MB".to_owned());
        }
        body.extend_from_slice(&chunk);
    }
}

/// Only the form in seconds; none is documented at all.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get("Retry-After")?.to_str().ok()?;
    seconds.trim().parse().ok().map(Duration::from_secs)
}

impl Client {
    /// A call of the REST API: `path` begins with `/services/`.
    pub(super) async fn call(
        &self,
        session: &Session,
        method: Method,
        path: &str,
        body: Option<&(impl Serialize + Sync + ?Sized)>,
        effect: Effect,
    ) -> Result<Answer<Reply>, CallError> {
        let url = session
            .instance_url
            .join(path)
            .map_err(|error| CallError::NotSent(format!("{path} is no address: {error}")))?;
        let mut request = self
            .0
            .http
            .request(method, url)
            .bearer_auth(session.access_token.expose_secret())
            .header("Accept", "application/json")
            .header("Sforce-Call-Options", "client=Gatehouse")
            .header("Sforce-Mru", "updateMru=false");
        if let Some(body) = body {
            request = request.json(body);
        }
        if effect == Effect::Write {
            request = request.timeout(self.0.settings.timeout * 2);
        }
        let reply = exchange(request)
            .await
            .map_err(|broken| broken.into_error(effect))?;
        judge(
            reply.status,
            read_errors(&reply.body),
            reply.retry_after,
            effect,
        )?;
        Ok(Answer {
            usage: reply.usage,
            value: reply,
            calls: 1,
        })
    }

    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        session: &Session,
        path: &str,
    ) -> Result<Answer<T>, CallError> {
        self.call(session, Method::GET, path, None::<&()>, Effect::Read)
            .await?
            .try_map(|reply| reply.read(Effect::Read))
    }
}

impl Reply {
    /// The promised content. A write whose answer can't be read may have been done.
    pub(super) fn read<T: DeserializeOwned>(&self, effect: Effect) -> Result<T, CallError> {
        serde_json::from_slice(&self.body)
            .map_err(|error| unreadable(&format!("HTTP {}: {error}", self.status), effect))
    }
}

/// For an answer that isn't what was promised.
pub(super) fn unreadable(message: &str, effect: Effect) -> CallError {
    match effect {
        Effect::Read => CallError::Unreadable(message.to_owned()),
        Effect::Write => CallError::Unknown {
            message: format!("the answer could not be read: {message}"),
            answered: true,
        },
    }
}

impl Broken {
    pub(super) fn into_message(self) -> String {
        match self {
            Self::NotSent(message) | Self::Lost { message, .. } => message,
        }
    }

    fn into_error(self, effect: Effect) -> CallError {
        match (self, effect) {
            (Self::NotSent(message), _) => CallError::NotSent(message),
            (Self::Lost { message, .. }, Effect::Read) => CallError::Retry {
                message,
                retry_after: None,
            },
            (Self::Lost { message, answered }, Effect::Write) => {
                CallError::Unknown { message, answered }
            }
        }
    }
}

/// What a status means, with the errors that came in the body: of a whole
/// answer, or of one subrequest.
pub(super) fn judge(
    status: u16,
    errors: Vec<ApiError>,
    retry_after: Option<Duration>,
    effect: Effect,
) -> Result<(), CallError> {
    let error = errors.into_iter().next();
    let code = error.as_ref().map_or("", |error| error.code.as_str());
    let message = || match &error {
        Some(error) => error.to_string(),
        None => format!("HTTP {status} without an explanation"),
    };
    let retry = || CallError::Retry {
        message: message(),
        retry_after,
    };
    Err(match (status, code) {
        (200..=299, _) => return Ok(()),
        (413 | 414 | 431, _) => CallError::TooLong,
        (401, _) if session_has_ended(error.as_ref()) => CallError::SessionExpired,
        // Both say that nothing was done, whatever the status beside them.
        (_, "INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE") => retry(),
        (_, "REQUEST_LIMIT_EXCEEDED") => CallError::Refused(error.unwrap_or_default(), status),
        (420 | 429, _) => retry(),
        (408 | 500..=599, _) | (_, "UNKNOWN_EXCEPTION") => match effect {
            Effect::Read => retry(),
            Effect::Write => CallError::Unknown {
                message: message(),
                answered: org_answered(status),
            },
        },
        (300..=399, _) => CallError::Refused(redirected(), status),
        _ => CallError::Refused(error.unwrap_or_else(|| unexplained(status)), status),
    })
}

/// A gateway speaks for a server that may still be working on the request.
fn org_answered(status: u16) -> bool {
    !matches!(status, 408 | 502 | 504)
}

/// Only one of the reasons for a 401 is cured by a new token.
fn session_has_ended(error: Option<&ApiError>) -> bool {
    error.is_none_or(|error| {
        error.code == "INVALID_SESSION_ID" && !error.message.contains("not valid for use")
    })
}

fn redirected() -> ApiError {
    ApiError {
        code: "REDIRECTED".to_owned(),
        message: "the org answers from another address now".to_owned(),
        ..ApiError::default()
    }
}

fn unexplained(status: u16) -> ApiError {
    ApiError {
        code: format!("{UNEXPLAINED}{status}"),
        message: format!("HTTP {status} without an explanation"),
        ..ApiError::default()
    }
}

#[cfg(test)]
#[path = "transport_tests.rs"]
mod tests;
