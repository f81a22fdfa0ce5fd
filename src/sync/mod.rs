//! The way to Salesforce: connecting an org, its tokens, and the delivery engine.

pub mod install;
pub mod tokens;
