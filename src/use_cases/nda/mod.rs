//! Non-disclosure agreements: their text, which account needs one, and signing.

mod certificate;
mod email;
mod page_of_facts;
mod require;
mod sign;
mod signed_activity;
mod text;
pub mod with_request;

pub use require::{RequireError, require};
pub use sign::{Draft, SignError, Signing, complete, prepare};
pub use text::{TextError, choose_default, normalized, publish};
