//! The use cases of the trust center. Each takes `&mut Tx`, changes its rows,
//! and records what happened in the same transaction.

pub mod access;
pub mod access_policy;
pub mod accounts;
pub mod admission;
pub mod appearance;
pub mod ask;
pub mod automatic;
pub mod comments;
pub mod confirm_request;
pub mod content;
pub mod custom_domain;
pub mod digest;
pub mod documents;
mod domain_notice;
pub mod entries;
pub mod invite;
pub mod keys;
pub mod letters;
pub mod magic_link;
pub mod nda;
pub mod notice;
pub mod order;
pub mod organizations;
pub mod password;
pub mod people;
pub mod problems;
pub mod profiles;
pub mod questionnaires;
pub mod record;
pub mod reminders;
pub mod request_access;
pub mod requests;
pub mod restore;
pub mod salesforce_notice;
pub mod second_factor;
pub mod security_email;
pub mod settings;
pub mod sign_in;
pub mod status_address;
pub mod storage;
pub mod subscriptions;
pub mod suggestions;
pub mod throttle;
pub mod update_mailing;
pub mod updates;
pub mod usage;
pub mod visitor_letters;
pub mod visits;

/// Whom the audit log names for what was done on the command line.
const OPERATOR: &str = "The operator, on the command line";
