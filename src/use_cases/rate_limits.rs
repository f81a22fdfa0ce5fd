//! How often someone may try a secret, or have an email sent.

use std::time::Duration;

use jiff::Timestamp;
use store::Tx;
use tracing::instrument;

/// Wrong tries by one person: whoever goes on waits longer.
const DELAYS: [(i64, Duration); 3] = [
    (10, Duration::from_mins(15)),
    (20, Duration::from_hours(1)),
    (30, Duration::from_hours(24)),
];

/// What counts an attempt.
#[derive(Clone, Debug)]
pub struct Counter {
    key: String,
    most: i64,
    window: Duration,
    /// Starts again after a success.
    is_own: bool,
}

impl Counter {
    /// At most so many in so long, whether they succeed or not.
    pub fn new(key: String, (most, window): (i64, Duration)) -> Self {
        Self {
            key,
            most,
            window,
            is_own: false,
        }
    }

    /// What counts the wrong tries of a secret.
    pub fn of_secret(key: &str) -> Vec<Self> {
        let own = |delay: (i64, Duration)| Self {
            is_own: true,
            ..Self::new(format!("{key}:{}", delay.0), delay)
        };
        DELAYS.map(own).to_vec()
    }
}

/// Counts an attempt. Answers how long to wait, where it is one too many.
#[instrument(name = "rate_limits.count", skip_all)]
pub async fn count(
    tx: &mut Tx,
    counters: &[Counter],
    now: Timestamp,
) -> store::Result<Option<Duration>> {
    let mut wait = None;
    for counter in counters {
        let (key, most, window) = (&counter.key, counter.most, counter.window);
        if !store::rate_limits::allow(tx, key, most, window, now).await? {
            wait = wait.max(Some(window));
        }
    }
    Ok(wait)
}

/// The secret was right: wrong tries are counted from nothing.
#[instrument(name = "rate_limits.forget", skip_all)]
pub async fn forget(tx: &mut Tx, counters: &[Counter]) -> store::Result<()> {
    for counter in counters.iter().filter(|counter| counter.is_own) {
        store::rate_limits::forget(tx, &counter.key).await?;
    }
    Ok(())
}

/// How long to wait, in words.
pub fn waiting(time: Duration) -> &'static str {
    match time.as_secs() / 60 {
        ..=15 => "15 minutes",
        16..=60 => "an hour",
        _ => "a day",
    }
}
