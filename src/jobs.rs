//! Background jobs that run as long as the program: one that breaks off is logged by
//! its name and started again, and the program isn't ready meanwhile.

use std::any::Any;
use std::collections::BTreeMap;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use clock::Clock;
use tokio::task::JoinError;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

/// How long a job that broke off is left alone, at first and at most.
const PAUSE: (Duration, Duration) = (Duration::from_secs(1), Duration::from_mins(1));

/// The jobs of this process. Clones share them.
#[derive(Clone, Debug)]
pub struct Jobs {
    clock: Clock,
    /// How many of each name are waiting to be started again.
    down: Arc<Mutex<BTreeMap<&'static str, usize>>>,
}

impl Jobs {
    pub fn new(clock: Clock) -> Self {
        Self {
            clock,
            down: Arc::default(),
        }
    }

    /// Runs the job until `stop`; one that ends before is started again, after a
    /// pause that doubles each time until it has run for a minute.
    pub async fn supervise<F>(
        &self,
        name: &'static str,
        stop: &CancellationToken,
        job: impl Fn() -> F,
    ) where
        F: Future<Output = ()> + Send + 'static,
    {
        let mut pause = PAUSE.0;
        while !stop.is_cancelled() {
            let begun = self.clock.passed();
            let ended = AbortOnDropHandle::new(tokio::spawn(job())).await;
            if stop.is_cancelled() {
                if let Err(error) = ended {
                    tracing::error!(
                        job = name,
                        error = words(error),
                        "a job broke off at the end"
                    );
                }
                return;
            }
            let cause = ended.map_or_else(words, |()| "it ended".to_owned());
            if self.clock.passed().saturating_sub(begun) > PAUSE.1 {
                pause = PAUSE.0;
            }
            tracing::error!(
                job = name,
                error = cause,
                seconds = pause.as_secs(),
                "a job broke off; it is started again"
            );
            let _down = Down::new(self, name);
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.clock.sleep(pause) => {}
            }
            pause = (pause * 2).min(PAUSE.1);
        }
    }

    /// The names of jobs that don't run now.
    pub fn down(&self) -> Vec<&'static str> {
        self.lock().keys().copied().collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<&'static str, usize>> {
        self.down.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A job counts as down as long as this lives.
struct Down<'a>(&'a Jobs, &'static str);

impl<'a> Down<'a> {
    fn new(jobs: &'a Jobs, name: &'static str) -> Self {
        *jobs.lock().entry(name).or_default() += 1;
        Self(jobs, name)
    }
}

impl Drop for Down<'_> {
    fn drop(&mut self) {
        let mut down = self.0.lock();
        if let Some(count) = down.get_mut(self.1) {
            *count -= 1;
            if *count == 0 {
                down.remove(self.1);
            }
        }
    }
}

/// What a panic said.
fn words(error: JoinError) -> String {
    let Ok(panic) = error.try_into_panic() else {
        return "it was cancelled".to_owned();
    };
    let text = |panic: &(dyn Any + Send)| {
        let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
        text.or_else(|| panic.downcast_ref::<String>().cloned())
    };
    text(&*panic).unwrap_or_else(|| "it panicked".to_owned())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    /// A job that breaks off twice and then runs until `stop`.
    async fn fragile(begun: Arc<AtomicUsize>, stop: CancellationToken) {
        match begun.fetch_add(1, Ordering::SeqCst) {
            0 => panic!("a lookup failed"),
            1 => {}
            _ => stop.cancelled().await,
        }
    }

    async fn until(condition: impl Fn() -> bool) {
        while !condition() {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn a_job_that_breaks_off_is_started_again_and_seen_to_be_down() {
        let clock = Clock::manual(jiff::Timestamp::UNIX_EPOCH);
        let (jobs, stop) = (Jobs::new(clock.clone()), CancellationToken::new());
        let begun = Arc::new(AtomicUsize::new(0));
        let supervised = {
            let (jobs, begun, stop) = (jobs.clone(), begun.clone(), stop.clone());
            tokio::spawn(async move {
                let job = || fragile(begun.clone(), stop.clone());
                jobs.supervise("deliveries", &stop, job).await;
            })
        };
        for (runs, pause) in [(1, 1), (2, 2)] {
            until(|| begun.load(Ordering::SeqCst) == runs && jobs.down() == ["deliveries"]).await;
            until(|| clock.until_next_sleeper().is_some()).await;
            clock.advance(Duration::from_secs(pause));
        }
        until(|| begun.load(Ordering::SeqCst) == 3 && jobs.down().is_empty()).await;
        stop.cancel();
        supervised.await.unwrap();
    }
}
