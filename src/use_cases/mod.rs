//! The use cases of the trust center. Each takes `&mut Tx`, changes its rows,
//! and records what happened in the same transaction.

pub mod access_requests;
pub mod accounts;
pub mod activities;
pub mod analytics;
pub mod content;
pub mod conversations;
pub mod deliveries;
pub mod documents;
pub mod email;
#[cfg(test)]
mod fixtures;
pub mod keys;
pub mod limits;
pub mod nda;
pub mod organizations;
pub mod problems;
pub mod questionnaires;
pub mod rate_limits;
pub mod staff;
mod staff_action;
pub mod views;
pub mod visitors;

pub use staff_action::StaffAction;

/// Whom the audit log names for what was done on the command line.
const OPERATOR: &str = "The operator, on the command line";
