//! The store's seam behaves the same on both databases.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use domain::activities::Person;
use domain::email::EmailAddress;
use domain::organizations::{Plan, Role};
use store::deliveries::match_cache::{self, About, Entry};
use store::{Dialect, Row, StoreError, Tx, organizations, salesforce, visitors};

use crate::on_both_databases;
use crate::support::{Database, TestApp};

on_both_databases! {
    async fn what_is_not_committed_is_undone(app: TestApp) {
        let org = app.enterprise().await;
        let mut tx = app.db.begin().await.unwrap();
        organizations::set_plan(&mut tx, org.id, Plan::Free).await.unwrap();
        drop(tx);
        let mut tx = app.db.read().await.unwrap();
        let found = organizations::by_id(&mut tx, org.id).await.unwrap().unwrap();
        assert_eq!(found.plan, Plan::Enterprise);
    }

    async fn a_second_organization_of_the_same_address_is_refused(app: TestApp) {
        let org = app.enterprise().await;
        let mut tx = app.db.begin().await.unwrap();
        let mut twin = organizations::by_id(&mut tx, org.id).await.unwrap().unwrap();
        twin.id = app.ambient.id(::domain::ids::OrganizationId::from_uuid);
        let refused = organizations::insert(&mut tx, &twin, app.ambient.now()).await;
        assert!(matches!(refused, Err(StoreError::Duplicate(_))), "{refused:?}");
    }

    async fn an_address_that_would_be_refused_today_is_still_read(app: TestApp) {
        let org = app.enterprise().await;
        let email = EmailAddress::from_stored("ada@10.0.0.1".to_owned());
        assert!(EmailAddress::parse(email.as_str()).is_err());
        let person = Person { email: email.clone(), first_name: "Ada".into(), last_name: "Bell".into() };
        let mut tx = app.db.begin().await.unwrap();
        let written = visitors::upsert(&mut tx, &app.ambient, org.id, &person, "Acme").await.unwrap();
        let found = visitors::by_id(&mut tx, org.id, written.id).await.unwrap().unwrap();
        assert_eq!(found.email, email);
    }

    async fn an_answer_that_mentions_an_address_with_an_underscore_is_forgotten(app: TestApp) {
        let org = app.enterprise().await;
        let admin = app.signed_in(&org, Role::Admin).await;
        app.connect_sandbox(&admin).await;
        let mut tx = app.db.begin().await.unwrap();
        let connection = salesforce::connections::live(&mut tx, org.id).await.unwrap().unwrap().id;
        let keys = ["acme", "acne"].map(str::to_owned);
        let entries = ["ann_lee@acme.example", "annxlee@acme.example"].into_iter().zip(&keys);
        let entries: Vec<_> = entries.map(|(email, key)| Entry {
            about: About::Company,
            key: key.clone(),
            answer: format!("{{\"email\":\"{email}\"}}"),
            expires_at: app.ambient.now() + jiff::SignedDuration::from_hours(1),
        }).collect();
        match_cache::put(&mut tx, connection, &entries).await.unwrap();
        let changed = ["ann_lee@acme.example".to_owned()];
        match_cache::forget_mentions(&mut tx, connection, &changed).await.unwrap();
        let now = app.ambient.now();
        let kept = match_cache::get(&mut tx, connection, About::Company, &keys, now).await.unwrap();
        assert_eq!(kept.into_keys().collect::<Vec<_>>(), ["acne"]);
    }

    async fn a_reading_transaction_writes_nothing(app: TestApp) {
        let org = app.enterprise().await;
        let mut tx = app.db.read().await.unwrap();
        let refused = organizations::set_plan(&mut tx, org.id, Plan::Free).await;
        assert!(matches!(refused, Err(StoreError::Storage(_))), "{refused:?}");
    }

    async fn a_statement_without_one_of_its_parameters_is_refused(app: TestApp) {
        app.enterprise().await;
        let mut tx = app.db.begin().await.unwrap();
        let one = ["x".into()];
        let sql = "SELECT id FROM organization WHERE id = $1 OR slug = $2";
        assert!(tx.all(sql, &one).await.is_err());
    }

    async fn migrating_twice_changes_nothing(app: TestApp) {
        assert!(app.db.migrate().await.unwrap().is_empty());
    }

    async fn earlier_visitors_get_the_mailbox_of_their_address(app: TestApp) {
        let org = app.enterprise().await;
        let addresses = ["b.o.b+x@googlemail.com", "b.ob@gmail.com", "bob+2@acme.example", "+bob@acme.example"];
        let mut tx = app.db.begin().await.unwrap();
        for address in addresses {
            let email = EmailAddress::parse(address).unwrap();
            let person = Person { email, first_name: "Bob".into(), last_name: "Bell".into() };
            visitors::upsert(&mut tx, &app.ambient, org.id, &person, "Acme").await.unwrap();
        }
        let written = mailboxes(&mut tx).await;
        assert_eq!(written.len(), addresses.len());
        tx.execute("UPDATE visitor SET mailbox = '', domain = ''", &[]).await.unwrap();
        let migration = match app.db.dialect() {
            Dialect::Sqlite => include_str!("../../crates/store/migrations/sqlite/0021_mailbox.sql"),
            Dialect::Postgres => include_str!("../../crates/store/migrations/postgres/0021_mailbox.sql"),
        };
        for statement in migration.split(';').filter(|text| text.trim().starts_with("UPDATE")) {
            tx.execute(statement, &[]).await.unwrap();
        }
        assert_eq!(mailboxes(&mut tx).await, written);
    }
}

#[tokio::test]
async fn waiting_for_another_writing_process_blocks_no_thread() {
    let app = TestApp::start(Database::Sqlite).await;
    let path = app.database_url().strip_prefix("sqlite://").unwrap();
    let other = rusqlite::Connection::open(path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    // Both share the one thread of this test: the second ends what the first waits for.
    let end_of_the_other = async { other.execute_batch("ROLLBACK").unwrap() };
    let (begun, ()) = tokio::join!(app.db.begin(), end_of_the_other);
    begun.unwrap().commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_long_statement_does_not_delay_other_requests() {
    const LONG: &str = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n
        WHERE i < 3000000) SELECT COUNT(*) AS n FROM n";
    let app = TestApp::start(Database::Sqlite).await;
    let db = app.db.clone();
    let others_went_on = Arc::new(AtomicBool::new(false));
    let seen = others_went_on.clone();
    let long = tokio::spawn(async move {
        let mut tx = db.read().await.unwrap();
        tokio::spawn(async move { others_went_on.store(true, Ordering::SeqCst) });
        tx.one(LONG, &[]).await.unwrap();
        seen.load(Ordering::SeqCst)
    });
    assert!(long.await.unwrap(), "the statement had ended first");
}

async fn mailboxes(tx: &mut Tx) -> Vec<(String, String, String)> {
    let rows = tx
        .all(
            "SELECT email, domain, mailbox FROM visitor ORDER BY email",
            &[],
        )
        .await
        .unwrap();
    let read = |row: &Row| {
        (
            row.get("email").unwrap(),
            row.get("domain").unwrap(),
            row.get("mailbox").unwrap(),
        )
    };
    rows.iter().map(read).collect()
}
