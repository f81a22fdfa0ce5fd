//! What became of each row: from Salesforce's outcomes to states of deliveries.

use std::time::Duration;

use jiff::Timestamp;

use crate::clock::Ambient;
use crate::domain::candidates::RecordId;
use crate::domain::delivery::DeliveryState;
use crate::domain::matching::Match;
use crate::domain::outcome::{Class, LINKED_ACCOUNT_GONE, backoff, classify};
use crate::salesforce::ApiError;
use crate::store::delivery_work::{DueDelivery, Settlement};

use super::line::LONG_HOLD;

/// Written as the code of an uncertain delivery, so that it is known how long
/// Salesforce may still be working on it.
pub(super) const NO_ANSWER: &str = "NO_ANSWER";
pub(super) const SERVER_ERROR: &str = "SERVER_ERROR";

/// After so many matches that turned out to be gone, an Admin should look.
const MATCHES: i64 = 5;
/// After so many passing failures (about a day), an Admin should look.
const RETRIES: i64 = 30;

/// The rows of a batch as they will be settled, and what they say about more
/// than themselves.
#[derive(Default)]
pub(super) struct Outcome {
    pub rows: Vec<Settlement>,
    /// Deliveries whose match was wrong: drop what was believed about them.
    pub forget: Vec<DueDelivery>,
    /// Keep the whole connection back.
    pub hold: Option<(Option<Duration>, String)>,
    /// The org's statuses or priorities may have been renamed.
    pub reread_profile: bool,
}

/// As it is, to be changed in what happened.
pub(super) fn unchanged(due: &DueDelivery) -> Settlement {
    Settlement {
        id: due.id,
        state: due.state,
        due_at: Timestamp::UNIX_EPOCH,
        attempts: due.attempts,
        sent_at: due.sent_at,
        skipped_owners: due.skipped_owners,
        who: due.who.clone(),
        what: due.what.clone(),
        owner: due.owner.clone(),
        task: None,
        reason: due.reason.clone(),
        error_code: String::new(),
        error_message: String::new(),
    }
}

/// About to be handed to Salesforce.
pub(super) fn sending(due: &DueDelivery, reason: &str, now: Timestamp) -> Settlement {
    Settlement {
        state: DeliveryState::Sending,
        due_at: now,
        sent_at: Some(now),
        reason: reason.to_owned(),
        ..unchanged(due)
    }
}

/// Nothing was done: as if it had not been tried.
pub(super) fn put_back(due: &DueDelivery, now: Timestamp) -> Settlement {
    Settlement {
        state: DeliveryState::Pending,
        due_at: now,
        ..unchanged(due)
    }
}

pub(super) fn delivered(
    due: &DueDelivery,
    found: &Match,
    owner: Option<RecordId>,
    task: RecordId,
) -> Settlement {
    Settlement {
        state: DeliveryState::Delivered,
        task: Some(task),
        ..matched(due, found, owner)
    }
}

pub(super) fn unmatched(due: &DueDelivery, reason: String) -> Settlement {
    Settlement {
        state: DeliveryState::Unmatched,
        who: None,
        what: None,
        owner: None,
        reason,
        ..unchanged(due)
    }
}

/// Nothing is written on another Account than the linked one, so an Admin has to
/// look.
pub(super) fn link_broken(due: &DueDelivery, why: String) -> Settlement {
    Settlement {
        state: DeliveryState::Parked,
        error_code: LINKED_ACCOUNT_GONE.to_owned(),
        error_message: "the linked Salesforce Account is gone".to_owned(),
        ..unmatched(due, why)
    }
}

/// Salesforce may have written it: to be asked soon, and only then sent again.
pub(super) fn uncertain(
    due: &DueDelivery,
    message: &str,
    answered: bool,
    now: Timestamp,
) -> Settlement {
    let code = if answered { SERVER_ERROR } else { NO_ANSWER };
    Settlement {
        state: DeliveryState::Uncertain,
        due_at: later(now, Duration::from_secs(2)),
        sent_at: Some(now),
        error_code: code.to_owned(),
        error_message: message.to_owned(),
        ..unchanged(due)
    }
}

fn matched(due: &DueDelivery, found: &Match, owner: Option<RecordId>) -> Settlement {
    Settlement {
        who: found.who.clone(),
        what: found.what.clone(),
        owner,
        reason: found.reason.clone(),
        ..unchanged(due)
    }
}

impl Outcome {
    /// A row that Salesforce refused, by its error's class. `owners`: how many
    /// there are to try.
    pub fn refused(
        &mut self,
        ambient: &Ambient,
        due: &DueDelivery,
        found: Option<&Match>,
        error: &ApiError,
        owners: usize,
    ) {
        let now = ambient.now();
        let class = classify(&error.code, &error.message, 200);
        if matches!(class, Class::AlreadyCreated | Class::Unknown) {
            self.rows.push(uncertain(due, &error.message, true, now));
            return;
        }
        self.note(class, due, error);
        let skipped = due.skipped_owners + i64::from(class == Class::NextOwner);
        let another = usize::try_from(skipped).is_ok_and(|skipped| skipped < owners);
        let next = next(class, due, error, another);
        let due_at = match next {
            Next::Retry => {
                let attempt = u32::try_from(due.attempts + 1).unwrap_or(u32::MAX);
                later(now, backoff(attempt, ambient.random.below(u64::MAX)))
            }
            Next::Soon => later(now, Duration::from_secs(1)),
            Next::AtOnce | Next::PutBack | Next::Park => now,
        };
        self.rows.push(Settlement {
            state: match next {
                Next::Retry | Next::Soon | Next::AtOnce => DeliveryState::Waiting,
                Next::PutBack => DeliveryState::Pending,
                Next::Park => DeliveryState::Parked,
            },
            due_at,
            attempts: due.attempts + 1,
            skipped_owners: skipped,
            error_code: error.code.clone(),
            error_message: error.message.clone(),
            ..match found {
                Some(found) => matched(due, found, None),
                None => unchanged(due),
            }
        });
    }

    /// What the error says about more than its row.
    fn note(&mut self, class: Class, due: &DueDelivery, error: &ApiError) {
        match class {
            Class::MatchAgain | Class::FollowConvertedLead => self.forget.push(due.clone()),
            Class::HoldConnection { .. } | Class::NeedsReauthorisation => {
                self.hold = Some((Some(LONG_HOLD), error.to_string()));
            }
            Class::BackOffConnection => {
                self.hold.get_or_insert((None, error.to_string()));
            }
            Class::Park if is_picklist(error) => self.reread_profile = true,
            _ => {}
        }
    }
}

/// What happens next with a refused row.
#[derive(Clone, Copy)]
enum Next {
    /// Again after a while that grows.
    Retry,
    /// Again in a moment, because something else is done about it.
    Soon,
    /// With another owner.
    AtOnce,
    /// As if it had not been tried; the connection waits.
    PutBack,
    Park,
}

/// `another`: whether there is an owner left to try.
fn next(class: Class, due: &DueDelivery, error: &ApiError, another: bool) -> Next {
    match class {
        Class::RetryRow if due.attempts < RETRIES => Next::Retry,
        Class::RefreshSession | Class::MatchAgain | Class::FollowConvertedLead
            if due.attempts < MATCHES =>
        {
            Next::Soon
        }
        Class::NextOwner if another => Next::AtOnce,
        Class::HoldConnection { .. } | Class::NeedsReauthorisation | Class::BackOffConnection => {
            Next::PutBack
        }
        Class::Park if is_picklist(error) && due.attempts == 0 => Next::Soon,
        _ => Next::Park,
    }
}

/// A status or priority that the org no longer has.
fn is_picklist(error: &ApiError) -> bool {
    error.code == "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"
}

pub(super) fn later(now: Timestamp, by: Duration) -> Timestamp {
    now.checked_add(by).unwrap_or(Timestamp::MAX)
}
