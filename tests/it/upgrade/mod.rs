//! A database of an earlier version, with data in it, brought up to this one.

use std::path::{Path, PathBuf};
use std::time::Duration;

use domain::deliveries::DeliveryState;
use domain::email::notification::{Choice, NotificationKind};
use domain::email::visitor_preference::VisitorEmail;
use domain::ids::{ActivityId, OrganizationId, StaffUserId};
use gatehouse::app::open_database;
use gatehouse::config::Config;
use secrecy::SecretString;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use store::{Db, Dialect};
use tempfile::TempDir;

use crate::on_both_databases;
use crate::support::{Database, TestApp, TestDatabase};

/// The last step before those that move data.
const OLD_STEP: i64 = 23;
const ROWS: &str = include_str!("rows_of_step_23.sql");

/// The schema of that step and its rows, as one script.
fn old_database(dialect: Dialect) -> String {
    let folder = match dialect {
        Dialect::Sqlite => "crates/store/migrations/sqlite",
        Dialect::Postgres => "crates/store/migrations/postgres",
    };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let files = std::fs::read_dir(folder).expect("the migrations").flatten();
    let mut files: Vec<PathBuf> = files.map(|file| file.path()).collect();
    files.sort();
    let mut script = "CREATE TABLE schema_step (number BIGINT PRIMARY KEY, name TEXT NOT NULL);\n"
        .replace(
            "BIGINT",
            if dialect == Dialect::Sqlite {
                "INTEGER"
            } else {
                "BIGINT"
            },
        );
    for file in files {
        let name = file
            .file_stem()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let number: i64 = name[..4].parse().expect("a number");
        if number <= OLD_STEP {
            script += &std::fs::read_to_string(&file).expect("a migration");
            script += &format!("\nINSERT INTO schema_step VALUES ({number}, '{name}');\n");
        }
    }
    script + ROWS
}

/// The old database itself; it goes away with what is answered beside its address.
async fn make_old(dialect: Dialect) -> (String, (TempDir, TestDatabase)) {
    let folder = TempDir::new().expect("a folder");
    let script = old_database(dialect);
    let kind = match dialect {
        Dialect::Sqlite => Database::Sqlite,
        Dialect::Postgres => Database::Postgres,
    };
    let database = TestDatabase::make(kind, &folder).await;
    match dialect {
        Dialect::Sqlite => {
            let file = database.url.trim_start_matches("sqlite://");
            let old = rusqlite::Connection::open(file).expect("a database");
            old.execute_batch(&script)
                .expect("the old schema and its rows");
        }
        Dialect::Postgres => {
            let mut old = PgConnection::connect(&database.url)
                .await
                .expect("a database");
            let script = format!("DROP SCHEMA public CASCADE; CREATE SCHEMA public;\n{script}");
            let done = old.execute(AssertSqlSafe(script)).await;
            done.expect("the old schema and its rows");
        }
    }
    (database.url.clone(), (folder, database))
}

fn id<T>(from: impl Fn(uuid::Uuid) -> T, n: u128) -> T {
    from(uuid::Uuid::from_u128(
        0x0190_0000_0000_7000_8000_0000_0000_0000 + n,
    ))
}

async fn email_and_updates_are_there(app: &TestApp, db: &Db, org: OrganizationId) {
    let mut tx = db.begin().await.unwrap();
    let now = app.ambient.now();
    let claimed = store::email::claim_across_tenants(&mut tx, now, Duration::from_mins(1), 10);
    let claimed = claimed.await.unwrap();
    assert_eq!((claimed.len(), claimed[0].org), (1, org));
    let email = claimed[0].email.as_ref().unwrap();
    assert_eq!(
        (email.message.text.as_str(), email.message.html.as_str()),
        ("the text", "the page")
    );
    assert_eq!(email.unsubscribe, "https://leave.example");
    let updates = store::content::updates::published(&mut tx, org, 10)
        .await
        .unwrap();
    assert_eq!(updates[0].title, "New SOC 2 report");
}

async fn choices_are_kept(app: &TestApp, db: &Db, org: OrganizationId) {
    let mut tx = db.begin().await.unwrap();
    let (kind, user) = (NotificationKind::Comment, id(StaffUserId::from_uuid, 2));
    let stopped = store::email::visitor_preferences::by_token(&mut tx, org, "their-token").await;
    assert_eq!(stopped.unwrap().unwrap().1, VisitorEmail::Answer);
    let choices = store::email::staff_preferences::of_kind(&mut tx, org, kind)
        .await
        .unwrap();
    assert_eq!(choices[&user], Choice::Off);
    let waiting = store::email::daily::take(&mut tx, org, user, app.ambient.now())
        .await
        .unwrap();
    assert_eq!(waiting[0].subject, "Ada commented");
    let (now, visit) = (app.ambient.now(), Duration::from_hours(24 * 365));
    let began = store::analytics::anonymous_visits::touch(&mut tx, org, "someone", now, visit);
    assert!(!began.await.unwrap(), "the same visit goes on");
}

on_both_databases! {
    async fn what_an_earlier_version_has_kept_is_there_after_the_upgrade(app: TestApp) {
        let (url, _database) = make_old(app.db.dialect()).await;
        let config = Config { database_url: SecretString::from(url), ..app.config.clone() };
        let db = open_database(&config).await.unwrap();
        let applied = db.migrate().await.unwrap();
        assert_eq!(applied.first(), Some(&"0024_sealed_mail"));
        assert_eq!(db.migrate().await.unwrap(), Vec::<&str>::new(), "once");
        let org = id(OrganizationId::from_uuid, 1);
        email_and_updates_are_there(&app, &db, org).await;
        choices_are_kept(&app, &db, org).await;
        let mut tx = db.read().await.unwrap();
        let activity = id(ActivityId::from_uuid, 10);
        let deliveries = store::deliveries::list::of_activities(&mut tx, org, &[activity]).await.unwrap();
        assert_eq!(deliveries[0].state, DeliveryState::Delivered);
        let account = store::accounts::by_name(&mut tx, org, "Analytical Engines").await.unwrap().unwrap();
        let members = store::accounts::members::of_account(&mut tx, org, account.id).await.unwrap();
        assert_eq!(members.len(), 1);
    }
}
