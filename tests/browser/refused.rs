//! Who can't configure Salesforce, and what they are told.

use domain::organizations::{Plan, Role};
use testkit::salesforce::MODAL;

use crate::chromium::Chromium;
use crate::support::{Database, TestApp};

#[tokio::test]
async fn an_editor_sees_the_card_but_cannot_reach_the_modal() {
    let app = TestApp::start(Database::Sqlite).await;
    let org = app.enterprise().await;
    let chromium = Chromium::start().await;
    chromium.sign_in(&app, &org, Role::Editor).await;

    chromium.visit(&app, "/dashboard/settings").await;
    chromium
        .sees("An Admin of your organization can configure it")
        .await;
    assert_eq!(chromium.count(&format!("a[href='{MODAL}']")).await, 0);

    chromium.visit(&app, MODAL).await;
    assert_eq!(chromium.count("#salesforce").await, 0);
    chromium.sees("403").await;
}

#[tokio::test]
async fn an_organization_below_enterprise_sees_how_to_upgrade() {
    let app = TestApp::start(Database::Sqlite).await;
    let org = app
        .organization("harbor", "Harbor Freight Tools", Plan::Pro)
        .await;
    let chromium = Chromium::start().await;
    chromium.sign_in(&app, &org, Role::Admin).await;

    chromium.visit(&app, "/dashboard/settings").await;
    let card = chromium.find(".sf-card").await;
    let words = card.text().await.unwrap();
    assert!(words.contains("Enterprise"), "{words}");
    assert!(words.to_lowercase().contains("contact"), "{words}");
    assert_eq!(chromium.count(&format!("a[href='{MODAL}']")).await, 0);

    chromium.visit(&app, MODAL).await;
    assert_eq!(chromium.count("#salesforce").await, 0);
    chromium.sees("Enterprise").await;
}
