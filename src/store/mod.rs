//! The only room with SQL. `db` opens the database, `tx` runs statements on
//! either kind of it, and each other file serves one table.
//!
//! Every function takes the organization; the few that cross tenants say so in
//! their names.

pub mod access_end;
pub mod access_policy;
pub mod access_request;
pub mod account;
pub mod account_domain;
pub mod account_list;
pub mod activity;
pub mod activity_switch;
pub mod analytics;
pub mod api_usage;
pub mod attempt;
pub mod audit;
mod cell;
pub mod comment;
pub mod connection;
pub mod connection_sending;
pub mod connection_tokens;
pub mod custom_domain;
mod database_tls;
mod db;
pub mod delivery;
pub mod delivery_actions;
pub mod delivery_journal;
pub mod delivery_list;
pub mod delivery_work;
pub mod document;
pub mod document_group;
pub mod document_version;
pub mod docusign;
pub mod docusign_key;
pub mod entry;
pub mod envelope;
pub mod envelope_work;
mod error;
pub mod feed;
pub mod guest_visit;
pub mod hold;
pub mod item;
mod json_rows;
pub mod letter_choice;
mod like;
mod listen;
pub mod logo;
pub mod magic_link;
pub mod mail;
mod mail_contents;
pub mod mail_list;
pub mod mail_many;
pub mod match_cache;
pub mod member;
mod migrate;
pub mod nda_signature;
pub mod nda_text;
pub mod news;
pub mod notice_choice;
pub mod notice_daily;
pub mod oauth_attempt;
pub mod organization;
mod pool;
pub mod probe;
pub mod profile;
pub mod questionnaire;
pub mod restore;
pub mod salesforce_link;
pub mod sealed;
pub mod section;
pub mod security_contact;
pub mod staff_invitation;
pub mod staff_password_link;
pub mod staff_second_factor;
pub mod staff_session;
pub mod staff_user;
pub mod subscriber;
pub mod task_audit;
pub mod thread;
pub mod turn;
mod tx;
pub mod unconfirmed_request;
pub mod update_mailing;
pub mod usage;
pub mod usage_day;
pub mod usage_salt;
pub mod visit;
pub mod visitor;
pub mod visitor_session;
mod wake;

pub use cell::{FromCell, Row, Value};
pub use database_tls::DatabaseTls;
pub use db::{Db, Dialect};
pub use error::{Result, StoreError};
pub use migrate::MIGRATIONS;
pub use tx::Tx;
pub use wake::{Work, WorkSignal};

/// The parameters of a statement: `params![id, name]` for `$1`, `$2`.
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => {
        &[$($crate::store::Value::from($value)),*][..]
    };
}
