//! What an error of Salesforce means for a delivery, and what an Admin can do.
//!
//! Classification only: how often and when something is tried again is the
//! engine's policy.

use std::time::Duration;

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
    HoldConnection { quota: bool },
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
        _ if has_remedy(code) => Class::Park,
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

fn has_remedy(code: &str) -> bool {
    remedy(code) != UNKNOWN_REMEDY
}

/// How the client names an answer without an error code: this and the status.
pub const UNEXPLAINED: &str = "HTTP_";

/// Our own: an account is linked to a Salesforce Account that is gone.
pub const LINKED_ACCOUNT_GONE: &str = "LINKED_ACCOUNT_GONE";

const UNKNOWN_REMEDY: &str = "Salesforce refused for a reason Gatehouse doesn't know. \
     Search for the code in Salesforce's documentation, correct the cause, then send again.";

/// The cause and the cure of an error, for an Admin, in the words of
/// Salesforce's Setup.
pub fn remedy(code: &str) -> &'static str {
    match code {
        LINKED_ACCOUNT_GONE => {
            "Link another Salesforce Account, or none, on the account's page here; or restore the \
             Account in Salesforce. Then try again."
        }
        "INVALID_SESSION_ID" => {
            "The session of the connected user ended or may not use the API. If this stays, give \
             the user's profile or permission set “API Enabled” and connect again."
        }
        "REQUEST_LIMIT_EXCEEDED" => {
            "The org has used up its API calls. Deliveries go on by themselves when there is room; \
             see Setup → Company Information → API Requests, Last 24 Hours."
        }
        "API_CURRENTLY_DISABLED" | "API_DISABLED_FOR_ORG" => {
            "The API is switched off for the connected user or for the org. Grant “API Enabled” in \
             the user's profile or a permission set, and check that the org's edition has the API."
        }
        "INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE" => {
            "Salesforce is in read-only mode for maintenance. Nothing needs to be done; deliveries \
             go on by themselves."
        }
        "SERVER_UNAVAILABLE" | "UNKNOWN_EXCEPTION" | "TRY_LATER" | "NOT_SENT" => {
            "Salesforce could not be reached or had a failure of its own. Nothing needs to be \
             done; if it stays, look at Salesforce Trust for the org's instance."
        }
        "UNABLE_TO_LOCK_ROW" | "PROCESSING_HALTED" => {
            "Somebody else was changing the same Account, Contact or Lead. It is tried again by \
             itself; if it stays, look for long-running jobs or triggers on that record."
        }
        "QUERY_TIMEOUT" | "INVALID_QUERY_LOCATOR" => {
            "The org took too long to look up Contacts, Leads or Accounts. It is tried again by \
             itself; if it stays, ask Salesforce Support about an index on the field."
        }
        "DUPLICATES_DETECTED" => {
            "A duplicate rule of the org blocked a new Contact or Lead. Merge the records it names, \
             or let the rule allow the connected user: Setup → Duplicate Rules."
        }
        "DUPLICATE_VALUE" => {
            "A record with the same unique value exists already. Open the record that the message \
             names and check that it is the one meant."
        }
        "REQUIRED_FIELD_MISSING" => {
            "The org requires a field that Gatehouse doesn't fill in. Give the field a default \
             value, or make it required on the page layout instead: Setup → Object Manager → Fields."
        }
        "FIELD_CUSTOM_VALIDATION_EXCEPTION" => {
            "A validation rule of the org refused the record. Exempt the connected user from it: \
             Setup → Object Manager → Validation Rules."
        }
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY" => {
            "An Apex trigger or a flow of the org failed. The message names it: correct it, or let \
             it skip the connected user."
        }
        "STRING_TOO_LONG"
        | "FIELD_INTEGRITY_EXCEPTION"
        | "INVALID_EMAIL_ADDRESS"
        | "MALFORMED_ID"
        | "MALFORMED_QUERY"
        | "JSON_PARSER_ERROR"
        | "REQUEST_TOO_LONG" => {
            "Gatehouse sent something this org doesn't take. Send again after the next update; if \
             it stays, report it with the message."
        }
        "INVALID_FIELD_FOR_INSERT_UPDATE" => {
            "The connected user may not write a field of Tasks, Contacts or Leads. The message \
             names it: give edit access in Setup → Permission Sets → Object Settings."
        }
        "INVALID_FIELD" | "INVALID_TYPE" => {
            "The connected user can't see a field or an object that is needed. The message names \
             it: give access in Setup → Permission Sets → Object Settings."
        }
        "INVALID_CROSS_REFERENCE_KEY" | "ENTITY_IS_DELETED" | "NOT_FOUND" => {
            "The Account, Contact, Lead or owner was deleted, merged or hidden in the meantime. It \
             is matched again by itself; check that the connected user may see the record."
        }
        "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY" | "INSUFFICIENT_ACCESS_OR_READONLY" => {
            "The connected user may not change or refer to the record. Share it with the user, or \
             give edit access in a permission set or by Setup → Sharing Settings."
        }
        "CANNOT_UPDATE_CONVERTED_LEAD" => {
            "The Lead was converted and can't take Tasks any more. They go to the Contact it \
             became; check that the connected user may see that Contact."
        }
        "INACTIVE_OWNER_OR_USER" => {
            "The owner of the record is no longer an active user. Give the record another owner, \
             or choose a default task owner in the Salesforce settings here."
        }
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST" => {
            "The org doesn't have the Status or Priority any more. Run the check in the Salesforce \
             settings here, which reads them again, then send again."
        }
        "STORAGE_LIMIT_EXCEEDED" => {
            "The org has no data storage left. Free some or buy more (Setup → Storage Usage), then \
             send again."
        }
        "invalid_grant" | "inactive_user" | "inactive_org" => {
            "Salesforce no longer accepts the connection: the user was deactivated, or access was \
             revoked or expired. Connect again in the Salesforce settings here."
        }
        "invalid_app_access" | "OAUTH_APP_BLOCKED" => {
            "The org doesn't let the connected user use the app. Allow it under Setup → External \
             Client App Manager (or Connected Apps OAuth Usage), then connect again."
        }
        "REDIRECTED" => {
            "The org's My Domain has changed. Connect again in the Salesforce settings here."
        }
        _ if code.starts_with("TXN_SECURITY_") => {
            "A transaction security policy of the org blocked the request. Exempt the connected \
             user: Setup → Transaction Security Policies."
        }
        _ if code.starts_with(UNEXPLAINED) => {
            "Something between Gatehouse and Salesforce answered: a maintenance page, a proxy or a \
             firewall. It is tried again by itself; if it stays, check the way out of this server."
        }
        _ => UNKNOWN_REMEDY,
    }
}

const FIRST_WAIT: Duration = Duration::from_secs(5);
const QUICK_WAIT: Duration = Duration::from_secs(60);
const LONGEST_WAIT: Duration = Duration::from_secs(60 * 60);

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
