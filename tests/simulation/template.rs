//! A database that is made once and used for one run after the other, which begins with
//! one organization.

use std::rc::Rc;
use std::time::Duration;

use domain::ids::OrganizationId;
use domain::organizations::{Organization, Plan, Slug};
use store::Db;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use super::embedded::Embedded;
use super::storage::{Kept, Storage, cell};
use super::test_database::{Database, TestDatabase};

pub struct Template {
    prepared: Prepared,
    organization: Organization,
    runtime: Rc<Runtime>,
}

enum Prepared {
    Sqlite(Rc<Embedded>),
    Postgres(TestDatabase),
}

impl Template {
    pub fn new(database: Database, folder: &TempDir) -> Self {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = Rc::new(runtime.enable_all().build().expect("a runtime"));
        let prepared = match database {
            Database::Sqlite => Prepared::Sqlite(Rc::new(Embedded::make(&runtime, folder.path()))),
            Database::Postgres => {
                let made = TestDatabase::make(Database::Postgres, folder);
                Prepared::Postgres(runtime.block_on(made))
            }
        };
        Self {
            prepared,
            organization: organization(),
            runtime,
        }
    }

    /// The database for one run, with nothing in it but the organization.
    pub fn storage(&self) -> Storage {
        let kept = match &self.prepared {
            Prepared::Sqlite(embedded) => Kept::Embedded(embedded.clone()),
            Prepared::Postgres(database) => Kept::Postgres(database.url.clone()),
        };
        let db = self.runtime.block_on(kept.open());
        match &self.prepared {
            Prepared::Sqlite(embedded) => embedded.empty(),
            Prepared::Postgres(_) => self.runtime.block_on(empty(&db)),
        }
        self.runtime.block_on(insert(&db, &self.organization));
        let (organization, runtime) = (self.organization.clone(), self.runtime.clone());
        Storage::new(kept, organization, (runtime, db))
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
