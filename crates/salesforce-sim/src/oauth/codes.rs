//! What lies between the first request and the token: a login, a consent, a code.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use crate::Id;

/// How long a code can be used, in milliseconds.
pub(super) const CODE_LIFE: i64 = 15 * 60 * 1000;

/// A request for authorisation that waits for the user.
#[derive(Debug, Clone)]
pub(crate) struct Pending {
    pub(super) client_id: String,
    pub(super) redirect_uri: String,
    pub(super) scope: String,
    pub(super) state: Option<String>,
    pub(super) challenge: Option<String>,
    pub(super) login_hint: String,
    pub(super) user: Option<Id>,
}

/// An authorisation code.
#[derive(Debug, Clone)]
pub(crate) struct Code {
    pub(super) request: Pending,
    pub(super) user: Id,
    pub(super) expires: i64,
}

impl Code {
    /// Whether the verifier fits the challenge.
    pub(super) fn verifies(&self, verifier: &str) -> bool {
        let shown = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
        self.request.challenge.as_deref() == Some(&shown)
    }
}
