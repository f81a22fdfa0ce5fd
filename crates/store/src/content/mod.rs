//! What a trust center shows: sections, items, entries, updates, its logo.

pub mod entries;
pub mod items;
pub mod logos;
pub mod revision;
pub mod sections;
pub mod security_contact;
pub mod subscribers;
pub mod update_mailings;
pub mod updates;
