//! Signing NDAs through DocuSign: sending envelopes, hearing what became of them, and
//! fetching what was signed. No transaction is open while DocuSign is asked.

mod begin;
mod check;
mod claims;
mod documents;
mod envelope_status;
mod error;
mod limits;
pub mod settings;
mod webhook;
mod withdraw;
pub mod worker;

pub use begin::begin;
pub use check::{Finding, check};
pub use envelope_status::ask;
pub use error::SigningError;
pub use webhook::{Heard, hear};
