//! Where DocuSign tells what happened. No browser comes here: what counts is the
//! signature over the body.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;

use crate::app::App;
use crate::signing::{self, Heard};
use crate::web::http::error::WebError;
use crate::web::limits::WEBHOOK;

pub(super) fn router() -> Router<App> {
    let path = "/integrations/docusign/webhook/{id}";
    Router::new()
        .route(path, post(hear))
        .layer(DefaultBodyLimit::max(WEBHOOK))
}

async fn hear(
    State(app): State<App>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let (status, words) = match signing::hear(&app, &id, &headers, &body).await {
        Ok(Heard::Noted) => (StatusCode::OK, "noted"),
        Ok(Heard::Unknown) => (StatusCode::OK, "not an envelope of ours"),
        Ok(Heard::Refused) => (
            StatusCode::UNAUTHORIZED,
            "no valid signature: add this Connect key under Settings, NDA, DocuSign",
        ),
        Ok(Heard::Unreadable) => (
            StatusCode::BAD_REQUEST,
            "not understood: choose JSON and single messages in Connect",
        ),
        Err(signing::SigningError::Store(error)) => return WebError::from(error).into_response(),
        Err(error) => return WebError::Internal(error.into()).into_response(),
    };
    (status, words).into_response()
}
