//! The table of statuses.

use super::*;

/// A judgement as a word, for the table.
fn word(status: u16, code: &str, message: &str, effect: Effect) -> &'static str {
    let errors = if code.is_empty() {
        Vec::new()
    } else {
        vec![ApiError {
            code: code.to_owned(),
            message: message.to_owned(),
            ..ApiError::default()
        }]
    };
    match judge(status, errors, None, effect) {
        Ok(()) => "fine",
        Err(CallError::NotSent(_)) => "not sent",
        Err(CallError::Unknown { answered: true, .. }) => "unknown",
        Err(CallError::Unknown { .. }) => "lost",
        Err(CallError::SessionExpired) => "expired",
        Err(CallError::Refused(..)) => "refused",
        Err(CallError::Retry { .. }) => "retry",
        Err(CallError::TooLong) => "too long",
        Err(CallError::Unreadable(_)) => "unreadable",
        Err(CallError::Withheld) => "withheld",
    }
}

#[test]
fn a_status_means_one_thing_for_a_read_and_maybe_another_for_a_write() {
    let gone = "Session expired or invalid";
    let not_for_rest = "This session is not valid for use with the REST API";
    for (status, code, message, read, write) in [
        (200, "", "", "fine", "fine"),
        (204, "", "", "fine", "fine"),
        (301, "", "", "refused", "refused"),
        (400, "MALFORMED_QUERY", "", "refused", "refused"),
        (400, "UNKNOWN_EXCEPTION", "", "retry", "unknown"),
        (400, "", "", "refused", "refused"),
        (401, "INVALID_SESSION_ID", gone, "expired", "expired"),
        (
            401,
            "INVALID_SESSION_ID",
            not_for_rest,
            "refused",
            "refused",
        ),
        (401, "INVALID_AUTH_HEADER", "", "refused", "refused"),
        (401, "", "", "expired", "expired"),
        (403, "REQUEST_LIMIT_EXCEEDED", "", "refused", "refused"),
        (404, "NOT_FOUND", "", "refused", "refused"),
        (408, "", "", "retry", "lost"),
        (413, "", "", "too long", "too long"),
        (414, "", "", "too long", "too long"),
        (420, "", "", "retry", "retry"),
        (429, "", "", "retry", "retry"),
        (431, "", "", "too long", "too long"),
        (500, "UNKNOWN_EXCEPTION", "", "retry", "unknown"),
        (502, "", "", "retry", "lost"),
        (503, "SERVER_UNAVAILABLE", "", "retry", "unknown"),
        (
            503,
            "INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE",
            "",
            "retry",
            "retry",
        ),
        (503, "REQUEST_LIMIT_EXCEEDED", "", "refused", "refused"),
        (504, "", "", "retry", "lost"),
    ] {
        assert_eq!(
            word(status, code, message, Effect::Read),
            read,
            "{status} {code}"
        );
        assert_eq!(
            word(status, code, message, Effect::Write),
            write,
            "{status} {code}"
        );
    }
}
