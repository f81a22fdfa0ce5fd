//! What scripts add to lists: the search above every page, filters that apply at once, and
//! what is selected.

use domain::organizations::Role;

use crate::chromium::Chromium;
use crate::support::{Database, TestApp, TestOrg, member_of};

/// Two accounts, and an Editor who looks at the overview.
async fn editor(app: &TestApp) -> (Chromium, TestOrg) {
    let org = app.enterprise().await;
    member_of(app, &org, "dana@larkspur.example", "Larkspur Health").await;
    member_of(app, &org, "noor@meridian.example", "Meridian Freight").await;
    let chromium = Chromium::start().await;
    chromium.sign_in(app, &org, Role::Editor).await;
    (chromium, org)
}

#[tokio::test]
async fn enter_opens_what_was_typed_and_not_what_was_found_before() {
    let app = TestApp::start(Database::Sqlite).await;
    let (chromium, _) = editor(&app).await;
    chromium.click("[data-finder]").await;
    chromium.find(".found-hit[aria-selected='true']").await;
    // Typed and sent at once, before anything was fetched for it.
    chromium.types("larkspur").await;
    chromium.press_focused().await;
    chromium.sees("People with access").await;
    chromium.sees("dana@larkspur.example").await;
    let path = chromium.path().await;
    assert!(path.starts_with("/dashboard/accounts/"), "{path}");
}

#[tokio::test]
async fn a_filter_applies_at_once_and_what_it_finds_can_be_selected() {
    let app = TestApp::start(Database::Sqlite).await;
    let (chromium, _) = editor(&app).await;
    chromium.visit(&app, "/dashboard/accounts").await;
    chromium.click("#accounts input[name='account']").await;
    chromium.sees("1 selected.").await;
    chromium.fill("q", "meridian").await;
    chromium.sees("1 account").await;
    assert!(!chromium.text().await.contains("Larkspur"));
    let address = chromium.run("return location.search").await;
    assert_eq!(
        address, "?q=meridian&sort=name",
        "the address can be sent to someone"
    );
    // The rows are new, and nothing in them is selected.
    assert!(!chromium.text().await.contains("selected."));
    chromium.click("#accounts input[name='account']").await;
    chromium.sees("1 selected.").await;
    chromium.press("Archive selected").await;
    chromium.click("button[value='archive']").await;
    chromium.sees("1 account archived.").await;
    chromium.visit(&app, "/dashboard/accounts").await;
    let text = chromium.text().await;
    assert!(
        text.contains("Larkspur") && !text.contains("Meridian"),
        "{text}"
    );
}
