//! An Admin's side of the Salesforce connection: `install` connects, configures and
//! disconnects an org, `tokens` keeps its tokens fresh.

pub mod install;
pub mod tokens;
