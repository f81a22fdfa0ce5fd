//! The pages that a user sees while connecting an application.

use askama::Template;
use axum::{
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
};

use crate::org::Org;

#[derive(Template)]
#[template(path = "login.html")]
pub(super) struct Login<'a> {
    pub org: &'a str,
    pub sandbox: bool,
    pub handle: &'a str,
    pub username: &'a str,
    pub failed: bool,
}

#[derive(Template)]
#[template(path = "consent.html")]
pub(super) struct Consent<'a> {
    pub org: &'a str,
    pub sandbox: bool,
    pub handle: &'a str,
    pub app: &'a str,
    pub user: &'a str,
    pub username: &'a str,
    pub scopes: Vec<&'static str>,
}

#[derive(Template)]
#[template(path = "oauth_error.html")]
struct Problem<'a> {
    org: &'a str,
    sandbox: bool,
    error: &'a str,
    description: &'a str,
}

/// What a scope lets an application do, in words.
pub(super) fn scope_text(scope: &str) -> &'static str {
    match scope {
        "api" => "Manage user data via APIs",
        "refresh_token" | "offline_access" => "Perform requests at any time",
        "id" | "openid" | "profile" | "email" => "Access the identity URL service",
        "full" => "Full access",
        _ => "Access custom permissions",
    }
}

pub(super) fn show(page: &impl Template) -> Response {
    match page.render() {
        Ok(html) => (
            [
                (header::CACHE_CONTROL, "no-store"),
                (header::X_FRAME_OPTIONS, "DENY"),
            ],
            Html(html),
        )
            .into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// An error that must not be sent to the application.
pub(super) fn problem(org: &Org, error: &str, description: &str) -> Response {
    let page = Problem {
        org: &org.config.name,
        sandbox: org.config.is_sandbox,
        error,
        description,
    };
    (StatusCode::BAD_REQUEST, show(&page)).into_response()
}
