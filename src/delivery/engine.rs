//! Keeps taking turns with due work until it is told to stop.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use salesforce::Client;
use store::deliveries::turns::{self, Terms, Turn};
use store::{Dialect, Work};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::batch_size::BatchSizes;
use super::limits::{AFTER_ERROR, LEASE, LINGER, LINGER_BURST, LOOK, PER_CONNECTION, TURNS};
use super::quota::Budget;
use crate::app::App;

/// What turns need, and what they learn from each other.
#[derive(Clone)]
pub struct Engine {
    app: App,
    client: Client,
    sizes: Arc<BatchSizes>,
    /// How far ahead of its pace a connection may be before its stream is gathered
    /// into batches; `None` sends everything at once.
    burst: Option<Duration>,
}

impl Engine {
    /// `None` where no app is registered at Salesforce.
    pub fn new(app: &App) -> Option<Self> {
        Some(Self {
            client: app.salesforce.clone()?,
            app: app.clone(),
            sizes: Arc::default(),
            burst: Some(LINGER_BURST),
        })
    }

    /// The same without gathering streams into batches: for tests and tools, in
    /// which no time passes.
    #[must_use]
    pub fn at_once(mut self) -> Self {
        self.burst = None;
        self
    }

    /// What has to be done before the first turn: on a database that only this process
    /// uses, turns of an earlier process are over.
    pub async fn prepare(&self) -> store::Result<()> {
        if self.app.db.dialect() == Dialect::Postgres {
            return Ok(());
        }
        let mut tx = self.app.db.begin().await?;
        turns::end_all_across_tenants(&mut tx).await?;
        tx.commit().await
    }

    /// Takes the next turn and works it. False where nothing is due.
    pub async fn work_next(&self) -> store::Result<bool> {
        let Some(begun) = self.begin().await? else {
            return Ok(false);
        };
        self.work(begun).await?;
        Ok(true)
    }

    /// How long to wait for the next due work that is known of, at the most for `LOOK`.
    pub async fn pause(&self) -> store::Result<Duration> {
        let now = self.app.ambient.now();
        let mut tx = self.app.db.read().await?;
        let due = turns::next_due_across_tenants(&mut tx, now, LOOK, self.burst).await?;
        // What is due already, and can't be begun, waits for a turn that ends, which tells.
        let later = due.filter(|due| *due > now);
        Ok(later.map_or(LOOK, |due| {
            until(now, due).clamp(Duration::from_millis(1), LOOK)
        }))
    }

    async fn begin(&self) -> store::Result<Option<Begun>> {
        let now = self.app.ambient.now();
        let mut tx = self.app.db.read().await?;
        let next = turns::next_due_across_tenants(&mut tx, now, LOOK, self.burst).await?;
        drop(tx);
        if next.is_none_or(|next| next > now) {
            return Ok(None);
        }
        let terms = Terms {
            token: self.app.ambient.random.uuid(now).to_string(),
            now,
            lease: LEASE,
            per_connection: PER_CONNECTION,
            batch: i64::try_from(::salesforce::tasks::MAX_TASKS).unwrap_or(i64::MAX),
            burst: self.burst,
        };
        let mut tx = self.app.db.begin().await?;
        let Some(turn) = turns::begin_across_tenants(&mut tx, &terms).await? else {
            return Ok(None);
        };
        let budget = Budget::reserve(&mut tx, turn.org, turn.connection, now).await?;
        // Counted when it begins, so that a second turn beside it doesn't count as well;
        // where nothing has to linger after it, settling takes that back.
        let (org, connection) = (turn.org, turn.connection);
        store::salesforce::sending::linger(&mut tx, org, connection, now, LINGER).await?;
        tx.commit().await?;
        Ok(Some(Begun { turn, budget }))
    }

    async fn work(&self, begun: Begun) -> store::Result<()> {
        let Begun { turn, budget } = begun;
        super::turn::run(&self.app, &self.client, &self.sizes, &turn, budget).await
    }
}

/// A turn, and the calls that it may make.
struct Begun {
    turn: Turn,
    budget: Budget,
}

fn until(now: Timestamp, then: Timestamp) -> Duration {
    Duration::try_from(then.duration_since(now)).unwrap_or_default()
}

/// Runs until `stop`; turns under way are finished first.
pub async fn run(app: App, stop: CancellationToken) {
    prepare(&app, &stop).await;
    run_turns(app, stop, TURNS).await;
}

/// Prepares, however long the database takes.
pub async fn prepare(app: &App, stop: &CancellationToken) {
    let Some(engine) = Engine::new(app) else {
        return;
    };
    while let Err(error) = engine.prepare().await {
        tracing::error!(%error, "the delivery engine can't use the database");
        tokio::select! {
            () = stop.cancelled() => return,
            () = app.ambient.clock.sleep(AFTER_ERROR) => {}
        }
    }
}

/// The same with at most so many turns at once, on a database that is prepared.
pub async fn run_turns(app: App, stop: CancellationToken, most: usize) {
    let clock = app.ambient.clock.clone();
    let Some(engine) = Engine::new(&app) else {
        return stop.cancelled().await;
    };
    let turns = TaskTracker::new();
    let free = Arc::new(Semaphore::new(most));
    while !stop.is_cancelled() {
        let Ok(slot) = free.clone().acquire_owned().await else {
            break;
        };
        let pause = match begin_or_pause(&engine).await {
            Ok(Next::Turn(begun)) => {
                let engine = engine.clone();
                turns.spawn(async move {
                    if let Err(error) = engine.work(begun).await {
                        tracing::error!(%error, "a turn ended early");
                    }
                    drop(slot);
                    // What waited for one of its lanes can go now.
                    engine.app.db.work_signal().notify(Work::Deliveries);
                });
                continue;
            }
            Ok(Next::Pause(pause)) => pause,
            Err(error) => {
                tracing::error!(%error, "the delivery engine can't use the database");
                AFTER_ERROR
            }
        };
        drop(slot);
        tokio::select! {
            () = stop.cancelled() => {}
            () = app.db.work_signal().wait(Work::Deliveries) => {}
            () = clock.sleep(pause) => {}
        }
    }
    turns.close();
    turns.wait().await;
}

enum Next {
    Turn(Begun),
    Pause(Duration),
}

async fn begin_or_pause(engine: &Engine) -> store::Result<Next> {
    match engine.begin().await? {
        Some(begun) => Ok(Next::Turn(begun)),
        None => Ok(Next::Pause(engine.pause().await?)),
    }
}

/// Works everything that is due, one turn after the other, until nothing is. For tests
/// and tools that want to see it done.
pub async fn run_until_idle(app: &App) -> store::Result<()> {
    let Some(engine) = Engine::new(app).map(Engine::at_once) else {
        return Ok(());
    };
    while engine.work_next().await? {}
    Ok(())
}
