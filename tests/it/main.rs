//! Tests that need the whole program, in one binary; those with a database run on both
//! databases (`on_both_databases!`).

#![allow(
    unreachable_pub,
    reason = "a program of its own: nothing of it is reached from outside"
)]

#[path = "../support/mod.rs"]
mod support;

mod access_matrix;
mod account_invitations;
mod accounts;
mod analytics;
mod architecture;
mod audit_log;
mod connections;
mod content;
mod conversations;
mod dashboard;
mod diagnostics;
mod documents;
mod docusign;
mod engine;
mod files;
mod nda;
mod public;
mod replicas;
mod requests;
mod salesforce;
mod salesforce_client;
mod salesforce_metadata;
mod sign_in;
mod staff;
mod store;
mod store_statements;
mod upgrade;
mod uploads;
mod visitor_emails;
