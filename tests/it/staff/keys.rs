//! Keys that seal what is secret in the database, and replacing them.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use crypto::{Keyring, Seal};
use domain::email::EmailAddress;
use domain::email::message::Message;
use domain::ids::{OrganizationId, WebhookKeyId};
use domain::nda::docusign::DocusignEnvironment;
use domain::organizations::Role;
use domain::staff::StaffUser;
use gatehouse::use_cases::keys;
use secrecy::SecretString;
use store::db::sealed::SEALED_COLUMNS;
use store::nda::docusign::StoredDocusign;
use store::nda::docusign_keys::WebhookKey;
use store::{Db, Dialect};
use tokio::process::Command;

use crate::on_both_databases;
use crate::support::{Database, TestApp};

const OLD: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
/// No mail server: what is queued stays.
const NO_MAIL: [(&str, &str); 1] = [("GATEHOUSE_SMTP_URL", "smtp://127.0.0.1:1")];

fn new_key() -> String {
    BASE64_STANDARD.encode([9; 32])
}

fn ring(keys: &str) -> Keyring {
    Keyring::parse(&SecretString::from(keys)).expect("keys")
}

/// `gatehouse keys rotate` with these keys: whether it succeeded, and what it said.
async fn rotate(app: &TestApp, keys: &str) -> (bool, String) {
    let done = Command::new(env!("CARGO_BIN_EXE_gatehouse"))
        .args(["keys", "rotate"])
        .env("GATEHOUSE_PUBLIC_URL", app.url.as_str())
        .env("GATEHOUSE_DATA_DIR", app.data_dir())
        .env("GATEHOUSE_DATABASE_URL", app.database_url())
        .env("GATEHOUSE_SECRET_KEY", keys)
        .output()
        .await
        .expect("the program runs");
    let said = String::from_utf8([done.stdout, done.stderr].concat()).expect("text");
    (done.status.success(), said)
}

/// One value in every sealed column.
async fn fill(app: &TestApp, org: OrganizationId, user: &StaffUser) {
    let (random, now) = (&app.ambient.random, app.ambient.now());
    let keyring = &app.config.keyring;
    let sealed = |seal| keyring.seal(random, &seal, &SecretString::from("secret"));
    let mut tx = app.db.begin().await.expect("a transaction");
    let docusign = StoredDocusign {
        webhook: "webhook".to_owned(),
        environment: DocusignEnvironment::Demo,
        integration_key: String::new(),
        user_id: String::new(),
        account_id: String::new(),
        private_key: sealed(Seal::new("docusign.private_key", org, org)),
        agreement: None,
        heard_at: None,
    };
    store::nda::docusign::save(&mut tx, org, &docusign)
        .await
        .expect("DocuSign");
    let id = app.ambient.id(WebhookKeyId::from_uuid);
    let key = WebhookKey {
        id,
        label: "first".to_owned(),
        secret: sealed(Seal::new("docusign_key.secret", org, id)),
        created_by: String::new(),
        created_at: now,
    };
    store::nda::docusign_keys::insert(&mut tx, org, &key)
        .await
        .expect("a key");
    let secret = sealed(Seal::new("staff_second_factor.secret", org, user.id));
    store::staff::second_factors::begin(&mut tx, org, user.id, secret, now)
        .await
        .expect("a second factor");
    let message = Message {
        to: EmailAddress::parse("ada@engines.example").expect("an address"),
        subject: "Your sign-in link".to_owned(),
        text: "https://trust.example/enter?token=abc".to_owned(),
        html: String::new(),
    };
    store::email::insert(&mut tx, &app.ambient, org, &message)
        .await
        .expect("a message");
    tx.commit().await.expect("commit");
}

async fn on_both(kind: Database) {
    let app = TestApp::start_with(kind, &NO_MAIL).await;
    let org = app.enterprise().await;
    let user = app.staff(&org, Role::Admin).await;
    let admin = app.browser_of(&user).await;
    app.connect_sandbox(&admin).await;
    fill(&app, org.id, &user).await;
    let all = SEALED_COLUMNS.len();

    let both = format!("{},{OLD}", new_key());
    let (random, keyring) = (&app.ambient.random, ring(&both));
    let before = keys::examine(&app.db, random, &keyring).await.unwrap();
    assert!(before.older >= all && before.current == 0, "{before:?}");

    // Without the old key nothing is changed, and everything that can't be read is named.
    let (done, said) = rotate(&app, &new_key()).await;
    assert!(
        !done && said.contains("mail.contents, organization"),
        "{said}"
    );
    let after = keys::examine(&app.db, random, &keyring).await.unwrap();
    assert_eq!(after, before);

    let (done, said) = rotate(&app, &both).await;
    assert!(
        done && said.contains(&format!("Sealed {0} of {0} secrets again", before.older)),
        "{said}"
    );
    let (done, said) = rotate(&app, &both).await;
    assert!(done && said.contains("Sealed 0 of"), "{said}");
    let alone = keys::examine(&app.db, random, &ring(&new_key()))
        .await
        .unwrap();
    assert!(alone.unreadable.is_empty() && alone.older == 0, "{alone:?}");
    let gone = keys::examine(&app.db, random, &ring(OLD)).await.unwrap();
    assert_eq!(gone.unreadable.len(), gone.count());
}

#[tokio::test]
async fn every_secret_is_sealed_again_with_the_new_key_on_sqlite() {
    on_both(Database::Sqlite).await;
}

#[tokio::test]
async fn every_secret_is_sealed_again_with_the_new_key_on_postgres() {
    on_both(Database::Postgres).await;
}

/// The columns of bytes in this database, as `table.column`.
async fn columns_of_bytes(db: &Db) -> BTreeSet<String> {
    let sql = match db.dialect() {
        Dialect::Sqlite => {
            "SELECT m.name AS of_table, c.name AS of_column FROM sqlite_schema m
             JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND c.type = 'BLOB'"
        }
        Dialect::Postgres => {
            "SELECT CAST(table_name AS TEXT) AS of_table, CAST(column_name AS TEXT) AS of_column
             FROM information_schema.columns
             WHERE data_type = 'bytea' AND table_schema = 'public'"
        }
    };
    let mut tx = db.read().await.unwrap();
    let rows = tx.all(sql, &[]).await.unwrap();
    let name = |row: &store::Row| {
        let cell = |column| row.get::<String>(column).unwrap();
        format!("{}.{}", cell("of_table"), cell("of_column"))
    };
    rows.iter().map(name).collect()
}

on_both_databases! {
    async fn no_sealed_column_is_forgotten_when_the_key_changes(app: TestApp) {
        let known: BTreeSet<_> = SEALED_COLUMNS
            .iter()
            .map(|one| format!("{}.{}", one.table, one.column))
            // A picture; and what is gone within minutes.
            .chain(["logo.bytes".to_owned(), "oauth_attempt.verifier".to_owned()])
            .collect();
        assert_eq!(columns_of_bytes(&app.db).await, known);
        for one in SEALED_COLUMNS {
            // Sealed before the table had its present name.
            let table = if one.table == "email" { "mail" } else { one.table };
            assert_eq!(one.name, format!("{table}.{}", one.column));
        }
    }
}
