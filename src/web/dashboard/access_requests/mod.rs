//! Requests for access: what waits, what was decided, and deciding one or several.

mod decide;
mod many;
mod page;
mod panel;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use domain::ids::AccessRequestId;

use crate::app::App;

const HERE: &str = "/dashboard/requests";

/// The waiting requests after that one; all of them where it is `None`.
fn list_after(after: Option<AccessRequestId>) -> String {
    after.map_or_else(|| HERE.to_owned(), |id| format!("{HERE}?after={id}"))
}

/// The same list with the panel of that request open.
fn panel_of(id: AccessRequestId, after: Option<AccessRequestId>) -> String {
    match after {
        Some(after) => format!("{HERE}?after={after}&request={id}#request"),
        None => format!("{HERE}?request={id}#request"),
    }
}

pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/dashboard/requests", get(page::list))
        .route(
            "/dashboard/requests/many",
            post(many::decide).layer(DefaultBodyLimit::max(
                crate::web::limits::DECISIONS_FORM_KIB * 1024,
            )),
        )
        .route("/dashboard/requests/{id}/approve", post(decide::approve))
        .route("/dashboard/requests/{id}/deny", post(decide::deny))
        .route("/dashboard/requests/{id}/reopen", post(decide::reopen))
}
