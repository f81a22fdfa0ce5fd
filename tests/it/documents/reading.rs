//! For how long members read which page.

use std::time::Duration;

use domain::activities::Person;
use domain::analytics::reading::PageTimes;
use domain::content::Visibility::{Locked, Public};
use domain::email::EmailAddress;
use domain::organizations::{Plan, Role};
use store::analytics::page_reading::{self, Reader};

use crate::on_both_databases;
use crate::public::{Offer, enter, member, member_of, offer};
use crate::support::{Browser, TestApp, TestOrg, pdf};

/// A report of several people, and one of them.
async fn fixture(app: &TestApp) -> (TestOrg, Offer, Browser) {
    let org = app.enterprise().await;
    let locked = offer(app, &org, Locked, "soc2.pdf", &pdf("SOC 2")).await;
    let ada = member(app, &org).await;
    (org, locked, ada)
}

/// Says so as the viewer does. Answers the status.
async fn says(browser: &Browser, path: &str, of: &str, pages: &str) -> u16 {
    let answer = browser.post(path, &[("of", of), ("pages", pages)]).await;
    answer.status.as_u16()
}

/// Every row, as `page seconds of`.
async fn rows(app: &TestApp) -> Vec<String> {
    let mut tx = app.db.read().await.unwrap();
    let sql = "SELECT page, seconds, of_pages FROM page_reading ORDER BY page, seconds";
    let rows = tx.all(sql, &[]).await.unwrap();
    let number = |row: &store::Row, name| row.get::<i64>(name).unwrap();
    rows.iter()
        .map(|row| {
            let numbers = ["page", "seconds", "of_pages"].map(|name| number(row, name).to_string());
            numbers.join(" ")
        })
        .collect()
}

on_both_databases! {
    async fn staff_see_which_pages_were_read_and_for_how_long(app: TestApp) {
        let (org, report, ada) = fixture(&app).await;
        let path = report.path(&org, "reading");
        assert_eq!(says(&ada, &path, "22", "1:20,2:10,12:60").await, 204);
        assert_eq!(says(&ada, &path, "22", "12:90").await, 204);
        let joan = member_of(&app, &org, "joan@engines.example", "Analytical Engines").await;
        assert_eq!(says(&joan, &path, "22", "2:5").await, 204);
        let viewer = app.signed_in(&org, Role::Viewer).await;
        let list = viewer.open("/dashboard/accounts").await;
        let account = viewer.open(list.link("Analytical Engines").unwrap().as_str()).await;
        let text = account.text();
        assert!(text.contains("Read 3 of 22 pages, 3 min; longest on page 12"), "{text}");
        assert!(text.contains("Read 1 of 22 pages, 5 s; longest on page 2"), "{text}");
        let page = viewer.open(account.link("soc2.pdf").unwrap().as_str()).await;
        let html = page.html();
        assert!(html.contains("Page 2: 15<"), "{html}");
        assert!(html.contains("Page 12: 150<") && html.contains("Page 22: 0<"), "{html}");
        for words in ["ada@engines.example", "joan@engines.example", "3 of 22", "Analytical Engines"] {
            assert!(page.text().contains(words), "{words}: {}", page.text());
        }
    }

    async fn what_nobody_can_have_read_is_refused_and_not_kept(app: TestApp) {
        let (org, report, ada) = fixture(&app).await;
        let path = report.path(&org, "reading");
        for (of, pages) in [
            ("22", "23:5"), ("22", "0:5"), ("22", "1:121"), ("22", "1:100,2:100"), ("22", "1:5,1:5"),
            ("22", ""), ("", "1:5"), ("99999", "1:5"), ("22", "1:-5"), ("22", "' OR 1=1"),
        ] {
            assert_eq!(says(&ada, &path, of, pages).await, 400, "{of} {pages}");
        }
        let client = ada.client();
        let long = format!("of=22&pages={}", "1:1,".repeat(2_000));
        let sent = client.post_body(&path, "application/x-www-form-urlencoded", long.into()).await;
        assert_eq!(sent.unwrap().status, 413);
        let sent = client.post_body(&path, "application/json", b"{}".to_vec()).await;
        assert_eq!(sent.unwrap().status, 415);
        assert!(rows(&app).await.is_empty());
        let url = client.url(&path).unwrap();
        let foreign = client.http().post(url).header("Sec-Fetch-Site", "cross-site");
        let foreign = foreign.form(&[("of", "22"), ("pages", "1:5")]);
        assert_eq!(client.send(foreign).await.unwrap().status, 403);
        assert!(rows(&app).await.is_empty());
    }

    async fn only_those_who_may_read_it_and_are_told_are_timed(app: TestApp) {
        let (org, report, ada) = fixture(&app).await;
        let public = offer(&app, &org, Public, "dpa.pdf", &pdf("DPA")).await;
        let other = app.organization("southgate", "Southgate Bank", Plan::Free).await;
        let eve = member(&app, &other).await;
        assert_eq!(says(&app.browser(), &report.path(&org, "reading"), "22", "1:5").await, 403);
        assert_eq!(says(&eve, &report.path(&org, "reading"), "22", "1:5").await, 403);
        assert_eq!(says(&eve, &report.path(&other, "reading"), "22", "1:5").await, 404);
        let stranger = app.browser();
        assert_eq!(says(&stranger, &public.path(&org, "reading"), "3", "1:5").await, 204);
        // The organization's own staff don't count.
        let editor = app.signed_in(&org, Role::Editor).await;
        enter(&app, &org, &editor, "ada@engines.example").await;
        assert_eq!(says(&editor, &report.path(&org, "reading"), "22", "1:5").await, 204);
        assert!(rows(&app).await.is_empty());
        assert_eq!(says(&ada, &public.path(&org, "reading"), "3", "2:5").await, 204);
        assert_eq!(rows(&app).await, ["2 5 3"]);
    }

    async fn nobody_reads_more_than_an_hour_has(app: TestApp) {
        let (org, report, ada) = fixture(&app).await;
        let path = report.path(&org, "reading");
        for _ in 0..300 {
            assert_eq!(says(&ada, &path, "22", "1:1").await, 204);
        }
        assert_eq!(says(&ada, &path, "22", "1:1").await, 429);
        assert_eq!(rows(&app).await, ["1 300 22"]);
        app.advance(Duration::from_hours(1));
        assert_eq!(says(&ada, &path, "22", "1:1").await, 204);
    }

    async fn it_is_forgotten_as_usage_is_and_with_its_document(app: TestApp) {
        let (org, report, ada) = fixture(&app).await;
        let dpa = offer(&app, &org, Locked, "dpa.pdf", &pdf("DPA")).await;
        says(&ada, &report.path(&org, "reading"), "22", "1:5").await;
        app.advance(Duration::from_hours(24 * 10));
        says(&ada, &report.path(&org, "reading"), "22", "2:6").await;
        says(&ada, &dpa.path(&org, "reading"), "3", "3:7").await;
        app.advance(Duration::from_hours(24 * 391));
        let mut tx = app.db.begin().await.unwrap();
        let now = app.ambient.now();
        let gone = store::analytics::page_reading::sweep_across_tenants(&mut tx, now, 100).await;
        assert_eq!(gone.unwrap(), 1);
        tx.commit().await.unwrap();
        assert_eq!(rows(&app).await, ["2 6 22", "3 7 3"]);
        let editor = app.signed_in(&org, Role::Editor).await;
        let form = format!("/dashboard/content/items/{}", dpa.item);
        let page = editor.open(&form).await;
        editor.submit(&page, &format!("{form}/delete"), &[]).await;
        assert_eq!(rows(&app).await, ["2 6 22"]);
    }

    async fn it_goes_with_its_reader(app: TestApp) {
        let (org, report, _) = fixture(&app).await;
        let mut tx = app.db.begin().await.unwrap();
        let account = store::accounts::by_name(&mut tx, org.id, "Analytical Engines").await;
        let person = Person {
            email: EmailAddress::parse("joan@engines.example").unwrap(),
            first_name: "Joan".into(),
            last_name: "Clarke".into(),
        };
        let visitor = store::visitors::upsert(&mut tx, &app.ambient, org.id, &person, "Engines");
        let visitor = visitor.await.unwrap().id;
        let reader = Reader { account: account.unwrap().unwrap().id, visitor };
        let times = PageTimes::parse("22", "1:5").unwrap();
        let now = app.ambient.now();
        page_reading::add(&mut tx, org.id, reader, report.document.id, &times, now).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(rows(&app).await, ["1 5 22"]);
        let mut tx = app.db.begin().await.unwrap();
        let gone = "DELETE FROM visitor WHERE email = 'joan@engines.example'";
        tx.execute(gone, &[]).await.unwrap();
        tx.commit().await.unwrap();
        assert!(rows(&app).await.is_empty());
    }
}
