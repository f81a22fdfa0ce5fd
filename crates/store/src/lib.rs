//! The only layer with SQL. `db` opens the database and runs statements on either kind of
//! it; every other folder is a feature, with a file for each of its tables.
//!
//! Every function takes the organization; the few that cross tenants say so in
//! their names.

#![warn(missing_docs)]

pub mod access_requests;
pub mod accounts;
pub mod activities;
pub mod analytics;
pub mod audit_log;
pub mod content;
pub mod conversations;
pub mod db;
pub mod deliveries;
pub mod documents;
pub mod email;
mod limits;
pub mod nda;
pub mod organizations;
pub mod questionnaires;
pub mod rate_limits;
pub mod request_origin;
pub mod salesforce;
pub mod staff;
pub mod visitors;

pub use db::{
    DatabaseTls, Db, Dialect, FromCell, MIGRATIONS, Result, Row, StoreError, Tx, Value, Work,
    WorkSignal,
};

/// The parameters of a statement: `params![id, name]` for `$1`, `$2`.
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => {
        &[$($crate::Value::from($value)),*][..]
    };
}
