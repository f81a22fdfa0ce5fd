//! One call of the REST API: what is asked, and what the answer says beside
//! its content.

use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use reqwest::Method;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, DATE, HeaderMap, HeaderValue};
use secrecy::ExposeSecret;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::client::{Answer, ApiUsage, Client, Session};
use super::errors::{CallError, read_errors};
use super::status::{Effect, judge, org_answered};
use super::transport::{Broken, OutgoingRequest, Reply, SendGuard};

/// What a call is for. A write goes only while its guard allows it.
#[derive(Clone, Copy)]
pub(super) enum Purpose<'a> {
    Read,
    Write(&'a SendGuard),
}

impl Purpose<'_> {
    pub(super) fn effect(self) -> Effect {
        match self {
            Self::Read => Effect::Read,
            Self::Write(_) => Effect::Write,
        }
    }

    fn guard(self) -> Option<SendGuard> {
        match self {
            Self::Read => None,
            Self::Write(guard) => Some(guard.clone()),
        }
    }
}

impl Client {
    /// A call of the REST API: `path` begins with `/services/`.
    pub(super) async fn call(
        &self,
        session: &Session,
        method: Method,
        path: &str,
        body: Option<&(impl Serialize + Sync + ?Sized)>,
        purpose: Purpose<'_>,
    ) -> Result<Answer<Reply>, CallError> {
        self.call_with(session, method, path, body, purpose, &[])
            .await
    }

    /// The same with headers beside the usual ones.
    pub(super) async fn call_with(
        &self,
        session: &Session,
        method: Method,
        path: &str,
        body: Option<&(impl Serialize + Sync + ?Sized)>,
        purpose: Purpose<'_>,
        headers: &[(&'static str, &'static str)],
    ) -> Result<Answer<Reply>, CallError> {
        let effect = purpose.effect();
        let mut request = self.request(session, method, path, body, purpose)?;
        for (name, value) in headers {
            let value = HeaderValue::from_static(value);
            request.headers.insert(*name, value);
        }
        let reply = self
            .send(request)
            .await
            .map_err(|broken| broken.into_error(effect))?;
        judge(
            reply.status,
            read_errors(&reply.body),
            retry_after(&reply.headers),
            effect,
        )?;
        Ok(Answer {
            usage: usage(&reply.headers),
            org_time: org_time(&reply.headers),
            value: reply,
            calls: 1,
        })
    }

    fn request(
        &self,
        session: &Session,
        method: Method,
        path: &str,
        body: Option<&(impl Serialize + Sync + ?Sized)>,
        purpose: Purpose<'_>,
    ) -> Result<OutgoingRequest, CallError> {
        let unsendable = |what: &str, error: &dyn std::error::Error| {
            CallError::NotSent(format!("{what}: {error}"))
        };
        let url = session.instance_url.join(path);
        let url = url.map_err(|error| unsendable("this is no address of the org", &error))?;
        let bearer = format!("Bearer {}", session.access_token.expose_secret());
        let mut bearer = HeaderValue::from_str(&bearer)
            .map_err(|error| unsendable("the access token can't be sent", &error))?;
        bearer.set_sensitive(true);
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, bearer);
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        let client = format!("client={}", self.settings().client_name);
        let client = HeaderValue::from_str(&client)
            .map_err(|error| unsendable("the client's name can't be sent", &error))?;
        headers.insert("Sforce-Call-Options", client);
        let unseen = HeaderValue::from_static("updateMru=false");
        headers.insert("Sforce-Mru", unseen);
        let body = match body {
            Some(body) => {
                let json = HeaderValue::from_static("application/json");
                headers.insert(CONTENT_TYPE, json);
                let body = serde_json::to_vec(body);
                let body = body.map_err(|error| unsendable("this is no JSON", &error))?;
                Some(Bytes::from(body))
            }
            None => None,
        };
        Ok(OutgoingRequest {
            method,
            url,
            headers,
            body,
            timeout: match purpose {
                Purpose::Read => self.read_limit(),
                Purpose::Write(_) => self.write_limit(),
            },
            guard: purpose.guard(),
        })
    }

    /// Sends once. A guard that says no is asked before anything else happens.
    pub(super) async fn send(&self, request: OutgoingRequest) -> Result<Reply, Broken> {
        if !request.may_be_sent() {
            return Err(Broken::Withheld);
        }
        self.0.transport.send(request).await
    }

    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        session: &Session,
        path: &str,
    ) -> Result<Answer<T>, CallError> {
        self.call(session, Method::GET, path, None::<&()>, Purpose::Read)
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
    fn into_error(self, effect: Effect) -> CallError {
        match (self, effect) {
            (Self::Withheld, _) => CallError::Withheld,
            (Self::NotSent(message), _) => CallError::NotSent(message),
            (Self::Lost { message, .. }, Effect::Read) => CallError::Retry {
                message,
                retry_after: None,
            },
            (Self::Lost { message, status }, Effect::Write) => CallError::Unknown {
                message,
                answered: status.is_some_and(org_answered),
            },
        }
    }
}

fn usage(headers: &HeaderMap) -> Option<ApiUsage> {
    ApiUsage::parse(headers.get("Sforce-Limit-Info")?.to_str().ok()?)
}

/// The org's own clock, to the second.
fn org_time(headers: &HeaderMap) -> Option<Timestamp> {
    let date = headers.get(DATE)?.to_str().ok()?;
    Some(jiff::fmt::rfc2822::parse(date).ok()?.timestamp())
}

/// Only the form in seconds; none is documented at all.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get("Retry-After")?.to_str().ok()?;
    seconds.trim().parse().ok().map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &'static str, value: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(name, value.parse().unwrap());
        headers
    }

    #[test]
    fn retry_after_is_honoured_in_seconds() {
        assert_eq!(retry_after(&HeaderMap::new()), None);
        let read = |value| retry_after(&headers("retry-after", value));
        assert_eq!(read("12"), Some(Duration::from_secs(12)));
        assert_eq!(read("Wed, 21 Oct 2026 07:28:00 GMT"), None);
    }

    #[test]
    fn the_orgs_own_time_is_read_where_it_says_so() {
        assert_eq!(org_time(&HeaderMap::new()), None);
        let read = |value| org_time(&headers("date", value));
        let at: Timestamp = "2026-10-21T07:28:05Z".parse().unwrap();
        assert_eq!(read("Wed, 21 Oct 2026 07:28:05 GMT"), Some(at));
        assert_eq!(read("yesterday"), None);
    }
}
