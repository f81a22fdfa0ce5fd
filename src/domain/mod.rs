//! Pure types and rules. Nothing here does I/O, and nothing here imports
//! another room of this crate.

pub mod access;
pub mod access_policy;
pub mod activity;
pub mod candidates;
pub mod colour;
pub mod connection;
pub mod content;
pub mod conversation;
pub mod delivery;
pub mod document;
pub mod email;
pub mod entry;
mod free_mail;
pub mod hostname;
pub mod ids;
pub mod invite_list;
pub mod latin_text;
pub mod linked_text;
pub mod logo;
pub mod mail;
pub mod matching;
mod matching_linked;
pub mod names;
pub mod nda;
pub mod notice;
pub mod organization;
pub mod outcome;
pub mod questionnaire;
pub mod request_form;
pub mod salesforce_link;
pub mod seal;
pub mod staff;
pub mod task;
pub mod update;
pub mod usage;
pub mod visitor;
