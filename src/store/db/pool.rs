//! Pools of connections. deadpool, because a pool of sqlx can lose its permits
//! when PostgreSQL falls silent (docs/adr/0002-one-sql-two-databases.md).

use std::time::Duration;

use deadpool::managed::{self, Metrics, RecycleError, RecycleResult};
use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, PgConnection, SqliteConnection};

use crate::store::db::error::{Result, StoreError};

/// How long to wait for a free connection before saying that the database is busy.
const WAIT: Duration = Duration::from_secs(10);
/// How long opening or checking a connection may take.
const OPEN: Duration = Duration::from_secs(10);

pub(in crate::store) enum Conn {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

#[derive(Clone)]
pub(in crate::store) enum Manager {
    Sqlite(Box<SqliteConnectOptions>),
    Postgres(Box<PgConnectOptions>),
}

impl managed::Manager for Manager {
    type Type = Conn;
    type Error = sqlx::Error;

    async fn create(&self) -> std::result::Result<Conn, sqlx::Error> {
        Ok(match self {
            Self::Sqlite(options) => Conn::Sqlite(options.connect().await?),
            Self::Postgres(options) => Conn::Postgres(options.connect().await?),
        })
    }

    async fn recycle(&self, conn: &mut Conn, _: &Metrics) -> RecycleResult<sqlx::Error> {
        match conn {
            Conn::Sqlite(_) => Ok(()),
            Conn::Postgres(conn) => conn.ping().await.map_err(RecycleError::Backend),
        }
    }
}

pub(in crate::store) type Pool = managed::Pool<Manager>;
pub(in crate::store) type Pooled = managed::Object<Manager>;

pub(in crate::store) fn pool(manager: Manager, size: usize) -> Pool {
    Pool::builder(manager)
        .max_size(size)
        .wait_timeout(Some(WAIT))
        .create_timeout(Some(OPEN))
        .recycle_timeout(Some(OPEN))
        .runtime(deadpool::Runtime::Tokio1)
        .build()
        .unwrap_or_else(|error| unreachable!("the runtime is given: {error}"))
}

pub(in crate::store) async fn take(pool: &Pool) -> Result<Pooled> {
    pool.get().await.map_err(|error| match error {
        managed::PoolError::Timeout(managed::TimeoutType::Wait) => StoreError::Busy,
        // Without a connection nothing was asked that could be refused.
        managed::PoolError::Backend(error) => match error.into() {
            StoreError::Refused(why) => StoreError::Unavailable(why),
            error => error,
        },
        other => StoreError::Unavailable(other.to_string()),
    })
}
