//! An embedded database that the runs of a thread use one after the other. Its
//! connections stay open from run to run and from process to process: opening them, and
//! preparing each statement anew, would take most of the time of a run.

use std::path::Path;

use rusqlite::Connection;
use store::Db;
use tokio::runtime::Runtime;

/// The database, and another of the same shape for its backup.
pub struct Embedded {
    db: Db,
    /// Sees both, without looking at what refers to what.
    conn: Connection,
    tables: Vec<String>,
}

impl Embedded {
    /// `folder` is empty.
    pub fn make(runtime: &Runtime, folder: &Path) -> Self {
        let path = folder.join("run.db");
        let db = runtime.block_on(async {
            let db = Db::open(&format!("sqlite://{}", path.display())).await?;
            db.migrate().await?;
            store::Result::Ok(db)
        });
        let db = db.expect("a database");
        let conn = Connection::open(&path).expect("the database opens");
        let backup = folder.join("backup.db").display().to_string();
        conn.set_prepared_statement_cache_capacity(1_000);
        run(&conn, "PRAGMA foreign_keys = OFF");
        conn.execute("VACUUM INTO ?1", [&backup]).expect("a copy");
        conn.execute("ATTACH ?1 AS backup", [&backup])
            .expect("attached");
        run(&conn, "PRAGMA backup.synchronous = OFF");
        let tables = tables(&conn);
        let made = Self { db, conn, tables };
        made.empty();
        made
    }

    /// The database as one process has it.
    pub fn open(&self) -> Db {
        self.db.for_another_process()
    }

    /// Makes the database what it is after the migrations.
    pub fn empty(&self) {
        self.in_each_table(|table| match table {
            // Has one row, always.
            "epoch" => "UPDATE main.epoch SET number = 0, restored_at = NULL".to_owned(),
            table => format!("DELETE FROM main.{table}"),
        });
        let rows = "SELECT COUNT(*) FROM main.epoch";
        let rows: i64 = self
            .conn
            .query_row(rows, [], |row| row.get(0))
            .expect("a count");
        assert_eq!(rows, 1, "the migrations made a row");
    }

    /// Makes the backup what the database is.
    pub fn back_up(&self) {
        self.in_each_table(|table| format!("DELETE FROM backup.{table}"));
        self.in_each_table(|table| {
            format!("INSERT INTO backup.{table} SELECT * FROM main.{table}")
        });
    }

    /// Makes the database what the backup is.
    pub fn restore(&self) {
        self.in_each_table(|table| format!("DELETE FROM main.{table}"));
        self.in_each_table(|table| {
            format!("INSERT INTO main.{table} SELECT * FROM backup.{table}")
        });
    }

    fn in_each_table(&self, statement: impl Fn(&str) -> String) {
        run(&self.conn, "BEGIN IMMEDIATE");
        for table in &self.tables {
            run(&self.conn, &statement(table));
        }
        run(&self.conn, "COMMIT");
    }
}

fn run(conn: &Connection, sql: &str) {
    let done = conn.prepare_cached(sql).and_then(|mut sql| sql.execute([]));
    done.expect("the database answers");
}

fn tables(conn: &Connection) -> Vec<String> {
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'table'
               AND name NOT LIKE 'sqlite_%'";
    let mut sql = conn.prepare(sql).expect("a statement");
    let names = sql.query_map([], |row| row.get(0)).expect("the tables");
    names.collect::<Result<_, _>>().expect("their names")
}
