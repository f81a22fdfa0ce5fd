//! The answer to a form: back to the modal, or to the page that it was sent from, with a
//! message. A script that saves in place asks for `text/plain` and gets the message alone.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::{HOME, Tab};
use crate::salesforce_connection::InstallError;
use crate::salesforce_connection::tokens::TokenError;
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::flash::see_other_saying;

/// How the browser wants to hear what came of it.
pub(super) struct Reply {
    in_place: bool,
    /// Whether the form is on one of Salesforce's pages and not in the modal.
    on_page: bool,
}

impl<S: Send + Sync> FromRequestParts<S> for Reply {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let accept = parts.headers.get(header::ACCEPT);
        let accept = accept.and_then(|value| value.to_str().ok());
        Ok(Self {
            in_place: accept == Some("text/plain"),
            on_page: parts.uri.query() == Some("page=1"),
        })
    }
}

impl Reply {
    fn address(&self, part: &str, query: &str) -> String {
        match (self.on_page, query) {
            (true, _) => format!("{}{query}", Tab::with_part(part).href()),
            (false, "") => format!("{HOME}#{part}"),
            (false, _) => format!("{HOME}{query}"),
        }
    }

    /// What was done, or why it wasn't; `part` is the part of the modal, or of the page, to
    /// show.
    pub(super) fn to(
        &self,
        part: &str,
        outcome: Result<impl Into<String>, InstallError>,
    ) -> WebResult<Response> {
        self.to_form(part, outcome, &[])
    }

    /// The same for a form that is shown as it was filled in, where it failed: `typed` are its
    /// fields and their values.
    pub(super) fn to_form(
        &self,
        part: &str,
        outcome: Result<impl Into<String>, InstallError>,
        typed: &[(&str, &str)],
    ) -> WebResult<Response> {
        match outcome {
            Ok(message) => {
                let message = message.into();
                Ok(if self.in_place {
                    message.into_response()
                } else {
                    see_other_saying(&self.address(part, ""), &message)
                })
            }
            Err(error) => {
                let message = explain(error)?;
                Ok(if self.in_place {
                    (StatusCode::UNPROCESSABLE_ENTITY, message).into_response()
                } else {
                    let mut query = url::form_urlencoded::Serializer::new(String::new());
                    query.append_pair("problem", "1").extend_pairs(typed);
                    let query = format!("?{}", query.finish());
                    see_other_saying(&self.address(part, &query), &message)
                })
            }
        }
    }
}

/// The words for an Admin. What only the operator can mend is an error page.
pub fn explain(error: InstallError) -> WebResult<String> {
    match error {
        InstallError::Store(error) | InstallError::Token(TokenError::Store(error)) => {
            Err(error.into())
        }
        InstallError::Crypto(error) => Err(WebError::Internal(error.into())),
        error => Ok(error.to_string()),
    }
}

/// The same with what to do, where that is known.
pub fn explain_with_advice(error: InstallError) -> WebResult<String> {
    let advice = error.advice();
    let words = explain(error)?;
    Ok(match advice {
        Some(advice) => format!("{words} {advice}"),
        None => words,
    })
}

/// The status of a page that says so.
pub fn status_of(error: &InstallError) -> StatusCode {
    match error {
        InstallError::TooManySearches => StatusCode::TOO_MANY_REQUESTS,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}
