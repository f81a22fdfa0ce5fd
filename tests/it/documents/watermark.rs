use domain::content::Visibility;

use super::Fixture;
use crate::on_both_databases;
use crate::support::{Browser, pdf};

async fn turn_on(fixture: &Fixture) {
    let page = fixture.editor.open(&fixture.form("")).await;
    let page = fixture
        .editor
        .submit(&page, "/watermark", &[("on", "1")])
        .await;
    assert!(
        page.text().contains("is marked from now on"),
        "{}",
        page.text()
    );
}

fn text(bytes: &[u8]) -> String {
    let file = lopdf::Document::load_mem(bytes).expect("a PDF");
    let pages: Vec<_> = file.get_pages().into_keys().collect();
    let words = pages
        .into_iter()
        .map(|page| testkit::pdf::text_of(&file, page));
    words.collect::<Result<_, _>>().expect("text")
}

/// A part of the download, on a condition.
async fn part(browser: &Browser, path: &str, range: &str, condition: &str) -> (u16, Vec<u8>) {
    let client = browser.client();
    let request = client.http().get(client.url(path).unwrap());
    let request = request.header("Range", range).header("If-Range", condition);
    let answer = client.send(request).await.unwrap();
    (answer.status.as_u16(), answer.bytes.clone())
}

on_both_databases! {
    async fn each_reader_gets_a_copy_that_says_whose_it_is(app: TestApp) {
        let fixture = Fixture::new(&app).await;
        fixture.upload("report.pdf", "", &pdf("Report")).await;
        let document = fixture.current(&app).await;
        let path = fixture.download(document);
        assert_eq!(fixture.ada.get(&path).await.bytes, pdf("Report"), "off at first");
        turn_on(&fixture).await;
        let copy = fixture.ada.get(&path).await;
        assert_eq!(copy.status, 200);
        let words = text(&copy.bytes);
        assert!(words.contains("ada@engines.example"), "{words}");
        assert!(words.contains("Feb 2, 2026") && words.contains("Report"), "{words}");
        let view = fixture.ada.get(&path.replace("/download", "/view")).await;
        assert_eq!(view.bytes, copy.bytes);
        // Staff have the original, and so have the readers once it is public.
        let version = fixture.form(&format!("/versions/{document}"));
        assert_eq!(fixture.editor.get(&version).await.bytes, pdf("Report"));
        let mut tx = app.db.begin().await.unwrap();
        let item = store::content::items::by_id(&mut tx, fixture.org.id, fixture.item).await.unwrap();
        let mut item = item.unwrap();
        item.visibility = Visibility::Public;
        store::content::items::update(&mut tx, fixture.org.id, &item).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(fixture.ada.get(&path).await.bytes, pdf("Report"));
    }

    async fn a_broken_off_download_goes_on_where_it_was(app: TestApp) {
        let fixture = Fixture::new(&app).await;
        fixture.upload("report.pdf", "", &pdf("Report")).await;
        turn_on(&fixture).await;
        let path = fixture.download(fixture.current(&app).await);
        let whole = fixture.ada.get(&path).await;
        let etag = whole.header("etag").unwrap().to_owned();
        let (status, start) = part(&fixture.ada, &path, "bytes=0-99", &etag).await;
        assert_eq!((status, start.len()), (206, 100));
        let (status, rest) = part(&fixture.ada, &path, "bytes=100-", &etag).await;
        assert_eq!(status, 206);
        assert_eq!([start, rest].concat(), whole.bytes);
        // On the next day it is another copy: all of it is sent.
        app.advance(std::time::Duration::from_hours(24));
        let (status, next) = part(&fixture.ada, &path, "bytes=100-", &etag).await;
        assert_eq!(status, 200);
        assert!(text(&next).contains("Feb 3, 2026"));
    }

    async fn what_can_not_be_marked_is_refused_with_what_to_do(app: TestApp) {
        let fixture = Fixture::new(&app).await;
        fixture.upload("sizeless.pdf", "", &sizeless()).await;
        let page = fixture.editor.open(&fixture.form("")).await;
        let page = fixture.editor.submit(&page, "/watermark", &[("on", "1")]).await;
        assert_eq!(page.status, 422);
        assert!(page.text().contains("can’t be marked"), "{}", page.text());
        fixture.upload("report.pdf", "", &pdf("Report")).await;
        turn_on(&fixture).await;
        let page = fixture.upload("sizeless.pdf", "", &sizeless()).await;
        assert_eq!(page.status, 422);
        assert!(page.text().contains("turn the watermark off"), "{}", page.text());
        let path = fixture.download(fixture.current(&app).await);
        assert!(text(&fixture.ada.get(&path).await.bytes).contains("ada@engines.example"));
    }
}

/// A PDF whose page has no size.
fn sizeless() -> Vec<u8> {
    let mut file = lopdf::Document::load_mem(&pdf("Report")).unwrap();
    for object in file.objects.values_mut() {
        if let Ok(dictionary) = object.as_dict_mut() {
            dictionary.remove(b"MediaBox");
        }
    }
    let mut bytes = Vec::new();
    file.save_to(&mut bytes).unwrap();
    bytes
}
