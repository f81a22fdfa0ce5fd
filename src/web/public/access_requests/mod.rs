//! Asking for access to a trust center.

mod confirm_request;
mod nda_part;
pub(in crate::web::public) mod request_access;
mod send;

use axum::Router;
use axum::routing::get;

use crate::app::App;

pub(super) fn router() -> Router<App> {
    Router::new()
        .route(
            "/request-access",
            get(request_access::form).post(request_access::submit),
        )
        .route("/request-access/received", get(request_access::received))
        .merge(confirm_request::router())
}
