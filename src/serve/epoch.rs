//! Noticing that the database is a copy that was restored.
//!
//! The database counts on at every start and every minute, and each process that works
//! deliveries keeps the number in a file, too. A database whose number is lower than
//! the file's has lost what happened since.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use tokio_util::sync::CancellationToken;

use super::limits::EPOCH;
use crate::app::App;
use crate::use_cases::deliveries::restore;

/// The file in the data directory.
const FILE: &str = "epoch";

/// Counts on, and marks what is open where the database was restored.
pub async fn check(app: &App) -> Result<()> {
    let path = app.config.data_dir.join(FILE);
    let seen = read(&path)?;
    let mut tx = app.db.begin().await?;
    let (before, next) = store::deliveries::restore::advance_epoch(&mut tx, seen).await?;
    let marked = if before < seen {
        Some(restore::mark(&mut tx, &app.ambient, None, restore::NOTICED).await?)
    } else {
        None
    };
    tx.commit().await?;
    if let Some(deliveries) = marked {
        tracing::warn!(
            deliveries,
            "the database was restored from a copy: Salesforce is asked about every open delivery before anything is sent"
        );
    }
    write(&path, next).with_context(|| format!("{} can't be written", path.display()))
}

/// Counts on until `stop`.
pub(super) async fn keep_counting(app: App, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(EPOCH) => {}
        }
        if let Err(error) = check(&app).await {
            tracing::error!(
                error = format!("{error:#}"),
                "a restored database would not be noticed"
            );
        }
    }
}

/// 0 where there is no file yet.
fn read(path: &Path) -> Result<i64> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(0),
        Err(error) => {
            return Err(error).with_context(|| format!("{} can't be read", path.display()));
        }
    };
    text.trim().parse().with_context(|| {
        format!(
            "{} should hold a number, which says whether the database was restored: delete the \
             file, and run `gatehouse mark-restored` if it was",
            path.display()
        )
    })
}

/// Never leaves half a number behind.
fn write(path: &Path, number: i64) -> std::io::Result<()> {
    let fresh = PathBuf::from(format!("{}.new", path.display()));
    let mut file = std::fs::File::create(&fresh)?;
    writeln!(file, "{number}")?;
    file.sync_all()?;
    std::fs::rename(&fresh, path)
}
