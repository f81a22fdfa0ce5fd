//! Pools of connections. deadpool, because a pool of sqlx can lose its permits
//! when PostgreSQL falls silent (docs/adr/0002-one-sql-two-databases.md).

use std::path::PathBuf;

use deadpool::managed::{self, Metrics, RecycleError, RecycleResult};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, PgConnection};

use crate::db::error::{Result, StoreError};
use crate::db::sqlite::{Purpose, SqliteConn};
use crate::limits::{CONNECTION_WAIT, OPENING};

pub(crate) enum Conn {
    Sqlite(SqliteConn),
    Postgres(PgConnection),
}

#[derive(Clone)]
pub(crate) enum Manager {
    Sqlite(PathBuf, Purpose),
    Postgres(Box<PgConnectOptions>),
}

impl managed::Manager for Manager {
    type Type = Conn;
    type Error = StoreError;

    /// Connecting is on the heap: its state is 12 KB, which every use case would have in
    /// its own, and on the stack of the thread several times over.
    async fn create(&self) -> Result<Conn> {
        Ok(match self {
            Self::Sqlite(path, purpose) => Conn::Sqlite(SqliteConn::open(path, *purpose)?),
            Self::Postgres(options) => Conn::Postgres(Box::pin(options.connect()).await?),
        })
    }

    async fn recycle(&self, conn: &mut Conn, _: &Metrics) -> RecycleResult<StoreError> {
        match conn {
            Conn::Sqlite(_) => Ok(()),
            Conn::Postgres(conn) => {
                let answered = conn.ping().await;
                answered.map_err(|error| RecycleError::Backend(error.into()))
            }
        }
    }
}

pub(crate) type Pool = managed::Pool<Manager>;
pub(crate) type Pooled = managed::Object<Manager>;

pub(crate) fn pool(manager: Manager, size: usize) -> Pool {
    Pool::builder(manager)
        .max_size(size)
        .wait_timeout(Some(CONNECTION_WAIT))
        .create_timeout(Some(OPENING))
        .recycle_timeout(Some(OPENING))
        .runtime(deadpool::Runtime::Tokio1)
        .build()
        .unwrap_or_else(|error| unreachable!("the runtime is given: {error}"))
}

pub(crate) async fn take(pool: &Pool) -> Result<Pooled> {
    pool.get().await.map_err(|error| match error {
        managed::PoolError::Timeout(managed::TimeoutType::Wait) => StoreError::Busy,
        // Without a connection nothing was asked that could be refused.
        managed::PoolError::Backend(error) => match error {
            StoreError::Refused(why) => StoreError::Unavailable(why),
            error => error,
        },
        other => StoreError::Unavailable(other.to_string()),
    })
}
