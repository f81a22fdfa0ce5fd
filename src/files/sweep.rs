//! Deleting what was left on this machine's disk.

use std::path::Path;

use jiff::Timestamp;
use tracing::instrument;

use super::limits::{ABANDONED_UPLOAD, MARKED_COPY};
use super::{Files, FilesError};

impl Files {
    /// Deletes copies that nobody can want anymore, and what a process that ended
    /// early left behind.
    #[instrument(name = "files.sweep", skip_all)]
    pub async fn sweep(&self, now: Timestamp) -> Result<(), FilesError> {
        sweep(&self.copies.folder, now - MARKED_COPY).await?;
        sweep(&self.incoming, now - ABANDONED_UPLOAD).await
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
