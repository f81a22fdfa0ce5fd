//! The table of errors.

use super::super::remedy::remedy;
use super::*;

const QUOTA: Class = Class::HoldConnection { quota: true };
const HELD: Class = Class::HoldConnection { quota: false };

/// Code, HTTP status, message, class.
const TABLE: [(&str, u16, &str, Class); 45] = [
    (
        "INVALID_SESSION_ID",
        401,
        "Session expired or invalid",
        Class::RefreshSession,
    ),
    (
        "INVALID_SESSION_ID",
        401,
        "This session is not valid for use with the REST API",
        Class::NeedsReauthorisation,
    ),
    (
        "REQUEST_LIMIT_EXCEEDED",
        403,
        "TotalRequests Limit exceeded.",
        QUOTA,
    ),
    (
        "REQUEST_LIMIT_EXCEEDED",
        403,
        "ConcurrentRequests (Concurrent API Requests) Limit exceeded.",
        Class::BackOffConnection,
    ),
    (
        "API_CURRENTLY_DISABLED",
        403,
        "API is disabled for this User",
        HELD,
    ),
    (
        "API_DISABLED_FOR_ORG",
        403,
        "The REST API is not enabled for this Organization.",
        HELD,
    ),
    ("SERVER_UNAVAILABLE", 503, "", Class::BackOffConnection),
    (
        "INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE",
        400,
        "",
        Class::BackOffConnection,
    ),
    (
        "UNKNOWN_EXCEPTION",
        500,
        "An unexpected error occurred.",
        Class::Unknown,
    ),
    ("UNABLE_TO_LOCK_ROW", 400, "", Class::RetryRow),
    ("UNABLE_TO_LOCK_ROW", 200, "", Class::RetryRow),
    ("QUERY_TIMEOUT", 400, "", Class::RetryRow),
    ("DUPLICATES_DETECTED", 400, "", Class::UseDuplicate),
    ("DUPLICATE_VALUE", 400, "", Class::AlreadyCreated),
    ("REQUIRED_FIELD_MISSING", 400, "", Class::Park),
    ("FIELD_CUSTOM_VALIDATION_EXCEPTION", 400, "", Class::Park),
    ("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", 400, "", Class::Park),
    (
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
        400,
        "entity type cannot be inserted: Task",
        Class::Park,
    ),
    (
        "INVALID_CROSS_REFERENCE_KEY",
        400,
        "entity type cannot be inserted: Lead",
        Class::Park,
    ),
    ("STRING_TOO_LONG", 400, "", Class::Ours),
    ("INVALID_FIELD_FOR_INSERT_UPDATE", 400, "", Class::Park),
    ("INVALID_FIELD", 400, "", Class::Park),
    ("INVALID_TYPE", 400, "", Class::Park),
    ("FIELD_INTEGRITY_EXCEPTION", 400, "", Class::Ours),
    (
        "INVALID_CROSS_REFERENCE_KEY",
        400,
        "invalid cross reference id",
        Class::MatchAgain,
    ),
    (
        "ENTITY_IS_DELETED",
        400,
        "entity is deleted",
        Class::MatchAgain,
    ),
    (
        "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
        400,
        "",
        Class::Park,
    ),
    ("INSUFFICIENT_ACCESS_OR_READONLY", 403, "", Class::Park),
    (
        "CANNOT_UPDATE_CONVERTED_LEAD",
        400,
        "",
        Class::FollowConvertedLead,
    ),
    ("INACTIVE_OWNER_OR_USER", 400, "", Class::NextOwner),
    (
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
        400,
        "",
        Class::Park,
    ),
    ("INVALID_EMAIL_ADDRESS", 400, "", Class::Ours),
    ("MALFORMED_ID", 400, "", Class::Ours),
    ("MALFORMED_QUERY", 400, "", Class::Ours),
    ("JSON_PARSER_ERROR", 400, "", Class::Ours),
    ("STORAGE_LIMIT_EXCEEDED", 400, "", Class::Park),
    ("TXN_SECURITY_RUNTIME_EXCEPTION", 403, "", Class::Park),
    (
        "NOT_FOUND",
        404,
        "The requested resource does not exist",
        Class::MatchAgain,
    ),
    (
        "invalid_grant",
        400,
        "expired access/refresh token",
        Class::NeedsReauthorisation,
    ),
    ("OAUTH_APP_BLOCKED", 400, "", Class::NeedsReauthorisation),
    ("INVALID_QUERY_LOCATOR", 400, "", Class::RetryRow),
    ("HTTP_404", 404, "", Class::BackOffConnection),
    ("HTTP_403", 403, "", Class::BackOffConnection),
    ("HTTP_500", 500, "", Class::Unknown),
    ("REDIRECTED", 302, "", Class::NeedsReauthorisation),
];

#[test]
fn every_known_error_has_its_class() {
    for (code, http, message, class) in TABLE {
        assert_eq!(classify(code, message, http), class, "{code} {http}");
    }
}

#[test]
fn every_known_error_has_a_remedy_of_its_own() {
    for (code, ..) in TABLE {
        assert!(is_known(code), "{code}");
        assert!(remedy(code, "").ends_with('.'), "{code}");
    }
}

#[test]
fn an_error_nobody_knows_goes_by_its_status() {
    for (http, class) in [
        (200, Class::Park),
        (400, Class::Park),
        (401, Class::RefreshSession),
        (403, Class::Park),
        (404, Class::MatchAgain),
        (414, Class::Ours),
        (429, Class::BackOffConnection),
        (431, Class::Ours),
        (420, Class::BackOffConnection),
        (500, Class::Unknown),
        (502, Class::BackOffConnection),
        (503, Class::BackOffConnection),
        (504, Class::BackOffConnection),
    ] {
        assert_eq!(classify("SOMETHING_NEW", "", http), class, "{http}");
    }
}

#[test]
fn the_wait_doubles_from_five_seconds_to_an_hour() {
    let middle = |attempt| {
        let quarter = backoff(attempt, false, 0).as_millis() / 3;
        backoff(attempt, false, u64::try_from(quarter).unwrap()).as_secs()
    };
    assert_eq!([1, 2, 3, 4].map(middle), [5, 10, 20, 40]);
    assert_eq!(
        [10, 11, 12, 99, u32::MAX].map(middle),
        [2560, 3600, 3600, 3600, 3600]
    );
    assert_eq!(middle(0), 5);
}

#[test]
fn while_it_is_quick_the_wait_is_a_minute_at_most() {
    for attempt in [1, 4, 5, 40, u32::MAX] {
        for jitter in [0, 7_777, 29_999, u64::MAX] {
            assert!(backoff(attempt, true, jitter).as_secs() <= 60, "{attempt}");
        }
    }
}

#[test]
fn jitter_moves_the_wait_by_a_quarter_at_most() {
    for jitter in [0, 1, 777, 2_500, u64::MAX] {
        let wait = backoff(1, false, jitter).as_millis();
        assert!((3_750..=6_250).contains(&wait), "{jitter}: {wait}");
    }
    assert_ne!(backoff(5, false, 1), backoff(5, false, 2));
}
