//! Gatehouse: a self-hosted trust center whose visitors' activity appears in
//! Salesforce. `docs/architecture.md` shows how the layers depend on each other.

pub mod app;
pub mod cli;
pub mod config;
pub mod delivery;
pub mod dns;
pub mod doctor;
pub mod email;
pub mod files;
pub mod jobs;
pub mod precompressed;
pub mod rendered_pages;
pub mod salesforce_connection;
pub mod serve;
pub mod signing;
pub mod telemetry;
pub mod use_cases;
pub mod web;
