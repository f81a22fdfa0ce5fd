//! Deciding requests for access on their page: by keyboard, with details, several at once.

use std::time::Duration;

use domain::organizations::Role;

use crate::chromium::Chromium;
use crate::support::{Database, TestApp, TestOrg};

const REQUESTS: &str = "/dashboard/requests";

/// People of these companies ask on the trust center, one of each.
async fn asked(app: &TestApp, companies: &[&str]) -> TestOrg {
    let org = app.enterprise().await;
    for company in companies {
        let email = format!("grace@{}.example", company.to_lowercase());
        let browser = app.browser();
        let page = browser.open(&org.page("/request-access")).await;
        let fields = [
            ("first_name", "Grace"),
            ("last_name", *company),
            ("email", email.as_str()),
            ("company", *company),
            ("reason", "We review our vendors."),
        ];
        browser.submit(&page, "/request-access", &fields).await;
        app.advance(Duration::from_secs(1));
    }
    org
}

async fn editor(app: &TestApp, org: &TestOrg) -> Chromium {
    let editor = Chromium::start().await;
    editor.sign_in(app, org, Role::Editor).await;
    editor.visit(app, REQUESTS).await;
    editor
}

#[tokio::test]
async fn requests_are_selected_denied_and_reopened_by_keyboard() {
    let app = TestApp::start(Database::Sqlite).await;
    let org = asked(&app, &["Acme", "Umbrella", "Hooli"]).await;
    let editor = editor(&app, &org).await;
    editor.sees("Grace Hooli").await;
    assert_eq!(
        editor.count("#many:not([hidden])").await,
        0,
        "nothing is selected"
    );
    editor.types("j").await;
    editor.types("x").await;
    editor.sees("1 selected.").await;
    editor.types("j").await;
    editor.types("x").await;
    editor.sees("2 selected.").await;
    editor.press("Approve selected").await;
    editor.sees("2 requests approved.").await;
    editor.types("j").await;
    editor.types("d").await;
    editor.types("a, j and x are letters here").await;
    assert_eq!(editor.count("[name=request]:checked").await, 0);
    editor.press("Deny the request").await;
    editor.sees("The request of Grace Hooli is denied.").await;
    editor.press("Undo").await;
    editor.sees("The request of Grace Hooli waits again.").await;
    editor.types("j").await;
    editor.types("a").await;
    editor.sees("Grace Hooli now has access with Hooli.").await;
}

#[tokio::test]
async fn the_keys_are_shown_and_escape_closes_what_is_open() {
    let app = TestApp::start(Database::Sqlite).await;
    let org = asked(&app, &["Acme", "Umbrella"]).await;
    let editor = editor(&app, &org).await;
    editor.sees("Grace Umbrella").await;
    editor.types("?").await;
    editor.sees("Next, previous request").await;
    editor.types("\u{e00c}").await;
    assert_eq!(editor.count("dialog[open]").await, 0);
    editor.press("Grace Umbrella").await;
    editor.sees("Last day of access").await;
    editor.types("\u{e00c}").await;
    editor.find(".requests:not(.requests-open)").await;
}

#[tokio::test]
async fn the_details_give_a_new_account_its_terms() {
    let app = TestApp::start(Database::Sqlite).await;
    let org = asked(&app, &["Acme"]).await;
    let editor = editor(&app, &org).await;
    editor.press("Grace Acme").await;
    editor.sees("We review our vendors.").await;
    let day = "document.querySelector('[name=access_until]').value = '2099-12-31'";
    editor.run(day).await;
    editor
        .click("#request form[action$='/approve'] button")
        .await;
    editor.sees("Grace Acme now has access with Acme.").await;
    editor.press("Acme").await;
    editor.sees("Until Dec 31, 2099").await;
}

#[tokio::test]
async fn an_account_written_into_the_line_counts_for_several_too() {
    let app = TestApp::start(Database::Sqlite).await;
    let org = asked(&app, &["Acme", "Umbrella"]).await;
    let editor = editor(&app, &org).await;
    editor.fill("account", "Acme Holding").await;
    editor.click("[data-select-all]").await;
    editor.sees("2 selected.").await;
    editor.press("Approve selected").await;
    editor.sees("2 requests approved.").await;
    editor.sees("Acme Holding").await;
}
