//! Gatehouse: a self-hosted trust center whose visitors' activity appears in
//! Salesforce. `docs/architecture.md` shows how the layers depend on each other.

// A future that is awaited lies in the one that awaits it, and a debug build copies both at
// each call: turns of the delivery engine once overflowed a thread's stack of 2 MB.
#![warn(clippy::large_futures)]

pub mod app;
pub mod cli;
pub mod config;
pub mod delivery;
pub mod dns;
pub mod doctor;
pub mod email;
pub mod files;
pub mod jobs;
pub mod salesforce_connection;
pub mod serve;
pub mod signing;
pub mod telemetry;
pub mod use_cases;
pub mod web;
