//! A database that doesn't answer: a page that says what to do, and recovery.

use domain::organizations::Role;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use store::Db;

use crate::support::{Database, TestApp};

const SAYS: &str = "The database is busy or can’t be reached. Nothing was saved.";

#[tokio::test]
async fn a_locked_database_is_a_page_that_says_to_wait() {
    let app = TestApp::start(Database::Sqlite).await;
    let org = app.enterprise().await;
    let browser = app.signed_in(&org, Role::Editor).await;
    let other = Db::open(app.database_url())
        .await
        .expect("a second program");
    let lock = other.begin().await.expect("the write lock");
    let fields = [("title", "Compliance")];
    let page = browser.post("/dashboard/content/sections", &fields).await;
    assert_eq!(page.status, 503);
    assert!(page.text().contains(SAYS), "{}", page.text());
    assert_eq!(page.header("retry-after"), Some("10"));
    assert_eq!(
        browser.get("/dashboard/content").await.status,
        200,
        "reading goes on"
    );
    drop(lock);
    let page = browser.post("/dashboard/content/sections", &fields).await;
    assert_eq!(page.status, 303, "{}", page.summary());
}

#[tokio::test]
async fn a_database_that_is_gone_is_a_page_that_says_so_until_it_is_back() {
    let app = TestApp::start(Database::Postgres).await;
    let org = app.enterprise().await;
    let browser = app.signed_in(&org, Role::Editor).await;
    let cluster = std::env::var("GATEHOUSE_TEST_POSTGRES_URL").expect("a cluster");
    let mut admin = PgConnection::connect(&cluster).await.expect("the cluster");
    let url = url::Url::parse(app.database_url()).expect("an address");
    let name = url.path().trim_start_matches('/');
    let allow = async |admin: &mut PgConnection, allowed: bool| {
        let sql = format!("ALTER DATABASE {name} WITH ALLOW_CONNECTIONS {allowed}");
        admin.execute(AssertSqlSafe(sql)).await.expect("altered");
    };
    allow(&mut admin, false).await;
    let sql =
        format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
    admin.execute(AssertSqlSafe(sql)).await.expect("ended");

    let page = browser.get("/dashboard").await;
    assert_eq!(page.status, 503);
    assert!(page.text().contains(SAYS), "{}", page.text());
    assert_eq!(browser.get("/healthz").await.status, 503);

    allow(&mut admin, true).await;
    assert_eq!(browser.get("/healthz").await.status, 200);
    assert_eq!(browser.get("/dashboard").await.status, 200);
}
