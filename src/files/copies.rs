//! Marked copies of PDFs: made when a reader first asks, and kept on this
//! machine's disk for a while, so that the parts of a download fit together.

use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use clock::Ambient;
use domain::documents::Document;
use futures::TryStreamExt as _;
use futures::stream::BoxStream;
use pdf::stamp;
use sha2::{Digest as _, Sha256};
use tokio::fs::File;
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _, AsyncWriteExt as _};
use tokio::sync::Semaphore;
use tokio_util::io::ReaderStream;
use tracing::instrument;

use super::limits::WATERMARK_LIMIT;
use super::{ByteRange, Files, FilesError};

/// Where copies are. They are made one at a time, so that each is made once.
#[derive(Clone, Debug)]
pub(super) struct Copies {
    pub folder: PathBuf,
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
    pub(super) fn open(folder: PathBuf) -> Result<Self, FilesError> {
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
    #[instrument(name = "files.copies.get", skip_all)]
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
    #[instrument(name = "files.copies.marked", skip_all, fields(document = %document.id))]
    pub async fn marked(
        &self,
        ambient: &Ambient,
        document: &Document,
        line: &str,
    ) -> Result<MarkedCopy, FilesError> {
        let stamp = self.stamp(line).await?;
        let name = name_of(document, &stamp);
        let path = self.copies.folder.join(format!("{name}.pdf"));
        if let Some(copy) = MarkedCopy::at(path.clone(), &name).await {
            return Ok(copy);
        }
        let turn = self.copies.turns.acquire().await;
        let _turn = turn.map_err(|e| FilesError::Unavailable(e.to_string()))?;
        if let Some(copy) = MarkedCopy::at(path.clone(), &name).await {
            return Ok(copy);
        }
        let half = self.made(ambient, document, &stamp).await?;
        // Whoever opens the copy finds all of it.
        if let Err(error) = tokio::fs::rename(&half.0, &path).await {
            return Err(FilesError::at(&path, &error));
        }
        let copy = MarkedCopy::at(path, &name).await;
        copy.ok_or(FilesError::Missing)
    }

    /// Whether this PDF could be marked.
    ///
    /// # Errors
    /// Why not, and what to do.
    #[instrument(name = "files.copies.check_markable", skip_all, fields(document = %document.id))]
    pub async fn check_markable(
        &self,
        ambient: &Ambient,
        document: &Document,
    ) -> Result<(), FilesError> {
        let stamp = self.stamp("reader@example.com").await?;
        self.made(ambient, document, &stamp).await.map(drop)
    }

    #[instrument(name = "files.copies.stamp", skip_all)]
    async fn stamp(&self, line: &str) -> Result<Vec<u8>, FilesError> {
        let (fonts, line) = (self.fonts.clone(), line.to_owned());
        let drawn = tokio::task::spawn_blocking(move || stamp::pdf(&fonts, &line)).await;
        let broken = |error: &dyn std::error::Error| FilesError::Unavailable(error.to_string());
        drawn
            .map_err(|error| broken(&error))?
            .map_err(|error| broken(&error))
    }

    #[instrument(name = "files.copies.made", skip_all, fields(document = %document.id))]
    async fn made(
        &self,
        ambient: &Ambient,
        document: &Document,
        stamp: &[u8],
    ) -> Result<Unfinished, FilesError> {
        if document.size > WATERMARK_LIMIT {
            let size = ::domain::documents::limit_size(WATERMARK_LIMIT);
            return Err(FilesError::NotAllowed(format!(
                "PDFs over {size} can’t be marked with their reader’s address: make it smaller, \
                 or turn the watermark off for it"
            )));
        }
        let original = self.unfinished(ambient);
        let mut content = self.get(&document.storage_key, None).await?;
        let broken = |error: std::io::Error| FilesError::at(&original.0, &error);
        let mut file = File::create(&original.0).await.map_err(broken)?;
        file.write_all(stamp).await.map_err(broken)?;
        while let Some(piece) = content.try_next().await? {
            file.write_all(&piece).await.map_err(broken)?;
        }
        file.flush().await.map_err(broken)?;
        let copy = self.unfinished(ambient);
        let marked = self.inspector.mark(&original.0, stamp.len(), &copy.0);
        marked.await.map(|()| copy)
    }

    fn unfinished(&self, ambient: &Ambient) -> Unfinished {
        Unfinished(self.copies.folder.join(ambient.id(|id| id).to_string()))
    }
}

/// A file that is being written; removed when dropped.
struct Unfinished(PathBuf);

impl Drop for Unfinished {
    fn drop(&mut self) {
        // It may have become the copy.
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Another one where the same line is drawn in another way, after an update or with
/// other fonts.
fn name_of(document: &Document, stamp: &[u8]) -> String {
    let mut hash = Sha256::new();
    hash.update(&document.sha256);
    hash.update(b"\n");
    hash.update(stamp);
    hash.finalize().iter().map(|b| format!("{b:02x}")).collect()
}
