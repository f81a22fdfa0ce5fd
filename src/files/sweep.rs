//! Deleting what was left on this machine's disk.

use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use tracing::instrument;

use super::{Files, FilesError};

/// How long a marked copy is kept. Its line has the date, so that older ones are of
/// no use.
const COPIES: Duration = Duration::from_hours(48);
/// How long a file on its way in can lie still and be of use to someone: only a
/// process that ended early leaves one behind.
const INCOMING: Duration = Duration::from_hours(1);

impl Files {
    /// Deletes copies that nobody can want anymore, and what a process that ended
    /// early left behind.
    #[instrument(name = "files.sweep", skip_all)]
    pub async fn sweep(&self, now: Timestamp) -> Result<(), FilesError> {
        sweep(&self.copies.folder, now - COPIES).await?;
        sweep(&self.incoming, now - INCOMING).await
    }
}

async fn sweep(folder: &Path, before: Timestamp) -> Result<(), FilesError> {
    let broken = |error: std::io::Error| FilesError::at(folder, &error);
    let mut entries = tokio::fs::read_dir(folder).await.map_err(broken)?;
    while let Some(entry) = entries.next_entry().await.map_err(broken)? {
        let changed = entry.metadata().await.and_then(|found| found.modified());
        let changed = changed.ok().and_then(|at| Timestamp::try_from(at).ok());
        if changed.is_none_or(|at| at < before) {
            // Another sweep may have been faster.
            let _ = tokio::fs::remove_file(entry.path()).await;
        }
    }
    Ok(())
}
