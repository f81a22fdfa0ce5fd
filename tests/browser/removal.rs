//! Uninstalling: the org's tokens stop working.

use domain::organizations::Role;
use gatehouse::salesforce_connection::tokens;
use secrecy::ExposeSecret as _;
use store::salesforce::connections;
use testkit::salesforce::MODAL;

use crate::chromium::Chromium;
use crate::support::{Database, TestApp, TestOrg};

#[tokio::test]
async fn after_uninstalling_the_token_no_longer_works() {
    let app = TestApp::start(Database::Sqlite).await;
    let org = app.enterprise().await;
    let chromium = Chromium::start().await;
    chromium.sign_in(&app, &org, Role::Admin).await;
    chromium.connect(&app).await;
    let token = access_token(&app, &org).await;
    assert!(app.sandbox.sim.token_works(&token));

    chromium.press("Uninstall").await;
    chromium.sees("Uninstall Salesforce?").await;
    assert!(app.sandbox.sim.token_works(&token), "it only asked so far");
    chromium.press("Yes, uninstall").await;

    chromium.arrives_at(MODAL).await;
    chromium.sees("Salesforce is uninstalled").await;
    assert!(!app.sandbox.sim.token_works(&token));
    assert_eq!(app.sandbox.sim.approvals(), 0);
    chromium.visit(&app, "/dashboard/settings").await;
    chromium.sees("Not connected").await;
}

async fn access_token(app: &TestApp, org: &TestOrg) -> String {
    let mut tx = app.db.read().await.unwrap();
    let live = connections::live(&mut tx, org.id).await.unwrap().unwrap();
    drop(tx);
    let access = tokens::session(app, org.id, live.id).await.unwrap();
    access.session.access_token.expose_secret().to_owned()
}
