//! The document viewer as it is once a document is open, something was found in it, or it
//! can't be opened.

use domain::content::Visibility::Locked;
use domain::organizations::Role;

use super::inspector::Inspector;
use super::world::account_page;
use crate::support::{Database, TestApp, member, offer, pdf};

#[tokio::test]
async fn nothing_is_found_in_the_document_viewer() {
    let app = TestApp::start(Database::Sqlite).await;
    let org = app.enterprise().await;
    let report = offer(&app, &org, Locked, "soc2.pdf", &pdf("SOC 2")).await;
    let ada = member(&app, &org).await;
    let mut inspector = Inspector::start().await;
    inspector.chromium.becomes(&ada, &org.page("")).await;
    let read = report.path(&org, "read");
    inspector.chromium.visit(&app, &read).await;
    inspector.chromium.find(".sheet-text span").await;
    inspector.inspect("a document that is open").await;
    inspector.chromium.click("[data-find-open]").await;
    inspector.chromium.types("effective").await;
    inspector
        .inspect("words that are found in a document")
        .await;
    std::fs::remove_dir_all(app.data_dir().join("files")).expect("gone");
    inspector.chromium.visit(&app, &read).await;
    inspector.chromium.sees("can’t be opened").await;
    inspector.inspect("a document that can’t be opened").await;
    inspector.finish();
}

#[tokio::test]
async fn nothing_is_found_where_staff_see_what_was_read() {
    let app = TestApp::start(Database::Sqlite).await;
    let org = app.enterprise().await;
    let report = offer(&app, &org, Locked, "soc2.pdf", &pdf("SOC 2")).await;
    let ada = member(&app, &org).await;
    let fields = [("of", "22"), ("pages", "1:20,2:10,12:60")];
    let said = ada.post(&report.path(&org, "reading"), &fields).await;
    assert_eq!(said.status, 204);
    let editor = app.signed_in(&org, Role::Editor).await;
    let account = account_page(&editor, "Analytical Engines").await;
    let mut inspector = Inspector::start().await;
    inspector.chromium.becomes(&editor, "/").await;
    inspector.chromium.visit(&app, &account).await;
    inspector.chromium.sees("Read 3 of 22 pages").await;
    inspector.inspect("an account that has read").await;
    inspector.chromium.press("soc2.pdf").await;
    inspector.chromium.sees("Time on each page").await;
    inspector.inspect("how a document was read").await;
    inspector.finish();
}
