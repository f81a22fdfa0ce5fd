//! Documents on disk or in S3.

/// Where documents are kept.
#[derive(Clone, Debug)]
pub struct Files;
