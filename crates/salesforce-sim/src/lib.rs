//! A local Salesforce org: behaves over HTTP as a real one does, for demos, tests
//! and evaluation. It shares no code with the product that talks to it.
//!
//! One [`Sim`] is one org. [`serve`] puts it on a listener; its own methods are what
//! an administrator, a sales user or an outage would do to it.

mod clock;
mod config;
mod control;
mod error;
mod faults;
mod id;
mod json;
mod oauth;
mod org;
mod pages;
mod random;
mod rest;
mod rules;
mod schema;
pub mod seed;
mod server;
mod sim;
mod soql;
mod store;

pub use clock::Clock;
pub use config::{ConnectedApp, OrgConfig};
pub use faults::{Fault, FaultKind};
pub use id::{Id, MalformedId};
pub use rules::{DuplicateAction, FieldAccess, ObjectAccess, RecordView};
pub use schema::Kind;
pub use server::{in_process, serve};
pub use sim::{AccountSeed, ContactSeed, FieldSeed, LeadSeed, Sim, TaskView, UserSeed};
pub use store::Value;
pub(crate) use store::datetime;
