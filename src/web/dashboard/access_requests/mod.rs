//! Requests for access: what waits, what was decided, and deciding one or several.

mod decide;
mod many;
mod page;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

use crate::app::App;
use crate::use_cases::access_requests::DecideError;
use crate::web::http::error::WebError;

const HERE: &str = "/dashboard/requests";

pub fn router() -> Router<App> {
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
}

/// What a person is told where one decision was not made.
pub(in crate::web) fn explain(error: DecideError) -> Result<String, WebError> {
    Ok(match error {
        DecideError::NotFound => "There is no such request anymore.".to_owned(),
        DecideError::NoAccount => {
            "The account that was chosen is not there anymore: choose again.".to_owned()
        }
        DecideError::AlreadyDecided { what, by, at } => format!(
            "This request was already {} {by} on {}. Nothing was changed now.",
            what.to_lowercase(),
            crate::web::http::page::moment(&at)
        ),
        DecideError::Invalid(problems) => format!("{problems}."),
        DecideError::Link(error) => return Err(WebError::Internal(error.into())),
        DecideError::Store(error) => return Err(error.into()),
    })
}
