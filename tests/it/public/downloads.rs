use domain::activities::ActivityKind::FileDownloaded;
use domain::content::Visibility::{Locked, Public};
use testkit::client::Page;

use super::{Offer, activities, member, offer};
use crate::on_both_databases;
use crate::support::{Browser, TestOrg, pdf};

/// A download with a `Range` header.
async fn part(browser: &Browser, org: &TestOrg, offer: &Offer, range: &str) -> Page {
    let client = browser.client();
    let url = client.url(&offer.path(org, "download")).unwrap();
    let request = client.http().get(url).header("Range", range);
    client.send(request).await.unwrap()
}

on_both_databases! {
    async fn each_download_of_a_member_is_recorded_with_item_and_file(app: TestApp) {
        let org = app.enterprise().await;
        let locked = offer(&app, &org, Locked, "Report 2026.pdf", &pdf("Report")).await;
        let browser = member(&app, &org).await;
        browser.get(&locked.path(&org, "download")).await;
        let downloads = activities(&app, &org, FileDownloaded).await;
        assert_eq!(downloads.len(), 1);
        let what = &downloads[0].what;
        assert_eq!(what.details.item.as_deref(), Some("SOC 2 Type II report"));
        assert_eq!(what.details.file.as_deref(), Some("Report 2026.pdf"));
        assert_eq!(what.company, "Analytical Engines");
        assert!(what.account.is_some());
        browser.get(&locked.path(&org, "download")).await;
        assert_eq!(activities(&app, &org, FileDownloaded).await.len(), 2);
    }

    async fn a_public_file_counts_too_where_a_member_takes_it(app: TestApp) {
        let org = app.enterprise().await;
        let public = offer(&app, &org, Public, "Policy.pdf", &pdf("Policy")).await;
        member(&app, &org).await.get(&public.path(&org, "download")).await;
        assert_eq!(activities(&app, &org, FileDownloaded).await.len(), 1);
    }

    async fn parts_of_one_download_count_once(app: TestApp) {
        let org = app.enterprise().await;
        let locked = offer(&app, &org, Locked, "answers.csv", b"0123456789").await;
        let browser = member(&app, &org).await;
        let first = part(&browser, &org, &locked, "bytes=0-3").await;
        assert_eq!((first.status.as_u16(), &first.bytes[..]), (206, &b"0123"[..]));
        assert_eq!(first.header("content-range"), Some("bytes 0-3/10"));
        let rest = part(&browser, &org, &locked, "bytes=4-").await;
        assert_eq!((rest.status.as_u16(), &rest.bytes[..]), (206, &b"456789"[..]));
        let tail = part(&browser, &org, &locked, "bytes=-2").await;
        assert_eq!(&tail.bytes[..], b"89");
        let beyond = part(&browser, &org, &locked, "bytes=10-").await;
        assert_eq!(beyond.status, 416);
        assert_eq!(beyond.header("content-range"), Some("bytes */10"));
        assert_eq!(activities(&app, &org, FileDownloaded).await.len(), 1);
    }

    async fn previews_and_head_requests_are_not_downloads(app: TestApp) {
        let org = app.enterprise().await;
        let locked = offer(&app, &org, Locked, "Report.pdf", &pdf("Report")).await;
        let browser = member(&app, &org).await;
        let client = browser.client();
        let url = client.url(&locked.path(&org, "download")).unwrap();
        let head = client.send(client.http().head(url)).await.unwrap();
        assert_eq!(head.status, 200);
        assert_eq!(head.header("content-length"), Some(locked.document.size.to_string().as_str()));
        let page = org.page(&format!("/items/{}", locked.item));
        assert_eq!(browser.get(&page).await.status, 200);
        assert!(activities(&app, &org, FileDownloaded).await.is_empty());
    }

    async fn a_file_that_went_missing_is_an_error_and_no_download(app: TestApp) {
        let org = app.enterprise().await;
        let locked = offer(&app, &org, Locked, "Report.pdf", &pdf("Report")).await;
        let browser = member(&app, &org).await;
        app.files.delete(&locked.document.storage_key).await.unwrap();
        assert_eq!(browser.get(&locked.path(&org, "download")).await.status, 500);
        assert!(activities(&app, &org, FileDownloaded).await.is_empty());
    }

    async fn odd_names_arrive_as_they_are(app: TestApp) {
        let org = app.enterprise().await;
        let browser = member(&app, &org).await;
        for (name, header) in [
            ("Bericht – Müller.csv", "filename*=UTF-8''Bericht%20%E2%80%93%20M%C3%BCller.csv"),
            ("تقرير.csv", "filename*=UTF-8''%D8%AA%D9%82%D8%B1%D9%8A%D8%B1.csv"),
            ("🔒 \"plan\"\r\nX: y.csv", "filename=\"_ _plan_  X_ y.csv\""),
        ] {
            let odd = offer(&app, &org, Locked, name, b"a,b\n").await;
            let answer = browser.get(&odd.path(&org, "download")).await;
            let given = answer.header("content-disposition").unwrap();
            assert!(given.starts_with("attachment; ") && given.contains(header), "{given}");
            assert!(answer.header("x").is_none());
            let page = browser.text(&org.page(&format!("/items/{}", odd.item))).await;
            let shown = odd.document.file_name.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(page.contains(&shown), "{page}");
        }
    }

    async fn only_what_browsers_show_safely_is_shown(app: TestApp) {
        let org = app.enterprise().await;
        let table = offer(&app, &org, Public, "answers.csv", b"see <script>1</script>\n").await;
        let view = app.browser().get(&table.path(&org, "view")).await;
        assert_eq!(view.status, 303);
        assert_eq!(view.location().unwrap().path(), table.path(&org, "download"));
        let item = offer(&app, &org, Public, "notes.txt", b"see <script>1</script>\n").await;
        let view = app.browser().get(&item.path(&org, "view")).await;
        assert_eq!(view.header("content-type"), Some("text/plain; charset=utf-8"));
        assert_eq!(view.header("x-content-type-options"), Some("nosniff"));
        assert!(view.header("content-security-policy").unwrap().starts_with("default-src 'none'"));
    }
}
