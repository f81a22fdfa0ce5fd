//! Salesforce's records as values: ids, owners, and the Accounts, Contacts and Leads that
//! something may belong to. A client fills them in; what decides with them needs no
//! client.

#![warn(missing_docs)]

pub mod candidates;
mod environment;
pub mod errors;
pub mod names;

pub use environment::Environment;
