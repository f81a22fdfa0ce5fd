//! The database: opening it, transactions, rows, and bringing its schema up to date.

mod database;
mod error;
pub(crate) mod json_rows;
pub(crate) mod like;
mod listen;
mod migrate;
mod pool;
pub mod probe;
mod row;
pub mod sealed;
mod sqlite;
mod statement_log;
mod tls;
mod tx;
mod work;

pub use database::{Db, Dialect};
pub use error::{Result, StoreError};
pub use migrate::MIGRATIONS;
pub use row::{FromCell, Row, Value};
pub use tls::DatabaseTls;
pub use tx::Tx;
pub use work::{Work, WorkSignal};
