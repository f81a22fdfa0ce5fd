//! The logo, the custom domain, and security.txt.

use std::time::Duration;

use domain::organizations::{Plan, Role};
use gatehouse::use_cases::organizations::custom_domain;
use reqwest::header::HOST;
use store::audit_log;
use testkit::client::Page;

use crate::on_both_databases;
use crate::support::{Browser, TestApp};

const HERE: &str = "/dashboard/settings/appearance";
pub const HOSTNAME: &str = "trust.northgate.example";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01";

/// One GET with this Host.
pub async fn at(browser: &Browser, host: &str, path: &str) -> Page {
    let client = browser.client();
    let request = client.http().get(client.url(path).unwrap());
    client.send(request.header(HOST, host)).await.unwrap()
}

async fn set_domain(admin: &Browser, host: &str) -> Page {
    let page = admin.open(HERE).await;
    admin.submit(&page, "/domain", &[("host", host)]).await
}

/// Sets the domain, and the record that proves it.
pub async fn set_proven_domain(app: &TestApp, admin: &Browser, host: &str) -> Page {
    let page = set_domain(admin, host).await;
    let text = page.text();
    let record = text
        .split_whitespace()
        .find(|word| word.starts_with("gatehouse-domain="));
    app.dns_server.set_text(
        &format!("_gatehouse.{host}"),
        record.expect("the record's text"),
    );
    let page = admin.open(HERE).await;
    admin.submit(&page, "/domain/check", &[]).await
}

async fn request_an_email(app: &TestApp, host: &str, email: &str) -> String {
    let browser = app.browser();
    let client = browser.client();
    let url = client.url("/trust/northgate/subscribe").unwrap();
    let request = client.http().post(url).form(&[("email", email)]);
    let origin = format!("https://{host}");
    let request = request.header(HOST, host).header("Origin", origin);
    let answer = client
        .send(request.header("Sec-Fetch-Site", "same-origin"))
        .await
        .unwrap();
    assert_eq!(answer.status, 303, "{}", answer.summary());
    let limit = Duration::from_secs(20);
    let email = app.mail.wait_for(email, limit, |_| true).await.unwrap();
    email.link("/subscribe/confirm").unwrap()
}

/// How many emails Admins were sent whose subject says this.
async fn told(app: &TestApp, subject: &str) -> i64 {
    let mut tx = app.db.read().await.expect("a transaction");
    let sql = "SELECT COUNT(*) AS n FROM email WHERE subject LIKE $1";
    let pattern = store::Value::from(format!("%{subject}%"));
    let row = tx.one(sql, &[pattern]).await.expect("a count");
    row.get("n").expect("a number")
}

/// What is done every hour.
async fn check_due(app: &TestApp) {
    custom_domain::check_due_across_tenants(
        &app.db,
        &app.dns,
        &app.ambient,
        &app.config.public_url,
    )
    .await
    .expect("the database");
}

on_both_databases! {
    async fn a_logo_is_shown_on_every_public_page_and_may_be_cached(app: TestApp) {
        let org = app.enterprise().await;
        let admin = app.signed_in(&org, Role::Admin).await;
        let answer = admin.upload(&format!("{HERE}/logo/light"), &[], ("file", "logo.png", PNG)).await;
        let page = admin.follow(answer).await;
        assert!(page.text().contains("The logo is on your pages now"), "{}", page.text());
        let visitor = app.browser();
        for path in ["", "/sign-in", "/request-access"] {
            let html = visitor.open(&org.page(path)).await.html();
            assert!(html.contains("alt=\"Northgate Labs\""), "{path}: {html}");
        }
        let html = visitor.open(&org.page("")).await.html();
        let src = html.split("class=\"brand-logo\" src=\"").nth(1).unwrap().split('"').next().unwrap();
        let logo = visitor.get(src).await;
        assert_eq!(logo.bytes, PNG);
        assert_eq!(logo.header("content-type"), Some("image/png"));
        assert_eq!(logo.header("cache-control"), Some("public, max-age=31536000, immutable"));
        assert_eq!(logo.header("x-content-type-options"), Some("nosniff"));
        // Not by another organization's address.
        let other = app.organization("southgate", "Southgate", Plan::Free).await;
        assert_eq!(visitor.get(&src.replace("/northgate/", "/southgate/")).await.status, 404);
        assert!(!visitor.open(&other.page("")).await.html().contains("brand-logo"));
        let page = admin.open(HERE).await;
        admin.submit(&page, "/logo/light/remove", &[]).await;
        assert_eq!(visitor.get(src).await.status, 404);
    }

    async fn what_is_no_picture_is_refused_whatever_it_is_called(app: TestApp) {
        let org = app.enterprise().await;
        let admin = app.signed_in(&org, Role::Admin).await;
        let large = [PNG, &vec![0; 1024 * 1024]].concat();
        for (content, says) in [
            (&b"<svg onload='alert(1)'/>"[..], "save it as PNG, JPEG or WebP"),
            (b"<html><script>1</script>", "save it as PNG, JPEG or WebP"),
            (&large, "larger than 1 MB"),
        ] {
            let page = admin.upload(&format!("{HERE}/logo/dark"), &[], ("file", "logo.png", content)).await;
            assert_eq!(page.status, 422);
            assert!(page.text().contains(says), "{says}: {}", page.text());
        }
        let wrong = admin.upload(&format!("{HERE}/logo/blue"), &[], ("file", "logo.png", PNG)).await;
        assert_eq!(wrong.status, 404);
    }

    async fn a_custom_domain_shows_its_organization_and_nothing_else(app: TestApp) {
        let org = app.enterprise().await;
        let other = app.organization("southgate", "Southgate Bank", Plan::Free).await;
        let admin = app.signed_in(&org, Role::Admin).await;
        let visitor = app.browser();
        let page = set_proven_domain(&app, &admin, HOSTNAME).await;
        assert!(page.text().contains("Waiting for the first request"), "{}", page.text());
        let start = at(&visitor, HOSTNAME, "/").await;
        assert_eq!((start.status.as_u16(), start.header("location")), (303, Some("/trust/northgate")));
        let home = at(&visitor, &format!("{}:8443", HOSTNAME.to_uppercase()), &org.page("")).await;
        assert!(home.text().contains("Security you can check"), "{}", home.summary());
        for path in [&*other.page(""), "/dashboard", "/login", "/trust/northgatex", "/integrations/salesforce/callback", HERE] {
            let page = at(&admin, HOSTNAME, path).await;
            assert_eq!(page.status, 404, "{path}");
            assert!(page.text().contains("Northgate Labs"), "{path}: {}", page.text());
            assert!(!page.text().contains("Southgate"), "{path}: {}", page.text());
        }
        let style = home.html().split("href=\"/static/").nth(1).unwrap().split('"').next().unwrap().to_owned();
        assert_eq!(at(&visitor, HOSTNAME, &format!("/static/{style}")).await.status, 200);
        let page = admin.open(HERE).await;
        assert!(page.text().contains("In use"), "{}", page.text());
        // What isn't anyone's domain stays as it was.
        assert_eq!(at(&visitor, "unknown.example", &other.page("")).await.status, 200);
    }

    async fn links_in_emails_use_the_custom_domain_once_it_works(app: TestApp) {
        let org = app.enterprise().await;
        let admin = app.signed_in(&org, Role::Admin).await;
        set_domain(&admin, HOSTNAME).await;
        let link = request_an_email(&app, HOSTNAME, "first@engines.example").await;
        assert!(!link.contains(HOSTNAME), "nobody has proven the domain: {link}");
        set_proven_domain(&app, &admin, HOSTNAME).await;
        let public = app.url.host_str().unwrap().to_owned();
        let authority = format!("{public}:{}", app.url.port().unwrap());
        let link = request_an_email(&app, &authority, "ada@engines.example").await;
        assert!(link.contains(&public), "nobody came by the domain yet: {link}");
        let link = request_an_email(&app, HOSTNAME, "grace@navy.example").await;
        assert!(link.contains(&format!("://{HOSTNAME}")), "{link}");
        // A form that another site sends is refused there too.
        let browser = app.browser();
        let client = browser.client();
        let request = client.http().post(client.url(&org.page("/subscribe")).unwrap());
        let request = request.header(HOST, HOSTNAME).header("Origin", "https://evil.example");
        let request = request.header("Sec-Fetch-Site", "cross-site").form(&[("email", "x@y.example")]);
        assert_eq!(client.send(request).await.unwrap().status, 403);
    }

    async fn a_domain_belongs_to_the_organization_that_proves_it(app: TestApp) {
        let org = app.enterprise().await;
        let other = app.organization("southgate", "Southgate Bank", Plan::Free).await;
        let (admin, stranger) = (app.signed_in(&org, Role::Admin).await, app.signed_in(&other, Role::Admin).await);
        let claimed = set_domain(&stranger, HOSTNAME).await;
        assert!(claimed.text().contains("Prove that trust.northgate.example is yours"), "{}", claimed.text());
        set_proven_domain(&app, &admin, HOSTNAME).await;
        let home = at(&app.browser(), HOSTNAME, "/").await;
        assert_eq!(home.header("location"), Some("/trust/northgate"));
        let mut tx = app.db.read().await.unwrap();
        let log = audit_log::list(&mut tx, org.id, &audit_log::Filter::default(), 50).await.unwrap();
        drop(tx);
        let proved = log.iter().find(|entry| entry.action == "Proved the custom domain");
        assert!(proved.expect("an entry").actor.contains('@'), "the Admin who asked: {log:?}");
        let page = stranger.open(HERE).await;
        let page = stranger.submit(&page, "/domain/check", &[]).await;
        assert!(page.text().contains("There is no such TXT record"), "{}", page.text());
        // Even with a record of their own, the first organization keeps it.
        let page = set_proven_domain(&app, &stranger, HOSTNAME).await;
        assert!(page.text().contains("has already verified this domain"), "{}", page.text());
        let home = at(&app.browser(), HOSTNAME, "/").await;
        assert_eq!(home.header("location"), Some("/trust/northgate"));
    }

    async fn a_domain_is_a_name_and_not_the_servers(app: TestApp) {
        let org = app.enterprise().await;
        let admin = app.signed_in(&org, Role::Admin).await;
        for host in ["https://trust.example.com/", "127.0.0.1"] {
            let page = set_domain(&admin, host).await;
            assert_eq!(page.status, 422, "{host}");
            assert!(page.text().contains("is not a domain name"), "{}", page.text());
            assert!(page.html().contains(&format!("value=\"{host}\"")), "{}", page.html());
        }
    }

    async fn a_domain_whose_record_is_gone_for_three_days_is_nobodys(app: TestApp) {
        let org = app.enterprise().await;
        let user = app.staff(&org, Role::Admin).await;
        let admin = app.browser_of(&user).await;
        set_proven_domain(&app, &admin, HOSTNAME).await;
        let visitor = app.browser();
        // Only the organization's own pages are there.
        assert_eq!(at(&visitor, HOSTNAME, "/login").await.status, 404);
        app.dns_server.remove_text(&format!("_gatehouse.{HOSTNAME}"));
        for day in 1..=3 {
            app.advance(Duration::from_hours(25));
            check_due(&app).await;
            assert_eq!(at(&visitor, HOSTNAME, "/login").await.status, 404, "{day}");
        }
        let admin = app.browser_of(&user).await;
        assert!(admin.text(HERE).await.contains("The record that proves this domain is gone"));
        assert_eq!(told(&app, "is missing").await, 1, "once, and not each day");
        app.advance(Duration::from_hours(25));
        check_due(&app).await;
        assert_eq!(at(&visitor, HOSTNAME, "/login").await.status, 200, "a host like any other");
        assert_eq!(told(&app, "no longer at").await, 1);
        app.advance(Duration::from_hours(25));
        check_due(&app).await;
        assert_eq!(told(&app, "trust.northgate.example").await, 2);
        let admin = app.browser_of(&user).await;
        let page = admin.text(HERE).await;
        assert!(page.contains("Prove that trust.northgate.example is yours"), "{page}");
    }

    async fn name_servers_that_are_down_take_no_domain_away(app: TestApp) {
        let org = app.enterprise().await;
        let admin = app.signed_in(&org, Role::Admin).await;
        set_proven_domain(&app, &admin, HOSTNAME).await;
        app.dns_server.break_down();
        for _ in 0..6 {
            app.advance(Duration::from_hours(25));
            check_due(&app).await;
        }
        assert_eq!(at(&app.browser(), HOSTNAME, "/login").await.status, 404);
    }

    async fn security_txt_says_where_to_report(app: TestApp) {
        let org = app.enterprise().await;
        let admin = app.signed_in(&org, Role::Admin).await;
        let page = admin.open(HERE).await;
        let fields = [("contact_url", "https://northgate.example/report"), ("policy_url", "https://northgate.example/policy"), ("languages", "en,de")];
        let page = admin.submit(&page, "/security", &fields).await;
        assert!(page.text().contains("security.txt is saved"), "{}", page.text());
        let visitor = app.browser();
        for path in [org.page("/.well-known/security.txt"), "/.well-known/security.txt".to_owned()] {
            let file = visitor.get(&path).await;
            assert_eq!(file.header("content-type"), Some("text/plain; charset=utf-8"));
            let canonical = app.url.join(&path).unwrap();
            let expected = format!("Contact: https://northgate.example/report\nContact: mailto:security@northgate.example\nExpires: 2026-08-01T15:00:00Z\nPreferred-Languages: en, de\nPolicy: https://northgate.example/policy\nCanonical: {canonical}\n");
            assert_eq!(file.html(), expected);
        }
        // With two organizations the host decides.
        app.organization("southgate", "Southgate Bank", Plan::Free).await;
        assert_eq!(visitor.get("/.well-known/security.txt").await.status, 404);
        set_proven_domain(&app, &admin, HOSTNAME).await;
        let file = at(&visitor, HOSTNAME, "/.well-known/security.txt").await;
        assert!(file.html().contains(&format!("://{HOSTNAME}")), "{}", file.html());
    }

    async fn without_a_contact_security_txt_says_so(app: TestApp) {
        let org = app.enterprise().await;
        let admin = app.signed_in(&org, Role::Admin).await;
        let page = admin.open("/dashboard/settings").await;
        admin.submit(&page, "/settings", &[("security_email", "")]).await;
        let file = app.browser().get(&org.page("/.well-known/security.txt")).await;
        assert_eq!(file.status, 404);
        assert!(file.html().contains("has not named a security contact"), "{}", file.html());
        let page = admin.open(HERE).await;
        let page = admin.submit(&page, "/security", &[("contact_url", "javascript:alert(1)")]).await;
        assert_eq!(page.status, 422);
    }
}
