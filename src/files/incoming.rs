//! A file on its way in: spooled to this machine's disk, measured and hashed.

use std::path::PathBuf;

use bytes::Bytes;
use futures::stream::{Stream, StreamExt};
use sha2::{Digest, Sha256};
use tokio::fs::File;
use tokio::io::AsyncWriteExt as _;
use tracing::instrument;

use super::FilesError;
use super::content_type::{Accept, extension};
use super::inspection::Inspector;
use super::limits::UPLOAD_IDLE;

/// Removed from the disk when dropped.
pub(super) struct Incoming {
    path: PathBuf,
    pub size: u64,
    pub sha256: String,
}

impl Incoming {
    /// Writes the content to `path`, but no more than `limit` bytes of it.
    #[instrument(name = "files.incoming.receive", skip_all)]
    pub(super) async fn receive<S, E>(
        path: PathBuf,
        content: S,
        limit: u64,
    ) -> Result<Self, FilesError>
    where
        S: Stream<Item = Result<Bytes, E>> + Unpin,
        E: std::fmt::Display,
    {
        let mut incoming = Self {
            path,
            size: 0,
            sha256: String::new(),
        };
        let broken = |e: std::io::Error| FilesError::of_disk("the incoming folder", &e);
        let mut file = File::create(&incoming.path).await.map_err(broken)?;
        let mut hash = Sha256::new();
        let mut content = content;
        while let Some(piece) = next(&mut content).await? {
            let piece = piece.map_err(|e| FilesError::Interrupted(e.to_string()))?;
            incoming.size += piece.len() as u64;
            if incoming.size > limit {
                return Err(FilesError::TooLarge(limit));
            }
            hash.update(&piece);
            file.write_all(&piece).await.map_err(broken)?;
        }
        file.flush().await.map_err(broken)?;
        if incoming.size == 0 {
            return Err(FilesError::Empty);
        }
        incoming.sha256 = hash.finalize().iter().map(|b| format!("{b:02x}")).collect();
        Ok(incoming)
    }

    /// The type by content, or why the file can't be taken.
    #[instrument(name = "files.incoming.content_type", skip_all)]
    pub(super) async fn content_type(
        &self,
        inspector: &Inspector,
        accept: Accept,
        file_name: &str,
    ) -> Result<String, FilesError> {
        let extension = extension(file_name);
        inspector.content_type(&self.path, accept, extension).await
    }

    #[instrument(name = "files.incoming.open", skip_all)]
    pub(super) async fn open(&self) -> Result<File, FilesError> {
        let file = File::open(&self.path).await;
        file.map_err(|e| FilesError::at(&self.path, &e))
    }
}

/// The next piece. Someone with a slow line takes long for all of them, but not
/// for one.
async fn next<S: Stream + Unpin>(content: &mut S) -> Result<Option<S::Item>, FilesError> {
    let piece = tokio::time::timeout(UPLOAD_IDLE, content.next()).await;
    piece.map_err(|_| FilesError::Interrupted("nothing came for a minute".to_owned()))
}

impl Drop for Incoming {
    fn drop(&mut self) {
        // It may never have been made.
        let _ = std::fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_full_disk_is_told_and_leaves_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("full");
        // Whatever is written there finds no room.
        std::os::unix::fs::symlink("/dev/full", &path).unwrap();
        let pieces = [Ok::<_, String>(Bytes::from_static(b"a,b\n"))];
        let received = Incoming::receive(path, futures::stream::iter(pieces), 100).await;
        let error = received.err().unwrap();
        assert!(error.to_string().contains("storage is full"), "{error}");
        assert!(!error.is_the_uploads_fault());
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
    }
}
