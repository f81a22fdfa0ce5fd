//! What is known of the request being answered, wherever its answer is made: an
//! id for the log and the error page, and whether the flash message was shown.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use store::request_origin;
use tracing::Instrument as _;

use super::client_ip::ClientAddress;
use super::error::WebError;
use super::flash;
use crate::app::App;

/// How long a page may take, and how long an upload may: a gigabyte over a slow
/// line. One from which nothing comes is given up much earlier.
const PAGE: Duration = Duration::from_secs(30);
const UPLOAD: Duration = Duration::from_hours(6);

static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

tokio::task_local! {
    static CURRENT: Current;
}

#[derive(Clone)]
struct Current {
    id: String,
    path: String,
    flash_shown: Arc<AtomicBool>,
}

/// The id of the request being answered; empty outside of one.
pub fn id() -> String {
    CURRENT
        .try_with(|current| current.id.clone())
        .unwrap_or_default()
}

/// The path of the request being answered; empty outside of one.
pub fn path() -> String {
    CURRENT
        .try_with(|current| current.path.clone())
        .unwrap_or_default()
}

/// Says that the flash message was taken by a page.
pub fn flash_was_shown() {
    let _ = CURRENT.try_with(|current| current.flash_shown.store(true, Ordering::Relaxed));
}

/// Gives the request its id, logs how it went, and clears a flash message that
/// was shown. The log has the path only: a query can hold a magic link.
pub async fn enter(State(app): State<App>, request: Request, next: Next) -> Response {
    let current = Current {
        id: app.ambient.id(|id| id).to_string(),
        path: request.uri().path().to_owned(),
        flash_shown: Arc::new(AtomicBool::new(false)),
    };
    let span = tracing::info_span!("request", id = current.id, method = %request.method(), path = current.path);
    let began = Instant::now();
    let (parts, body) = request.into_parts();
    let network = ClientAddress::of(&parts, &app.config.trusted_proxies).network();
    let request = Request::from_parts(parts, body);
    let answer = CURRENT.scope(current.clone(), next.run(request));
    let answer = request_origin::within(network, answer);
    let mut response = logged(answer, began).instrument(span).await;
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(&current.id) {
        headers.insert(REQUEST_ID.clone(), id);
    }
    let shown = current.flash_shown.load(Ordering::Relaxed);
    flash::keep(&app.config, &mut response, shown);
    response
}

async fn logged(answer: impl Future<Output = Response>, began: Instant) -> Response {
    let response = answer.await;
    let status = response.status().as_u16();
    let millis = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    tracing::info!(status, millis, "answered");
    response
}

/// Gives up on what takes too long, with a page that says so.
pub async fn limit_time(request: Request, next: Next) -> Response {
    let limit = if is_upload(&request) { UPLOAD } else { PAGE };
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => WebError::Busy.into_response(),
    }
}

fn is_upload(request: &Request) -> bool {
    let kind = request.headers().get(header::CONTENT_TYPE);
    request.method() == Method::POST
        && kind.is_some_and(|kind| kind.as_bytes().starts_with(b"multipart/form-data"))
}
