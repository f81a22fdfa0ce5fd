//! A transaction, and statements on either kind of database.
//!
//! SQL is written once, with `$1`, `$2`, … as parameters, in the words that
//! SQLite and PostgreSQL share.

use std::sync::Arc;

use crypto::Keyring;
use sqlx::{AssertSqlSafe, Executor as _, SqlSafeStr, SqlStr};

use crate::db::database::Dialect;
use crate::db::error::{Result, StoreError};
use crate::db::listen::announcement;
use crate::db::pool::{Conn, Pool, Pooled, take};
use crate::db::probe::{AtWork, Probe, Step, ask};
use crate::db::row::{Row, Value};
use crate::db::statement_log::Timed;
use crate::db::work::{Work, WorkSignal};

/// An open transaction. Use cases take `&mut Tx`, so that an act, its activity
/// and its deliveries are committed together or not at all.
pub struct Tx {
    /// `None` only after commit or rollback.
    conn: Option<Pooled>,
    dialect: Dialect,
    work_signal: WorkSignal,
    /// What there will be to do once this is committed.
    new_work: Vec<Work>,
    probe: Option<Arc<dyn Probe>>,
    keyring: Option<Keyring>,
}

/// What transactions of a database share.
#[derive(Clone)]
pub(crate) struct Terms {
    pub dialect: Dialect,
    pub work_signal: WorkSignal,
    pub probe: Option<Arc<dyn Probe>>,
    pub keyring: Option<Keyring>,
}

impl Terms {
    pub(crate) fn for_dialect(dialect: Dialect) -> Self {
        Self {
            dialect,
            work_signal: WorkSignal::default(),
            probe: None,
            keyring: None,
        }
    }
}

impl Tx {
    pub(crate) async fn begin(pool: &Pool, terms: Terms, statement: &'static str) -> Result<Self> {
        ask(terms.probe.as_ref(), Step::Begin).await?;
        let _at_work = AtWork::with(terms.probe.as_ref());
        let mut tx = Self {
            conn: Some(take(pool).await?),
            dialect: terms.dialect,
            work_signal: terms.work_signal,
            new_work: Vec::new(),
            probe: terms.probe,
            keyring: terms.keyring,
        };
        tx.run(statement).await?;
        Ok(tx)
    }

    /// What seals columns of this database.
    pub(crate) fn keyring(&self) -> Result<Keyring> {
        self.keyring.clone().ok_or(StoreError::Keyless)
    }

    pub(crate) fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Makes everything that was done in this transaction last.
    pub async fn commit(mut self) -> Result<()> {
        ask(self.probe.as_ref(), Step::Commit).await?;
        let commit = match self.dialect {
            Dialect::Postgres if !self.new_work.is_empty() => {
                format!("{}; COMMIT", announcement(&self.new_work))
            }
            _ => "COMMIT".to_owned(),
        };
        {
            let _at_work = AtWork::with(self.probe.as_ref());
            self.run(&commit).await?;
            self.conn = None;
        }
        ask(self.probe.as_ref(), Step::Committed).await?;
        for work in self.new_work.drain(..) {
            self.work_signal.notify(work);
        }
        Ok(())
    }

    /// Wakes whoever does this work, once this transaction has been committed.
    pub(crate) fn notify_on_commit(&mut self, work: Work) {
        if !self.new_work.contains(&work) {
            self.new_work.push(work);
        }
    }

    /// Runs a statement; answers how many rows it changed.
    pub async fn execute(&mut self, sql: impl SqlSafeStr, values: &[Value]) -> Result<u64> {
        let sql = sql.into_sql_str();
        ask(self.probe.as_ref(), Step::Statement(sql.as_str())).await?;
        let _at_work = AtWork::with(self.probe.as_ref());
        let timed = Timed::begin();
        let done = self.change(sql.clone(), values).await;
        let rows = done.as_ref().ok();
        timed.end(
            sql.as_str(),
            rows.map(|rows| usize::try_from(*rows).unwrap_or(usize::MAX)),
        );
        done
    }

    async fn change(&mut self, sql: SqlStr, values: &[Value]) -> Result<u64> {
        let statement = sql.clone();
        let told = |error: sqlx::Error| StoreError::for_statement(error, statement.as_str());
        Ok(match self.conn()? {
            Conn::Sqlite(conn) => conn
                .execute(sql.as_str(), values)
                .await
                .map_err(|error| StoreError::for_statement(error, statement.as_str()))?,
            Conn::Postgres(conn) => {
                let query = values
                    .iter()
                    .cloned()
                    .fold(sqlx::query(sql), |q, v| v.bind_postgres(q));
                query.execute(conn).await.map_err(told)?.rows_affected()
            }
        })
    }

    /// All rows of an answer.
    pub async fn all(&mut self, sql: impl SqlSafeStr, values: &[Value]) -> Result<Vec<Row>> {
        let sql = sql.into_sql_str();
        ask(self.probe.as_ref(), Step::Statement(sql.as_str())).await?;
        let _at_work = AtWork::with(self.probe.as_ref());
        let timed = Timed::begin();
        let found = self.rows(sql.clone(), values).await;
        timed.end(sql.as_str(), found.as_ref().ok().map(Vec::len));
        found
    }

    async fn rows(&mut self, sql: SqlStr, values: &[Value]) -> Result<Vec<Row>> {
        let statement = sql.clone();
        let told = |error: sqlx::Error| StoreError::for_statement(error, statement.as_str());
        Ok(match self.conn()? {
            Conn::Sqlite(conn) => {
                let rows = conn.all(sql.as_str(), values).await;
                let rows =
                    rows.map_err(|error| StoreError::for_statement(error, statement.as_str()))?;
                rows.into_iter().map(Row::Sqlite).collect()
            }
            Conn::Postgres(conn) => {
                let query = values
                    .iter()
                    .cloned()
                    .fold(sqlx::query(sql), |q, v| v.bind_postgres(q));
                query
                    .fetch_all(conn)
                    .await
                    .map_err(told)?
                    .into_iter()
                    .map(Row::Postgres)
                    .collect()
            }
        })
    }

    /// The first row of an answer, if it has one.
    pub async fn optional(
        &mut self,
        sql: impl SqlSafeStr,
        values: &[Value],
    ) -> Result<Option<Row>> {
        Ok(self.all(sql, values).await?.into_iter().next())
    }

    /// The first row of an answer that always has one, such as a COUNT.
    pub async fn one(&mut self, sql: impl SqlSafeStr, values: &[Value]) -> Result<Row> {
        let row = self.optional(sql, values).await?;
        row.ok_or_else(|| StoreError::Refused("an answer without a row".to_owned()))
    }

    /// Runs statements that take no parameters and give no rows.
    pub(crate) async fn script(&mut self, sql: &str) -> Result<()> {
        ask(self.probe.as_ref(), Step::Statement(sql)).await?;
        let _at_work = AtWork::with(self.probe.as_ref());
        self.run(sql).await
    }

    async fn run(&mut self, sql: &str) -> Result<()> {
        let timed = Timed::begin();
        let done = self.run_script(sql).await;
        timed.end(sql, done.is_ok().then_some(0));
        done
    }

    async fn run_script(&mut self, sql: &str) -> Result<()> {
        match self.conn()? {
            Conn::Sqlite(conn) => {
                let done = conn.script(sql).await;
                done.map_err(|error| StoreError::for_statement(error, sql))
            }
            Conn::Postgres(conn) => {
                let safe = AssertSqlSafe(sql.to_owned());
                let done = conn.execute(sqlx::raw_sql(safe)).await;
                done.map(drop)
                    .map_err(|error| StoreError::for_statement(error, sql))
            }
        }
    }

    fn conn(&mut self) -> Result<&mut Conn> {
        match &mut self.conn {
            Some(conn) => Ok(&mut **conn),
            None => Err(StoreError::Refused("the transaction is over".to_owned())),
        }
    }
}

impl Drop for Tx {
    /// Undoes what was not committed, before anyone else gets the connection.
    fn drop(&mut self) {
        let Some(mut conn) = self.conn.take() else {
            return;
        };
        let at_work = AtWork::with(self.probe.as_ref());
        if let Conn::Sqlite(sqlite) = &mut *conn {
            if sqlite.roll_back().is_err() {
                // Its state is unknown: close it rather than lend it again.
                drop(Pooled::take(conn));
            }
            return;
        }
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            drop(Pooled::take(conn));
            return;
        };
        runtime.spawn(async move {
            let _at_work = at_work;
            let Conn::Postgres(postgres) = &mut *conn else {
                return;
            };
            if postgres.execute("ROLLBACK").await.is_err() {
                drop(Pooled::take(conn));
            }
        });
    }
}
