//! The store's seam behaves the same on both databases.

use gatehouse::domain::activities::Person;
use gatehouse::domain::email::EmailAddress;
use gatehouse::domain::organizations::Plan;
use gatehouse::store::{Dialect, Row, StoreError, Tx, organizations, visitors};

use crate::on_both_databases;

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
        twin.id = app.ambient.id(gatehouse::domain::ids::OrganizationId::from_uuid);
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

    async fn migrating_twice_changes_nothing(app: TestApp) {
        assert!(app.db.migrate().await.unwrap().is_empty());
    }

    async fn visitors_of_before_get_the_mailbox_of_their_address(app: TestApp) {
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
            Dialect::Sqlite => include_str!("../../migrations/sqlite/0021_mailbox.sql"),
            Dialect::Postgres => include_str!("../../migrations/postgres/0021_mailbox.sql"),
        };
        for statement in migration.split(';').filter(|text| text.trim().starts_with("UPDATE")) {
            tx.execute(statement, &[]).await.unwrap();
        }
        assert_eq!(mailboxes(&mut tx).await, written);
    }
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
