//! Things that go wrong between a client and its org, on demand.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{
    extract::{ConnectInfo, Request, State},
    http::{StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use crate::{Sim, error::ApiError, oauth, org::Trouble, server::Line};

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind")]
pub enum FaultKind {
    /// The answer comes late.
    Latency {
        /// By so many milliseconds.
        millis: u64,
    },
    /// The request is carried out, then the connection is reset.
    DropAnswerAfterCommit,
    /// The connection is reset before anything is done.
    DropBeforeCommit,
    /// The answer is lost and the request is carried out later, by the org's clock.
    DelayCommit {
        /// So many milliseconds later.
        millis: u64,
        /// Whether the connection stays open without an answer instead of being reset.
        #[serde(default)]
        hang: bool,
    },
    /// Nothing can be written; reading works.
    Maintenance {
        /// The HTTP status of a single-record request.
        #[serde(default = "unavailable")]
        status: u16,
    },
    /// Every query of the request runs for too long.
    QueryTimeout,
    /// The request is carried out, and a web page of the load balancer is the answer.
    ServerErrorAfterCommit {
        /// The HTTP status.
        status: u16,
    },
    /// A web page instead of an answer; nothing is done.
    ServerErrorHtml {
        /// The HTTP status.
        status: u16,
    },
    /// Rows that need a record's lock are refused.
    LockRows {
        /// The id of the record.
        id: String,
    },
    /// The session of the request is no longer valid.
    ExpireSession,
    /// The org has used up its daily requests.
    RequestLimitExceeded,
    /// Too many long requests at once.
    ConcurrentLimit,
    /// Any other answer; nothing is done.
    Http {
        /// The HTTP status.
        status: u16,
        /// The body, sent as JSON.
        body: String,
    },
}

/// A fault, and which requests it hits.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Fault {
    /// What goes wrong.
    #[serde(flatten)]
    pub kind: FaultKind,
    /// Only requests whose path and query contain this.
    #[serde(default)]
    pub path: String,
    /// Only requests of this method, if given.
    #[serde(default)]
    pub method: Option<String>,
    /// How many matching requests are let through first.
    #[serde(default)]
    pub skip: u32,
    /// How many requests it hits; for locks, how many rows.
    #[serde(default = "once")]
    pub times: u32,
}

fn once() -> u32 {
    1
}

fn unavailable() -> u16 {
    503
}

/// The request is carried out so many milliseconds later.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CommitLater(pub u64);

impl Fault {
    /// A fault that hits the next request of any kind.
    pub fn new(kind: FaultKind) -> Self {
        Self {
            kind,
            path: String::new(),
            method: None,
            skip: 0,
            times: 1,
        }
    }

    /// Only requests whose path and query contain `part`.
    pub fn on(mut self, part: &str) -> Self {
        part.clone_into(&mut self.path);
        self
    }

    /// Only requests of a method.
    pub fn method(mut self, method: &str) -> Self {
        self.method = Some(method.to_owned());
        self
    }

    /// Hits so many requests.
    pub fn times(mut self, times: u32) -> Self {
        self.times = times;
        self
    }

    /// Lets so many matching requests through first.
    pub fn after(mut self, skip: u32) -> Self {
        self.skip = skip;
        self
    }

    fn matches(&self, method: &str, path: &str) -> bool {
        path.contains(&self.path)
            && self
                .method
                .as_deref()
                .is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
    }
}

/// The faults still to come.
#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<Vec<Fault>>);

impl Faults {
    /// Adds a fault behind those that wait.
    pub(crate) fn push(&self, fault: Fault) {
        self.lock().push(fault);
    }

    /// Forgets all faults.
    pub(crate) fn clear(&self) {
        self.lock().clear();
    }

    /// How many faults still wait.
    pub(crate) fn waiting(&self) -> usize {
        self.lock().len()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Fault>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self, method: &str, path: &str) -> Option<FaultKind> {
        let mut waiting = self.lock();
        let at = waiting.iter_mut().position(|fault| {
            let hit = fault.matches(method, path);
            if hit && fault.skip > 0 {
                fault.skip -= 1;
                return false;
            }
            hit
        })?;
        let fault = &mut waiting[at];
        let kind = fault.kind.clone();
        fault.times = fault.times.saturating_sub(1);
        if fault.times == 0 {
            waiting.remove(at);
        }
        Some(kind)
    }
}

/// Lets the next matching fault happen to a request.
pub(crate) async fn apply(
    State(sim): State<Arc<Sim>>,
    ConnectInfo(line): ConnectInfo<Line>,
    request: Request,
    next: Next,
) -> Response {
    let path = request
        .uri()
        .path_and_query()
        .map_or("/", |p| p.as_str())
        .to_owned();
    let Some(kind) = sim.faults().take(request.method().as_str(), &path) else {
        return next.run(request).await;
    };
    tracing::debug!(?kind, path, "fault");
    happen(&sim, kind, &line, request, next).await
}

async fn happen(
    sim: &Sim,
    kind: FaultKind,
    line: &Line,
    mut request: Request,
    next: Next,
) -> Response {
    match kind {
        FaultKind::Latency { millis } => {
            tokio::time::sleep(Duration::from_millis(millis)).await;
            next.run(request).await
        }
        FaultKind::DropAnswerAfterCommit => {
            next.run(request).await;
            cut(line)
        }
        FaultKind::DropBeforeCommit => cut(line),
        FaultKind::DelayCommit { millis, hang } => {
            request.extensions_mut().insert(CommitLater(millis));
            next.run(request).await;
            if hang {
                std::future::pending::<()>().await;
            }
            cut(line)
        }
        FaultKind::Maintenance { status } => {
            let read_only = Some(status);
            request.extensions_mut().insert(Trouble {
                read_only,
                ..Trouble::default()
            });
            next.run(request).await
        }
        FaultKind::QueryTimeout => {
            request.extensions_mut().insert(Trouble {
                slow_queries: true,
                ..Trouble::default()
            });
            next.run(request).await
        }
        FaultKind::ServerErrorAfterCommit { status } => {
            next.run(request).await;
            html(status)
        }
        FaultKind::ServerErrorHtml { status } => html(status),
        FaultKind::ExpireSession => {
            if let Some(token) = oauth::bearer(request.headers()) {
                sim.with(|org, _| org.auth.end_session(&token));
            }
            next.run(request).await
        }
        FaultKind::RequestLimitExceeded => json(403, limit("TotalRequests Limit exceeded.")),
        FaultKind::ConcurrentLimit => json(
            403,
            limit("ConcurrentRequests (Concurrent API Requests) Limit exceeded."),
        ),
        FaultKind::Http { status, body } => json(status, body.into_bytes()),
        FaultKind::LockRows { .. } => next.run(request).await,
    }
}

fn cut(line: &Line) -> Response {
    line.cut();
    // Never reaches the peer: writing it fails, and so the connection ends.
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}

fn limit(message: &str) -> Vec<u8> {
    ApiError::new("REQUEST_LIMIT_EXCEEDED", message)
        .to_json()
        .to_vec()
}

fn json(status: u16, body: Vec<u8>) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (
        status,
        [(header::CONTENT_TYPE, "application/json;charset=UTF-8")],
        body,
    )
        .into_response()
}

fn html(status: u16) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
    let page = format!(
        "<!DOCTYPE html>\n<html><head><title>{status}</title></head><body><h1>We are down for maintenance.</h1><p>{status}</p></body></html>\n"
    );
    (
        status,
        [(header::CONTENT_TYPE, "text/html; charset=utf-8")],
        page,
    )
        .into_response()
}
