//! Forms with a file: how many fields, how long, and how much of them.

use bytes::Bytes;

use super::{ROOM, peak};
use crate::on_both_databases;
use crate::public::member;
use crate::support::{Browser, TestOrg};

const KIND: &str = "multipart/form-data; boundary=b";

fn field(name: &str, text: &str) -> String {
    format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n")
}

/// Posts pieces until the server has had enough. Its answer may be lost on the way
/// when it closes the connection before it has read everything.
async fn stream(
    browser: &Browser,
    org: &TestOrg,
    pieces: impl Iterator<Item = Bytes> + Send + 'static,
) -> Option<u16> {
    let client = browser.client();
    let url = client.url(&org.page("/questionnaires")).unwrap();
    let body = futures::stream::iter(pieces.map(Ok::<_, std::io::Error>));
    let request = client
        .http()
        .post(url)
        .header("Content-Type", KIND)
        .body(reqwest::Body::wrap_stream(body));
    request
        .send()
        .await
        .ok()
        .map(|answer| answer.status().as_u16())
}

async fn post(browser: &Browser, org: &TestOrg, body: String) -> testkit::client::Page {
    let path = org.page("/questionnaires");
    let sent = browser.client().post_body(&path, KIND, body.into_bytes());
    sent.await.expect("an answer")
}

on_both_databases! {
    async fn fields_without_end_are_refused_in_bounded_memory(app: TestApp) {
        let org = app.enterprise().await;
        let ada = member(&app, &org).await;
        let before = peak();
        let piece = Bytes::from(field("note", &"x".repeat(60 * 1024)));
        let status = stream(&ada, &org, std::iter::repeat_n(piece, 3_000)).await;
        assert!(status.is_none_or(|status| status == 422), "{status:?}");
        let grown = peak() - before;
        assert!(grown < ROOM, "{grown} KiB more");
        assert_eq!(ada.open(&org.page("")).await.status, 200);
    }

    async fn a_field_name_without_end_is_refused_in_bounded_memory(app: TestApp) {
        let org = app.enterprise().await;
        let ada = member(&app, &org).await;
        let before = peak();
        let start = Bytes::from_static(b"--b\r\nContent-Disposition: form-data; name=\"");
        let rest = std::iter::repeat_n(Bytes::from("x".repeat(64 * 1024)), 3_000);
        let status = stream(&ada, &org, std::iter::once(start).chain(rest)).await;
        assert!(status.is_none_or(|status| status == 422), "{status:?}");
        let grown = peak() - before;
        assert!(grown < ROOM, "{grown} KiB more");
        assert_eq!(ada.open(&org.page("")).await.status, 200);
    }

    async fn a_form_says_what_is_too_much_of_it(app: TestApp) {
        let org = app.enterprise().await;
        let ada = member(&app, &org).await;
        let long = "n".repeat(200);
        let file = |name: &str| format!(
            "--b\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"a.csv\"\r\n\r\na,b\r\n"
        );
        for (body, says) in [
            (field("note", "x").repeat(41), "more than 40 fields"),
            (field(&long, "x"), "field name is too long"),
            (field("note", &"x".repeat(70 * 1024)), "at most 64 KB of text"),
            (field("note", &"x".repeat(40 * 1024)).repeat(2), "at most 64 KB of text"),
            (file("file").repeat(2), "one file"),
            (file("other"), "one file"),
        ] {
            let page = post(&ada, &org, body + "--b--\r\n").await;
            assert_eq!(page.status, 422, "{says}");
            assert!(page.text().contains(says), "{says}: {}", page.text());
        }
    }
}
