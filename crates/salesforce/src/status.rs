//! What the status of an answer means.

use std::time::Duration;

use salesforce_records::errors::UNEXPLAINED;

use super::errors::{ApiError, CallError};

/// Whether a request changes anything, so whether losing its answer matters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Effect {
    Read,
    Write,
}

/// What a status means, with the errors that came in the body: of a whole
/// answer, or of one subrequest.
pub(super) fn judge(
    status: u16,
    errors: Vec<ApiError>,
    retry_after: Option<Duration>,
    effect: Effect,
) -> Result<(), CallError> {
    let error = errors.into_iter().next();
    let code = error.as_ref().map_or("", |error| error.code.as_str());
    let message = || match &error {
        Some(error) => error.to_string(),
        None => format!("HTTP {status} without an explanation"),
    };
    let retry = || CallError::Retry {
        message: message(),
        retry_after,
    };
    Err(match (status, code) {
        (200..=299, _) => return Ok(()),
        (413 | 414 | 431, _) => CallError::TooLong,
        (401, _) if session_has_ended(error.as_ref()) => CallError::SessionExpired,
        // These codes say that nothing was done, whatever the status beside them.
        (_, "REQUEST_LIMIT_EXCEEDED") => CallError::Refused(error.unwrap_or_default(), status),
        (_, "INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE") | (420 | 429, _) => retry(),
        (408 | 500..=599, _) | (_, "UNKNOWN_EXCEPTION") => match effect {
            Effect::Read => retry(),
            Effect::Write => CallError::Unknown {
                message: message(),
                answered: org_answered(status),
            },
        },
        (300..=399, _) => CallError::Refused(redirected(), status),
        _ => CallError::Refused(error.unwrap_or_else(|| unexplained(status)), status),
    })
}

/// A gateway speaks for a server that may still be working on the request.
pub(super) fn org_answered(status: u16) -> bool {
    !matches!(status, 408 | 502 | 504)
}

/// Only one of the reasons for a 401 is cured by a new token.
fn session_has_ended(error: Option<&ApiError>) -> bool {
    error.is_none_or(|error| {
        error.code == "INVALID_SESSION_ID" && !error.message.contains("not valid for use")
    })
}

fn redirected() -> ApiError {
    ApiError {
        code: "REDIRECTED".to_owned(),
        message: "the org answers from another address now".to_owned(),
        ..ApiError::default()
    }
}

fn unexplained(status: u16) -> ApiError {
    ApiError {
        code: format!("{UNEXPLAINED}{status}"),
        message: format!("HTTP {status} without an explanation"),
        ..ApiError::default()
    }
}

#[cfg(test)]
#[path = "status_tests.rs"]
mod tests;
