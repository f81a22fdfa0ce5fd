//! What every request goes through: it gets its id and its line in the log, and an answer
//! that takes too long is given up.

use std::future::Future;
use std::time::Instant;

use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::request_id::RequestId;
use store::request_origin;
use tracing::Instrument as _;

use crate::app::App;
use crate::web::http::client_ip::{ClientAddress, is_from_proxy};
use crate::web::http::error::WebError;
use crate::web::http::flash;
use crate::web::http::request;
use crate::web::limits::{PAGE_TIME, UPLOAD_TIME};

static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Gives the request its id, which a trusted proxy may have given it already, logs how
/// it went, and clears a flash message that was shown. The log has the path only: a query
/// can hold a magic link.
pub(crate) async fn enter(State(app): State<App>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let (parts, body) = request.into_parts();
    let id = id_from_proxy(&app, &parts).unwrap_or_else(|| app.ambient.id(RequestId::from_uuid));
    let span = tracing::info_span!(
        "request", request_id = %id, method = %parts.method, path
    );
    let began = Instant::now();
    let network = ClientAddress::from_parts(&parts, &app.config.trusted_proxies).network();
    let request = Request::from_parts(parts, body);
    let answer = logged(request::within(path, next.run(request)), began);
    let answer = request_origin::within(id.clone(), network, answer);
    let (mut response, flash_was_shown) = answer.instrument(span).await;
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(id.as_str()) {
        headers.insert(REQUEST_ID.clone(), id);
    }
    flash::keep(&app.config, &mut response, flash_was_shown);
    response
}

/// The id under which a trusted proxy passes the request on. From anyone else it could
/// be made up, to be confused with another's in the log.
fn id_from_proxy(app: &App, parts: &Parts) -> Option<RequestId> {
    let told = parts.headers.get(&REQUEST_ID)?.to_str().ok()?;
    is_from_proxy(parts, &app.config.trusted_proxies)
        .then(|| RequestId::parse(told))
        .flatten()
}

async fn logged(
    answer: impl Future<Output = (Response, bool)>,
    began: Instant,
) -> (Response, bool) {
    let (response, flash_was_shown) = answer.await;
    let status = response.status().as_u16();
    let millis = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    tracing::info!(status, millis, "answered");
    (response, flash_was_shown)
}

/// Gives up on what takes too long, with a page that says so.
pub(crate) async fn limit_time(request: Request, next: Next) -> Response {
    let limit = if is_upload(&request) {
        UPLOAD_TIME
    } else {
        PAGE_TIME
    };
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
