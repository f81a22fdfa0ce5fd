//! Opening a database: embedded SQLite, or PostgreSQL.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use crypto::Keyring;
use sqlx::postgres::PgConnectOptions;

use crate::db::error::{Result, StoreError};
use crate::db::pool::{Conn, Manager, Pool, pool, take};
use crate::db::probe::Probe;
use crate::db::sqlite::Purpose;
use crate::db::tx::{Terms, Tx};
use crate::db::work::WorkSignal;

/// A process that is paused in the middle of a transaction must not keep the others
/// from its rows: PostgreSQL ends what has been idle for so long. Nothing that takes
/// long is done inside one.
const ABANDONED: &str = "15s";

/// The few ways in which the two databases differ.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Dialect {
    /// The embedded database: one file, and one process that uses it.
    Sqlite,
    /// A database server, which several processes can share.
    Postgres,
}

impl Dialect {
    /// What ends a SELECT whose rows are about to be changed. SQLite has one
    /// writer at a time and needs nothing.
    pub(crate) const fn for_update(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => " FOR UPDATE",
        }
    }

    /// What locks the rows of a query until commit against others who change or lock them.
    /// Rows that refer to them can be added meanwhile.
    pub(crate) const fn for_change(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => " FOR NO KEY UPDATE",
        }
    }

    /// The greatest of several columns in one row.
    pub(crate) fn greatest(self, columns: &str) -> String {
        match self {
            Self::Sqlite => format!("MAX({columns})"),
            Self::Postgres => format!("GREATEST({columns})"),
        }
    }
}

/// A database. Clones share its connections.
#[derive(Clone)]
pub struct Db {
    writers: Pool,
    readers: Pool,
    terms: Terms,
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Db({:?})", self.dialect())
    }
}

impl Db {
    /// Opens `sqlite://path` (made if missing) or `postgres://…`.
    /// Migrations are a step of their own: [`Db::migrate`].
    pub async fn open(url: &str) -> Result<Self> {
        let db = if let Some(path) = url.strip_prefix("sqlite://") {
            Self::sqlite(PathBuf::from(path))
        } else {
            let options = PgConnectOptions::from_str(url)
                .map_err(|error| StoreError::Unavailable(error.to_string()))?
                .application_name("gatehouse")
                .options([("idle_in_transaction_session_timeout", ABANDONED)]);
            let pool = pool(Manager::Postgres(Box::new(options)), 16);
            Self {
                writers: pool.clone(),
                readers: pool,
                terms: Terms::for_dialect(Dialect::Postgres),
            }
        };
        drop(take(&db.writers).await?);
        Ok(db)
    }

    /// One writer, because a deferred transaction that turns into a write fails
    /// with `SQLITE_BUSY` whatever the timeout; readers apart.
    fn sqlite(path: PathBuf) -> Self {
        Self {
            writers: pool(Manager::Sqlite(path.clone(), Purpose::Writing), 1),
            readers: pool(Manager::Sqlite(path, Purpose::Reading), 4),
            terms: Terms::for_dialect(Dialect::Sqlite),
        }
    }

    /// The same database, whose transactions ask `probe` at each step.
    pub fn with_probe(mut self, probe: Arc<dyn Probe>) -> Self {
        self.terms.probe = Some(probe);
        self
    }

    /// The same database, which seals what must not be readable in its tables.
    pub fn with_keyring(mut self, keyring: Keyring) -> Self {
        self.terms.keyring = Some(keyring);
        self
    }

    /// For simulations: the same connections for another process, which has its own probe,
    /// keys and notifications of work.
    pub fn for_another_process(&self) -> Self {
        Self {
            terms: Terms::for_dialect(self.dialect()),
            ..self.clone()
        }
    }

    /// Wakes workers when a committed transaction has left work.
    pub fn work_signal(&self) -> &WorkSignal {
        &self.terms.work_signal
    }

    /// How to connect to PostgreSQL; `None` for the embedded database.
    pub(crate) fn postgres_options(&self) -> Option<PgConnectOptions> {
        match self.writers.manager() {
            Manager::Postgres(options) => Some((**options).clone()),
            Manager::Sqlite(..) => None,
        }
    }

    /// Writes a consistent copy of the embedded database while it is in use. The file
    /// has to be new or empty.
    pub async fn copy_into(&self, file: &Path) -> Result<()> {
        match &mut *take(&self.readers).await? {
            Conn::Sqlite(conn) => Ok(conn.copy_into(file)?),
            Conn::Postgres(_) => Err(StoreError::Refused(
                "PostgreSQL is copied by pg_dump: pg_dump --format=custom --file=FILE DATABASE"
                    .to_owned(),
            )),
        }
    }

    /// Which of the two databases it is.
    pub fn dialect(&self) -> Dialect {
        self.terms.dialect
    }

    /// A transaction that may write. Dropped without [`Tx::commit`] it is undone.
    pub async fn begin(&self) -> Result<Tx> {
        let begin = match self.terms.dialect {
            Dialect::Sqlite => "BEGIN IMMEDIATE",
            Dialect::Postgres => "BEGIN",
        };
        Tx::begin(&self.writers, self.terms.clone(), begin).await
    }

    /// A transaction that only reads, and sees one state of the database.
    pub async fn read(&self) -> Result<Tx> {
        let begin = match self.terms.dialect {
            Dialect::Sqlite => "BEGIN DEFERRED",
            Dialect::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        };
        Tx::begin(&self.readers, self.terms.clone(), begin).await
    }
}
