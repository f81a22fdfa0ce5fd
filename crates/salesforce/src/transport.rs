//! What carries a request to an org. The client says what to send; whether that
//! goes over the network or to an org in this process is the transport's.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use reqwest::Method;
use reqwest::header::HeaderMap;
use url::Url;

/// Whether a write may still be sent. It is asked right before the request is
/// given to the transport, and by the transport before any of the body leaves.
/// It must be quick: it reads a clock or a flag, never a database.
pub type SendGuard = Arc<dyn Fn() -> bool + Send + Sync>;

/// The guard of a write that nothing can overtake.
pub fn always_send() -> SendGuard {
    Arc::new(|| true)
}

/// Carries one request and answers with what came back. It repeats nothing and
/// follows no redirect.
#[async_trait]
pub trait Transport: Send + Sync {
    /// Sends the request once, within its timeout. Any HTTP status is a [`Reply`].
    async fn send(&self, request: OutgoingRequest) -> Result<Reply, Broken>;
}

/// A request, ready to be sent. It has no `Debug`: its headers and its body hold
/// tokens and the data of customers.
pub struct OutgoingRequest {
    /// The client itself uses GET, POST, PATCH and DELETE.
    pub method: Method,
    /// The whole address, of the org or of Salesforce's login host.
    pub url: Url,
    /// With the access token where the call has one, and the content's type where there
    /// is a body.
    pub headers: HeaderMap,
    /// What is sent; `None` for a request without a body.
    pub body: Option<Bytes>,
    /// From the first attempt to connect to the last byte of the answer.
    pub timeout: Duration,
    /// Of a write. Where it says no, nothing of the body may leave, and the
    /// answer is `Broken::Withheld`.
    pub guard: Option<SendGuard>,
}

impl OutgoingRequest {
    /// Whether the request may be sent at this moment.
    pub fn may_be_sent(&self) -> bool {
        self.guard.as_ref().is_none_or(|guard| guard())
    }
}

/// An answer that came in whole.
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// All headers of the answer.
    pub headers: HeaderMap,
    /// The content, decompressed. Salesforce sends JSON, in an outage sometimes HTML.
    pub body: Vec<u8>,
}

/// Why no answer came in whole. The texts name no address and no content.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Broken {
    /// The guard said no before the request was complete, so nothing was done.
    Withheld,
    /// The request never left as a whole, so nothing was done.
    NotSent(String),
    /// The request left and its answer didn't come, or broke off after it had
    /// begun with this status.
    Lost {
        /// The innermost reason, for people and logs.
        message: String,
        /// The HTTP status of an answer that had begun; `None` where none came.
        status: Option<u16>,
    },
}

impl Broken {
    pub(super) fn into_message(self) -> String {
        match self {
            Self::Withheld => "the request was withheld".to_owned(),
            Self::NotSent(message) | Self::Lost { message, .. } => message,
        }
    }
}
