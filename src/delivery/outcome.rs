//! What became of each row: from Salesforce's outcomes to states of deliveries.

use std::time::Duration;

use clock::Ambient;
use domain::deliveries::attempts::Cause;
use domain::deliveries::outcome::{Class, LINKED_ACCOUNT_GONE, backoff, classify};
use domain::deliveries::{DeliveryState, NO_ANSWER, SERVER_ERROR};
use domain::matching::Match;
use domain::matching::candidates::RecordId;
use domain::salesforce::HoldKind;
use jiff::Timestamp;
use salesforce::ApiError;
use store::deliveries::due::DueDelivery;
use store::deliveries::journal::Settlement;

use super::limits::{FIRST_QUESTION, MATCHES, QUICK_RETRIES, RETRIES};
use super::stop::Stop;

/// Why a whole connection is kept back, and for how long: for a while that grows with
/// each time where nobody said.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct HoldBack {
    pub kind: HoldKind,
    pub wait: Option<Duration>,
    pub reason: String,
}

/// The rows of a batch as they will be settled, and what they say about more
/// than themselves.
#[derive(Default)]
pub(super) struct Outcome {
    pub rows: Vec<Settlement>,
    /// Deliveries whose match was wrong: drop what was believed about them.
    pub forget: Vec<DueDelivery>,
    /// Deliveries that found no match, whose rows say so.
    pub unmatched: Vec<DueDelivery>,
    /// Keep the whole connection back.
    pub hold: Option<HoldBack>,
    /// The org's statuses or priorities may have been renamed.
    pub reread_profile: bool,
    /// More was due than one turn sends.
    pub more: bool,
    /// For how long the next batch may fill.
    pub linger: Option<Duration>,
    /// When the Tasks that it wrote were handed over.
    pub sent_at: Option<Timestamp>,
}

/// As it is, to be changed in what happened.
pub(super) fn unchanged(due: &DueDelivery) -> Settlement {
    Settlement {
        id: due.id,
        was: due.state,
        state: due.state,
        due_at: Timestamp::UNIX_EPOCH,
        attempts: due.attempts,
        sent_at: None,
        sent_org_at: None,
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
    note_written(due, &task);
    Settlement {
        state: DeliveryState::Delivered,
        task: Some(task),
        ..matched(due, found, owner)
    }
}

/// Says in the log that the Task is there, and which request it goes back to.
pub(super) fn note_written(due: &DueDelivery, task: &RecordId) {
    let (activity, request) = (due.activity.id, due.activity.request.as_ref());
    let request_id = request.map(tracing::field::display);
    tracing::info!(delivery = %due.id, %activity, request_id, %task, "a Task was written");
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
        due_at: later(now, FIRST_QUESTION),
        sent_at: Some(now),
        error_code: code.to_owned(),
        error_message: message.to_owned(),
        ..unchanged(due)
    }
}

/// The same with the match that it was sent with.
pub(super) fn uncertain_at(row: Settlement, found: &Match) -> Settlement {
    Settlement {
        who: found.who.clone(),
        what: found.what.clone(),
        reason: found.reason.clone(),
        ..row
    }
}

/// What was journalled for a call that stopped: nothing was done for certain, or nobody
/// knows. `found`: the match that it was sent with, where it has one already.
pub(super) fn after_stop(
    due: &DueDelivery,
    found: Option<&Match>,
    stop: &Stop,
    now: Timestamp,
) -> Settlement {
    let Stop::Unknown { message, answered } = stop else {
        return put_back(due, now);
    };
    let uncertain = uncertain(due, message, *answered, now);
    match found {
        Some(found) => uncertain_at(uncertain, found),
        None => uncertain,
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
    /// there are to try. Answers the state that it gets.
    pub(super) fn refused(
        &mut self,
        ambient: &Ambient,
        due: &DueDelivery,
        found: Option<&Match>,
        error: &ApiError,
        owners: usize,
    ) -> DeliveryState {
        let now = ambient.now();
        let class = classify(&error.code, &error.message, 200);
        if matches!(class, Class::AlreadyCreated | Class::Unknown) {
            let row = uncertain(due, &error.message, true, now);
            self.rows.push(match found {
                Some(found) => uncertain_at(row, found),
                None => row,
            });
            return DeliveryState::Uncertain;
        }
        self.note(class, due, error);
        let skipped = due.skipped_owners + i64::from(class == Class::NextOwner);
        let another = usize::try_from(skipped).is_ok_and(|skipped| skipped < owners);
        let next = next(class, due, error, another);
        let attempts = next
            .cause()
            .map_or(due.attempts, |cause| due.attempts.plus(cause));
        let due_at = match next {
            Next::Retry => {
                let attempt = attempts.count(Cause::Passing);
                let quick = attempt <= QUICK_RETRIES;
                later(now, backoff(attempt, quick, ambient.random.below(u64::MAX)))
            }
            Next::Soon(_) => later(now, Duration::from_secs(1)),
            Next::AtOnce | Next::PutBack | Next::Park => now,
        };
        let state = match next {
            Next::Retry | Next::Soon(_) | Next::AtOnce => DeliveryState::Waiting,
            Next::PutBack => DeliveryState::Pending,
            Next::Park => DeliveryState::Parked,
        };
        self.rows.push(Settlement {
            state,
            due_at,
            attempts,
            skipped_owners: skipped,
            error_code: error.code.clone(),
            error_message: error.message.clone(),
            ..match found {
                Some(found) => matched(due, found, None),
                None => unchanged(due),
            }
        });
        state
    }

    /// What the error says about more than its row.
    fn note(&mut self, class: Class, due: &DueDelivery, error: &ApiError) {
        let hold = |kind| {
            Some(HoldBack {
                kind,
                wait: None,
                reason: error.to_string(),
            })
        };
        match class {
            Class::MatchAgain | Class::FollowConvertedLead => self.forget.push(due.clone()),
            Class::HoldConnection { quota: true } => self.hold = hold(HoldKind::Quota),
            Class::HoldConnection { quota: false } | Class::NeedsReauthorisation => {
                self.hold = hold(HoldKind::Refused);
            }
            Class::BackOffConnection if self.hold.is_none() => self.hold = hold(HoldKind::Busy),
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
    Soon(Cause),
    /// With another owner.
    AtOnce,
    /// As if it had not been tried; the connection waits.
    PutBack,
    Park,
}

impl Next {
    fn cause(self) -> Option<Cause> {
        match self {
            Self::Retry => Some(Cause::Passing),
            Self::Soon(cause) => Some(cause),
            Self::AtOnce => Some(Cause::Owner),
            Self::PutBack | Self::Park => None,
        }
    }
}

/// `another`: whether there is an owner left to try.
fn next(class: Class, due: &DueDelivery, error: &ApiError, another: bool) -> Next {
    let tried = |cause| due.attempts.count(cause);
    match class {
        Class::RetryRow if tried(Cause::Passing) < RETRIES => Next::Retry,
        Class::RefreshSession if tried(Cause::Session) < MATCHES => Next::Soon(Cause::Session),
        Class::MatchAgain | Class::FollowConvertedLead if tried(Cause::Match) < MATCHES => {
            Next::Soon(Cause::Match)
        }
        Class::NextOwner if another => Next::AtOnce,
        Class::HoldConnection { .. } | Class::NeedsReauthorisation | Class::BackOffConnection => {
            Next::PutBack
        }
        Class::Park if is_picklist(error) && tried(Cause::Choices) == 0 => {
            Next::Soon(Cause::Choices)
        }
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
