//! What visitors are told of by email.

mod email_preferences;
mod subscribe;

use axum::Router;

use crate::app::App;

pub(super) fn router() -> Router<App> {
    Router::new()
        .merge(subscribe::router())
        .merge(email_preferences::router())
}
