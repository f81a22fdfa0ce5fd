//! Files that are small on the wire and large once they are opened.

use domain::content::Visibility;
use domain::organizations::Role;
use testkit::client::Page;

use super::{ROOM, peak};
use crate::on_both_databases;
use crate::support::{Browser, TestApp, TestItem, bombs, pdf};

const MIB: usize = 1024 * 1024;

async fn upload(browser: &Browser, item: TestItem, bytes: &[u8]) -> Page {
    let path = format!("/dashboard/content/items/{}/document", item.id);
    let sent = browser.upload(&path, &[], ("file", "report.pdf", bytes));
    browser.follow(sent.await).await
}

/// How many files are left on their way in.
fn left(app: &TestApp) -> usize {
    std::fs::read_dir(app.data_dir().join("incoming"))
        .unwrap()
        .count()
}

on_both_databases! {
    async fn a_pdf_that_explodes_when_it_is_opened_is_refused(app: TestApp) {
        let org = app.enterprise().await;
        let item = app.item(&org, "SOC 2", Visibility::Locked).await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let bomb = bombs::object_streams();
        assert!(bomb.len() < 2 * MIB, "{} bytes", bomb.len());
        let before = peak();
        let page = upload(&editor, item, &bomb).await;
        assert_eq!(page.status, 422, "{}", page.text());
        assert!(page.text().contains("can’t be checked"), "{}", page.text());
        // What is nested is harmless to this parser, and has to stay so.
        assert!(upload(&editor, item, &bombs::nested()).await.status.as_u16() < 500);
        let grown = peak() - before;
        assert!(grown < ROOM, "{grown} KiB more");
        assert_eq!(left(&app), 0);
        let page = upload(&editor, item, &pdf("SOC 2")).await;
        assert!(page.text().contains("report.pdf is uploaded"), "{}", page.text());
    }

    async fn marking_a_page_that_explodes_is_refused(app: TestApp) {
        let org = app.enterprise().await;
        let item = app.item(&org, "SOC 2", Visibility::Locked).await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let bomb = bombs::content();
        let before = peak();
        let page = upload(&editor, item, &bomb).await;
        assert!(page.text().contains("report.pdf is uploaded"), "{}", page.text());
        let page = editor.submit(&page, "/watermark", &[("on", "1")]).await;
        assert_eq!(page.status, 422, "{}", page.text());
        assert!(page.text().contains("can’t be marked"), "{}", page.text());
        let grown = peak() - before;
        assert!(grown < ROOM, "{grown} KiB more");
    }
}
