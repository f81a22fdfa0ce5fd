//! Where the user's browser is sent, and how it is known again.

use axum::{
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use url::Url;

/// The cookie of a browser session.
pub(super) const COOKIE: &str = "sim_sid";

pub(super) fn refuse(uri: &str, state: Option<&str>, error: &str, description: &str) -> Response {
    send_back(
        uri,
        &[("error", error), ("error_description", description)],
        state,
    )
}

pub(super) fn send_back(uri: &str, params: &[(&str, &str)], state: Option<&str>) -> Response {
    let Ok(mut url) = Url::parse(uri) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let mut query = url.query_pairs_mut();
    query.extend_pairs(params);
    if let Some(state) = state {
        query.append_pair("state", state);
    }
    drop(query);
    (StatusCode::FOUND, [(header::LOCATION, url.to_string())]).into_response()
}

pub(super) fn cookie(headers: &HeaderMap) -> Option<String> {
    let all = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|v| v.to_str().ok());
    all.flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == COOKIE)
        .map(|(_, value)| value.to_owned())
}
