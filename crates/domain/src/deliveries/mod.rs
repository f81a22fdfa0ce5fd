//! The life of a delivery: one activity on its way to one connection.

pub mod attempts;
pub mod outcome;
pub mod past;
pub mod remedy;
pub mod task;
pub mod task_audit;
pub mod unmatched;

use crate::keyed::keyed;

/// Nothing is ever dropped: a state that isn't `Delivered` says why, and can be
/// acted on.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum DeliveryState {
    /// To be sent as soon as its lane is served.
    Pending,
    /// Handed to Salesforce; the answer is not settled yet.
    Sending,
    /// To be tried again at its due time.
    Waiting,
    /// Salesforce may or may not have written it: will be asked, not resent.
    Uncertain,
    /// A Task exists.
    Delivered,
    /// Nothing in Salesforce belongs to it.
    Unmatched,
    /// Needs an Admin; the error says what.
    Parked,
    /// Given up on purpose, by uninstalling or by an Admin.
    Cancelled,
}

impl DeliveryState {
    /// Every state, in the order of a delivery's life.
    pub const ALL: [Self; 8] = [
        Self::Pending,
        Self::Sending,
        Self::Waiting,
        Self::Uncertain,
        Self::Delivered,
        Self::Unmatched,
        Self::Parked,
        Self::Cancelled,
    ];

    /// The stable name in the database and in addresses.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Sending => "sending",
            Self::Waiting => "waiting",
            Self::Uncertain => "uncertain",
            Self::Delivered => "delivered",
            Self::Unmatched => "unmatched",
            Self::Parked => "parked",
            Self::Cancelled => "cancelled",
        }
    }

    /// What the dashboard calls it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::Sending => "Sending",
            Self::Waiting => "Waiting",
            Self::Uncertain => "Checking",
            Self::Delivered => "Delivered",
            Self::Unmatched => "No match",
            Self::Parked => "Needs attention",
            Self::Cancelled => "Cancelled",
        }
    }

    /// Whether the engine still has work with it.
    pub const fn is_open(self) -> bool {
        matches!(
            self,
            Self::Pending | Self::Sending | Self::Waiting | Self::Uncertain
        )
    }
}

keyed!(DeliveryState, "a state of a delivery");

/// The error code of a delivery whose call got no answer at all, or one from a gateway:
/// Salesforce may go on working on it for a while.
pub const NO_ANSWER: &str = "NO_ANSWER";
/// The error code of a delivery whose call Salesforce itself answered with a failure.
pub const SERVER_ERROR: &str = "SERVER_ERROR";
/// The error code of a delivery that a worker was sending when it stopped.
pub const WORKER_LOST: &str = "WORKER_LOST";
/// The error code of a delivery that was open in an older copy of the database, which
/// knows nothing of what was sent since.
pub const RESTORED: &str = "RESTORED";
/// The error code of a delivery whose Task may exist where nobody can see it.
pub const TASK_NOT_VISIBLE: &str = "TASK_NOT_VISIBLE";

/// Whether an error code is Gatehouse's own, and not one of Salesforce's.
pub fn is_own_code(code: &str) -> bool {
    let own = [
        NO_ANSWER,
        SERVER_ERROR,
        WORKER_LOST,
        RESTORED,
        TASK_NOT_VISIBLE,
    ];
    own.contains(&code)
}

/// How many lanes a connection's deliveries are spread over.
pub const LANES: i64 = 16;

/// The lane of whoever acted: the same company always in the same lane.
/// FNV-1a, because it must stay the same over versions and machines.
pub fn lane_of(company_key: &str) -> i64 {
    let hash = company_key
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
    i64::try_from(hash % LANES.unsigned_abs()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_found_by_its_key() {
        for state in DeliveryState::ALL {
            assert_eq!(state.key().parse(), Ok(state));
        }
    }

    #[test]
    fn a_company_stays_in_its_lane_and_companies_spread() {
        assert_eq!(lane_of("example.com"), lane_of("example.com"));
        let used: std::collections::HashSet<_> = (0..200)
            .map(|n| lane_of(&format!("company-{n}.com")))
            .collect();
        assert_eq!(used.len(), 16);
    }
}
