//! Every test that crosses rooms, in one binary; database tests run on both
//! databases (`on_both_databases!`).

#[path = "../support/mod.rs"]
mod support;

mod accounts;
mod connections;
mod content;
mod dashboard;
mod documents;
mod docusign;
mod engine;
mod files;
mod gate;
mod house;
mod insight;
mod integration;
mod invite;
mod letters;
mod nda;
mod public;
mod replicas;
mod requests;
mod salesforce_client;
mod salesforce_metadata;
mod sign_in;
mod staff;
mod store;
mod store_statements;
mod talk;
mod uploads;
