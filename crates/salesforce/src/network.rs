//! The transport over the network.

use std::sync::Arc;

use async_trait::async_trait;
use reqwest::{Body, Response};

use super::guarded_body::{GuardedBody, Progress};
use super::limits::{CONNECT_TIMEOUT, IDLE_TIMEOUT, MAX_BODY};
use super::transport::{Broken, OutgoingRequest, Reply, Transport};

/// One pool of connections for all orgs.
pub(super) struct Network(reqwest::Client);

impl Network {
    /// Needs rustls's crypto provider to be installed in the process. Calls to
    /// this machine itself never go through a proxy.
    pub(super) fn new(user_agent: &str, allow_loopback: bool) -> reqwest::Result<Self> {
        let mut http = reqwest::Client::builder()
            .user_agent(user_agent)
            .connect_timeout(CONNECT_TIMEOUT)
            .pool_idle_timeout(IDLE_TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never());
        if allow_loopback {
            http = http.no_proxy();
        }
        Ok(Self(http.build()?))
    }
}

#[async_trait]
impl Transport for Network {
    async fn send(&self, request: OutgoingRequest) -> Result<Reply, Broken> {
        let mut builder = self
            .0
            .request(request.method, request.url)
            .headers(request.headers)
            .timeout(request.timeout);
        let mut progress = None;
        builder = match (request.body, request.guard) {
            (Some(body), Some(guard)) => {
                let body = GuardedBody::new(body, guard);
                progress = Some(body.progress());
                builder.body(Body::wrap(body))
            }
            (Some(body), None) => builder.body(body),
            (None, _) => builder,
        };
        let response = builder.send().await;
        let response = response.map_err(|error| broken(error, progress.as_ref()))?;
        read_whole(response).await
    }
}

/// What a failure before any answer means for what was asked.
fn broken(error: reqwest::Error, progress: Option<&Arc<Progress>>) -> Broken {
    let unsent = error.is_connect() || error.is_builder();
    let partly = progress.is_some_and(|progress| !progress.all_left());
    let unsent = unsent || partly;
    if progress.is_some_and(|progress| progress.was_withheld()) {
        return Broken::Withheld;
    }
    let message = wording(&error.without_url(), unsent);
    if unsent {
        Broken::NotSent(message)
    } else {
        Broken::Lost {
            message,
            status: None,
        }
    }
}

/// The innermost reason of a failure.
fn wording(error: &reqwest::Error, unsent: bool) -> String {
    if error.is_timeout() {
        let text = if unsent {
            "no connection within the time limit"
        } else {
            "no answer within the time limit"
        };
        return text.to_owned();
    }
    let mut reason: &dyn std::error::Error = error;
    while let Some(deeper) = reason.source() {
        reason = deeper;
    }
    reason.to_string()
}

async fn read_whole(response: Response) -> Result<Reply, Broken> {
    let status = response.status().as_u16();
    let headers = response.headers().clone();
    let body = read_body(response).await.map_err(|message| Broken::Lost {
        message,
        status: Some(status),
    })?;
    Ok(Reply {
        status,
        headers,
        body,
    })
}

async fn read_body(mut response: Response) -> Result<Vec<u8>, String> {
    let mut body = Vec::new();
    loop {
        let chunk = response.chunk().await.map_err(|error| {
            let reason = wording(&error.without_url(), false);
            format!("the answer broke off: {reason}")
        })?;
        let Some(chunk) = chunk else {
            return Ok(body);
        };
        if body.len() + chunk.len() > MAX_BODY {
            return Err("the answer was larger than 32 MB".to_owned());
        }
        body.extend_from_slice(&chunk);
    }
}
