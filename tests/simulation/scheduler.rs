//! Who runs next, and what time it is.
//!
//! Whatever uses the database or the org waits for its *turn* first. The run picks one
//! of those that wait, by the seed, and lets it go on until everything waits again;
//! when nobody can go on, time jumps to the next moment at which someone can. So there
//! is never more than one at work, and the same seed gives the same run.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use tokio::sync::Notify;

/// What everything in a run shares. Clones are the same.
#[derive(Clone)]
pub struct Scheduler(Arc<Shared>);

struct Shared {
    state: Mutex<State>,
    /// Told when the database has come to rest.
    rested: Notify,
}

struct State {
    /// Since the run began.
    now: Duration,
    rng: StdRng,
    waiting: Vec<Waiting>,
    turns: u64,
    /// Statements that a database is at work on.
    at_work: usize,
    commits: u64,
    /// Replicas whose process ends now.
    ended: Vec<usize>,
    trace: Option<Vec<String>>,
}

struct Waiting {
    id: u64,
    replica: usize,
    at: Duration,
    pause: bool,
    granted: bool,
    waker: Option<Waker>,
}

impl Scheduler {
    pub fn new(seed: u64, traced: bool) -> Self {
        Self(Arc::new(Shared {
            state: Mutex::new(State {
                now: Duration::ZERO,
                rng: StdRng::seed_from_u64(seed ^ 0x5eed),
                waiting: Vec::new(),
                turns: 0,
                at_work: 0,
                commits: 0,
                ended: Vec::new(),
                trace: traced.then(Vec::new),
            }),
            rested: Notify::new(),
        }))
    }

    pub fn now(&self) -> Duration {
        self.lock().now
    }

    pub fn advance_to(&self, time: Duration) {
        let mut state = self.lock();
        state.now = state.now.max(time);
    }

    /// A number below `bound`, by the seed.
    pub fn below(&self, bound: u64) -> u64 {
        self.lock().rng.random_range(0..bound.max(1))
    }

    /// Returns when that much time has passed and the run lets this replica go on.
    pub fn turn(&self, replica: usize, after: Duration) -> Turn {
        self.wait(replica, after, false)
    }

    /// The same for someone who only gets no time for so long.
    pub fn pause(&self, replica: usize, length: Duration) -> Turn {
        self.wait(replica, length, true)
    }

    fn wait(&self, replica: usize, after: Duration, pause: bool) -> Turn {
        let mut state = self.lock();
        state.turns += 1;
        let id = state.turns;
        let at = state.now + after;
        state.waiting.push(Waiting {
            id,
            replica,
            at,
            pause,
            granted: false,
            waker: None,
        });
        Turn {
            scheduler: self.clone(),
            id,
        }
    }

    /// How many turns were given out.
    pub fn turns(&self) -> u64 {
        self.lock().turns
    }

    /// Ends all pauses.
    pub fn end_pauses(&self) {
        let mut state = self.lock();
        let now = state.now;
        for turn in state.waiting.iter_mut().filter(|turn| turn.pause) {
            turn.at = turn.at.min(now);
        }
    }

    /// Lets one of those go on that can, of the replicas that may. Answers whose it is.
    pub fn grant(&self, may_run: impl Fn(usize) -> bool) -> Option<usize> {
        let mut state = self.lock();
        let now = state.now;
        let ready: Vec<usize> = (0..state.waiting.len())
            .filter(|n| {
                let turn = &state.waiting[*n];
                turn.at <= now && !turn.granted && may_run(turn.replica)
            })
            .collect();
        if ready.is_empty() {
            return None;
        }
        let chosen = ready[state.rng.random_range(0..ready.len())];
        let turn = &mut state.waiting[chosen];
        turn.granted = true;
        let (replica, waker) = (turn.replica, turn.waker.take());
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
        Some(replica)
    }

    /// When the next of these replicas can go on.
    pub fn next_turn(&self, may_run: impl Fn(usize) -> bool) -> Option<Duration> {
        let state = self.lock();
        let turns = state.waiting.iter().filter(|turn| may_run(turn.replica));
        turns.map(|turn| turn.at).min()
    }

    /// The process of this replica ends; what asked for it never goes on.
    pub async fn end_process(&self, replica: usize) {
        self.lock().ended.push(replica);
        std::future::pending::<()>().await;
    }

    pub fn take_ended(&self) -> Vec<usize> {
        std::mem::take(&mut self.lock().ended)
    }

    pub fn at_work(&self) {
        self.lock().at_work += 1;
    }

    pub fn at_rest(&self) {
        let mut state = self.lock();
        state.at_work -= 1;
        if state.at_work == 0 {
            drop(state);
            self.0.rested.notify_one();
        }
    }

    pub fn committed(&self) {
        self.lock().commits += 1;
    }

    pub fn commits(&self) -> u64 {
        self.lock().commits
    }

    /// Returns when nothing on this runtime can go on without a turn or time.
    pub async fn quiet(&self) {
        loop {
            for _ in 0..3 {
                tokio::task::yield_now().await;
            }
            if self.lock().at_work == 0 {
                return;
            }
            self.0.rested.notified().await;
        }
    }

    /// Writes down what happens, where anyone wants to know.
    pub fn note(&self, what: impl FnOnce() -> String) {
        let mut state = self.lock();
        let now = state.now;
        if let Some(trace) = &mut state.trace {
            let seconds = now.as_secs();
            let (minutes, seconds) = (seconds / 60, seconds % 60);
            let millis = now.subsec_millis();
            trace.push(format!("{minutes:4}:{seconds:02}.{millis:03}  {}", what()));
        }
    }

    pub fn trace(&self) -> Vec<String> {
        self.lock().trace.clone().unwrap_or_default()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().expect("nobody panicked meanwhile")
    }
}

/// Waits for its turn.
pub struct Turn {
    scheduler: Scheduler,
    id: u64,
}

impl Future for Turn {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut state = self.scheduler.lock();
        let Some(turn) = state.waiting.iter_mut().find(|turn| turn.id == self.id) else {
            return Poll::Ready(());
        };
        if !turn.granted {
            turn.waker = Some(context.waker().clone());
            return Poll::Pending;
        }
        state.waiting.retain(|turn| turn.id != self.id);
        Poll::Ready(())
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let Ok(mut state) = self.scheduler.0.state.lock() {
            state.waiting.retain(|turn| turn.id != self.id);
        }
    }
}
