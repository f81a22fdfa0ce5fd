//! Whether the org lets Gatehouse work, and how Tasks look, as an Admin sees and changes it.

use domain::organizations::Role;
use salesforce_sim::{AccountSeed, FieldSeed};

use crate::chromium::Chromium;
use crate::support::{Database, TestApp};

const PERMISSIONS: &str = "/dashboard/salesforce/permissions";

async fn connected(chromium: &Chromium) -> TestApp {
    let app = TestApp::start(Database::Sqlite).await;
    let org = app.enterprise().await;
    app.sandbox
        .sim
        .add_account(AccountSeed::new("Larkspur Health"));
    chromium.sign_in(&app, &org, Role::Admin).await;
    chromium.connect(&app).await;
    app
}

/// Searches an Account and has a Task written on the first that is found.
async fn writes_one(chromium: &Chromium) {
    chromium.fill("account", "larkspur").await;
    chromium
        .click("#test-task form[role='search'] button")
        .await;
    chromium.click("#test-task .sf-accounts button").await;
}

/// Has one Task written and deleted again, and another one refused by a rule.
async fn writes_test_tasks(app: &TestApp, chromium: &Chromium) {
    let sim = &app.sandbox.sim;
    chromium.visit(app, PERMISSIONS).await;
    chromium.sees("Nothing stands in the way.").await;
    writes_one(chromium).await;
    chromium
        .sees("A Task was written on “Larkspur Health” and deleted again.")
        .await;
    assert_eq!(sim.tasks().len(), 0);
    assert_eq!(sim.task_count(), 1, "it was there");
    sim.add_validation_rule("Task", "Every Task needs a type.", |_| true);
    chromium.press("Check again").await;
    chromium.sees("Validation rule of Task").await;
    writes_one(chromium).await;
    chromium
        .sees("No Task was written on “Larkspur Health”.")
        .await;
    chromium.sees("FIELD_CUSTOM_VALIDATION_EXCEPTION").await;
}

/// Chooses how a Task looks, and sees it in the preview.
async fn changes_a_task(app: &TestApp, chromium: &Chromium) {
    app.sandbox
        .sim
        .add_field("Task", FieldSeed::text("Source__c"));
    chromium.visit(app, "/dashboard/salesforce/matching").await;
    chromium.fill("field", "Source__c").await;
    chromium.fill("value", "Security review page").await;
    chromium.press("Add field").await;
    chromium.sees("New Task records get Source__c").await;
    chromium
        .visit(app, "/dashboard/salesforce/activities")
        .await;
    let of_downloads = "li:has(form[action*='switches/file_downloaded'])";
    let form = format!("{of_downloads} details:has(form)");
    chromium.click(&format!("{form} > summary")).await;
    chromium
        .click(&format!("{form} input[name='names_item']"))
        .await;
    chromium.click(&format!("{form} button")).await;
    chromium
        .sees("Saved for File Downloaded Tasks that aren’t written yet.")
        .await;
    let preview = format!("{of_downloads} details:not(:has(form)) > summary");
    chromium.click(&preview).await;
    chromium
        .sees("SafeBase: File Downloaded – SOC 2 Type II report")
        .await;
    chromium.sees("Security review page").await;
}

#[tokio::test]
async fn an_admin_has_a_test_task_written_and_chooses_how_tasks_look() {
    let chromium = Chromium::start().await;
    let app = connected(&chromium).await;
    changes_a_task(&app, &chromium).await;
    writes_test_tasks(&app, &chromium).await;
}

#[tokio::test]
async fn the_same_works_without_scripts() {
    let chromium = Chromium::start_without_scripts().await;
    let app = connected(&chromium).await;
    changes_a_task(&app, &chromium).await;
    writes_test_tasks(&app, &chromium).await;
}
