//! The Salesforce integration in the dashboard, against the local org.

mod account_link;
mod advice;
mod api_share;
mod choices;
pub mod deliveries;
mod delivery_filters;
mod holds;
mod login;
mod org_check;
mod pages;
pub mod people;
mod plan_and_role;
mod removal;
mod restricted;
mod secrets;
mod switches;
mod test_task;
mod tokens;
