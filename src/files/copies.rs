//! Marked copies of PDFs: made when a reader first asks, and kept on this
//! machine's disk for a while, so that the parts of a download fit together.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::TryStreamExt as _;
use futures::stream::BoxStream;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use tokio::fs::File;
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _};
use tokio::sync::Semaphore;
use tokio_util::io::ReaderStream;

use super::watermark::{WATERMARK_LIMIT, mark};
use super::{ByteRange, Files, FilesError};
use crate::clock::Ambient;
use crate::domain::document::Document;

/// How long a copy is kept. Its line has the date, so that older ones are of no use.
const KEPT: Duration = Duration::from_hours(48);

/// Where copies are, and how many are made at a time: each is held in memory.
#[derive(Clone, Debug)]
pub(super) struct Copies {
    folder: PathBuf,
    turns: Arc<Semaphore>,
}

/// A copy that bears a line on every page.
#[derive(Clone, Debug)]
pub struct MarkedCopy {
    path: PathBuf,
    /// Bytes.
    pub size: u64,
    /// Another one for each line and document.
    pub etag: String,
}

impl Copies {
    pub fn open(folder: PathBuf) -> Result<Self, FilesError> {
        std::fs::create_dir_all(&folder).map_err(|e| FilesError::at(&folder, &e))?;
        Ok(Self {
            folder,
            turns: Arc::new(Semaphore::new(1)),
        })
    }
}

impl MarkedCopy {
    async fn at(path: PathBuf, etag: &str) -> Option<Self> {
        let found = tokio::fs::metadata(&path).await.ok()?;
        Some(Self {
            path,
            size: found.len(),
            etag: etag.to_owned(),
        })
    }

    /// The content, or the part of it that `range` names, as it is read.
    pub async fn get(
        &self,
        range: Option<ByteRange>,
    ) -> Result<BoxStream<'static, Result<Bytes, FilesError>>, FilesError> {
        let broken = |error: std::io::Error| FilesError::Unavailable(error.to_string());
        let mut file = File::open(&self.path).await.map_err(broken)?;
        let (first, length) = range.map_or((0, self.size), |range| (range.first, range.length()));
        file.seek(std::io::SeekFrom::Start(first))
            .await
            .map_err(broken)?;
        let part = ReaderStream::new(file.take(length));
        Ok(Box::pin(part.map_err(broken)))
    }
}

impl Files {
    /// The copy of a PDF that bears this line; made where there is none yet.
    ///
    /// # Errors
    /// The PDF is too large to be marked, or can't be; or its content can't be read.
    pub async fn marked(
        &self,
        ambient: &Ambient,
        document: &Document,
        line: &str,
    ) -> Result<MarkedCopy, FilesError> {
        let name = name_of(document, line);
        let path = self.copies.folder.join(format!("{name}.pdf"));
        if let Some(copy) = MarkedCopy::at(path.clone(), &name).await {
            return Ok(copy);
        }
        let turn = self.copies.turns.acquire().await;
        let _turn = turn.map_err(|e| FilesError::Unavailable(e.to_string()))?;
        if let Some(copy) = MarkedCopy::at(path.clone(), &name).await {
            return Ok(copy);
        }
        let marked = self.made(document, line).await?;
        // Whoever opens the copy finds all of it.
        let half = self.copies.folder.join(ambient.id(|id| id).to_string());
        let kept = async {
            tokio::fs::write(&half, &marked).await?;
            tokio::fs::rename(&half, &path).await
        };
        if let Err(error) = kept.await {
            let _ = tokio::fs::remove_file(&half).await;
            return Err(FilesError::at(&path, &error));
        }
        let copy = MarkedCopy::at(path, &name).await;
        copy.ok_or(FilesError::Missing)
    }

    /// Whether this PDF could be marked.
    ///
    /// # Errors
    /// Why not, and what to do.
    pub async fn check_markable(&self, document: &Document) -> Result<(), FilesError> {
        self.made(document, "reader@example.com").await.map(drop)
    }

    async fn made(&self, document: &Document, line: &str) -> Result<Vec<u8>, FilesError> {
        if document.size > WATERMARK_LIMIT {
            let size = crate::domain::document::limit_size(WATERMARK_LIMIT);
            return Err(FilesError::NotAllowed(format!(
                "PDFs over {size} can’t be marked with their reader’s address: make it smaller, \
                 or turn the watermark off for it"
            )));
        }
        let content = self.get(&document.storage_key, None).await?;
        let pdf: Vec<Bytes> = content.try_collect().await?;
        let (pdf, line) = (pdf.concat(), line.to_owned());
        let made = tokio::task::spawn_blocking(move || mark(&pdf, &line));
        made.await
            .map_err(|_| FilesError::NotAllowed(super::content_type::UNREADABLE.to_owned()))?
    }

    /// Deletes copies that nobody can want any more.
    pub async fn sweep_copies(&self, now: Timestamp) -> Result<(), FilesError> {
        let folder = &self.copies.folder;
        let broken = |error: std::io::Error| FilesError::at(folder, &error);
        let mut entries = tokio::fs::read_dir(folder).await.map_err(broken)?;
        while let Some(entry) = entries.next_entry().await.map_err(broken)? {
            let changed = entry.metadata().await.and_then(|found| found.modified());
            let changed = changed.ok().and_then(|at| Timestamp::try_from(at).ok());
            if changed.is_none_or(|at| at < now - KEPT) {
                // Another sweep may have been faster.
                let _ = tokio::fs::remove_file(entry.path()).await;
            }
        }
        Ok(())
    }
}

fn name_of(document: &Document, line: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(&document.sha256);
    hash.update(b"\n");
    hash.update(line);
    hash.finalize().iter().map(|b| format!("{b:02x}")).collect()
}
