//! Answers: an HTML page, a redirect, and what stands in an address.

use std::str::FromStr;

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use crate::web::http::error::{WebError, WebResult};

/// The template as a page (200).
pub fn html(template: &impl Template) -> WebResult {
    html_with(StatusCode::OK, template)
}

/// The template as a page with another status, such as 422 for a form that has
/// to be corrected.
pub fn html_with(status: StatusCode, template: &impl Template) -> WebResult {
    Ok((status, Html(text(template)?)).into_response())
}

/// The template's HTML.
pub fn text(template: &impl Template) -> WebResult<String> {
    template
        .render()
        .map_err(|error| WebError::Internal(error.into()))
}

/// A redirect (303) to a path of our own: the browser fetches it with GET.
pub fn see_other(to: &str) -> Response {
    let to = HeaderValue::from_str(to).unwrap_or_else(|_| HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response()
}

/// An id from an address. One that can't be an id is a page that isn't there.
pub fn id<T: FromStr>(text: &str) -> WebResult<T> {
    text.parse().map_err(|_| WebError::NotFound)
}
