//! Restarts while visitors act: every request is answered, and every delivery arrives
//! within seconds.
//!
//! The socket belongs to the parent process, as with a service manager, so
//! that a visitor who comes during a restart waits a moment instead of being refused.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Result, ensure};
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::deployment::Deployment;
use super::deployment::activities::{introduce, known};
use super::outcome::{compare, settled};
use super::{test_postgres, until};

const PATIENCE: Duration = Duration::from_mins(1);
/// How long a delivery may take while processes come and go.
const A_FEW_SECONDS: Duration = Duration::from_secs(8);
const RESTARTS: usize = 3;
/// How many visitors act between two restarts.
const VISITORS: usize = 25;

/// Visitors who come one after the other until they are told that it is enough.
struct Visitors {
    served: Arc<AtomicUsize>,
    enough: CancellationToken,
    task: tokio::task::JoinHandle<Result<()>>,
}

impl Visitors {
    fn come(deployment: &Arc<Deployment>) -> Self {
        let served = Arc::new(AtomicUsize::new(0));
        let enough = CancellationToken::new();
        let task = tokio::spawn({
            let (deployment, served, enough) = (deployment.clone(), served.clone(), enough.clone());
            async move {
                while !enough.is_cancelled() {
                    let n = served.load(Ordering::SeqCst);
                    let (email, company) = known(n);
                    if let Err(error) = deployment.request_access(n, &email, &company).await {
                        eprintln!("visitor {n}: {error:#}");
                        return Err(error);
                    }
                    served.fetch_add(1, Ordering::SeqCst);
                }
                Ok(())
            }
        });
        Self {
            served,
            enough,
            task,
        }
    }

    /// Until so many more have been served, or one was not.
    async fn wait_for(&self, more: usize) -> Result<()> {
        let goal = self.served.load(Ordering::SeqCst) + more;
        until("more visitors are served", PATIENCE, || async {
            ensure!(!self.task.is_finished(), "a visitor was not served");
            Ok(self.served.load(Ordering::SeqCst) >= goal)
        })
        .await
    }

    /// How many there were; an error if one of them was not served.
    async fn go(self) -> Result<usize> {
        self.enough.cancel();
        self.task.await??;
        Ok(self.served.load(Ordering::SeqCst))
    }
}

/// How long the slowest took from the act to the Task.
async fn slowest(deployment: &Deployment) -> Result<Duration> {
    let mut tx = deployment.database().await?.read().await?;
    let rows = tx
        .all(
            "SELECT created_at, settled_at FROM delivery WHERE state = 'delivered'",
            &[],
        )
        .await?;
    let mut longest = Duration::ZERO;
    for row in rows {
        let (created, settled): (Timestamp, Timestamp) =
            (row.get("created_at")?, row.get("settled_at")?);
        longest = longest.max(Duration::try_from(settled.duration_since(created))?);
    }
    Ok(longest)
}

/// Restarts again and again. `rolling`: the next process runs before the one before
/// is told to stop.
async fn restart_under_load(postgres: Option<&str>, rolling: bool) -> Result<()> {
    let deployment = Arc::new(Deployment::prepare(postgres).await?);
    introduce(&deployment.sandbox);
    let mut running = deployment.start().await?;
    deployment.connect(&[]).await?;
    let visitors = Visitors::come(&deployment);
    for _ in 0..RESTARTS {
        visitors.wait_for(VISITORS).await?;
        if rolling {
            let next = deployment.start().await?;
            running.stop().await?;
            running = next;
        } else {
            running.stop().await?;
            running = deployment.start().await?;
        }
    }
    visitors.wait_for(VISITORS).await?;
    let served = visitors.go().await?;
    settled(&deployment, PATIENCE).await?;
    running.stop().await?;
    compare(&deployment).await?.assert_nothing();
    ensure!(
        deployment.sandbox.task_count() == served,
        "{served} visitors, {} Tasks",
        deployment.sandbox.task_count()
    );
    let slowest = slowest(&deployment).await?;
    println!("{served} visitors; the slowest delivery took {slowest:?}");
    ensure!(slowest < A_FEW_SECONDS, "a delivery took {slowest:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn restarting_the_only_process_loses_no_request_and_no_delivery() -> Result<()> {
    restart_under_load(None, false).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replacing_replicas_one_by_one_loses_no_request_and_pauses_no_delivery() -> Result<()> {
    restart_under_load(Some(&test_postgres()), true).await
}
