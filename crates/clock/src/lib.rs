//! Time and randomness as values that are passed in, so that tests own them.

#![warn(missing_docs)]

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use uuid::Uuid;

/// Where "now" comes from: the time of day, which may be corrected at any moment,
/// and the time that has passed, which only grows.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    /// Holds when the process started to measure.
    System(Instant),
    Manual(Arc<Manual>),
}

/// A clock that stands still until it is moved.
#[derive(Debug)]
struct Manual {
    /// Microseconds since 1970.
    wall: AtomicI64,
    /// Microseconds since the clock was made.
    passed: AtomicU64,
    sleepers: Mutex<Sleepers>,
}

/// Who waits, by when they are to be woken.
#[derive(Debug, Default)]
struct Sleepers {
    next_id: u64,
    waiting: BTreeMap<(u64, u64), Waker>,
}

impl Clock {
    /// The machine's clock.
    #[allow(
        clippy::disallowed_methods,
        reason = "the one place that reads the clock"
    )]
    pub fn system() -> Self {
        Self(Source::System(Instant::now()))
    }

    /// A clock that stands still until it is told to move.
    pub fn manual(start: Timestamp) -> Self {
        Self(Source::Manual(Arc::new(Manual {
            wall: AtomicI64::new(start.as_microsecond()),
            passed: AtomicU64::new(0),
            sleepers: Mutex::default(),
        })))
    }

    /// The time of day, in UTC.
    #[allow(
        clippy::disallowed_methods,
        reason = "the one place that reads the clock"
    )]
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Source::System(_) => Timestamp::now(),
            Source::Manual(manual) => {
                Timestamp::from_microsecond(manual.wall.load(Ordering::SeqCst))
                    .unwrap_or(Timestamp::UNIX_EPOCH)
            }
        }
    }

    /// Microseconds since 1970, as the database holds them.
    pub fn now_micros(&self) -> i64 {
        self.now().as_microsecond()
    }

    /// How much time has passed since the clock was made, whatever happened to
    /// the time of day meanwhile. A machine that is suspended may not count it.
    #[allow(
        clippy::disallowed_methods,
        reason = "the one place that reads the clock"
    )]
    pub fn passed(&self) -> Duration {
        match &self.0 {
            Source::System(start) => start.elapsed(),
            Source::Manual(manual) => Duration::from_micros(manual.passed.load(Ordering::SeqCst)),
        }
    }

    /// Returns when this much time has passed.
    pub async fn sleep(&self, length: Duration) {
        match &self.0 {
            Source::System(_) => tokio::time::sleep(length).await,
            Source::Manual(manual) => {
                let until = manual.passed.load(Ordering::SeqCst) + micros(length);
                Sleep::new(manual.clone(), until).await;
            }
        }
    }

    /// Lets time pass on a manual clock; a system clock ignores it.
    pub fn advance(&self, by: Duration) {
        if let Source::Manual(manual) = &self.0 {
            let micros = micros(by);
            let signed = i64::try_from(micros).unwrap_or(i64::MAX);
            manual.wall.fetch_add(signed, Ordering::SeqCst);
            let passed = manual.passed.fetch_add(micros, Ordering::SeqCst) + micros;
            manual.wake(passed);
        }
    }

    /// Corrects a manual clock's time of day, without any time passing.
    pub fn set_time_of_day(&self, to: Timestamp) {
        if let Source::Manual(manual) = &self.0 {
            manual.wall.store(to.as_microsecond(), Ordering::SeqCst);
        }
    }

    /// How much has to pass on a manual clock until the next sleeper wakes; `None` where
    /// nothing sleeps, and for a system clock.
    pub fn until_next_sleeper(&self) -> Option<Duration> {
        let Source::Manual(manual) = &self.0 else {
            return None;
        };
        let (until, _) = *manual.lock().waiting.first_key_value()?.0;
        let passed = manual.passed.load(Ordering::SeqCst);
        Some(Duration::from_micros(until.saturating_sub(passed)))
    }
}

fn micros(length: Duration) -> u64 {
    u64::try_from(length.as_micros()).unwrap_or(u64::MAX / 2)
}

impl Manual {
    fn lock(&self) -> MutexGuard<'_, Sleepers> {
        // A list of wakers is whole whatever panicked meanwhile.
        self.sleepers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wake(&self, passed: u64) {
        let mut due = self.lock();
        let later = due.waiting.split_off(&(passed + 1, 0));
        let woken = std::mem::replace(&mut due.waiting, later);
        drop(due);
        for waker in woken.into_values() {
            waker.wake();
        }
    }
}

/// Waits on a manual clock.
struct Sleep {
    manual: Arc<Manual>,
    key: (u64, u64),
}

impl Sleep {
    fn new(manual: Arc<Manual>, until: u64) -> Self {
        let mut sleepers = manual.lock();
        sleepers.next_id += 1;
        let key = (until, sleepers.next_id);
        drop(sleepers);
        Self { manual, key }
    }
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut sleepers = self.manual.lock();
        if self.manual.passed.load(Ordering::SeqCst) >= self.key.0 {
            return Poll::Ready(());
        }
        sleepers.waiting.insert(self.key, context.waker().clone());
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        self.manual.lock().waiting.remove(&self.key);
    }
}

/// Where randomness comes from; clones share one source.
#[derive(Clone)]
pub struct Random(Arc<Mutex<StdRng>>);

impl std::fmt::Debug for Random {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Random")
    }
}

impl Random {
    /// Seeded by the operating system.
    #[allow(
        clippy::disallowed_methods,
        reason = "the one place that seeds randomness"
    )]
    pub fn system() -> Self {
        Self(Arc::new(Mutex::new(StdRng::from_rng(&mut rand::rng()))))
    }

    /// The same sequence for the same seed: for tests only.
    pub fn seeded(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(StdRng::seed_from_u64(seed))))
    }

    /// `N` random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.lock().fill_bytes(&mut bytes);
        bytes
    }

    /// A number from 0 up to and without `bound`; 0 where `bound` is 0.
    pub fn below(&self, bound: u64) -> u64 {
        if bound == 0 {
            return 0;
        }
        self.lock().next_u64() % bound
    }

    /// A UUIDv7: sorts by the time given.
    pub fn uuid(&self, now: Timestamp) -> Uuid {
        let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &self.bytes::<10>()).into_uuid()
    }

    fn lock(&self) -> MutexGuard<'_, StdRng> {
        // A panic while drawing numbers leaves nothing half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Both, as use cases take them.
#[derive(Clone, Debug)]
pub struct Ambient {
    /// What time it is and how much of it has passed.
    pub clock: Clock,
    /// Where identifiers, tokens and nonces come from.
    pub random: Random,
}

impl Ambient {
    /// The machine's own.
    pub fn system() -> Self {
        Self {
            clock: Clock::system(),
            random: Random::system(),
        }
    }

    /// The time of day of [`Self::clock`], in UTC.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The date in UTC.
    pub fn today(&self) -> Date {
        self.now().to_zoned(TimeZone::UTC).date()
    }

    /// A new identifier: `ambient.id(AccountId::from_uuid)`.
    pub fn id<T>(&self, wrap: fn(Uuid) -> T) -> T {
        wrap(self.random.uuid(self.now()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_sleeper_wakes_when_its_time_has_passed_and_not_when_the_day_is_corrected() {
        let clock = Clock::manual(Timestamp::UNIX_EPOCH);
        let mut sleep = Box::pin(clock.sleep(Duration::from_secs(10)));
        assert!(futures::poll!(&mut sleep).is_pending());
        assert_eq!(clock.until_next_sleeper(), Some(Duration::from_secs(10)));
        clock.set_time_of_day(Timestamp::from_second(7200).unwrap());
        clock.advance(Duration::from_secs(9));
        assert!(futures::poll!(&mut sleep).is_pending());
        clock.advance(Duration::from_secs(1));
        assert!(futures::poll!(&mut sleep).is_ready());
        assert_eq!(clock.until_next_sleeper(), None);
        assert_eq!(clock.now(), Timestamp::from_second(7210).unwrap());
        assert_eq!(clock.passed(), Duration::from_secs(10));
    }
}
