//! What a user of the org sees in a browser.

use std::sync::Arc;

use axum::{Router, http::header, response::IntoResponse, routing::get};

use crate::Sim;

/// The routes of the pages.
pub fn routes() -> Router<Arc<Sim>> {
    Router::new().route("/_orgsim/style.css", get(style))
}

async fn style() -> impl IntoResponse {
    (
        [(header::CONTENT_TYPE, "text/css; charset=utf-8")],
        include_str!("style.css"),
    )
}
