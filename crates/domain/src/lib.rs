//! Pure types and rules. Nothing here does I/O, and nothing here imports
//! another layer of this crate.

#![warn(missing_docs)]

pub mod access_requests;
pub mod accounts;
pub mod activities;
pub mod analytics;
pub mod audit;
pub mod content;
pub mod conversations;
pub mod dates;
pub mod deliveries;
pub mod documents;
pub mod email;
pub mod ids;
mod keyed;
pub mod limits;
pub mod matching;
pub mod nda;
pub mod organizations;
pub mod questionnaires;
pub mod request_id;
pub mod salesforce;
pub mod staff;
pub mod visitors;

pub use salesforce_records::names;
