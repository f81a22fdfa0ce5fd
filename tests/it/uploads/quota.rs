//! How much may be stored.

use std::sync::atomic::Ordering;
use std::time::Duration;

use domain::organizations::Role;

use crate::conversations::send;
use crate::on_both_databases;
use crate::public::member;
use crate::support::{Database, TestApp};

const WARNING: &str = "File storage is almost full";
const LONG: Duration = Duration::from_secs(20);

async fn an_account_sends_no_more_than_its_quota(kind: Database) {
    let app = TestApp::start_with(kind, &[("GATEHOUSE_ACCOUNT_QUOTA_MB", "1")]).await;
    let org = app.enterprise().await;
    let admin = app.staff(&org, Role::Admin).await;
    let ada = member(&app, &org).await;
    let rows = "control,in place\n".repeat(40_000);
    let page = send(&ada, &org, &[], "first.csv", rows.as_bytes()).await;
    assert!(
        page.text().contains("Your questionnaire is sent"),
        "{}",
        page.text()
    );
    let page = send(&ada, &org, &[], "second.csv", rows.as_bytes()).await;
    assert_eq!(page.status, 422);
    assert!(page.text().contains("1 MB in all"), "{}", page.text());
    // A smaller one still goes in, and Admins hear of it once.
    let rows = "control,in place\n".repeat(18_000);
    let page = send(&ada, &org, &[], "third.csv", rows.as_bytes()).await;
    assert!(
        page.text().contains("Your questionnaire is sent"),
        "{}",
        page.text()
    );
    send(&ada, &org, &[], "fourth.csv", b"a,b\n").await;
    let full = |mail: &testkit::mail::Mail| {
        mail.subject == WARNING && mail.text.contains("An account has used over 90%")
    };
    app.mail
        .wait_for(admin.email.as_str(), LONG, full)
        .await
        .expect("an email");
    assert_eq!(app.mail.mails().iter().filter(|mail| full(mail)).count(), 1);
}

#[tokio::test]
async fn an_account_sends_no_more_than_its_quota_on_sqlite() {
    an_account_sends_no_more_than_its_quota(Database::Sqlite).await;
}

#[tokio::test]
async fn an_account_sends_no_more_than_its_quota_on_postgres() {
    an_account_sends_no_more_than_its_quota(Database::Postgres).await;
}

on_both_databases! {
    async fn admins_hear_once_a_day_of_a_disk_that_fills(app: TestApp) {
        let org = app.enterprise().await;
        let admin = app.staff(&org, Role::Admin).await;
        let ada = member(&app, &org).await;
        app.disk_used.store(89, Ordering::SeqCst);
        send(&ada, &org, &[], "first.csv", b"a,b\n").await;
        assert_eq!(warnings(&app).await, 0);
        app.disk_used.store(90, Ordering::SeqCst);
        send(&ada, &org, &[], "second.csv", b"a,b\n").await;
        send(&ada, &org, &[], "third.csv", b"a,b\n").await;
        assert_eq!(warnings(&app).await, 1);
        let full = |mail: &testkit::mail::Mail| mail.subject == WARNING;
        let mail = app.mail.wait_for(admin.email.as_str(), LONG, full).await.expect("an email");
        assert!(mail.text.contains("The server’s disk is over 90% full."), "{}", mail.text);
        app.advance(Duration::from_hours(25));
        send(&member(&app, &org).await, &org, &[], "fourth.csv", b"a,b\n").await;
        assert_eq!(warnings(&app).await, 2);
    }
}

/// How many emails warn of a full storage, sent or not.
async fn warnings(app: &TestApp) -> usize {
    let emails = format!("{:?}", app.dump().await.0["email"]);
    emails.matches(WARNING).count()
}

#[tokio::test]
async fn an_organization_stores_no_more_than_its_quota() {
    let settings = [("GATEHOUSE_ORGANIZATION_QUOTA_GB", "0")];
    let app = TestApp::start_with(Database::Sqlite, &settings).await;
    let org = app.enterprise().await;
    let ada = member(&app, &org).await;
    let page = send(&ada, &org, &[], "first.csv", b"a,b\n").await;
    assert_eq!(page.status, 422);
    assert!(
        page.text().contains("storage for files is full"),
        "{}",
        page.text()
    );
}

#[tokio::test]
async fn a_storage_that_is_gone_is_seen_by_readiness_until_it_is_back() {
    let app = TestApp::start(Database::Sqlite).await;
    let browser = app.browser();
    let incoming = app.data_dir().join("incoming");
    assert_eq!(browser.get("/healthz/ready").await.status, 200);
    std::fs::remove_dir(&incoming).unwrap();
    let page = browser.get("/healthz/ready").await;
    assert_eq!(
        (page.status.as_u16(), page.html().trim()),
        (503, "not ready: storage")
    );
    assert_eq!(browser.get("/healthz/live").await.status, 200);
    std::fs::create_dir(&incoming).unwrap();
    assert_eq!(browser.get("/healthz").await.status, 200);
}
