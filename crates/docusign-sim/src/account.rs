//! The account, and what an administrator, a test or fate does to it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::clock::Clock;
use crate::connect::Message;
use crate::faults::{Fault, Faults, Webhooks};
use crate::model::{Envelope, State, Status, Template};
use crate::{ACCOUNT_ID, INTEGRATION_KEY, TEMPLATE_ID, TEMPLATE_ROLE, USER_ID};

/// One account with one app and one user.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where it is reached, without a slash at its end.
    pub url: String,
    pub account_id: String,
    pub account_name: String,
    pub integration_key: String,
    pub user_id: String,
    /// Of the app, PKCS #1 in PEM.
    pub public_key: String,
}

impl Config {
    pub fn new(url: &str) -> Self {
        Self {
            url: url.trim_end_matches('/').to_owned(),
            account_id: ACCOUNT_ID.to_owned(),
            account_name: "Contracts".to_owned(),
            integration_key: INTEGRATION_KEY.to_owned(),
            user_id: USER_ID.to_owned(),
            public_key: include_str!("keys/app.pub.pem").to_owned(),
        }
    }
}

/// A running account; clones of the `Arc` share it.
#[derive(Debug)]
pub struct Sim {
    pub(crate) config: Config,
    pub(crate) clock: Clock,
    pub(crate) faults: Faults,
    pub(crate) http: reqwest::Client,
    state: Mutex<State>,
}

impl Sim {
    /// An account with a template, whose user has consented. Needs rustls's crypto
    /// provider to be installed in the process.
    ///
    /// # Panics
    /// If the HTTP client can't be set up.
    pub fn new(config: Config) -> Arc<Self> {
        let http = reqwest::Client::builder()
            .timeout(Duration::from_secs(20))
            .no_proxy()
            .build()
            .expect("an HTTP client");
        let state = State {
            consented: true,
            templates: vec![Template {
                id: TEMPLATE_ID.to_owned(),
                name: "Mutual NDA".to_owned(),
                roles: vec![TEMPLATE_ROLE.to_owned()],
            }],
            ..State::default()
        };
        Arc::new(Self {
            config,
            clock: Clock::default(),
            faults: Faults::default(),
            http,
            state: Mutex::new(state),
        })
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Takes the user's consent back, or gives it.
    pub fn set_consent(&self, given: bool) {
        self.state().consented = given;
    }

    /// The keys with which messages are signed: the first in `-Signature-1`.
    pub fn set_hmac_keys(&self, keys: &[&str]) {
        self.state().hmac_keys = keys.iter().map(|key| (*key).to_owned()).collect();
    }

    /// Where every envelope's messages go (a Connect configuration of the account).
    pub fn set_connect(&self, url: &str) {
        url.clone_into(&mut self.state().connect_url);
    }

    /// What happens to messages from now on.
    pub fn set_webhooks(&self, webhooks: Webhooks) {
        self.faults.set_webhooks(webhooks);
    }

    /// Whether messages have the envelope's summary.
    pub fn set_summaries(&self, given: bool) {
        self.faults.set_summaries(given);
    }

    /// Meets the next requests to the REST API, one each.
    pub fn fail_next(&self, faults: &[Fault]) {
        self.faults.fail_next(faults);
    }

    /// The access tokens that were given.
    pub fn tokens(&self) -> Vec<String> {
        self.state().tokens.keys().cloned().collect()
    }

    /// Ends all access tokens.
    pub fn end_tokens(&self) {
        self.state().tokens.clear();
    }

    /// What was sent while messages were held back, oldest first.
    pub fn take_held(&self) -> Vec<Message> {
        self.faults.take_held()
    }

    pub fn envelopes(&self) -> Vec<Envelope> {
        self.state().envelopes.clone()
    }

    /// Requests to the REST API so far, as `METHOD path`.
    pub fn calls(&self) -> Vec<String> {
        self.state().calls.clone()
    }

    /// The sender withdraws an envelope.
    pub async fn void(&self, id: &str, reason: &str) {
        self.close(id, Status::Voided, reason).await;
    }

    /// The signer signs, without the page.
    pub async fn sign(&self, id: &str) {
        self.close(id, Status::Completed, "").await;
    }

    /// Ends an open envelope and tells the webhooks.
    pub(crate) async fn close(&self, id: &str, status: Status, reason: &str) -> bool {
        let now = self.clock.now();
        let closed = {
            let mut state = self.state();
            let found = state.envelope(id).filter(|found| found.status.is_open());
            found.map(|envelope| {
                envelope.status = status;
                reason.clone_into(&mut envelope.reason);
                if status == Status::Completed {
                    envelope.completed_at = Some(now);
                }
            })
        };
        if closed.is_some() {
            self.tell(id).await;
        }
        closed.is_some()
    }
}
