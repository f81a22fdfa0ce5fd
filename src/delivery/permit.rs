//! The permit to make one call that writes.
//!
//! It is handed out with the journal's commit and soon ends: whoever finds the
//! deliveries journalled, and their worker gone, must know until when the call may
//! still begin. A worker that was paused, or a machine that was suspended, between the
//! journal and the call sends nothing anymore.

use std::sync::Arc;
use std::time::Duration;

use clock::Clock;
use jiff::{SignedDuration, Timestamp};
use salesforce::SendGuard;

use super::limits::{CLOCKS_AGREE, PERMIT};

#[derive(Clone, Debug)]
pub(super) struct Permit {
    clock: Clock,
    /// Both clocks when it was asked for, before the journal was written.
    passed: Duration,
    wall: Timestamp,
}

impl Permit {
    /// Its time runs from now. Only `journal` makes one that counts.
    pub(super) fn new(clock: &Clock) -> Self {
        Self {
            passed: clock.passed(),
            wall: clock.now(),
            clock: clock.clone(),
        }
    }

    /// The time of day at which it was asked for.
    pub(super) fn at(&self) -> Timestamp {
        self.wall
    }

    /// Whether a call may begin now. A jump of either clock ends it.
    pub(super) fn is_valid(&self) -> bool {
        let passed = self.clock.passed().saturating_sub(self.passed);
        let by_day = self.clock.now().duration_since(self.wall);
        let difference = by_day - SignedDuration::try_from(passed).unwrap_or(SignedDuration::MAX);
        passed <= PERMIT && difference.unsigned_abs() <= CLOCKS_AGREE
    }

    /// For the client, which asks at the last moment before anything is sent.
    pub(super) fn guard(&self) -> SendGuard {
        let permit = self.clone();
        Arc::new(move || permit.is_valid())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock() -> Clock {
        Clock::manual("2026-11-28T12:00:00Z".parse().unwrap())
    }

    #[test]
    fn a_call_may_begin_soon_after_the_journal_and_not_later() {
        let clock = clock();
        let permit = Permit::new(&clock);
        clock.advance(PERMIT);
        assert!(permit.is_valid());
        clock.advance(Duration::from_secs(1));
        assert!(!permit.is_valid());
    }

    #[test]
    fn a_correction_of_the_clock_or_a_suspended_machine_ends_it() {
        for jump in [-3600, -6, 6, 3600] {
            let clock = clock();
            let permit = Permit::new(&clock);
            clock.set_time_of_day(clock.now() + SignedDuration::from_secs(jump));
            assert!(!permit.is_valid(), "{jump} s");
        }
        let clock = clock();
        let permit = Permit::new(&clock);
        clock.set_time_of_day(clock.now() + SignedDuration::from_secs(1));
        assert!(permit.is_valid(), "a second is no jump");
    }
}
