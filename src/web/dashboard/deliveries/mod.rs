//! What became of each activity on its way to Salesforce.

pub mod badge;
pub mod words;
