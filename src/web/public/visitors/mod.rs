//! Who visits: signing in by email, and what counts as a visit.

pub(super) mod page_view;
mod sign_in;

use axum::Router;
use axum::routing::{get, post};

use crate::app::App;

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/sign-in", get(sign_in::form).post(sign_in::submit))
        .route("/sign-in/sent", get(sign_in::sent))
        .route("/enter", get(sign_in::confirm).post(sign_in::enter))
        .route("/sign-out", post(sign_in::sign_out))
}
