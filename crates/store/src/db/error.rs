//! What can go wrong between the program and its database.

use rusqlite::{ErrorCode, ffi};

/// What a driver says of a statement that is wrong.
pub(super) type Mistake = Box<dyn std::error::Error + Send + Sync>;

/// An error of the database. None of them holds a parameter's value.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another transaction was in the way; the same one may succeed in a moment.
    #[error("the database is busy; try again in a moment")]
    Busy,
    /// The database can't be opened, doesn't answer, or is starting or stopping.
    #[error("the database can't be reached: {0}")]
    Unavailable(String),
    /// The disk is full, read-only or failing.
    #[error("the database can't write: {0}")]
    Storage(String),
    /// A UNIQUE constraint says that the row is already there.
    #[error("this already exists ({0})")]
    Duplicate(String),
    /// A cell can't be read as what its column should hold.
    #[error("column `{column}` holds what it can't hold: {problem}")]
    Corrupt {
        /// The column's name.
        column: String,
        /// What is wrong with the cell.
        problem: String,
    },
    /// A newer version of Gatehouse has migrated this database.
    #[error("migration {0} of this database is unknown to this version: use a newer gatehouse")]
    FromTheFuture(i64),
    /// Any other refusal, in the database's words; with the beginning of the statement
    /// where there was one.
    #[error("the database refused a statement: {0}")]
    Refused(String),
    /// A mistake of ours: [`crate::Db::with_keyring`] was left out.
    #[error("the database was opened without the keys that seal what is secret in it")]
    Keyless,
    /// A mistake of ours, which waiting doesn't mend.
    #[error("the database is used wrongly: {0}")]
    Misused(#[source] Mistake),
    /// The same, and in which statement.
    #[error("the database is used wrongly in `{statement}`: {source}")]
    Statement {
        /// The beginning of the statement, without its parameters.
        statement: String,
        /// What the driver says.
        source: Mistake,
    },
}

/// What a call to the database answers.
pub type Result<T> = std::result::Result<T, StoreError>;

impl StoreError {
    /// What the database said of this statement. Without its parameters, which are never
    /// part of it, it may stand in a log.
    pub(crate) fn for_statement(error: impl Into<Self>, statement: &str) -> Self {
        match error.into() {
            Self::Refused(problem) => Self::Refused(format!("{problem}: {}", brief(statement))),
            Self::Misused(source) => Self::Statement {
                statement: brief(statement),
                source,
            },
            other => other,
        }
    }
}

/// The beginning of a statement, on one line.
fn brief(statement: &str) -> String {
    let words: Vec<&str> = statement.split_whitespace().collect();
    words.join(" ").chars().take(160).collect()
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(error) if error.is_unique_violation() => {
                Self::Duplicate(error.message().to_owned())
            }
            sqlx::Error::Database(error) => match error.code().as_deref() {
                // Serialization failure, deadlock, lock timeout.
                Some("40001" | "40P01" | "55P03") => Self::Busy,
                // Disk full, read-only.
                Some("53100" | "25006") => Self::Storage(error.message().to_owned()),
                // Shutting down, crashed, starting up.
                Some("57P01" | "57P02" | "57P03") => Self::Unavailable(error.message().to_owned()),
                _ => Self::Refused(error.message().to_owned()),
            },
            sqlx::Error::Io(error) => Self::Unavailable(error.to_string()),
            sqlx::Error::Tls(error) => Self::Unavailable(error.to_string()),
            sqlx::Error::ColumnDecode { index, source } => Self::Corrupt {
                column: index,
                problem: source.to_string(),
            },
            sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::BeginFailed
            | sqlx::Error::Protocol(_) => Self::Unavailable(error.to_string()),
            // A column that isn't there, a parameter that can't be encoded, a setting:
            // waiting mends none of them.
            other => Self::Misused(Box::new(other)),
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        let rusqlite::Error::SqliteFailure(code, message) = error else {
            // A parameter too many, a text that isn't UTF-8.
            return Self::Misused(Box::new(error));
        };
        let message = message.unwrap_or_else(|| code.to_string());
        match (code.code, code.extended_code) {
            (_, ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY) => {
                Self::Duplicate(message)
            }
            (ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked, _) => Self::Busy,
            (ErrorCode::ReadOnly | ErrorCode::DiskFull, _)
            | (
                _,
                ffi::SQLITE_IOERR_WRITE
                | ffi::SQLITE_IOERR_FSYNC
                | ffi::SQLITE_IOERR_TRUNCATE
                | ffi::SQLITE_IOERR_SHMSIZE,
            ) => Self::Storage(message),
            (ErrorCode::CannotOpen | ErrorCode::NotADatabase, _) => Self::Unavailable(message),
            _ => Self::Refused(message),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_of_ours_is_no_outage_and_names_its_statement() {
        let missing = sqlx::Error::ColumnNotFound("colour".to_owned());
        let told = StoreError::for_statement(missing, "SELECT id\n  FROM item").to_string();
        assert!(told.contains("`SELECT id FROM item`"), "{told}");
        assert!(told.contains("colour"), "{told}");
    }

    #[test]
    fn whoever_waits_too_long_for_a_connection_may_try_again() {
        let error = StoreError::from(sqlx::Error::PoolTimedOut);
        assert!(matches!(error, StoreError::Unavailable(_)), "{error}");
    }
}
