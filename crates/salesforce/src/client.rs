//! The client itself: one connection pool for all orgs, and who is calling.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use secrecy::SecretString;
use url::Url;

use super::hosts::HostPolicy;
use super::network::Network;
use super::refused::Refused;
use super::transport::Transport;

/// How long a call may take unless the settings say otherwise: one minute.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_mins(1);

/// Which program calls, and what its operator configured.
#[derive(Clone, Debug)]
pub struct ClientSettings {
    /// The program's name for `client=` of the header `Sforce-Call-Options`, by which the
    /// org's logs tell programs apart (REST API Developer Guide, Call Options Header).
    pub client_name: String,
    /// The header `User-Agent` of every request.
    pub user_agent: String,
    /// The consumer key of the External Client App.
    pub client_id: String,
    /// Absent for a public client, which has PKCE alone.
    pub client_secret: Option<SecretString>,
    /// The callback address exactly as the app in Salesforce has it.
    pub redirect_uri: String,
    /// Where people log in, and which addresses may hold an org.
    pub hosts: HostPolicy,
    /// For one call that reads, from connecting to the last byte; a call that writes may
    /// take twice as long.
    pub timeout: Duration,
}

/// Talks to any Salesforce org; cheap to clone. Nothing is repeated by itself
/// and no redirect is followed: a caller knows what it sent, and how often.
#[derive(Clone)]
pub struct Client(pub(super) Arc<Inner>);

pub(super) struct Inner {
    pub(super) transport: Arc<dyn Transport>,
    pub(super) settings: ClientSettings,
    /// What orgs refuse their users, by the org's address.
    refused: Mutex<HashMap<Url, Refused>>,
}

/// The HTTP client could not be set up.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client for Salesforce can't be set up: {0}")]
pub struct SetupError(#[from] reqwest::Error);

impl Client {
    /// Needs rustls's crypto provider to be installed in the process.
    pub fn new(settings: ClientSettings) -> Result<Self, SetupError> {
        let network = Network::new(&settings.user_agent, settings.hosts.allow_loopback)?;
        Ok(Self::with_transport(settings, Arc::new(network)))
    }

    /// Sends every request, those of OAuth too, through this transport.
    pub fn with_transport(settings: ClientSettings, transport: Arc<dyn Transport>) -> Self {
        Self(Arc::new(Inner {
            transport,
            settings,
            refused: Mutex::default(),
        }))
    }

    /// The time limit of a call that changes nothing.
    pub fn read_limit(&self) -> Duration {
        self.0.settings.timeout
    }

    /// The time limit of a call that writes, which may have a thousand rows.
    pub fn write_limit(&self) -> Duration {
        self.0.settings.timeout * 2
    }

    /// What the org is known to refuse.
    pub(super) fn refused(&self, session: &Session) -> Refused {
        let all = self.all_refused();
        all.get(&session.instance_url).cloned().unwrap_or_default()
    }

    pub(super) fn remember_refused(&self, session: &Session, refused: Refused) {
        let mut all = self.all_refused();
        let known = all.entry(session.instance_url.clone()).or_default();
        known.add(refused);
    }

    /// Permissions may have changed: ask for everything again.
    pub(super) fn forget_refused(&self, session: &Session) {
        self.all_refused().remove(&session.instance_url);
    }

    fn all_refused(&self) -> MutexGuard<'_, HashMap<Url, Refused>> {
        // The map is whole whatever panicked while holding the lock.
        let lock = self.0.refused.lock();
        lock.unwrap_or_else(PoisonError::into_inner)
    }

    /// What the client was made with.
    pub fn settings(&self) -> &ClientSettings {
        &self.0.settings
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let settings = &self.0.settings;
        f.debug_struct("Client")
            .field("settings", settings)
            .finish_non_exhaustive()
    }
}

/// An access token and the org that it is for. Neither `Debug` nor an error ever shows the
/// token.
#[derive(Clone, Debug)]
pub struct Session {
    /// The org's address, as the token answer names it (`instance_url`).
    pub instance_url: Url,
    /// The OAuth access token of the connected user, sent as a bearer token.
    pub access_token: SecretString,
}

/// What was asked for, and what asking cost.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answer<T> {
    /// What was asked for, from all calls together.
    pub value: T,
    /// API calls made.
    pub calls: u32,
    /// The org's own counter after the last of them, where it said so.
    pub usage: Option<ApiUsage>,
    /// The org's own clock when it answered the last of them, to the second, from the
    /// header `Date`; `None` where the answer had none.
    pub org_time: Option<Timestamp>,
}

impl<T> Answer<T> {
    /// Without any call.
    pub fn free(value: T) -> Self {
        Self {
            value,
            calls: 0,
            usage: None,
            org_time: None,
        }
    }

    /// The same cost with another value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Answer<U> {
        Answer {
            value: change(self.value),
            calls: self.calls,
            usage: self.usage,
            org_time: self.org_time,
        }
    }

    pub(super) fn try_map<U, E>(
        self,
        change: impl FnOnce(T) -> Result<U, E>,
    ) -> Result<Answer<U>, E> {
        Ok(Answer {
            value: change(self.value)?,
            calls: self.calls,
            usage: self.usage,
            org_time: self.org_time,
        })
    }

    /// Adds the cost of a further call, and gives its value.
    pub fn take<U>(&mut self, further: Answer<U>) -> U {
        self.calls += further.calls;
        self.usage = further.usage.or(self.usage);
        self.org_time = further.org_time.or(self.org_time);
        further.value
    }
}

/// API calls of the org in the last 24 hours, from the header `Sforce-Limit-Info` (REST
/// API Developer Guide, Limit Info Header).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ApiUsage {
    /// Calls that were made, by all programs that use the org's API.
    pub used: u64,
    /// How many the org may make in 24 hours.
    pub max: u64,
}

impl ApiUsage {
    /// Reads `api-usage=18/5000`, also with further parts beside it.
    pub fn parse(header: &str) -> Option<Self> {
        let (used, max) = header
            .split([';', ','])
            .find_map(|part| part.trim().strip_prefix("api-usage="))?
            .split_once('/')?;
        Some(Self {
            used: used.trim().parse().ok()?,
            max: max.trim().parse().ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usage_is_read_leniently() {
        let eighteen = Some(ApiUsage {
            used: 18,
            max: 5000,
        });
        for (header, usage) in [
            ("api-usage=18/5000", eighteen),
            (
                "api-usage=18/5000; per-app-api-usage=17/250(appName=x)",
                eighteen,
            ),
            (
                "per-app-api-usage=17/250(appName=x); api-usage=18/5000",
                eighteen,
            ),
            (" api-usage=18 / 5000 ", eighteen),
            ("per-app-api-usage=17/250(appName=x)", None),
            ("api-usage=18", None),
            ("api-usage=a/b", None),
            ("", None),
        ] {
            assert_eq!(ApiUsage::parse(header), usage, "{header}");
        }
    }

    #[test]
    fn a_session_does_not_show_its_token() {
        let session = Session {
            instance_url: Url::parse("https://acme.my.salesforce.com").unwrap(),
            access_token: "00Dxx!secret".into(),
        };
        assert!(!format!("{session:?}").contains("secret"));
    }
}
