//! One item: its page, its conversation, and asking for it.

mod ask;
mod comments;
mod conversation;
mod page;

use axum::Router;
use axum::routing::{get, post};

use crate::app::App;

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/items/{id}", get(page::show))
        .route("/items/{id}/ask", post(ask::submit))
        .merge(comments::router())
}
