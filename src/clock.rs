//! Time and randomness as values that are passed in, so that tests own them.

use std::sync::Arc;
use std::sync::LazyLock;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use futures::future::BoxFuture;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use uuid::Uuid;

/// Where "now" comes from.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    Manual(Arc<AtomicI64>),
    Simulated(Arc<dyn Timeline>),
}

/// Time that a simulation owns.
pub trait Timeline: Send + Sync + std::fmt::Debug {
    /// What a clock on the wall shows; may be wrong, and may be set.
    fn now(&self) -> Timestamp;

    /// How much time has passed since some moment; nobody can set it.
    fn elapsed(&self) -> Duration;

    /// Returns when at least that much time has passed.
    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()>;
}

/// When this process first asked how much time has passed.
static BEGUN: LazyLock<Instant> = LazyLock::new(Instant::now);

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands still until it is told to move.
    pub fn manual(start: Timestamp) -> Self {
        Self(Source::Manual(Arc::new(AtomicI64::new(
            start.as_microsecond(),
        ))))
    }

    /// A simulation's clock.
    pub fn simulated(timeline: Arc<dyn Timeline>) -> Self {
        Self(Source::Simulated(timeline))
    }

    #[allow(
        clippy::disallowed_methods,
        reason = "the one place that reads the clock"
    )]
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Source::System => Timestamp::now(),
            Source::Manual(at) => Timestamp::from_microsecond(at.load(Ordering::SeqCst))
                .unwrap_or(Timestamp::UNIX_EPOCH),
            Source::Simulated(timeline) => timeline.now(),
        }
    }

    /// How much time has passed since some moment, whatever the clock on the wall was
    /// set to meanwhile.
    pub fn elapsed(&self) -> Duration {
        match &self.0 {
            Source::System => BEGUN.elapsed(),
            Source::Manual(at) => {
                let moved = u64::try_from(at.load(Ordering::SeqCst)).unwrap_or(0);
                Duration::from_micros(moved) + BEGUN.elapsed()
            }
            Source::Simulated(timeline) => timeline.elapsed(),
        }
    }

    /// Returns when at least that much time has passed. A manual clock can't be waited
    /// for; beside one it is the machine's time that passes.
    pub async fn sleep(&self, time: Duration) {
        match &self.0 {
            Source::System | Source::Manual(_) => tokio::time::sleep(time).await,
            Source::Simulated(timeline) => timeline.sleep(time).await,
        }
    }

    /// Microseconds since 1970, as the database holds them.
    pub fn now_micros(&self) -> i64 {
        self.now().as_microsecond()
    }

    /// Moves a manual clock forward; any other ignores it.
    pub fn advance(&self, by: Duration) {
        if let Source::Manual(at) = &self.0 {
            let micros = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
            at.fetch_add(micros, Ordering::SeqCst);
        }
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

    fn lock(&self) -> std::sync::MutexGuard<'_, StdRng> {
        // A panic while drawing numbers leaves nothing half done.
        self.0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// Both, as use cases take them.
#[derive(Clone, Debug)]
pub struct Ambient {
    pub clock: Clock,
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
