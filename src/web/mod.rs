//! The pages. `public` is what visitors see, `dashboard` what staff work in; `http` and
//! `components` are what both share. Pages work without JavaScript.

pub mod components;
pub mod connections;
pub mod dashboard;
mod docusign;
pub mod http;
mod limits;
pub mod public;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{Extensions, HeaderMap, StatusCode, Version, header};
use axum::middleware::{from_fn, from_fn_with_state, map_response_with_state};
use axum::routing::get;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;

use crate::app::App;
use crate::web::http::error::{self, WebError};
use crate::web::http::{assets, custom_domain, headers, middleware};
use crate::web::limits::BODY;

/// Every address of the program.
pub fn router(app: App) -> Router {
    let security = headers::SecurityHeaders::from_config(&app.config);
    let csrf = CsrfLayer::new()
        // Behind a proxy that rewrites Host, the browser's Origin is still this.
        .add_trusted_origin(app.config.public_url.origin().ascii_serialization())
        .unwrap_or_default()
        .with_rejection_response(|_| error::response(WebError::CrossSite));
    Router::new()
        .merge(public::router())
        .merge(dashboard::router())
        .merge(docusign::router())
        .merge(http::health::router())
        .route("/static/{hash}/{*name}", get(assets::serve))
        .fallback(async || WebError::NotFound)
        .method_not_allowed_fallback(async || WebError::WrongMethod)
        .layer(DefaultBodyLimit::max(BODY))
        .layer(from_fn(middleware::limit_time))
        .layer(from_fn_with_state(app.clone(), custom_domain::guard))
        .layer(from_fn_with_state(app.clone(), public::brand))
        .layer(csrf)
        .layer(CatchPanicLayer::custom(error::Panicked))
        .layer(from_fn_with_state(app.clone(), middleware::enter))
        .layer(map_response_with_state(security, headers::add))
        .layer(CompressionLayer::new().compress_when(is_page))
        .with_state(app)
}

/// What a process answers that does background work only.
pub fn health_router(app: App) -> Router {
    Router::new()
        .merge(http::health::router())
        .fallback(async || (StatusCode::NOT_FOUND, "role: sync\n"))
        .layer(from_fn(middleware::limit_time))
        .with_state(app)
}

/// Documents are sent as they are: they are compressed already, and keep their length.
fn is_page(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let text = ["text/html", "text/css", "text/javascript", "image/svg"];
    text.iter().any(|prefix| kind.starts_with(prefix))
        && !headers.contains_key(header::CONTENT_DISPOSITION)
}
