//! Why nothing is sent over a connection for now, told to an Admin.
//!
//! What is kept with a hold is an error as Salesforce or the network worded it;
//! people read its cause and what to do, and at most its last sentence.

use jiff::Timestamp;

pub use salesforce_records::errors::without_query;

use crate::salesforce::ConnectionState;
use crate::salesforce::api_calls::SHARE_USED;
use crate::salesforce::remedy::{is_known, remedy};

/// Why a connection's deliveries wait, all of them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wait {
    /// The end of “Waits: …”, without a full stop.
    pub cause: &'static str,
    /// What to do, in whole sentences.
    pub remedy: String,
    /// What Salesforce said, in one line; may be empty.
    pub said: String,
    /// When it goes on without anyone; `None` where an Admin has to do something.
    pub until: Option<Timestamp>,
}

/// What keeps a connection in this state from sending now, if anything does.
pub fn wait(
    state: ConnectionState,
    hold_until: Timestamp,
    hold_reason: &str,
    now: Timestamp,
) -> Option<Wait> {
    let blocked = |cause, remedy: &str| Wait {
        cause,
        remedy: remedy.to_owned(),
        said: String::new(),
        until: None,
    };
    match state {
        ConnectionState::NeedsReauth => Some(blocked(
            "Salesforce rejected the saved login",
            "Log in to Salesforce again in the Salesforce settings. Nothing is lost.",
        )),
        ConnectionState::Paused => Some(blocked(
            "an Admin paused the integration",
            "Resume it in the Salesforce settings.",
        )),
        ConnectionState::Active if hold_until > now => Some(explain(hold_reason, hold_until)),
        ConnectionState::Active | ConnectionState::Uninstalled => None,
    }
}

/// Explains the reason that is kept with a hold.
fn explain(reason: &str, until: Timestamp) -> Wait {
    let code = code_in(reason);
    let code = code.unwrap_or_else(|| without_code(reason));
    // Its first sentence is the cause once more.
    let remedy = remedy(code, reason);
    let what_to_do = remedy.split_once(". ").map_or(&*remedy, |(_, rest)| rest);
    Wait {
        cause: cause(code, reason),
        remedy: what_to_do.to_owned(),
        said: said(reason),
        until: Some(whole_minute(until)),
    }
}

/// People read whole minutes; none should be over before the hold is.
fn whole_minute(at: Timestamp) -> Timestamp {
    let seconds = at.as_second() + i64::from(at.subsec_nanosecond() > 0);
    let minutes = seconds.div_euclid(60) + i64::from(seconds.rem_euclid(60) > 0);
    Timestamp::from_second(minutes * 60).unwrap_or(at)
}

/// The first word that is an error code with a remedy.
fn code_in(reason: &str) -> Option<&str> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut words = reason.split(|c: char| !is_part(c));
    words.find(|word| word.contains('_') && is_known(word))
}

/// An error of the network, or one that this program words itself.
fn without_code(reason: &str) -> &'static str {
    if reason.contains("session has expired") {
        "INVALID_SESSION_ID"
    } else if reason.contains("too long for Salesforce") {
        "REQUEST_TOO_LONG"
    } else if reason.starts_with("Salesforce refused") {
        ""
    } else {
        "SERVER_UNAVAILABLE"
    }
}

fn cause(code: &str, reason: &str) -> &'static str {
    match code {
        "REQUEST_LIMIT_EXCEEDED" if reason.contains("Concurrent") => {
            "the org is busy with too many requests"
        }
        "REQUEST_LIMIT_EXCEEDED" => "the org has used up its API calls",
        SHARE_USED => "Gatehouse has used its share of the org’s API calls",
        "API_CURRENTLY_DISABLED" | "API_DISABLED_FOR_ORG" => {
            "the API is turned off for the connected user"
        }
        "INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE" => "Salesforce is under maintenance",
        "INVALID_FIELD" | "INVALID_TYPE" | "INSUFFICIENT_ACCESS" => {
            "the connected user lacks a permission"
        }
        "INVALID_SESSION_ID" | "invalid_grant" | "inactive_user" | "inactive_org" => {
            "Salesforce rejected the saved login"
        }
        "QUERY_TIMEOUT" => "the org is slow to answer",
        "STORAGE_LIMIT_EXCEEDED" => "the org is out of data storage",
        "SERVER_UNAVAILABLE" | "UNKNOWN_EXCEPTION" | "TRY_LATER" | "NOT_SENT" => {
            "Salesforce couldn’t be reached or is busy"
        }
        _ if code.starts_with("HTTP_") => "Salesforce couldn’t be reached or is busy",
        _ => "Salesforce refused the last request",
    }
}

/// What Salesforce said, without the words that this program put around it.
fn said(reason: &str) -> String {
    if reason.starts_with(SHARE_USED) {
        return String::new();
    }
    let last = without_query(reason);
    let last = last
        .rsplit_once(" (HTTP ")
        .map_or(last, |(before, _)| before);
    let around = [
        "Salesforce refused: ",
        "Salesforce asks to try again later: ",
        "Salesforce could not be reached: ",
    ];
    let bare = around.iter().find_map(|words| last.strip_prefix(words));
    bare.unwrap_or(last).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn explain(reason: &str) -> Wait {
        super::explain(reason, Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn only_what_keeps_a_connection_from_sending_is_told() {
        let now: Timestamp = "2026-02-02T15:00:00Z".parse().unwrap();
        let later: Timestamp = "2026-02-02T15:05:00Z".parse().unwrap();
        let reason = "REQUEST_LIMIT_EXCEEDED: TotalRequests Limit exceeded.";
        let of = |state, until| wait(state, until, reason, now);
        assert_eq!(of(ConnectionState::Active, now), None);
        assert_eq!(of(ConnectionState::Uninstalled, later), None);
        let held = of(ConnectionState::Active, later).unwrap();
        assert_eq!(
            (held.cause, held.until),
            ("the org has used up its API calls", Some(later))
        );
        for (state, cause) in [
            (ConnectionState::Paused, "an Admin paused the integration"),
            (
                ConnectionState::NeedsReauth,
                "Salesforce rejected the saved login",
            ),
        ] {
            let told = of(state, later).unwrap();
            assert_eq!((told.cause, told.until), (cause, None));
        }
    }

    #[test]
    fn a_used_up_quota_is_told_without_its_code_alone() {
        let words = explain(
            "Salesforce refused: REQUEST_LIMIT_EXCEEDED: TotalRequests Limit exceeded. (HTTP 403)",
        );
        assert_eq!(words.cause, "the org has used up its API calls");
        assert!(words.remedy.contains("API Requests, Last 24 Hours"));
        assert_eq!(
            words.said,
            "REQUEST_LIMIT_EXCEEDED: TotalRequests Limit exceeded."
        );
    }

    #[test]
    fn a_share_that_is_used_up_is_ours_and_not_salesforces() {
        let words = explain("API_SHARE_USED: 20000 API calls in 24 hours");
        assert_eq!(
            words.cause,
            "Gatehouse has used its share of the org’s API calls"
        );
        assert!(words.remedy.contains("raise it"), "{}", words.remedy);
        assert_eq!(words.said, "", "Salesforce said nothing");
    }

    #[test]
    fn the_query_is_never_quoted() {
        let words = explain(
            "Salesforce refused: INVALID_FIELD: \nSELECT Id, Email FROM Contact\n       ^\nERROR \
             at Row:1:Column:12\nNo such column 'Email' on entity 'Contact'. (HTTP 400)",
        );
        assert_eq!(words.cause, "the connected user lacks a permission");
        assert_eq!(words.said, "No such column 'Email' on entity 'Contact'.");
        assert!(!words.remedy.contains("SELECT"));
    }

    #[test]
    fn the_network_and_the_unknown_have_words_too() {
        for (reason, cause) in [
            (
                "Salesforce could not be reached: connection refused",
                "Salesforce couldn’t be reached or is busy",
            ),
            (
                "the answer took too long",
                "Salesforce couldn’t be reached or is busy",
            ),
            (
                "Salesforce asks to try again later: HTTP_503: ",
                "Salesforce couldn’t be reached or is busy",
            ),
            (
                "Salesforce refused: NEW_THING: what? (HTTP 400)",
                "Salesforce refused the last request",
            ),
            (
                "the Salesforce session has expired",
                "Salesforce rejected the saved login",
            ),
        ] {
            let words = explain(reason);
            assert_eq!(words.cause, cause, "{reason}");
            assert!(words.remedy.ends_with('.'), "{reason}");
        }
    }
}
