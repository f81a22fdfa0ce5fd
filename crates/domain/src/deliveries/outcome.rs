//! What an error of Salesforce means for a delivery; `remedy` says what an Admin
//! can do about it.
//!
//! Classification only: how often and when something is tried again is the
//! engine's policy.

use std::time::Duration;

use salesforce_records::errors::UNEXPLAINED;

use crate::deliveries::remedy::is_known;
use crate::limits::{FIRST_WAIT, LONGEST_WAIT, QUICK_WAIT};
use crate::salesforce::remedy::object_not_createable;

/// What is to be done about a row, or about its whole connection.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Class {
    /// Nothing was written for a passing reason: send the row again later.
    RetryRow,
    /// Refresh the access token once and send again.
    RefreshSession,
    /// A record is gone or merged: forget the match and look again.
    MatchAgain,
    /// The owner can't own Tasks: take the next one of the chain.
    NextOwner,
    /// The Lead was converted: use the Contact it became.
    FollowConvertedLead,
    /// A unique value exists: verify that the record is ours.
    AlreadyCreated,
    /// A duplicate rule named the existing record: use that.
    UseDuplicate,
    /// Nothing can be sent for this connection for now: until the quota has
    /// room again (`quota`), or until an Admin has changed something.
    HoldConnection {
        /// Whether the org's API calls of the last 24 hours are used up, so that waiting
        /// alone helps.
        quota: bool,
    },
    /// The org is busy or read-only: the whole connection slows down.
    BackOffConnection,
    /// Only connecting again helps.
    NeedsReauthorisation,
    /// The row waits for an Admin.
    Park,
    /// Gatehouse sent something wrong: the row waits for a correction of it.
    Ours,
    /// Nobody knows whether the row was written: ask, never resend blindly.
    Unknown,
}

/// What an error means. `http` is the status of the answer; for a row of a
/// collections call that is 200.
pub fn classify(code: &str, message: &str, http: u16) -> Class {
    match code {
        _ if object_not_createable(message).is_some() => Class::Park,
        "INVALID_SESSION_ID" if message.contains("not valid for use") => {
            Class::NeedsReauthorisation
        }
        "INVALID_SESSION_ID" => Class::RefreshSession,
        "REQUEST_LIMIT_EXCEEDED" if message.contains("Concurrent") => Class::BackOffConnection,
        "REQUEST_LIMIT_EXCEEDED" => Class::HoldConnection { quota: true },
        "API_CURRENTLY_DISABLED" | "API_DISABLED_FOR_ORG" => Class::HoldConnection { quota: false },
        "INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE" | "TRY_LATER" => {
            Class::BackOffConnection
        }
        "SERVER_UNAVAILABLE" => Class::BackOffConnection,
        "UNKNOWN_EXCEPTION" => Class::Unknown,
        "UNABLE_TO_LOCK_ROW"
        | "QUERY_TIMEOUT"
        | "INVALID_QUERY_LOCATOR"
        | "PROCESSING_HALTED"
        | "NOT_SENT" => Class::RetryRow,
        "DUPLICATES_DETECTED" => Class::UseDuplicate,
        "DUPLICATE_VALUE" => Class::AlreadyCreated,
        "INVALID_CROSS_REFERENCE_KEY" | "ENTITY_IS_DELETED" | "NOT_FOUND" => Class::MatchAgain,
        "CANNOT_UPDATE_CONVERTED_LEAD" => Class::FollowConvertedLead,
        "INACTIVE_OWNER_OR_USER" => Class::NextOwner,
        "STRING_TOO_LONG"
        | "FIELD_INTEGRITY_EXCEPTION"
        | "INVALID_EMAIL_ADDRESS"
        | "MALFORMED_ID"
        | "MALFORMED_QUERY"
        | "JSON_PARSER_ERROR"
        | "REQUEST_TOO_LONG" => Class::Ours,
        "invalid_grant" | "inactive_user" | "inactive_org" | "invalid_app_access"
        | "OAUTH_APP_BLOCKED" | "REDIRECTED" => Class::NeedsReauthorisation,
        _ if code.starts_with(UNEXPLAINED) => match by_status(http) {
            // Something on the way answered, not the org: it says nothing of the row.
            Class::Park | Class::MatchAgain => Class::BackOffConnection,
            class => class,
        },
        _ if is_known(code) => Class::Park,
        _ => by_status(http),
    }
}

/// For a code that nobody has met yet, or an answer without one.
fn by_status(http: u16) -> Class {
    match http {
        401 => Class::RefreshSession,
        404 => Class::MatchAgain,
        413 | 414 | 431 => Class::Ours,
        420 | 429 | 502..=504 => Class::BackOffConnection,
        500..=599 => Class::Unknown,
        _ => Class::Park,
    }
}

/// Our own: an account is linked to a Salesforce Account that is gone.
pub const LINKED_ACCOUNT_GONE: &str = "LINKED_ACCOUNT_GONE";

/// How long to wait after failure number `attempt` (from 1): 5 seconds, doubling up to
/// an hour; up to a minute while it is `quick`. `jitter` is any random number; it moves
/// the wait by up to a quarter either way, never beyond that minute or hour.
pub fn backoff(attempt: u32, quick: bool, jitter: u64) -> Duration {
    let doublings = attempt.saturating_sub(1).min(20);
    let longest = if quick { QUICK_WAIT } else { LONGEST_WAIT };
    let wait = (FIRST_WAIT * 2u32.pow(doublings)).min(longest);
    let millis = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
    let quarter = millis / 4;
    Duration::from_millis(millis - quarter + jitter % (2 * quarter + 1)).min(longest)
}

#[cfg(test)]
#[path = "outcome_tests.rs"]
mod tests;
