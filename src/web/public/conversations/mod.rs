//! What visitors write: comments on items, and asking for an item.

mod ask;
pub(super) mod comments;

use axum::Router;
use axum::routing::post;

use crate::app::App;

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/items/{id}/ask", post(ask::submit))
        .merge(comments::router())
}
