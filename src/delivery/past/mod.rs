//! Past activity: a dry run says what it would become in Salesforce, and a backfill puts it
//! into the queue of deliveries after all. Either is worked by one process at a time, in
//! parts; where that process ends, another one takes it over.

mod backfill;
mod dry_run;
mod lines;
mod problems;

use store::Work;
use tokio_util::sync::CancellationToken;

use super::limits::{AFTER_ERROR, PAST_AT_ONCE, PAST_POLL};
use crate::app::App;

/// Works until told to shut down; a few at once, so that one large org delays nobody else.
pub async fn run(app: App, shutdown: CancellationToken) {
    let workers = (0..PAST_AT_ONCE).map(|_| work(&app, &shutdown));
    futures::future::join_all(workers).await;
}

/// What is under way at shutdown breaks off: a part that was queued is queued, and whatever
/// else was claimed is taken up again once its time is over.
async fn work(app: &App, shutdown: &CancellationToken) {
    while let Some(worked) = shutdown.run_until_cancelled(work_next(app)).await {
        let pause = match worked {
            Ok(true) => continue,
            Ok(false) => PAST_POLL,
            Err(error) => {
                tracing::error!(%error, "past activity can't be worked");
                AFTER_ERROR
            }
        };
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = app.db.work_signal().wait(Work::PastActivity) => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// Works everything that was asked for by now and doesn't wait.
///
/// # Errors
/// The database.
pub async fn run_until_idle(app: &App) -> store::Result<()> {
    while work_next(app).await? {}
    Ok(())
}

/// Works a part of a backfill or a whole dry run; backfills go first. Answers whether there
/// was any.
async fn work_next(app: &App) -> store::Result<bool> {
    Ok(backfill::work_next(app).await? || dry_run::work_next(app).await?)
}
