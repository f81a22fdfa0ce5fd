//! What `gatehouse doctor` says to the operator, and who can read its data.

use std::os::unix::fs::PermissionsExt as _;
use std::process::Stdio;

use domain::organizations::Role;
use tokio::process::Command;

use crate::on_both_databases;
use crate::support::TestApp;

const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const ANOTHER_KEY: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

async fn doctor(app: &TestApp, key: &str) -> String {
    let done = Command::new(env!("CARGO_BIN_EXE_gatehouse"))
        .arg("doctor")
        .env("GATEHOUSE_PUBLIC_URL", app.url.as_str())
        .env("GATEHOUSE_DATA_DIR", app.data_dir())
        .env("GATEHOUSE_DATABASE_URL", app.database_url())
        .env("GATEHOUSE_SECRET_KEY", key)
        .env("GATEHOUSE_ALLOW_LOOPBACK_SALESFORCE", "1")
        .env("GATEHOUSE_SALESFORCE_PRODUCTION_URL", &app.production.url)
        .env("GATEHOUSE_SALESFORCE_SANDBOX_URL", &app.sandbox.url)
        .stdin(Stdio::null())
        .output()
        .await
        .expect("the program runs");
    String::from_utf8([done.stdout, done.stderr].concat()).expect("text")
}

on_both_databases! {
    async fn doctor_knows_the_key_of_another_database(app: TestApp) {
        let org = app.enterprise().await;
        let said = doctor(&app, ANOTHER_KEY).await;
        assert!(said.contains("ok    secret key: nothing is sealed"), "{said}");
        let admin = app.signed_in(&org, Role::Admin).await;
        app.connect_sandbox(&admin).await;
        let said = doctor(&app, KEY).await;
        assert!(said.contains("ok    secret key: opens"), "{said}");
        let said = doctor(&app, ANOTHER_KEY).await;
        assert!(said.contains("FAIL  secret key: GATEHOUSE_SECRET_KEY isn't the key"), "{said}");
    }

    async fn doctor_knows_a_database_of_a_newer_version(app: TestApp) {
        let mut tx = app.db.begin().await.expect("a transaction");
        tx.execute("INSERT INTO schema_step (number, name) VALUES (9999, 'later')", &[])
            .await
            .expect("a step");
        tx.commit().await.expect("commit");
        let said = doctor(&app, KEY).await;
        assert!(said.contains("use a newer gatehouse"), "{said}");
    }

    async fn other_users_of_the_machine_can_not_read_the_data(app: TestApp) {
        let folder = app.data_dir().to_owned();
        let open_to_all = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(&folder, open_to_all).expect("permissions");
        doctor(&app, KEY).await;
        let mode = std::fs::metadata(&folder).expect("the folder").permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
    }
}
