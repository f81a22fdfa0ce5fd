//! What a request is answered with.

use crate::{error::ApiError, json::Json};

/// Status, body and the address of what was created.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: Option<Json>,
    /// The `Location` header.
    pub location: Option<String>,
}

impl Reply {
    /// An answer with a body.
    pub(crate) fn json(status: u16, body: Json) -> Self {
        Self {
            status,
            body: Some(body),
            location: None,
        }
    }

    /// 204.
    pub(crate) fn empty() -> Self {
        Self {
            status: 204,
            body: None,
            location: None,
        }
    }

    /// A refusal.
    pub(crate) fn error(error: &ApiError) -> Self {
        Self::json(error.status, error.to_json())
    }

    /// Whether the request was refused.
    pub(crate) fn failed(&self) -> bool {
        self.status >= 300
    }
}
