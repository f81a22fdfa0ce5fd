//! The Salesforce client: OAuth, queries, writes, and what their answers mean.
//! It knows nothing of the database, repeats nothing by itself, and follows no
//! redirect; `docs/adr/0003-salesforce-client.md` says why it is our own.

pub mod accounts;
pub mod client;
mod composite;
mod describe;
pub mod errors;
pub mod hosts;
pub mod lead_link;
pub mod matching;
mod matching_related;
pub mod oauth;
mod oauth_errors;
pub mod org;
pub mod people;
pub mod preflight;
mod preflight_list;
mod query;
mod records;
mod refused;
pub mod soql;
pub mod tasks;
mod transport;
pub mod users;

pub use client::{Answer, ApiUsage, Client, ClientSettings, Session};
pub use errors::{ApiError, CallError, RowOutcome};
pub use hosts::HostPolicy;
pub use oauth::{Identity, OAuthError, Pkce, Tokens};

/// The REST API version every call is pinned to (Summer '26).
pub const API_VERSION: &str = "v67.0";
