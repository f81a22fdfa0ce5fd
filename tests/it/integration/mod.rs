//! The Salesforce integration in the dashboard, against the local org.

mod account_link;
mod choices;
mod deliveries;
mod gates;
mod login;
mod people;
mod removal;
mod secrets;
mod switches;
mod tokens;
