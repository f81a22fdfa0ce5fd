//! A database with one organization, prepared once and used for one run after the other.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use domain::ids::OrganizationId;
use domain::organizations::{Organization, Plan, Slug};
use store::Db;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use super::database::Files;
use super::storage::{Storage, cell};
use super::test_database::{Database, TestDatabase};

pub struct Template {
    prepared: Prepared,
    organization: Organization,
    runtime: Arc<Runtime>,
}

enum Prepared {
    /// Runs take copies.
    Sqlite(Files),
    /// Emptied before each run: that is quicker than a copy.
    Postgres(TestDatabase),
}

impl Template {
    pub fn new(database: Database, folder: &TempDir) -> Self {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = Arc::new(runtime.enable_all().build().expect("a runtime"));
        let organization = organization();
        let prepared = match database {
            Database::Sqlite => {
                let files = Files::at(folder.path().join("template.db"));
                runtime.block_on(async {
                    let db = Db::open(&files.url()).await.expect("a database");
                    db.migrate().await.expect("the migrations apply");
                    insert(&db, &organization).await;
                });
                Prepared::Sqlite(files)
            }
            Database::Postgres => {
                let made = TestDatabase::make(Database::Postgres, folder);
                Prepared::Postgres(runtime.block_on(made))
            }
        };
        Self {
            prepared,
            organization,
            runtime,
        }
    }

    /// A database for one run. `path` is where a copy would go.
    pub fn storage(&self, path: PathBuf) -> Storage {
        let (files, url) = match &self.prepared {
            Prepared::Sqlite(files) => {
                let files = files.copy_to(path);
                let url = files.url();
                (Some(files), url)
            }
            Prepared::Postgres(database) => (None, database.url.clone()),
        };
        let db = self.runtime.block_on(Db::open(&url));
        let db = db.expect("the database opens");
        if files.is_none() {
            self.runtime.block_on(empty(&db));
            self.runtime.block_on(insert(&db, &self.organization));
        }
        let (organization, runtime) = (self.organization.clone(), self.runtime.clone());
        Storage::new(files, url, organization, (runtime, db))
    }
}

async fn insert(db: &Db, organization: &Organization) {
    let mut tx = db.begin().await.expect("a transaction");
    let now = super::wall(Duration::ZERO);
    let done = store::organizations::insert(&mut tx, organization, now).await;
    done.expect("an organization");
    tx.commit().await.expect("commit");
}

/// Empties every table. Waits for what a run that ended has left in the database.
async fn empty(db: &Db) {
    let mut tx = db.begin().await.expect("a transaction");
    let tables = tx
        .all(
            "SELECT CAST(string_agg(quote_ident(tablename), ', ') AS TEXT) AS names FROM pg_tables
             WHERE schemaname = 'public' AND tablename <> '_sqlx_migrations'",
            &[],
        )
        .await
        .expect("the tables");
    let names: String = cell(&tables[0], "names");
    let sql = sqlx::AssertSqlSafe(format!("TRUNCATE {names} CASCADE"));
    tx.execute(sql, &[]).await.expect("emptied");
    tx.commit().await.expect("commit");
}

fn organization() -> Organization {
    Organization {
        id: OrganizationId::from_uuid(uuid::Uuid::from_u128(1)),
        slug: Slug::parse("northgate").expect("a slug"),
        name: "Northgate Labs".to_owned(),
        plan: Plan::Enterprise,
        subject_prefix: "SafeBase".to_owned(),
        headline: String::new(),
        introduction: String::new(),
        security_email: String::new(),
        accent: "#2f5d50".to_owned(),
        version: 1,
    }
}
