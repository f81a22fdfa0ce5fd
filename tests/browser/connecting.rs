//! Connecting Salesforce, and changing one's mind on the consent page.

use domain::organizations::Role;
use testkit::salesforce::MODAL;

use crate::chromium::Chromium;
use crate::support::{Database, INTEGRATION_USER, TestApp};

#[tokio::test]
async fn an_admin_connects_the_sandbox_through_its_login_and_consent_pages() {
    let app = TestApp::start(Database::Sqlite).await;
    let org = app.enterprise().await;
    let chromium = Chromium::start().await;
    chromium.sign_in(&app, &org, Role::Admin).await;

    chromium.connect(&app).await;

    chromium.sees("Northgate Labs UAT").await;
    chromium.sees("Sandbox").await;
    chromium.sees(INTEGRATION_USER).await;
    let enable = chromium.find("#enable input[type=checkbox]").await;
    assert!(enable.is_selected().await.unwrap());
    assert!(!enable.is_enabled().await.unwrap());
    assert_eq!(
        chromium.count("#activities .sf-switches > li > form").await,
        8
    );
    assert_eq!(chromium.count("#activities input:checked").await, 0);
    assert_eq!(app.sandbox.sim.approvals(), 1);
    assert_eq!(app.production.sim.approvals(), 0);

    chromium.press("Yes, this is the right org").await;
    chromium.sees("Confirmed").await;
}

#[tokio::test]
async fn who_denies_access_comes_back_and_nothing_is_connected() {
    let app = TestApp::start(Database::Sqlite).await;
    let org = app.enterprise().await;
    let chromium = Chromium::start().await;
    chromium.sign_in(&app, &org, Role::Admin).await;

    chromium.go_to_consent(&app).await;
    chromium.click("#deny").await;

    chromium.arrives_at(MODAL).await;
    let notice = chromium.find("#salesforce .notice-bad").await;
    let words = notice.text().await.unwrap();
    assert!(words.contains("denied"), "{words}");
    chromium.sees("Choose the kind of org").await;
    assert_eq!(app.sandbox.sim.approvals(), 0);
}
