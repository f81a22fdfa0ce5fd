//! The page that anonymous visitors share: always what it is now, never someone else's.

use domain::content::Visibility::{Locked, Public};
use domain::organizations::{Plan, Role};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use url::Url;

use super::{entry, section, updates};
use crate::on_both_databases;
use crate::support::{Browser, TestApp, TestOrg, member};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01";

/// What a browser without cookies sees, twice: the second time it is the page that was kept.
async fn seen(app: &TestApp, org: &TestOrg) -> String {
    let first = app.browser().open(&org.page("")).await.html();
    let second = app.browser().open(&org.page("")).await.html();
    assert_eq!(first, second);
    first
}

async fn sql(app: &TestApp, statement: &'static str) {
    let mut tx = app.db.begin().await.expect("a transaction");
    tx.execute(statement, &[]).await.expect("a change");
    tx.commit().await.expect("commit");
}

async fn logo(admin: &Browser) {
    let path = "/dashboard/settings/appearance/logo/light";
    let answer = admin.upload(path, &[], ("file", "logo.png", PNG)).await;
    assert_eq!(answer.status, 303);
}

/// The head of the answer as it is sent, in lower case: the client unpacks what it gets.
async fn head_of(url: &Url, accept_encoding: &str) -> String {
    let address = url.socket_addrs(|| None).unwrap()[0];
    let mut socket = TcpStream::connect(address).await.unwrap();
    let request = format!(
        "GET {} HTTP/1.1\r\nHost: {address}\r\nAccept-Encoding: {accept_encoding}\r\nConnection: close\r\n\r\n",
        url.path()
    );
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).await.unwrap();
    let answer = String::from_utf8_lossy(&answer).to_lowercase();
    answer.split("\r\n\r\n").next().unwrap().to_owned()
}

on_both_databases! {
    async fn every_change_of_the_page_is_seen_at_once(app: TestApp) {
        let org = app.enterprise().await;
        let admin = app.signed_in(&org, Role::Admin).await;
        assert!(seen(&app, &org).await.contains("Nothing is published yet"));
        app.item(&org, "Penetration test", Public).await;
        assert!(seen(&app, &org).await.contains("Penetration test"));
        section(&admin, "faqs", "Questions").await;
        entry(&admin, "question", &[("title", "Where is the data?"), ("body", "In Norway.")]).await;
        assert!(seen(&app, &org).await.contains("In Norway."));
        updates::publish(&admin, "We moved", false).await;
        assert!(seen(&app, &org).await.contains("We moved"));
        logo(&admin).await;
        assert!(seen(&app, &org).await.contains("brand-logo"));
    }

    async fn whatever_changes_a_row_of_the_page_it_is_seen(app: TestApp) {
        let org = app.enterprise().await;
        let admin = app.signed_in(&org, Role::Admin).await;
        app.item(&org, "Penetration test", Public).await;
        section(&admin, "faqs", "Questions").await;
        entry(&admin, "question", &[("title", "Where is the data?"), ("body", "In Norway.")]).await;
        updates::publish(&admin, "We moved", false).await;
        logo(&admin).await;
        let mut before = seen(&app, &org).await;
        for statement in [
            "UPDATE organization SET headline = 'Safe by default'",
            "UPDATE section SET title = 'Documents' WHERE title = 'Reports'",
            "UPDATE item SET title = 'Pen test'",
            "UPDATE entry SET body = 'In Iceland.'",
            "UPDATE content_update SET title = 'We moved north'",
            "UPDATE logo SET sha256 = '0123'",
            "DELETE FROM logo",
            "DELETE FROM content_update",
            "DELETE FROM entry",
            "DELETE FROM item",
        ] {
            sql(&app, statement).await;
            let after = seen(&app, &org).await;
            assert_ne!(before, after, "{statement}");
            before = after;
        }
    }

    async fn members_see_their_own_page_and_nobody_else_does(app: TestApp) {
        let org = app.enterprise().await;
        app.item(&org, "SOC 2 report", Locked).await;
        let locked = seen(&app, &org).await;
        assert!(locked.contains("Request access"));
        let ada = member(&app, &org).await;
        let theirs = ada.open(&org.page("")).await.html();
        assert!(theirs.contains("Sign out") && !locked.contains("Sign out"));
        assert_eq!(seen(&app, &org).await, locked);
        assert_eq!(ada.open(&org.page("")).await.html(), theirs);
    }

    async fn an_organizations_page_is_its_own(app: TestApp) {
        let org = app.enterprise().await;
        let other = app.organization("southgate", "Southgate Bank", Plan::Free).await;
        let pages = [seen(&app, &org).await, seen(&app, &other).await];
        assert!(pages[0].contains("Northgate Labs") && !pages[0].contains("Southgate"));
        assert!(pages[1].contains("Southgate Bank") && !pages[1].contains("Northgate"));
        assert_eq!(app.browser().get("/trust/nobody").await.status, 404);
    }

    async fn a_message_after_a_redirect_is_shown_once_and_not_kept(app: TestApp) {
        let org = app.enterprise().await;
        let ada = member(&app, &org).await;
        let page = ada.open(&org.page("")).await;
        let after = ada.submit(&page, "/sign-out", &[]).await;
        let message = "You have signed out.";
        assert!(after.text().contains(message), "{}", after.text());
        assert!(!seen(&app, &org).await.contains(message));
    }

    async fn the_page_and_its_style_sheets_are_compressed_for_who_takes_it(app: TestApp) {
        let org = app.enterprise().await;
        let browser = app.browser();
        let client = browser.client();
        let html = browser.open(&org.page("")).await.html();
        let sheet = html.split("href=\"/static/").nth(2).unwrap().split('"').next().unwrap();
        for path in [org.page(""), format!("/static/{sheet}")] {
            for (asked, encoding) in [("gzip", true), ("identity", false)] {
                let head = head_of(&client.url(&path).unwrap(), asked).await;
                assert!(head.starts_with("http/1.1 200"), "{head}");
                assert_eq!(head.contains("content-encoding: gzip"), encoding, "{path} {asked}: {head}");
                assert!(head.contains("vary: accept-encoding"), "{path} {asked}: {head}");
            }
        }
    }
}
