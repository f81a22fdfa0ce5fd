//! Connections to Salesforce orgs: logins, switches, options, and what their calls cost.

pub mod activity_switches;
pub mod api_usage;
pub mod company_links;
pub mod connections;
pub mod holds;
pub mod oauth_attempts;
pub mod org_checks;
pub mod sending;
pub mod test_tasks;
pub mod tokens;
