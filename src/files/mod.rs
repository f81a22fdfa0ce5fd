//! Documents on disk or in S3. What comes in is measured, hashed and looked at
//! on this machine first; only what passed goes to where documents are kept.

mod content_type;
mod copies;
mod disk;
mod error;
mod incoming;
mod inspection;
mod limits;
mod office;
mod range;
mod sweep;
#[cfg(test)]
mod tests;
mod watermark;

use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use clock::Ambient;
use domain::documents::Document;
use domain::ids::{DocumentId, OrganizationId};
use futures::stream::{BoxStream, Stream, StreamExt};
use object_store::aws::AmazonS3Builder;
use object_store::buffered::BufWriter;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{GetOptions, GetRange, ObjectStore, ObjectStoreExt};
use pdf::Fonts;
use tokio::io::AsyncWriteExt as _;

use crate::config::Config;

pub use content_type::{Accept, safe_file_name};
use copies::Copies;
pub use copies::MarkedCopy;
pub use disk::DiskUsage;
pub use error::FilesError;
use incoming::Incoming;
use inspection::Inspector;
pub use inspection::run_if_asked;
pub use limits::{DOCUMENT_LIMIT, UPLOAD_LIMIT};
pub use range::{ByteRange, RangeError};
use tracing::instrument;

/// Where documents are kept. Clones share it.
#[derive(Clone, Debug)]
pub struct Files {
    store: Arc<dyn ObjectStore>,
    prefix: Path,
    incoming: PathBuf,
    copies: Copies,
    inspector: Inspector,
    disk: DiskUsage,
    /// What marks are drawn with.
    fonts: Fonts,
}

impl Files {
    /// Below the data directory, or in the bucket that `files_url` names
    /// (`s3://bucket/prefix`, credentials from the usual `AWS_…` variables).
    pub fn open(config: &Config) -> Result<Self, FilesError> {
        let incoming = config.data_dir.join("incoming");
        std::fs::create_dir_all(&incoming).map_err(|e| FilesError::at(&incoming, &e))?;
        let copies = Copies::open(config.data_dir.join("copies"))?;
        let inspector = Inspector::new(config.inspector.clone());
        let Some(url) = &config.files_url else {
            let root = config.data_dir.join("files");
            std::fs::create_dir_all(&root).map_err(|e| FilesError::at(&root, &e))?;
            let store = LocalFileSystem::new_with_prefix(&root)?.with_automatic_cleanup(true);
            return Ok(Self {
                store: Arc::new(store),
                prefix: Path::default(),
                incoming,
                copies,
                inspector,
                disk: DiskUsage::of_this_machine(),
                fonts: config.fonts.clone(),
            });
        };
        let (Some(bucket), "s3") = (url.host_str(), url.scheme()) else {
            return Err(FilesError::Address(url.to_string()));
        };
        let store = AmazonS3Builder::from_env()
            .with_bucket_name(bucket)
            .build()?;
        Ok(Self {
            store: Arc::new(store),
            prefix: Path::parse(url.path().trim_matches('/')).map_err(object_store::Error::from)?,
            incoming,
            copies,
            inspector,
            disk: DiskUsage::of_this_machine(),
            fonts: config.fonts.clone(),
        })
    }

    /// Takes a document in: at most `limit` bytes, of a type that visitors may be
    /// given, decided by content. The row is the caller's to insert; without one,
    /// [`Files::delete`] what was stored.
    #[instrument(name = "files.put", skip_all, fields(%org))]
    pub async fn put<S, E>(
        &self,
        ambient: &Ambient,
        org: OrganizationId,
        file_name: &str,
        content: S,
        limit: u64,
    ) -> Result<Document, FilesError>
    where
        S: Stream<Item = Result<Bytes, E>> + Unpin,
        E: std::fmt::Display,
    {
        self.put_one_of(Accept::Documents, ambient, org, file_name, content, limit)
            .await
    }

    /// The same for other kinds of files than documents.
    #[instrument(name = "files.put_one_of", skip_all, fields(%org))]
    pub async fn put_one_of<S, E>(
        &self,
        accept: Accept,
        ambient: &Ambient,
        org: OrganizationId,
        file_name: &str,
        content: S,
        limit: u64,
    ) -> Result<Document, FilesError>
    where
        S: Stream<Item = Result<Bytes, E>> + Unpin,
        E: std::fmt::Display,
    {
        let id = ambient.id(DocumentId::from_uuid);
        let file_name = safe_file_name(file_name);
        let path = self.incoming.join(id.to_string());
        let incoming = Incoming::receive(path, content, limit).await?;
        let content_type = incoming
            .content_type(&self.inspector, accept, &file_name)
            .await?;
        let storage_key = format!("{org}/{id}");
        self.keep(&incoming, &storage_key).await?;
        Ok(Document {
            id,
            file_name,
            content_type,
            size: incoming.size,
            sha256: incoming.sha256.clone(),
            storage_key,
            created_at: ambient.now(),
        })
    }

    #[instrument(name = "files.keep", skip_all, fields(key))]
    async fn keep(&self, incoming: &Incoming, key: &str) -> Result<(), FilesError> {
        let mut file = incoming.open().await?;
        let mut writer = BufWriter::new(self.store.clone(), self.at(key));
        let copied = tokio::io::copy(&mut file, &mut writer).await;
        let kept = match copied {
            Ok(_) => writer.shutdown().await,
            Err(error) => Err(error),
        };
        if let Err(error) = kept {
            if let Err(left) = writer.abort().await {
                tracing::warn!(key, error = %left, "an upload that failed may have left parts behind");
            }
            return Err(FilesError::of_disk("where documents are kept", &error));
        }
        Ok(())
    }

    /// The content, or the part of it that `range` names, as it is read.
    #[instrument(name = "files.get", skip_all, fields(key))]
    pub async fn get(
        &self,
        key: &str,
        range: Option<ByteRange>,
    ) -> Result<BoxStream<'static, Result<Bytes, FilesError>>, FilesError> {
        let options = GetOptions {
            range: range.map(|range| GetRange::Bounded(range.first..range.last + 1)),
            ..GetOptions::default()
        };
        let found = self.store.get_opts(&self.at(key), options).await?;
        let content = found.into_stream();
        Ok(content.map(|piece| piece.map_err(FilesError::from)).boxed())
    }

    /// Forgets the content. What is gone already is no error.
    #[instrument(name = "files.delete", skip_all, fields(key))]
    pub async fn delete(&self, key: &str) -> Result<(), FilesError> {
        match self.store.delete(&self.at(key)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Whether files can be taken in.
    ///
    /// # Errors
    /// The storage is full, read-only or gone.
    #[instrument(name = "files.check_writable", skip_all)]
    pub async fn check_writable(&self) -> Result<(), FilesError> {
        let path = self.incoming.join("check");
        let written = tokio::fs::write(&path, b"This file shows that files can be written.");
        let written = written.await.map_err(|e| FilesError::at(&path, &e));
        // Another check may have been faster.
        let _ = tokio::fs::remove_file(&path).await;
        written
    }

    /// The same files, on a disk whose use `usage` reads.
    #[must_use]
    pub fn on_disk(self, usage: DiskUsage) -> Self {
        Self {
            disk: usage,
            ..self
        }
    }

    /// How much of the disk is used, in percent.
    ///
    /// # Errors
    /// The folder of what comes in is gone.
    pub fn disk_used(&self) -> Result<u64, FilesError> {
        let used = self.disk.percent(&self.incoming);
        used.map_err(|error| FilesError::at(&self.incoming, &error))
    }

    fn at(&self, key: &str) -> Path {
        let mut path = self.prefix.clone();
        for part in key.split('/') {
            path = path.join(part);
        }
        path
    }
}
