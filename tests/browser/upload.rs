//! Uploading a document while its progress is shown.

use domain::content::Visibility;
use domain::organizations::Role;

use crate::chromium::Chromium;
use crate::support::{Database, TestApp};

/// Notes what the bar showed, for after the page has changed.
const WATCH: &str = "const bar = document.querySelector('[data-progress] progress');
    new MutationObserver(() => sessionStorage.setItem('seen', bar.value / bar.max))
        .observe(bar, { attributes: true });";

async fn choose(chromium: &Chromium, path: &std::path::Path) {
    let file = chromium.find("input[type=file]").await;
    let path = path.to_str().expect("a path");
    file.send_keys(path).await.expect("a chosen file");
}

#[tokio::test]
async fn an_upload_shows_how_far_it_is_and_what_came_of_it() {
    let app = TestApp::start(Database::Sqlite).await;
    let org = app.enterprise().await;
    let item = app.item(&org, "Penetration test", Visibility::Locked).await;
    let large = app.data_dir().join("findings.txt");
    std::fs::write(&large, "finding ".repeat(1_000_000)).unwrap();
    let program = app.data_dir().join("findings.pdf");
    std::fs::write(&program, b"<html>").unwrap();
    let chromium = Chromium::start().await;
    chromium.sign_in(&app, &org, Role::Editor).await;
    let page = format!("/dashboard/content/items/{}", item.id);

    // What is refused is said in the form, and another file may be chosen there.
    chromium.visit(&app, &page).await;
    choose(&chromium, &program).await;
    chromium.press("Upload").await;
    chromium.sees("called a PDF but isn't one").await;
    assert_eq!(chromium.path().await, page);
    chromium.run(WATCH).await;
    choose(&chromium, &large).await;
    chromium.press("Upload").await;
    chromium.sees("findings.txt is uploaded").await;
    let seen = "return Number(sessionStorage.getItem('seen'))";
    let seen = chromium.run(seen).await;
    assert_eq!(seen.as_f64(), Some(1.0), "the bar was full at the end");
}
