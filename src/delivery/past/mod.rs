//! Past activity: a dry run says what it would become in Salesforce, and a backfill puts it
//! into the queue of deliveries after all. Either is worked by one process at a time, in
//! parts; where that process ends, another one takes it over.

mod backfill;
mod dry_run;
mod lines;
mod problems;

use store::Work;
use tokio_util::sync::CancellationToken;

use super::limits::{AFTER_ERROR, PAST_POLL};
use crate::app::App;

/// Works until told to shut down.
pub async fn run(app: App, shutdown: CancellationToken) {
    while !shutdown.is_cancelled() {
        let pause = match work_next(&app).await {
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

/// Works everything that was asked for by now.
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
