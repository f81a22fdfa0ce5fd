//! Documents: what is taken, and what is refused with which words.

use domain::content::Visibility;
use domain::organizations::Role;

use crate::on_both_databases;
use crate::support::{Browser, TestApp, TestItem, pdf};

async fn upload(
    browser: &Browser,
    item: TestItem,
    name: &str,
    bytes: &[u8],
) -> testkit::client::Page {
    let path = format!("/dashboard/content/items/{}/document", item.id);
    browser.upload(&path, &[], ("file", name, bytes)).await
}

/// How many documents are kept, on the disk.
fn kept(app: &TestApp) -> usize {
    fn count(dir: &std::path::Path) -> usize {
        let entries = std::fs::read_dir(dir).into_iter().flatten().flatten();
        entries
            .map(|entry| {
                if entry.path().is_dir() {
                    count(&entry.path())
                } else {
                    1
                }
            })
            .sum()
    }
    count(&app.data_dir().join("files"))
}

on_both_databases! {
    async fn a_pdf_is_kept_replaced_and_removed(app: TestApp) {
        let org = app.enterprise().await;
        let item = app.item(&org, "SOC 2", Visibility::Locked).await;
        let browser = app.signed_in(&org, Role::Editor).await;
        let page = upload(&browser, item, "report.pdf", &pdf("SOC 2")).await;
        let page = browser.follow(page).await;
        assert!(page.text().contains("report.pdf is uploaded"), "{}", page.text());
        let page = upload(&browser, item, "report-2.pdf", &pdf("SOC 2, corrected")).await;
        let page = browser.follow(page).await;
        assert!(page.text().contains("report-2.pdf"), "{}", page.text());
        assert_eq!(kept(&app), 2, "staff keep the first one");
        let page = browser.submit(&page, "/document/remove", &[]).await;
        assert!(page.text().contains("The document is removed"), "{}", page.text());
        assert_eq!(kept(&app), 0);
    }

    async fn what_is_not_a_document_is_refused_on_the_same_page(app: TestApp) {
        let org = app.enterprise().await;
        let item = app.item(&org, "SOC 2", Visibility::Locked).await;
        let browser = app.signed_in(&org, Role::Editor).await;
        let cases: [(&str, &[u8], &str); 4] = [
            ("report.pdf", b"<html>not a pdf</html>", "called a PDF but isn't one"),
            ("program.exe", b"MZ\x90\x00 and more", "can't be shared here"),
            ("empty.pdf", b"", "The file is empty"),
            ("", b"something", "Choose a file first"),
        ];
        for (name, bytes, says) in cases {
            let page = upload(&browser, item, name, bytes).await;
            assert_eq!(page.status, 422, "{name}");
            assert!(page.text().contains(says), "{name}: {}", page.text());
            assert!(page.text().contains("Edit an item"), "{name}");
        }
        assert_eq!(kept(&app), 0);
    }

    async fn an_upload_that_breaks_off_leaves_nothing(app: TestApp) {
        let org = app.enterprise().await;
        let item = app.item(&org, "SOC 2", Visibility::Locked).await;
        let browser = app.signed_in(&org, Role::Editor).await;
        let path = format!("/dashboard/content/items/{}/document", item.id);
        let body = b"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nhalf";
        let kind = "multipart/form-data; boundary=b";
        let page = browser.client().post_body(&path, kind, body.to_vec()).await.unwrap();
        assert_eq!(page.status, 422);
        assert!(page.text().contains("The upload broke off"), "{}", page.text());
        assert_eq!(kept(&app), 0);
    }
}
