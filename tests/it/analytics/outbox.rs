use std::time::Duration;

use domain::email::message::EmailState;
use domain::organizations::{Plan, Role};
use tokio_util::sync::CancellationToken;

use crate::on_both_databases;
use crate::support::{Database, TestApp};

const HERE: &str = "/dashboard/settings/email";

/// An email that was refused for good.
async fn refused(app: &TestApp, org: &crate::support::TestOrg) {
    let mut tx = app.db.begin().await.unwrap();
    let message = ::domain::email::message::Message {
        to: ::domain::email::EmailAddress::parse("gone@nowhere.example").unwrap(),
        subject: "You have an answer".to_owned(),
        text: "https://secret.example/enter?token=x".to_owned(),
        html: "<p>secret</p>".to_owned(),
    };
    store::email::insert(&mut tx, &app.ambient, org.id, &message)
        .await
        .unwrap();
    let lease = Duration::from_mins(10);
    let claimed = store::email::claim_across_tenants(&mut tx, app.ambient.now(), lease, 10).await;
    for mail in claimed.unwrap() {
        let (now, why) = (app.ambient.now(), "550 no such mailbox");
        store::email::settle(&mut tx, &mail, EmailState::Failed, now, why)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
}

on_both_databases! {
    async fn an_admin_sees_an_email_that_failed_and_tries_it_again(app: TestApp) {
        let org = app.enterprise().await;
        let admin = app.signed_in(&org, Role::Admin).await;
        refused(&app, &org).await;
        let dump = app.dump().await;
        let table = format!("{:?}", dump.0["email"]);
        assert!(table.contains("gone@nowhere.example") && !table.contains("secret"), "{table}");
        let page = admin.open(&format!("{HERE}?state=failed")).await;
        let text = page.text();
        assert!(text.contains("gone@nowhere.example") && text.contains("550 no such mailbox"), "{text}");
        assert!(!page.html().contains("secret"), "{}", page.html());
        let done = admin.submit(&page, "/retry", &[]).await;
        assert!(done.text().contains("is tried again"), "{}", done.text());
        let mail = app.mail.wait_for("gone@nowhere.example", Duration::from_secs(20), |_| true);
        assert!(mail.await.unwrap().text.contains("secret"));
    }

    async fn an_admin_sends_a_test_email_to_themselves(app: TestApp) {
        let org = app.enterprise().await;
        let user = app.staff(&org, Role::Admin).await;
        let admin = app.browser_of(&user).await;
        let page = admin.open("/dashboard/settings/mail").await;
        assert_eq!(page.url.path(), HERE, "the address until now leads here");
        let page = admin.submit(&page, "/test", &[]).await;
        let said = format!("A test email is on its way to {}.", user.email);
        assert!(page.text().contains(&said), "{}", page.text());
        let email = app.mail.wait_for(user.email.as_str(), Duration::from_secs(20), |_| true);
        let email = email.await.expect("the email");
        assert_eq!(email.subject, "Test email from the Northgate Labs trust center");
        assert!(email.link("/dashboard").is_some(), "{}", email.text);
    }

    async fn a_cancelled_email_is_not_sent_and_its_text_is_deleted(app: TestApp) {
        let org = app.enterprise().await;
        let admin = app.signed_in(&org, Role::Admin).await;
        refused(&app, &org).await;
        let page = admin.open(&format!("{HERE}?state=failed")).await;
        admin.submit(&page, "/cancel", &[]).await;
        let again = admin.post(page.form("/retry").unwrap().action.as_str(), &[]).await;
        assert_eq!(again.status, 409);
        let mut tx = app.db.read().await.unwrap();
        let row = tx.one("SELECT state, CAST(COALESCE(length(contents), 0) AS BIGINT) AS size FROM email", &[]).await.unwrap();
        let (state, size): (String, i64) = (row.get("state").unwrap(), row.get("size").unwrap());
        assert_eq!((state.as_str(), size), ("cancelled", 0));
    }

    async fn the_outbox_is_for_the_organizations_admins(app: TestApp) {
        let org = app.enterprise().await;
        let other = app.organization("other", "Other", Plan::Pro).await;
        refused(&app, &org).await;
        let admin = app.signed_in(&org, Role::Admin).await;
        let stranger = app.signed_in(&other, Role::Admin).await;
        let editor = app.signed_in(&org, Role::Editor).await;
        assert_eq!(editor.get(HERE).await.status, 403);
        assert!(!stranger.text(HERE).await.contains("gone@nowhere.example"));
        let form = admin.open(HERE).await.form("/retry").unwrap();
        assert_eq!(stranger.post(form.action.as_str(), &[]).await.status, 409);
        assert_eq!(editor.post(form.action.as_str(), &[]).await.status, 403);
    }
}

/// No request talks to the mail server: one that is dead is not noticed by anyone,
/// and what it did not take waits.
#[tokio::test]
async fn an_unreachable_mail_server_neither_slows_nor_fails_a_request() {
    // Nobody listens on this port anymore.
    let dead = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let url = format!("smtp://{dead}");
    let app = TestApp::start_with(Database::Sqlite, &[("GATEHOUSE_SMTP_URL", &url)]).await;
    let org = app.enterprise().await;
    let browser = app.browser();
    let page = browser.open(&org.page("/request-access")).await;
    let fields = [
        ("first_name", "Ada"),
        ("last_name", "Lovelace"),
        ("email", "ada@engines.example"),
        ("company", "Analytical Engines"),
        ("reason", "A review"),
    ];
    let began = std::time::Instant::now();
    let done = browser.submit(&page, "/request-access", &fields).await;
    assert_eq!(done.status, 200, "{}", done.summary());
    assert!(began.elapsed() < Duration::from_secs(5));
    let admin = app.signed_in(&org, Role::Admin).await;
    let link = browser.open(&org.page("/sign-in")).await;
    browser
        .submit(&link, "/sign-in", &[("email", "ada@engines.example")])
        .await;
    drop(tokio::spawn(gatehouse::email::worker::run(
        app.clone(),
        CancellationToken::new(),
    )));
    let outbox = admin.text(HERE).await;
    assert!(outbox.contains("Waiting"), "{outbox}");
}
