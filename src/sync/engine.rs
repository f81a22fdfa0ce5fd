//! Workers that keep taking lanes with due work until they are told to stop.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::salesforce::Client;
use crate::store::lane::{self, Terms};
use crate::store::{self, Work};

use super::lane::{LEASE, PER_CONNECTION, serve};
use super::pace::Pace;

/// Workers of one process.
const WORKERS: usize = 8;
/// How often to look for work that nobody was woken for: another replica's, or
/// deliveries whose waiting has ended.
const LOOK: Duration = Duration::from_millis(500);
/// How long to leave a database alone that has just failed.
const AFTER_ERROR: Duration = Duration::from_secs(2);

/// Runs until `stop`; work under way is finished first.
pub async fn run(app: App, stop: CancellationToken) {
    let Some(client) = app.salesforce.clone() else {
        return stop.cancelled().await;
    };
    let pace = Arc::new(Pace::default());
    let workers = (0..WORKERS).map(|n| {
        let (app, client, pace, stop) = (app.clone(), client.clone(), pace.clone(), stop.clone());
        tokio::spawn(async move { work(&app, &client, &pace, &stop, n).await })
    });
    futures::future::join_all(workers.collect::<Vec<_>>()).await;
}

async fn work(app: &App, client: &Client, pace: &Pace, stop: &CancellationToken, n: usize) {
    let owner = format!("{}-{n}", std::process::id());
    while !stop.is_cancelled() {
        let pause = match serve_next(app, client, pace, &owner).await {
            Ok(true) => continue,
            Ok(false) => LOOK,
            Err(error) => {
                tracing::error!(%error, "the delivery engine can't use the database");
                AFTER_ERROR
            }
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = app.db.work_signal().wait(Work::Deliveries) => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// Serves every lane that is due, one after the other, until none is. For tests
/// and tools that want to see it done.
pub async fn run_until_idle(app: &App) -> store::Result<()> {
    let Some(client) = app.salesforce.clone() else {
        return Ok(());
    };
    let pace = Pace::default();
    while serve_next(app, &client, &pace, "once").await? {}
    Ok(())
}

/// Leases the next lane and serves it. False where no lane is due.
async fn serve_next(app: &App, client: &Client, pace: &Pace, owner: &str) -> store::Result<bool> {
    let now = app.ambient.now();
    let mut tx = app.db.read().await?;
    let due = lane::any_due_across_tenants(&mut tx, now).await?;
    drop(tx);
    if !due {
        return Ok(false);
    }
    let mut tx = app.db.begin().await?;
    let terms = Terms {
        owner,
        now,
        lease: LEASE,
        per_connection: PER_CONNECTION,
    };
    let lease = lane::lease_across_tenants(&mut tx, &terms).await?;
    tx.commit().await?;
    let Some(lease) = lease else {
        return Ok(false);
    };
    // Where there is one due lane there may be more: wake another worker.
    app.db.work_signal().notify(Work::Deliveries);
    serve(app, client, pace, &lease).await?;
    Ok(true)
}
