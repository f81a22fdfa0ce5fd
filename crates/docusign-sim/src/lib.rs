//! A local DocuSign, for demos and tests: the JWT grant, envelopes from templates and
//! PDFs, the page to sign on, documents, and signed messages to a webhook.
//!
//! It is strict: what DocuSign refuses, it refuses. It knows nothing of Gatehouse.

mod account;
pub mod clock;
mod connect;
mod envelopes;
mod error;
mod faults;
mod jwt;
mod model;
mod oauth;
mod paper;
mod random;
mod server;
mod signing;
mod validate;

pub use account::{Config, Sim};
pub use connect::Message;
pub use faults::{Fault, Webhooks};
pub use model::{Envelope, Status};
pub use server::serve;

/// The private key of the app that [`Config::new`] knows, and one that it doesn't.
/// Both are published here: they protect nothing.
pub const PRIVATE_KEY: &str = include_str!("keys/app.pem");
pub const UNKNOWN_PRIVATE_KEY: &str = include_str!("keys/other.pem");
/// The app, the user and the account that [`Config::new`] knows.
pub const INTEGRATION_KEY: &str = "7c2b8d7e-5b1f-4b6e-9a3c-0d4f2a9e6c11";
pub const USER_ID: &str = "1f0e9c52-7a44-4e0b-8f5d-3b6a7c8d9e22";
pub const ACCOUNT_ID: &str = "b5d3a9f0-2c6e-4d1b-9e8f-6a7b8c9d0e33";
/// A template of that account, and the role in it that signs.
pub const TEMPLATE_ID: &str = "e9a1c3d5-4f6b-4a8c-8d0e-2b4d6f8a0c44";
pub const TEMPLATE_ROLE: &str = "Signer";
