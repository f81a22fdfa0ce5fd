//! All rows of a database as text, whatever the tables are.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::{Connection as _, PgConnection, Row as _};

use super::app::TestApp;
use super::database::Database;

/// A row's values by column; NULL is left out.
pub type Values = BTreeMap<String, String>;

/// Rows by table.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Dump(pub BTreeMap<String, BTreeSet<Values>>);

enum Open {
    Sqlite(rusqlite::Connection),
    Postgres(PgConnection),
}

impl TestApp {
    pub async fn dump(&self) -> Dump {
        let url = self.database_url();
        let mut open = match self.kind {
            Database::Sqlite => {
                let path = url.strip_prefix("sqlite://").expect("a path");
                Open::Sqlite(rusqlite::Connection::open(path).expect("the database"))
            }
            Database::Postgres => {
                Open::Postgres(PgConnection::connect(url).await.expect("the database"))
            }
        };
        let mut dump = Dump::default();
        for table in open.texts(open.tables(), 1).await.into_iter().flatten() {
            let columns = open.texts(open.columns(&table), 1).await;
            let columns: Vec<_> = columns.into_iter().flatten().collect();
            let rows = open.texts(open.rows(&table, &columns), columns.len());
            let rows = rows.await;
            let rows = rows.chunks(columns.len()).map(|row| {
                let pairs = columns.iter().cloned().zip(row.iter().cloned());
                pairs.filter_map(|(c, v)| Some((c, v?))).collect()
            });
            dump.0.insert(table, rows.collect());
        }
        dump
    }
}

impl Open {
    /// The texts of a query, row after row.
    async fn texts(&mut self, query: String, columns: usize) -> Vec<Option<String>> {
        match self {
            Self::Sqlite(db) => {
                let mut statement = db.prepare(&query).expect("a query");
                let mut rows = statement.query(()).expect("rows");
                let mut cells = Vec::new();
                while let Some(row) = rows.next().expect("a row") {
                    cells.extend((0..columns).map(|at| row.get_unwrap::<_, Option<String>>(at)));
                }
                cells
            }
            Self::Postgres(db) => {
                let query = sqlx::AssertSqlSafe(query);
                let rows = sqlx::query(query).fetch_all(db).await.expect("rows");
                let cells = rows
                    .iter()
                    .flat_map(|row| (0..columns).map(|at| row.get(at)));
                cells.collect()
            }
        }
    }

    fn tables(&self) -> String {
        match self {
            Self::Sqlite(_) => {
                "SELECT name FROM sqlite_master WHERE type = 'table' \
                AND name NOT LIKE 'sqlite_%' ORDER BY name"
            }
            Self::Postgres(_) => {
                "SELECT table_name::text FROM information_schema.tables \
                WHERE table_schema = 'public' ORDER BY table_name"
            }
        }
        .to_owned()
    }

    fn columns(&self, table: &str) -> String {
        match self {
            Self::Sqlite(_) => format!("SELECT name FROM pragma_table_info('{table}')"),
            Self::Postgres(_) => format!(
                "SELECT column_name::text FROM information_schema.columns \
                WHERE table_schema = 'public' AND table_name = '{table}' ORDER BY 1"
            ),
        }
    }

    fn rows(&self, table: &str, columns: &[String]) -> String {
        let text = |column: &String| match self {
            Self::Sqlite(_) => format!(
                "CASE typeof(\"{column}\") WHEN 'blob' THEN hex(\"{column}\") \
                ELSE CAST(\"{column}\" AS TEXT) END"
            ),
            Self::Postgres(_) => format!("\"{column}\"::text"),
        };
        let columns: Vec<_> = columns.iter().map(text).collect();
        format!("SELECT {} FROM \"{table}\"", columns.join(", "))
    }
}

impl Dump {
    /// What belongs to an organization: its own row, the rows that name it, and
    /// those that name one of these.
    pub fn of(&self, org: &str) -> Self {
        let named = |row: &Values| {
            row.get("org_id").is_some_and(|id| id == org)
                || row.get("id").is_some_and(|id| id == org)
        };
        let own = self.filter(named);
        let ids: BTreeSet<String> = own.ids().into_iter().collect();
        self.filter(|row| {
            named(row) || (!row.contains_key("org_id") && row.values().any(|v| ids.contains(v)))
        })
    }

    fn filter(&self, which: impl Fn(&Values) -> bool) -> Self {
        let tables = self.0.iter().map(|(table, rows)| {
            let rows = rows.iter().filter(|row| which(row)).cloned().collect();
            (table.clone(), rows)
        });
        Self(tables.collect())
    }

    pub fn ids(&self) -> Vec<String> {
        let rows = self.0.values().flatten();
        let ids: BTreeSet<_> = rows.filter_map(|row| row.get("id")).collect();
        ids.into_iter().cloned().collect()
    }

    /// At most so many ids of each such table.
    pub fn ids_of(&self, which: impl Fn(&str) -> bool, most: usize) -> Vec<String> {
        let tables = self.0.iter().filter(|(table, _)| which(table));
        let ids =
            tables.flat_map(|(_, rows)| rows.iter().filter_map(|row| row.get("id")).take(most));
        ids.cloned().collect()
    }

    /// The rows that are in one of both only, for a message.
    pub fn differences(&self, other: &Self) -> String {
        let mut text = String::new();
        let tables: BTreeSet<_> = self.0.keys().chain(other.0.keys()).collect();
        let none = BTreeSet::new();
        for table in tables {
            let rows = self.0.get(table).unwrap_or(&none);
            let others = other.0.get(table).unwrap_or(&none);
            for row in rows.difference(others) {
                text.push_str(&format!("- {table} {row:?}\n"));
            }
            for row in others.difference(rows) {
                text.push_str(&format!("+ {table} {row:?}\n"));
            }
        }
        text
    }
}
