//! A probe that lets each transaction wait for its turn, and break where the schedule says.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::future::BoxFuture;
use store::db::probe::{Probe, Step};
use store::{Result, StoreError};
use tempfile::TempDir;

use super::schedule::{DatabaseFault, DatabaseTrouble};
use super::scheduler::Scheduler;

/// Where runs keep their databases: in memory where the machine offers that.
pub fn folder() -> TempDir {
    let shared_memory = Path::new("/dev/shm");
    let made = if shared_memory.is_dir() {
        tempfile::tempdir_in(shared_memory)
    } else {
        tempfile::tempdir()
    };
    made.expect("a folder for databases")
}

/// Watches the transactions of one replica.
pub struct RunProbe {
    scheduler: Scheduler,
    replica: usize,
    faults: Arc<Faults>,
    pause: Mutex<Duration>,
}

/// The database faults that are still to come, and each replica's writing steps.
pub struct Faults {
    waiting: Mutex<Vec<DatabaseFault>>,
    steps: Mutex<Vec<u64>>,
}

impl Faults {
    pub fn new(faults: &[DatabaseFault], replicas: usize) -> Arc<Self> {
        Arc::new(Self {
            waiting: Mutex::new(faults.to_vec()),
            steps: Mutex::new(vec![0; replicas]),
        })
    }

    pub fn stop(&self) {
        self.waiting.lock().expect("faults").clear();
    }

    /// Counts a writing step, and answers what goes wrong there.
    fn next(&self, replica: usize) -> Option<DatabaseTrouble> {
        let mut steps = self.steps.lock().expect("steps");
        let nth = steps[replica];
        steps[replica] += 1;
        let mut waiting = self.waiting.lock().expect("faults");
        let at = waiting
            .iter()
            .position(|fault| fault.replica == replica && fault.nth == nth)?;
        Some(waiting.remove(at).what)
    }
}

impl RunProbe {
    pub fn new(scheduler: &Scheduler, replica: usize, faults: &Arc<Faults>) -> Self {
        Self {
            scheduler: scheduler.clone(),
            replica,
            faults: faults.clone(),
            pause: Mutex::default(),
        }
    }

    async fn writing(&self, step: Step<'_>) -> Result<()> {
        let Some(trouble) = self.faults.next(self.replica) else {
            return Ok(());
        };
        let replica = self.replica;
        self.scheduler
            .note(|| format!("replica {replica}: {trouble:?} at {}", shortened(step)));
        match trouble {
            DatabaseTrouble::Error => {
                let why = "the simulated database failed";
                return Err(StoreError::Unavailable(why.to_owned()));
            }
            DatabaseTrouble::Crash => self.scheduler.end_process(replica).await,
            DatabaseTrouble::Pause(length) => *self.pause.lock().expect("a pause") = length,
        }
        Ok(())
    }

    fn take_pause(&self) -> Duration {
        std::mem::take(&mut *self.pause.lock().expect("a pause"))
    }
}

impl Probe for RunProbe {
    fn before<'a>(&'a self, step: Step<'a>) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            match step {
                Step::Begin => self.scheduler.pause(self.replica, self.take_pause()).await,
                Step::Statement(sql) if sql.trim_start().starts_with("SELECT") => {}
                Step::Statement(_) | Step::Commit => self.writing(step).await?,
                Step::Committed => {
                    self.scheduler.committed();
                    self.writing(step).await?;
                    let pause = self.take_pause();
                    if !pause.is_zero() {
                        self.scheduler.pause(self.replica, pause).await;
                    }
                }
            }
            Ok(())
        })
    }

    fn at_work(&self) {
        self.scheduler.at_work();
    }

    fn at_rest(&self) {
        self.scheduler.at_rest();
    }
}

/// The first words of a statement.
fn shortened(step: Step<'_>) -> String {
    match step {
        Step::Statement(sql) => sql.split_whitespace().take(4).collect::<Vec<_>>().join(" "),
        other => format!("{other:?}"),
    }
}
