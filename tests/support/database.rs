//! A separate database for each test.
//!
//! SQLite: a file in a directory that goes away. PostgreSQL: a copy of a
//! migrated template on the cluster that `make test` starts.

use std::sync::atomic::{AtomicU32, Ordering};

use sha2::{Digest as _, Sha256};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, Row as _};
use store::Db;
use tempfile::TempDir;
use url::Url;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Database {
    Sqlite,
    Postgres,
}

/// Removed when dropped.
#[derive(Debug)]
pub struct TestDatabase {
    pub url: String,
    /// The cluster and the name of the database, on PostgreSQL.
    postgres: Option<(Url, String)>,
}

impl TestDatabase {
    pub async fn make(kind: Database, dir: &TempDir) -> Self {
        match kind {
            Database::Sqlite => Self {
                url: format!("sqlite://{}", dir.path().join("gatehouse.db").display()),
                postgres: None,
            },
            Database::Postgres => Self::copy_of_template().await,
        }
    }

    async fn copy_of_template() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let cluster = cluster();
        let mut admin = connect(&cluster).await;
        let template = template(&cluster, &mut admin).await;
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("gatehouse_test_{}_{number}", std::process::id());
        let old = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        run(&mut admin, old).await;
        let new = format!("CREATE DATABASE {name} TEMPLATE {template}");
        run(&mut admin, new).await;
        Self {
            url: at(&cluster, &name).to_string(),
            postgres: Some((cluster, name)),
        }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let Some((cluster, name)) = self.postgres.take() else {
            return;
        };
        // A separate thread: the test's runtime may be on its way out.
        let dropped = std::thread::spawn(move || {
            let mut runtime = tokio::runtime::Builder::new_current_thread();
            let runtime = runtime.enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let mut admin = connect(&cluster).await;
                run(&mut admin, format!("DROP DATABASE {name} WITH (FORCE)")).await;
            });
        });
        drop(dropped.join());
    }
}

fn cluster() -> Url {
    let url = std::env::var("GATEHOUSE_TEST_POSTGRES_URL").expect(
        "GATEHOUSE_TEST_POSTGRES_URL is not set: run the tests with `make test`, which starts a \
         temporary PostgreSQL, or some of them with `scripts/with-postgres cargo nextest run NAME`",
    );
    Url::parse(&url).expect("GATEHOUSE_TEST_POSTGRES_URL should be postgres://…")
}

fn at(cluster: &Url, database: &str) -> Url {
    let mut url = cluster.clone();
    url.set_path(database);
    url
}

async fn connect(url: &Url) -> PgConnection {
    PgConnection::connect(url.as_str())
        .await
        .unwrap_or_else(|error| panic!("PostgreSQL at {url} can't be reached: {error}"))
}

async fn run(admin: &mut PgConnection, sql: String) {
    let done = admin.execute(AssertSqlSafe(sql.clone())).await;
    done.unwrap_or_else(|error| panic!("{sql}: {error}"));
}

/// The name of the migrated template, made by whichever test comes first.
async fn template(cluster: &Url, admin: &mut PgConnection) -> String {
    let name = format!("gatehouse_template_{}", schema_hash());
    run(admin, "SELECT pg_advisory_lock(7268437)".to_owned()).await;
    let query = sqlx::query("SELECT COUNT(*) AS n FROM pg_database WHERE datname = $1");
    let found = admin.fetch_one(query.bind(&name)).await;
    if found.expect("the list of databases").get::<i64, _>("n") == 0 {
        let new = format!("{name}_new");
        let old = format!("DROP DATABASE IF EXISTS {new} WITH (FORCE)");
        run(admin, old).await;
        run(admin, format!("CREATE DATABASE {new}")).await;
        migrate(at(cluster, &new).as_str()).await;
        // Whatever the migration left connected would forbid renaming.
        run(
            admin,
            format!(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{new}'"
            ),
        )
        .await;
        run(admin, format!("ALTER DATABASE {new} RENAME TO {name}")).await;
    }
    run(admin, "SELECT pg_advisory_unlock(7268437)".to_owned()).await;
    name
}

async fn migrate(url: &str) {
    let db = Db::open(url).await.expect("the template opens");
    db.migrate().await.expect("the migrations apply");
}

/// Changes with every change of the schema.
fn schema_hash() -> String {
    let dir = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/crates/store/migrations/postgres"
    );
    let files = std::fs::read_dir(dir).expect("the migrations");
    let mut files: Vec<_> = files.map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    let mut hash = Sha256::new();
    for file in files {
        hash.update(std::fs::read(file).expect("a migration"));
    }
    let hash = hash.finalize();
    hash.iter().take(6).map(|b| format!("{b:02x}")).collect()
}
