//! The HTTP server.

use std::io;
use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, RawPathParams, Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;

use crate::account::Sim;
use crate::error::ApiError;
use crate::faults::Fault;
use crate::{envelopes, oauth, signing};

const LARGEST_BODY: usize = 100 * 1024 * 1024;

/// Serves until the future is dropped.
///
/// # Errors
/// Only if the listener is lost.
pub async fn serve(listener: TcpListener, sim: Arc<Sim>) -> io::Result<()> {
    let api = envelopes::routes().route_layer(from_fn_with_state(sim.clone(), guard));
    let router = Router::new()
        .nest("/restapi/v2.1/accounts/{account}", api)
        .merge(oauth::routes())
        .merge(signing::routes())
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .with_state(sim);
    axum::serve(listener, router).await
}

/// Faults, the token, and the account, before anything is done.
async fn guard(
    State(sim): State<Arc<Sim>>,
    params: RawPathParams,
    request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path();
    let below = path.splitn(6, '/').nth(5).unwrap_or_default();
    sim.state()
        .calls
        .push(format!("{} {below}", request.method()));
    let fault = sim.faults.take();
    match fault {
        Some(Fault::Limited(reset)) => return limited(reset),
        Some(Fault::Status(status)) => return gateway(status),
        Some(Fault::Lost) | None => {}
    }
    if !oauth::is_let_in(&sim, request.headers()) {
        return ApiError::unauthorized().into_response();
    }
    let account = params.iter().find(|(name, _)| *name == "account");
    if account.is_none_or(|(_, id)| !id.eq_ignore_ascii_case(&sim.config.account_id)) {
        let message = "The user does not have access to the account.";
        return ApiError::bad("USER_LACKS_MEMBERSHIP", message).into_response();
    }
    let answer = next.run(request).await;
    match fault {
        Some(Fault::Lost) => gateway(502),
        _ => answer,
    }
}

fn limited(reset: i64) -> Response {
    let message = "The maximum number of hourly API invocations has been exceeded.";
    let mut answer = ApiError::bad("HOURLY_APIINVOCATION_LIMIT_EXCEEDED", message).into_response();
    *answer.status_mut() = StatusCode::TOO_MANY_REQUESTS;
    answer
        .headers_mut()
        .insert("X-RateLimit-Reset", reset.into());
    answer
}

fn gateway(status: u16) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    (status, "<html><body>Bad gateway</body></html>").into_response()
}
