//! What can go wrong with files, in words for the person who uploads or reads.

use std::io::ErrorKind;

use domain::documents::limit_size;

#[derive(Clone, Debug, thiserror::Error)]
pub enum FilesError {
    #[error("The file is larger than {}: make it smaller, or split it", limit_size(*.0))]
    TooLarge(u64),
    #[error("The file is empty: choose another one")]
    Empty,
    /// The text says why, and what would be taken.
    #[error("{0}")]
    NotAllowed(String),
    #[error("The upload broke off: try again ({0})")]
    Interrupted(String),
    #[error(
        "The server’s storage is full or read-only, and nothing was stored. Let your server \
         administrator know, then upload it again"
    )]
    NoRoom,
    #[error("the stored file is missing")]
    Missing,
    #[error("GATEHOUSE_FILES_URL should be s3://BUCKET/PREFIX, not `{0}`")]
    Address(String),
    #[error("the place where files are kept can't be used: {0}")]
    Unavailable(String),
}

impl FilesError {
    pub(super) fn at(path: &std::path::Path, error: &std::io::Error) -> Self {
        Self::of_disk(path.display(), error)
    }

    pub(super) fn of_disk(place: impl std::fmt::Display, error: &std::io::Error) -> Self {
        match deepest(error).kind() {
            ErrorKind::StorageFull
            | ErrorKind::QuotaExceeded
            | ErrorKind::FileTooLarge
            | ErrorKind::ReadOnlyFilesystem => Self::NoRoom,
            _ => Self::Unavailable(format!("{place}: {error}")),
        }
    }

    /// Whether the person who uploads can do something about it.
    pub fn is_the_uploads_fault(&self) -> bool {
        matches!(
            self,
            Self::TooLarge(_) | Self::Empty | Self::NotAllowed(_) | Self::Interrupted(_)
        )
    }
}

/// The disk's own error: the storage hands it on in one of its own.
fn deepest(error: &std::io::Error) -> &std::io::Error {
    let mut found = error;
    let mut cause = error
        .get_ref()
        .map(|cause| cause as &(dyn std::error::Error + 'static));
    while let Some(one) = cause {
        found = one.downcast_ref().unwrap_or(found);
        cause = one.source();
    }
    found
}

impl From<object_store::Error> for FilesError {
    fn from(error: object_store::Error) -> Self {
        match error {
            object_store::Error::NotFound { .. } => Self::Missing,
            other => Self::Unavailable(other.to_string()),
        }
    }
}
