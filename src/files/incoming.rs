//! A file on its way in: spooled to this machine's disk, measured and hashed.

use std::path::PathBuf;

use bytes::Bytes;
use futures::stream::{Stream, StreamExt};
use sha2::{Digest, Sha256};
use tokio::fs::File;
use tokio::io::AsyncWriteExt as _;

use super::FilesError;
use super::content_type::{self, Accept};

/// Removed from the disk when dropped.
pub(super) struct Incoming {
    path: PathBuf,
    pub size: u64,
    pub sha256: String,
}

impl Incoming {
    /// Writes the content to `path`, but no more than `limit` bytes of it.
    pub async fn receive<S, E>(path: PathBuf, content: S, limit: u64) -> Result<Self, FilesError>
    where
        S: Stream<Item = Result<Bytes, E>> + Unpin,
        E: std::fmt::Display,
    {
        let mut incoming = Self {
            path,
            size: 0,
            sha256: String::new(),
        };
        let broken = |e: std::io::Error| FilesError::Unavailable(e.to_string());
        let mut file = File::create(&incoming.path).await.map_err(broken)?;
        let mut hash = Sha256::new();
        let mut content = content;
        while let Some(piece) = content.next().await {
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

    /// The type by content, or why the file can't be taken. Reads the whole file
    /// into memory, which `limit` keeps within bounds.
    pub async fn content_type(
        &self,
        accept: Accept,
        file_name: &str,
    ) -> Result<&'static str, FilesError> {
        let (path, name) = (self.path.clone(), file_name.to_owned());
        let looked = tokio::task::spawn_blocking(move || {
            let bytes = std::fs::read(&path).map_err(|e| FilesError::at(&path, &e))?;
            content_type::decide(accept, &name, &bytes)
        });
        looked
            .await
            .map_err(|_| FilesError::NotAllowed(content_type::UNREADABLE.to_owned()))?
    }

    pub async fn open(&self) -> Result<File, FilesError> {
        let file = File::open(&self.path).await;
        file.map_err(|e| FilesError::at(&self.path, &e))
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        // It may never have been made.
        let _ = std::fs::remove_file(&self.path);
    }
}
