//! Why nothing came of it.

use std::time::Duration;

use crypto::CryptoError;
use docusign::DocusignError;
use store::StoreError;

use crate::files::FilesError;
use crate::use_cases::email::notification::NotificationError;
use crate::use_cases::rate_limits::waiting;

#[derive(Debug, thiserror::Error)]
pub enum SigningError {
    #[error("DocuSign is not set up")]
    NotReady,
    /// Someone signed meanwhile.
    #[error("nothing is left to sign for this account")]
    NothingToSign,
    /// Someone starts again and again.
    #[error("You started signing too often. Wait {}, then try again.", waiting(*.0))]
    TooMany(Duration),
    #[error(transparent)]
    Docusign(#[from] DocusignError),
    #[error(transparent)]
    Secret(#[from] CryptoError),
    #[error("the email could not be written: {0}")]
    Email(#[from] NotificationError),
    #[error("the public address can't carry a path: {0}")]
    Address(#[from] url::ParseError),
    #[error(transparent)]
    Files(#[from] FilesError),
    #[error(transparent)]
    Store(#[from] StoreError),
}
