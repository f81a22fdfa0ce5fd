//! The page in which a PDF is read, and what the viewer fetches for it.

use domain::activities::ActivityKind::{FileDownloaded, StatusPageView};
use domain::content::Visibility::{Locked, Public};
use domain::organizations::{Plan, Role};
use testkit::client::Page;

use super::Fixture;
use crate::analytics::counted;
use crate::on_both_databases;
use crate::public::{activities, member, offer};
use crate::support::{Browser, pdf};

/// What the viewer sends beside the request itself, and maybe one header more.
pub async fn fetch(browser: &Browser, path: &str, more: Option<(&'static str, &str)>) -> Page {
    let client = browser.client();
    let mut request = client.http().get(client.url(path).unwrap());
    request = request
        .header("x-document-viewer", "1")
        .header("sec-fetch-dest", "empty")
        .header("sec-fetch-site", "same-origin");
    if let Some((name, value)) = more {
        request = request.header(name, value);
    }
    client.send(request).await.unwrap()
}

on_both_databases! {
    async fn a_members_pdf_is_read_in_the_organizations_own_viewer(app: TestApp) {
        let org = app.enterprise().await;
        let locked = offer(&app, &org, Locked, "soc2.pdf", &pdf("SOC 2")).await;
        let ada = member(&app, &org).await;
        let item = ada.open(&org.page(&format!("/items/{}", locked.item))).await;
        assert!(!item.html().contains("<iframe"), "nobody is given a file unasked");
        let page = ada.open(item.link("Read").unwrap().as_str()).await;
        assert_eq!(page.url.path(), locked.path(&org, "read"));
        let text = page.text();
        for words in ["SOC 2 Type II report", "Northgate Labs", "sees which pages you read"] {
            assert!(text.contains(words), "{words}: {text}");
        }
        assert!(page.link("Download").is_some() && page.link("Back to").is_some(), "{text}");
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.contains("worker-src 'self'") && policy.contains("script-src 'self';"), "{policy}");
        let other = item.header("content-security-policy").unwrap();
        assert!(!other.contains("worker-src"), "{other}");
    }

    async fn opening_a_document_is_recorded_once_and_only_when_it_is_given(app: TestApp) {
        let org = app.enterprise().await;
        let locked = offer(&app, &org, Locked, "soc2.pdf", &pdf("SOC 2")).await;
        let ada = member(&app, &org).await;
        let (read, view) = (locked.path(&org, "read"), locked.path(&org, "view"));
        ada.open(&read).await;
        assert!(activities(&app, &org, FileDownloaded).await.is_empty(), "nothing was given yet");
        let client = ada.client();
        let head = client.http().head(client.url(&view).unwrap());
        client.send(head.header("x-document-viewer", "1")).await.unwrap();
        assert!(activities(&app, &org, FileDownloaded).await.is_empty(), "nor by a HEAD");
        let whole = fetch(&ada, &view, None).await;
        assert_eq!(whole.bytes, pdf("SOC 2"));
        for range in ["bytes=0-99", "bytes=100-199", "bytes=-20"] {
            let part = fetch(&ada, &view, Some(("Range", range))).await;
            assert_eq!(part.status, 206, "{range}");
        }
        assert_eq!(activities(&app, &org, FileDownloaded).await.len(), 1);
        assert_eq!(activities(&app, &org, StatusPageView).await.len(), 1);
        assert!(counted(&app).await.contains(&"preview member 1".to_owned()));
    }

    async fn parts_that_a_strangers_viewer_reads_on_are_not_another_preview(app: TestApp) {
        let org = app.enterprise().await;
        let open = offer(&app, &org, Public, "dpa.pdf", &pdf("DPA")).await;
        let stranger = app.browser();
        let page = stranger.open(&open.path(&org, "read")).await;
        assert!(!page.text().contains("sees which pages"), "strangers aren't timed");
        assert!(!page.html().contains("reading_time"), "{}", page.html());
        fetch(&stranger, &open.path(&org, "view"), None).await;
        fetch(&stranger, &open.path(&org, "view"), Some(("Range", "bytes=0-99"))).await;
        assert_eq!(counted(&app).await, ["preview anonymous 1", "visit anonymous 1"]);
    }

    async fn the_viewer_is_closed_where_the_document_is(app: TestApp) {
        let org = app.enterprise().await;
        let locked = offer(&app, &org, Locked, "soc2.pdf", &pdf("SOC 2")).await;
        let read = locked.path(&org, "read");
        let stranger = app.browser().get(&read).await;
        assert_eq!(stranger.location().unwrap().path(), org.page("/sign-in"));
        let other = app.organization("southgate", "Southgate Bank", Plan::Free).await;
        let eve = member(&app, &other).await;
        assert_eq!(eve.get(&locked.path(&other, "read")).await.status, 404);
        let ada = member(&app, &org).await;
        assert_eq!(ada.get(&read).await.status, 200);
        let mut tx = app.db.begin().await.unwrap();
        let account = store::accounts::by_name(&mut tx, org.id, "Analytical Engines").await;
        let account = account.unwrap().unwrap().id;
        for one in store::accounts::members::of_account(&mut tx, org.id, account).await.unwrap() {
            let yesterday = app.ambient.today().yesterday().ok();
            store::accounts::members::set_end(&mut tx, org.id, one.id, yesterday).await.unwrap();
        }
        tx.commit().await.unwrap();
        let ended = ada.get(&read).await;
        assert_eq!(ended.status, 403);
        assert!(ended.text().contains("ended on"), "{}", ended.text());
    }

    async fn what_is_no_pdf_or_not_current_leads_where_it_can_be_read(app: TestApp) {
        let fixture = Fixture::new(&app).await;
        fixture.upload("policy.txt", "", b"Be kind.").await;
        let text = fixture.current(&app).await;
        let path = |document, verb: &str| fixture.org.page(&format!("/documents/{document}/{verb}"));
        let answer = fixture.ada.get(&path(text, "read")).await;
        assert_eq!(answer.location().unwrap().path(), path(text, "view"));
        fixture.upload("policy.pdf", "", &pdf("Policy")).await;
        let answer = fixture.ada.get(&path(text, "read")).await;
        let item = fixture.org.page(&format!("/items/{}", fixture.item));
        assert_eq!(answer.location().unwrap().path(), item);
    }

    async fn the_viewer_and_its_license_are_served_by_us(app: TestApp) {
        let folder = format!("/static/{}/pdfjs/", pdfjs::HASH);
        let browser = app.browser();
        for (name, kind) in [
            ("pdf.min.mjs", "text/javascript"),
            ("wasm/openjpeg.wasm", "application/wasm"),
            ("LICENSE", "text/plain"),
        ] {
            let file = browser.get(&format!("{folder}{name}")).await;
            assert_eq!(file.status, 200, "{name}");
            assert!(file.header("content-type").unwrap().starts_with(kind), "{name}");
            assert!(file.header("cache-control").unwrap().contains("immutable"), "{name}");
        }
        let license = browser.get(&format!("{folder}LICENSE")).await;
        assert!(license.html().contains("Apache License"), "{}", license.html());
        let worker = browser.get(&format!("{folder}pdf.worker.min.mjs")).await;
        let policy = worker.header("content-security-policy").unwrap();
        assert!(policy.contains("'wasm-unsafe-eval'"), "{policy}");
        let missing = browser.get(&format!("{folder}..%2Fcomponents/app.js")).await;
        assert_eq!(missing.status, 404);
        let nowhere = browser.get(&format!("{folder}pdf.sandbox.mjs")).await;
        assert_eq!((nowhere.status.as_u16(), nowhere.header("cache-control")), (404, Some("no-store")));
        let old = browser.get("/static/0123456789a/pdfjs/pdf.min.mjs").await;
        assert_eq!((old.status.as_u16(), old.header("cache-control")), (200, Some("no-store")));
    }

    async fn a_signature_comes_before_reading(app: TestApp) {
        let fixture = crate::nda::fixture(&app).await;
        let read = fixture.locked.path(&fixture.org, "read");
        let answer = fixture.ada.get(&read).await;
        assert_eq!((answer.status.as_u16(), answer.bytes.len()), (303, 0));
        assert_eq!(answer.location().unwrap().path(), fixture.org.page("/nda"));
        fixture.sign(&fixture.ada, "Ada Lovelace").await;
        assert_eq!(fixture.ada.get(&read).await.status, 200);
        let viewer = app.signed_in(&fixture.org, Role::Viewer).await;
        assert_eq!(viewer.get(&read).await.status, 303, "staff are visitors here");
    }
}
