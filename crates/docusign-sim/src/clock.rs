//! The clock. Real by default; a test may stop it and move it by hand.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;

const RUNNING: i64 = i64::MIN;

#[derive(Debug)]
pub struct Clock(AtomicI64);

impl Default for Clock {
    fn default() -> Self {
        Self(AtomicI64::new(RUNNING))
    }
}

impl Clock {
    /// Stops the clock at `millis` since 1970; later calls move it.
    pub fn set(&self, millis: i64) {
        self.0.store(millis, Ordering::SeqCst);
    }

    #[allow(
        clippy::disallowed_methods,
        reason = "the one place that reads the clock"
    )]
    pub fn now(&self) -> Timestamp {
        match self.0.load(Ordering::SeqCst) {
            RUNNING => Timestamp::now(),
            stopped => Timestamp::from_millisecond(stopped).unwrap_or(Timestamp::UNIX_EPOCH),
        }
    }
}
