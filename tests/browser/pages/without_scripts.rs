//! A buyer and an Admin whose browsers run no scripts do all they have to do.

use domain::organizations::Role;
use testkit::buyer::Persona;
use testkit::salesforce::MODAL;

use crate::buyer::Buyer;
use crate::chromium::Chromium;
use crate::people::checkbox;
use crate::support::{Database, TestApp, pdf};

const REPORT: &str = "SOC 2 report";
const DANA: Persona<'_> = Persona {
    first_name: "Dana",
    last_name: "Whitfield",
    email: "dana.whitfield@larkspur.example",
    company: "Larkspur Health",
};

#[tokio::test]
async fn every_act_can_be_done_without_scripts() {
    let app = TestApp::start(Database::Sqlite).await;
    let org = app.enterprise().await;
    let account = salesforce_sim::AccountSeed::new(DANA.company);
    app.sandbox.sim.add_account(account);
    let admin = Chromium::start_without_scripts().await;
    admin.sign_in(&app, &org, Role::Admin).await;
    admin.connect(&app).await;
    runs_no_scripts(&admin).await;
    for kind in ["file_downloaded", "comment_on_status_page"] {
        turns_on(&admin, kind).await;
    }
    publishes_a_report(&admin, &app).await;
    asks_for_the_nda(&admin, &app).await;

    let browser = Chromium::start_without_scripts().await;
    let dana = Buyer::at(browser, DANA, &app, &org);
    dana.requests_access("A review of our vendors").await;
    admin.visit(&app, "/dashboard/requests").await;
    admin.press("Approve").await;
    admin.sees("No requests waiting").await;
    dana.enters_by_mail().await;
    dana.signs_by_click(REPORT).await;
    assert_eq!(dana.downloads(REPORT).await, pdf(REPORT));
    dana.comments(REPORT, "Which exception was noted?").await;
    dana.hands_in("Vendor review.csv", "Section two comes first")
        .await;

    admin.visit(&app, "/dashboard/conversations").await;
    admin.press(REPORT).await;
    admin.fill("text", "One, in change management.").await;
    admin.press("Send the answer").await;
    admin.sees("One, in change management.").await;
    dana.browser.visit(&app, &org.page("")).await;
    dana.browser.press(REPORT).await;
    dana.browser.sees("One, in change management.").await;
    app.sync().await;
    let tasks = app.sandbox.sim.tasks();
    let mut subjects: Vec<_> = tasks.iter().map(|task| task.subject.clone()).collect();
    subjects.sort();
    assert_eq!(
        subjects,
        [
            "SafeBase: Comment on Status Page",
            "SafeBase: File Downloaded"
        ]
    );
}

/// Scripts hide the buttons of switches, which save by themselves then.
async fn runs_no_scripts(admin: &Chromium) {
    let buttons = "form[data-live] button";
    assert!(admin.count(buttons).await > 0);
    assert_eq!(admin.count("form[data-live] button[hidden]").await, 0);
}

/// Ticks a switch and presses its button.
async fn turns_on(admin: &Chromium, kind: &str) {
    let address = format!("/switches/{kind}");
    assert!(!admin.is_checked(&checkbox(&address)).await);
    let form = format!("form[action$='{address}']");
    admin.click(&format!("{form} label")).await;
    admin.click(&format!("{form} button")).await;
    admin.find(&format!("{form} [checked]")).await;
    admin.arrives_at(MODAL).await;
    assert!(admin.is_checked(&checkbox(&address)).await);
}

async fn publishes_a_report(admin: &Chromium, app: &TestApp) {
    admin.visit(app, "/dashboard/content/sections/new").await;
    admin.fill("title", "Reports").await;
    admin.press("Save").await;
    admin.arrives_at("/dashboard/content").await;
    admin.visit(app, "/dashboard/content/items/new").await;
    admin.fill("title", REPORT).await;
    admin.click("[name='visibility'][value='locked']").await;
    admin.press("Save").await;
    admin.find("form[action$='/document']").await;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("SOC 2 report.pdf");
    std::fs::write(&file, pdf(REPORT)).expect("a file");
    admin.attach("file", &file).await;
    admin.click("form[action$='/document'] button").await;
    admin.sees("SOC 2 report.pdf").await;
}

async fn asks_for_the_nda(admin: &Chromium, app: &TestApp) {
    admin.visit(app, "/dashboard/settings/nda").await;
    admin
        .fill("text", "# NDA\n\nWhat is confidential stays so.")
        .await;
    admin.press("Publish as version 1").await;
    admin.sees("Version 1").await;
    admin.click("[name='kind'][value='clickwrap']").await;
    admin.click("form[action$='/nda/default'] button").await;
    admin
        .find("[name='kind'][value='clickwrap'][checked]")
        .await;
}
