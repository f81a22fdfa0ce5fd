//! A connection to the embedded database. Statements run on the thread that asks for
//! them, because a change of threads takes longer than most of them. What may take long,
//! a read of many rows or whatever waits for the disk, lets another thread take over the
//! tasks that wait meanwhile.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::functions::FunctionFlags;
use rusqlite::types::{Value as Cell, ValueRef};
use rusqlite::{CachedStatement, Connection, Error, ErrorCode, OpenFlags};
use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::time::Instant;

use crate::db::row::Value;
use crate::limits::{PREPARED, WRITER_RETRY, WRITER_WAIT};

type Result<T> = std::result::Result<T, Error>;

/// What every connection is told first.
const SETTINGS: &str = "PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON;
    PRAGMA temp_store = MEMORY;";

/// What the connection that writes is told besides. It is the only one whose cache survives
/// a write; with SQLite's own 2 MB a batch of deliveries reads most of its pages from the
/// file again. Pages that change with every batch are copied from the log four times less
/// often than with SQLite's own thousand pages.
const WRITER_SETTINGS: &str = "PRAGMA cache_size = -16384;
    PRAGMA wal_autocheckpoint = 4000;";

/// Refuses statements that write. One that was ended because it isn't quick would undo its
/// transaction, and be begun again outside of it.
const ONLY_READS: &str = "query_only";

/// A reading statement that takes more steps of SQLite's machine than this is begun again
/// where it may take long: about a millisecond.
const QUICK: i64 = 50 * STEPS as i64;
/// How many steps are taken between two looks at what is left.
const STEPS: i32 = 1_000;
const UNLIMITED: i64 = i64::MAX;

/// What a connection is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Purpose {
    Reading,
    Writing,
}

/// One connection.
pub(crate) struct SqliteConn {
    conn: Connection,
    purpose: Purpose,
    /// How many steps the statement under way may still take.
    steps: Arc<AtomicI64>,
}

/// A row of an answer.
pub struct SqliteRow {
    names: Arc<[String]>,
    cells: Vec<Cell>,
    /// The column behind the one that was read last, where the next one is looked for
    /// first: columns are mostly read in their order.
    next: AtomicUsize,
}

impl SqliteRow {
    /// The cell of that name; `None` where the answer has no such column.
    pub(crate) fn cell(&self, column: &str) -> Option<&Cell> {
        let next = self.next.load(Ordering::Relaxed);
        let is_next = self.names.get(next).is_some_and(|name| name == column);
        let at = if is_next {
            next
        } else {
            self.names.iter().position(|name| name == column)?
        };
        self.next.store(at + 1, Ordering::Relaxed);
        self.cells.get(at)
    }
}

impl SqliteConn {
    /// Opens the file, and makes it if it is missing.
    pub(crate) fn open(path: &Path, purpose: Purpose) -> Result<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        on_this_thread(|| {
            let mut conn = Connection::open_with_flags(path, flags)?;
            conn.busy_timeout(WRITER_WAIT)?;
            conn.execute_batch(SETTINGS)?;
            match purpose {
                Purpose::Reading => conn.pragma_update(None, ONLY_READS, true)?,
                Purpose::Writing => conn.execute_batch(WRITER_SETTINGS)?,
            }
            conn.set_prepared_statement_cache_capacity(PREPARED);
            lower_every_script(&conn)?;
            // Plans don't depend on values. Otherwise SQLite prepares a statement with a
            // limit, or with a state that an index names, again each time it is run.
            conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
            // From now on waiting is ours: SQLite would keep the thread meanwhile.
            conn.busy_timeout(Duration::ZERO)?;
            let steps = Arc::new(AtomicI64::new(UNLIMITED));
            let left = steps.clone();
            let is_over = move || left.fetch_sub(i64::from(STEPS), Ordering::Relaxed) <= 0;
            conn.progress_handler(STEPS, Some(is_over))?;
            Ok(Self {
                conn,
                purpose,
                steps,
            })
        })
    }

    /// Runs a statement; answers how many rows it changed.
    pub(crate) async fn execute(&mut self, sql: &str, values: &[Value]) -> Result<u64> {
        let sql = numbered(sql);
        self.patiently(|conn| {
            let mut statement = prepare(conn, &sql, values)?;
            let mut rows = statement.raw_query();
            while rows.next()?.is_some() {}
            drop(rows);
            Ok(conn.changes())
        })
        .await
    }

    /// All rows of an answer.
    pub(crate) async fn all(&mut self, sql: &str, values: &[Value]) -> Result<Vec<SqliteRow>> {
        let sql = numbered(sql);
        self.patiently(|conn| {
            let mut statement = prepare(conn, &sql, values)?;
            let names = statement.column_names().map(str::to_owned);
            let names: Arc<[String]> = names.collect();
            debug_assert!(are_distinct(&names), "two columns have one name: {sql}");
            let mut answer = Vec::new();
            let mut rows = statement.raw_query();
            while let Some(row) = rows.next()? {
                let cells: Result<_> = (0..names.len()).map(|at| row.get(at)).collect();
                let names = names.clone();
                answer.push(SqliteRow {
                    names,
                    cells: cells?,
                    next: AtomicUsize::new(0),
                });
            }
            Ok(answer)
        })
        .await
    }

    /// Runs statements that take no parameters and give no rows.
    pub(crate) async fn script(&mut self, sql: &str) -> Result<()> {
        self.patiently(|conn| conn.execute_batch(sql)).await
    }

    /// Writes a consistent copy of the database into a file that is new or empty.
    pub(crate) fn copy_into(&mut self, file: &Path) -> Result<()> {
        let file = file.display().to_string();
        on_this_thread(|| {
            // The copy is written by statements of this connection.
            self.conn.pragma_update(None, ONLY_READS, false)?;
            let copied = self.conn.execute("VACUUM INTO ?1", [file]);
            self.conn.pragma_update(None, ONLY_READS, true)?;
            copied.map(drop)
        })
    }

    /// Undoes the open transaction, at once.
    pub(crate) fn roll_back(&mut self) -> Result<()> {
        self.run(|conn| conn.execute_batch("ROLLBACK"))
    }

    /// Tries again while another process is writing, and leaves the thread to others
    /// meanwhile. A statement that found the database busy has done nothing.
    async fn patiently<T>(&mut self, work: impl Fn(&Connection) -> Result<T>) -> Result<T> {
        let begun = Instant::now();
        loop {
            match self.run(&work) {
                Err(error) if is_busy(&error) && begun.elapsed() < WRITER_WAIT => {
                    tokio::time::sleep(WRITER_RETRY).await;
                }
                done => return done,
            }
        }
    }

    /// Whatever only reads is tried for as long as it is quick: SQLite ends a reading
    /// statement without a trace.
    fn run<T>(&self, work: impl Fn(&Connection) -> Result<T>) -> Result<T> {
        if self.purpose == Purpose::Reading {
            self.steps.store(QUICK, Ordering::Relaxed);
            let done = work(&self.conn);
            self.steps.store(UNLIMITED, Ordering::Relaxed);
            if !done.as_ref().is_err_and(is_interrupted) {
                return done;
            }
        }
        on_this_thread(|| work(&self.conn))
    }
}

/// SQLite's own `LOWER` knows the letters of ASCII only: a search for “zürich” would not find
/// “ZÜRICH”, which PostgreSQL finds. No index is made of it.
fn lower_every_script(conn: &Connection) -> Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_INNOCUOUS;
    conn.create_scalar_function("lower", 1, flags, |call| {
        Ok(match call.get_raw(0) {
            ValueRef::Text(text) => Cell::Text(super::like::lower(&String::from_utf8_lossy(text))),
            other => Cell::try_from(other)?,
        })
    })
}

fn is_interrupted(error: &Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::OperationInterrupted)
}

/// What can pass by waiting. A transaction that has read an older state can't go on to
/// write (`SQLITE_BUSY_SNAPSHOT`), however long it waits.
fn is_busy(error: &Error) -> bool {
    error.sqlite_error().is_some_and(|error| {
        error.code == ErrorCode::DatabaseBusy
            && error.extended_code != rusqlite::ffi::SQLITE_BUSY_SNAPSHOT
    })
}

/// Other tasks of a runtime with several threads are taken over by another one, so that
/// a long statement or a slow disk keeps nobody waiting.
fn on_this_thread<T>(work: impl FnOnce() -> T) -> T {
    match Handle::try_current().map(|runtime| runtime.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(work),
        _ => work(),
    }
}

fn prepare<'a>(conn: &'a Connection, sql: &str, values: &[Value]) -> Result<CachedStatement<'a>> {
    let mut statement = conn.prepare_cached(sql)?;
    // What isn't bound would silently be NULL.
    if statement.parameter_count() != values.len() {
        let (given, needed) = (values.len(), statement.parameter_count());
        return Err(Error::InvalidParameterCount(given, needed));
    }
    for (at, value) in values.iter().enumerate() {
        match value {
            Value::Int(value) => statement.raw_bind_parameter(at + 1, value)?,
            Value::Text(value) => statement.raw_bind_parameter(at + 1, value)?,
            Value::Bytes(value) => statement.raw_bind_parameter(at + 1, value)?,
        }
    }
    Ok(statement)
}

/// A column is found by its name, from where the last one was found.
fn are_distinct(names: &[String]) -> bool {
    let distinct: HashSet<&String> = names.iter().collect();
    distinct.len() == names.len()
}

/// The statement with `?1` for `$1`. SQLite takes `$1` for a name, and numbers names in
/// the order in which it meets them.
fn numbered(sql: &str) -> String {
    let mut numbered = String::with_capacity(sql.len());
    let mut rest = sql;
    while let Some(at) = rest.find('$') {
        let is_parameter = rest[at + 1..].starts_with(|c: char| c.is_ascii_digit());
        numbered.push_str(&rest[..at]);
        numbered.push(if is_parameter { '?' } else { '$' });
        rest = &rest[at + 1..];
    }
    numbered.push_str(rest);
    numbered
}

#[cfg(test)]
mod tests {
    use rusqlite::StatementStatus;

    use super::*;

    #[tokio::test]
    async fn a_statement_is_prepared_once_however_often_it_is_run() {
        let mut conn = SqliteConn::open(Path::new(":memory:"), Purpose::Writing).unwrap();
        conn.script(
            "CREATE TABLE t (a INTEGER, b TEXT); CREATE INDEX t_new ON t (a) WHERE b = 'new'",
        )
        .await
        .unwrap();
        let sql = "SELECT a FROM t WHERE a > $1 AND b = $2 ORDER BY a LIMIT $3";
        for n in 0..10 {
            let values = [Value::from(n), Value::from("new"), Value::from(n)];
            conn.all(sql, &values).await.unwrap();
        }
        let statement = conn.conn.prepare_cached(&numbered(sql)).unwrap();
        assert_eq!(statement.get_status(StatementStatus::RePrepare), 0);
    }

    #[tokio::test]
    async fn columns_are_found_in_any_order() {
        let mut conn = SqliteConn::open(Path::new(":memory:"), Purpose::Reading).unwrap();
        let rows = conn
            .all("SELECT 1 AS a, 2 AS b, 3 AS c", &[])
            .await
            .unwrap();
        for (column, cell) in [
            ("a", 1),
            ("b", 2),
            ("b", 2),
            ("a", 1),
            ("c", 3),
            ("a", 1),
            ("c", 3),
        ] {
            assert_eq!(rows[0].cell(column), Some(&Cell::Integer(cell)), "{column}");
        }
        assert_eq!(rows[0].cell("d"), None);
        assert_eq!(rows[0].cell("a"), Some(&Cell::Integer(1)));
    }

    #[tokio::test]
    async fn lower_knows_the_letters_of_every_script() {
        let mut conn = SqliteConn::open(Path::new(":memory:"), Purpose::Reading).unwrap();
        let sql = "SELECT LOWER('ZÜRICH Ada') AS text, LOWER(NULL) IS NULL AS missing";
        let rows = conn.all(sql, &[]).await.unwrap();
        assert_eq!(
            rows[0].cell("text"),
            Some(&Cell::Text("zürich ada".to_owned()))
        );
        assert_eq!(rows[0].cell("missing"), Some(&Cell::Integer(1)));
    }

    #[test]
    fn parameters_are_taken_by_their_number_and_other_dollars_left_alone() {
        assert_eq!(
            numbered("SELECT '$.a', $2 FROM t WHERE a = $10"),
            "SELECT '$.a', ?2 FROM t WHERE a = ?10"
        );
    }
}
