//! Items whose PDF is read in the viewer only.

use domain::activities::ActivityKind::FileDownloaded;
use testkit::client::Page;

use super::Fixture;
use super::viewer::fetch;
use crate::on_both_databases;
use crate::public::activities;
use crate::support::pdf;

async fn set(fixture: &Fixture, on: &[(&str, &str)]) -> Page {
    let page = fixture.editor.open(&fixture.form("")).await;
    fixture.editor.submit(&page, "/view-only", on).await
}

async fn turn_on(fixture: &Fixture) {
    let page = set(fixture, &[("on", "1")]).await;
    assert!(
        page.text().contains("The document is view only"),
        "{}",
        page.text()
    );
}

on_both_databases! {
    async fn a_view_only_document_is_read_and_not_downloaded(app: TestApp) {
        let fixture = Fixture::new(&app).await;
        fixture.upload("report.pdf", "", &pdf("Report")).await;
        let download = fixture.download(fixture.current(&app).await);
        let (view, read) = (download.replace("/download", "/view"), download.replace("/download", "/read"));
        assert_eq!(fixture.ada.get(&download).await.status, 200, "off at first");
        turn_on(&fixture).await;
        let before = activities(&app, &fixture.org, FileDownloaded).await.len();
        let refused = fixture.ada.get(&download).await;
        assert_eq!(refused.status, 403);
        assert!(refused.text().contains("This document is view only"), "{}", refused.text());
        let item = fixture.ada.open(&fixture.org.page(&format!("/items/{}", fixture.item))).await;
        assert!(item.link("Read").is_some() && item.link("Download").is_none(), "{}", item.text());
        assert!(item.text().contains("not download it"), "{}", item.text());
        let page = fixture.ada.open(&read).await;
        assert!(!page.html().contains("/download"), "{}", page.html());
        assert!(page.text().contains("Turn on JavaScript to read this"), "{}", page.text());
        // A link to the bytes leads to the viewer, which alone gets them.
        let led = fixture.ada.get(&view).await;
        assert_eq!((led.status.as_u16(), led.bytes.len()), (303, 0));
        assert_eq!(led.location().unwrap().path(), read);
        assert_eq!(activities(&app, &fixture.org, FileDownloaded).await.len(), before);
        app.advance(std::time::Duration::from_hours(2));
        assert_eq!(fetch(&fixture.ada, &view, None).await.bytes, pdf("Report"));
        assert_eq!(activities(&app, &fixture.org, FileDownloaded).await.len(), before + 1);
        let part = fetch(&fixture.ada, &view, Some(("Range", "bytes=0-9"))).await;
        assert_eq!((part.status.as_u16(), part.bytes.len()), (206, 10));
        // Off again, the file is given.
        let page = set(&fixture, &[("on", "")]).await;
        assert!(page.text().contains("can download the document again"), "{}", page.text());
        assert_eq!(fixture.ada.get(&download).await.bytes, pdf("Report"));
    }

    async fn no_navigation_and_no_other_site_gets_the_bytes(app: TestApp) {
        let fixture = Fixture::new(&app).await;
        fixture.upload("report.pdf", "", &pdf("Report")).await;
        turn_on(&fixture).await;
        let view = fixture.download(fixture.current(&app).await).replace("/download", "/view");
        let client = fixture.ada.client();
        for (dest, site) in [
            ("document", "none"),
            ("document", "same-origin"),
            ("iframe", "same-origin"),
            ("embed", "same-origin"),
            ("empty", "cross-site"),
            ("empty", "same-site"),
        ] {
            let request = client.http().get(client.url(&view).unwrap());
            let request = request.header("x-document-viewer", "1");
            let request = request.header("sec-fetch-dest", dest).header("sec-fetch-site", site);
            let answer = client.send(request).await.unwrap();
            assert_eq!((answer.status.as_u16(), answer.bytes.len()), (303, 0), "{dest} {site}");
        }
        let range = client.http().get(client.url(&view).unwrap()).header("Range", "bytes=0-");
        assert_eq!(client.send(range).await.unwrap().status, 303);
    }

    async fn marked_copies_are_the_ones_that_the_viewer_shows(app: TestApp) {
        let fixture = Fixture::new(&app).await;
        fixture.upload("report.pdf", "", &pdf("Report")).await;
        turn_on(&fixture).await;
        let page = fixture.editor.open(&fixture.form("")).await;
        fixture.editor.submit(&page, "/watermark", &[("on", "1")]).await;
        let view = fixture.download(fixture.current(&app).await).replace("/download", "/view");
        let copy = fetch(&fixture.ada, &view, None).await;
        let file = lopdf::Document::load_mem(&copy.bytes).unwrap();
        let words = testkit::pdf::text_of(&file, 1).unwrap();
        assert!(words.contains("ada@engines.example"), "{words}");
    }

    async fn only_pdfs_are_view_only(app: TestApp) {
        let fixture = Fixture::new(&app).await;
        fixture.upload("list.csv", "", b"Question,Answer\r\nWhere?,Here.\r\n").await;
        let list = fixture.current(&app).await;
        let page = set(&fixture, &[("on", "1")]).await;
        assert_eq!(page.status, 422);
        assert!(page.text().contains("Only PDFs can be view only, and list.csv is not one"), "{}", page.text());
        fixture.upload("report.pdf", "", &pdf("Report")).await;
        turn_on(&fixture).await;
        let page = fixture.upload("list.csv", "", b"Question,Answer\r\nWhere?,Here.\r\n").await;
        assert_eq!(page.status, 422);
        assert!(page.text().contains("turn view only off"), "{}", page.text());
        let old = fixture.form(&format!("/versions/{list}/current"));
        let refused = fixture.editor.post(&old, &[]).await;
        assert_eq!(refused.status, 400);
        assert!(refused.text().contains("turn view only off"), "{}", refused.text());
        assert_ne!(fixture.current(&app).await, list);
    }

    async fn the_audit_log_says_who_turned_it_on(app: TestApp) {
        let fixture = Fixture::new(&app).await;
        fixture.upload("report.pdf", "", &pdf("Report")).await;
        turn_on(&fixture).await;
        set(&fixture, &[("on", "")]).await;
        let admin = app.signed_in(&fixture.org, ::domain::organizations::Role::Admin).await;
        let audit = admin.text("/dashboard/settings/audit").await;
        for words in ["Turned view only on", "Turned view only off"] {
            assert!(audit.contains(words), "{words}: {audit}");
        }
        // Staff get the file all the same, from the item's form.
        let form = fixture.editor.open(&fixture.form("")).await;
        assert!(form.text().contains("a determined reader can still keep"), "{}", form.text());
        set(&fixture, &[("on", "1")]).await;
        let form = fixture.editor.open(&fixture.form("")).await;
        let file = fixture.editor.get(form.link("report.pdf").unwrap().path()).await;
        assert_eq!(file.bytes, pdf("Report"));
    }
}
