//! Why a turn can't go on: what the org, the database or another worker did.

use std::time::Duration;

use domain::deliveries::outcome::{Class, classify};
use domain::salesforce::HoldKind;
use salesforce::{ApiError, CallError};

use crate::salesforce_connection::tokens::TokenError;

/// Why a turn can't go on.
#[derive(Debug)]
pub(super) enum Stop {
    /// Nothing was done. Keep the whole connection back: for so long, or for a
    /// while that grows with each time.
    Hold {
        kind: HoldKind,
        wait: Option<Duration>,
        reason: String,
    },
    /// An Admin has to log in again; the connection's state says so already.
    NeedsLogin,
    /// A write went out and its outcome isn't known.
    Unknown {
        message: String,
        answered: bool,
    },
    /// Ask in smaller parts.
    TooLong,
    /// The turn or the permit was over before anything was sent, or an Admin has
    /// changed the connection: nothing was done.
    Lost,
    Store(store::StoreError),
}

impl From<store::StoreError> for Stop {
    fn from(error: store::StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<TokenError> for Stop {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Gone | TokenError::NeedsReauth(_) => Self::NeedsLogin,
            TokenError::Store(error) => Self::Store(error),
            other => Self::Hold {
                kind: HoldKind::Outage,
                wait: None,
                reason: other.to_string(),
            },
        }
    }
}

impl From<CallError> for Stop {
    fn from(error: CallError) -> Self {
        let reason = error.to_string();
        match error {
            CallError::Unknown { message, answered } => Stop::Unknown { message, answered },
            CallError::TooLong => Stop::TooLong,
            CallError::Withheld => Stop::Lost,
            CallError::Retry { retry_after, .. } => Stop::Hold {
                kind: HoldKind::Outage,
                wait: retry_after,
                reason,
            },
            CallError::Refused(error, http) => refused(&error, http),
            CallError::NotSent(_) | CallError::SessionExpired | CallError::Unreadable(_) => {
                Stop::Hold {
                    kind: HoldKind::Outage,
                    wait: None,
                    reason,
                }
            }
        }
    }
}

/// A whole call was refused: nothing in it was done.
fn refused(error: &ApiError, http: u16) -> Stop {
    let kind = match classify(&error.code, &error.message, http) {
        Class::HoldConnection { quota: true } => HoldKind::Quota,
        Class::HoldConnection { quota: false }
        | Class::NeedsReauthorisation
        | Class::Park
        | Class::Ours => HoldKind::Refused,
        Class::BackOffConnection => HoldKind::Busy,
        _ => HoldKind::Outage,
    };
    Stop::Hold {
        kind,
        wait: None,
        reason: error.to_string(),
    }
}
