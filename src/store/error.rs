//! What can go wrong between the program and its database.

/// An error of the database. None of them holds a parameter's value.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("the database is busy; try again in a moment")]
    Busy,
    #[error("the database can't be reached: {0}")]
    Unavailable(String),
    #[error("the database can't write: {0}")]
    Storage(String),
    /// A UNIQUE constraint says that the row is already there.
    #[error("this already exists ({0})")]
    Duplicate(String),
    #[error("column `{column}` holds what it can't hold: {problem}")]
    Corrupt { column: String, problem: String },
    #[error("migration {0} of this database is unknown to this version: use a newer gatehouse")]
    FromTheFuture(i64),
    #[error("the database refused a statement: {0}")]
    Refused(String),
}

pub type Result<T> = std::result::Result<T, StoreError>;

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(error) if error.is_unique_violation() => {
                Self::Duplicate(error.message().to_owned())
            }
            sqlx::Error::Database(error) => match error.code().as_deref() {
                // SQLITE_BUSY, SQLITE_LOCKED and their extended codes.
                Some("5" | "6" | "261" | "262" | "517") => Self::Busy,
                // PostgreSQL: serialization failure, deadlock, lock timeout.
                Some("40001" | "40P01" | "55P03") => Self::Busy,
                // SQLITE_READONLY, SQLITE_FULL, SQLITE_IOERR_WRITE, and PostgreSQL:
                // disk full, read-only.
                Some("8" | "13" | "778" | "53100" | "25006") => {
                    Self::Storage(error.message().to_owned())
                }
                // PostgreSQL: shutting down, crashed, starting up.
                Some("57P01" | "57P02" | "57P03") => Self::Unavailable(error.message().to_owned()),
                _ => Self::Refused(error.message().to_owned()),
            },
            sqlx::Error::Io(error) => Self::Unavailable(error.to_string()),
            sqlx::Error::Tls(error) => Self::Unavailable(error.to_string()),
            sqlx::Error::ColumnDecode { index, source } => Self::Corrupt {
                column: index,
                problem: source.to_string(),
            },
            other => Self::Unavailable(other.to_string()),
        }
    }
}
