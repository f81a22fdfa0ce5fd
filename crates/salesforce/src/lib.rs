//! A client of Salesforce's REST API: OAuth, queries, writes, and what their answers
//! mean.

#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

pub mod account_suggestions;
pub mod accounts;
mod ask;
mod call;
pub mod changes;
pub mod client;
mod composite;
mod deletion;
mod describe;
pub mod errors;
mod guarded_body;
pub mod hosts;
pub mod lead_link;
mod lead_owners;
mod limits;
pub mod matching;
mod matching_related;
mod network;
mod new_person;
pub mod oauth;
mod oauth_errors;
pub mod object_setup;
pub mod org;
pub mod org_setup;
pub mod people;
pub mod people_with_tasks;
pub mod preflight;
mod preflight_list;
mod query;
mod records;
pub mod reference_fields;
mod refused;
pub mod required_fields;
mod rows;
pub mod soql;
mod status;
mod task_choices;
pub mod tasks;
pub mod transport;
pub mod users;
pub mod writable_fields;
pub mod written_tasks;

pub use client::{Answer, ApiUsage, Client, ClientSettings, Session};
pub use errors::{ApiError, CallError, RowOutcome};
pub use hosts::HostPolicy;
pub use oauth::{Identity, OAuthError, Pkce, Tokens};
pub use transport::{Broken, OutgoingRequest, Reply, SendGuard, Transport};

/// The REST API version that every call is made with (Summer '26).
pub const API_VERSION: &str = "v67.0";
