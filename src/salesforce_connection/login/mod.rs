//! The login at Salesforce: its beginning, its answer, and what is stored of it.

mod begin;
mod finish;
mod store_connection;

pub use begin::{begin, begin_again};
pub use finish::{Callback, Connected, finish};

use crypto::Seal;

use crate::use_cases::StaffAction;

const VERIFIER: &str = "oauth_attempt.verifier";

fn verifier_seal(act: StaffAction<'_>, state_hash: &str) -> Seal {
    Seal::new(VERIFIER, act.org.id, state_hash)
}
