//! The login at Salesforce: its beginning, its answer, and what is stored of it.

mod begin;
mod finish;
mod store_connection;

pub use begin::{begin, begin_again};
use crypto::Seal;
pub use finish::{Callback, Connected, finish};

use super::Actor;

const VERIFIER: &str = "oauth_attempt.verifier";

fn verifier_seal(actor: Actor<'_>, state_hash: &str) -> Seal {
    Seal::new(VERIFIER, actor.org.id, state_hash)
}
