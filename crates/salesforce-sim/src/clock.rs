//! The org's own clock. Real by default; a test may stop it and move it by hand.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;

const RUNNING: i64 = i64::MIN;

/// Tells the org what time it is, in milliseconds since 1970.
#[derive(Debug)]
pub struct Clock {
    stopped_at: AtomicI64,
}

impl Default for Clock {
    fn default() -> Self {
        Self {
            stopped_at: AtomicI64::new(RUNNING),
        }
    }
}

impl Clock {
    /// Stops the clock at `millis` since 1970; later calls move it.
    pub fn set(&self, millis: i64) {
        self.stopped_at.store(millis, Ordering::SeqCst);
    }

    /// Moves the clock by `millis`, stopping it if it was running.
    pub fn advance(&self, millis: i64) {
        self.set(self.now() + millis);
    }

    /// Lets the clock follow the machine's time again.
    pub fn run(&self) {
        self.stopped_at.store(RUNNING, Ordering::SeqCst);
    }

    /// Milliseconds since 1970.
    #[allow(clippy::disallowed_methods)]
    pub fn now(&self) -> i64 {
        match self.stopped_at.load(Ordering::SeqCst) {
            RUNNING => Timestamp::now().as_millisecond(),
            stopped => stopped,
        }
    }
}
