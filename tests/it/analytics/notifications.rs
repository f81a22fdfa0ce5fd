use std::time::Duration;

use domain::content::Visibility::Locked;
use domain::organizations::{Plan, Role};
use gatehouse::use_cases::email::daily;

use crate::on_both_databases;
use crate::public::member;
use crate::support::{Browser, TestApp, TestItem, TestOrg};

const HERE: &str = "/dashboard/notifications";
const HOUR: Duration = Duration::from_hours(1);

async fn comment(org: &TestOrg, item: &TestItem, browser: &Browser, text: &str) {
    let path = org.page(&format!("/items/{}/comments", item.id));
    let sent = browser.post(&path, &[("text", text)]).await;
    assert_eq!(sent.status, 303, "{}", sent.summary());
}

/// Subjects of the emails to this address, oldest first.
async fn emails(app: &TestApp, to: &str) -> Vec<String> {
    let mut tx = app.db.read().await.unwrap();
    let sql = "SELECT subject FROM email WHERE recipient = $1 ORDER BY id";
    let rows = tx.all(sql, ::store::params![to]).await.unwrap();
    rows.iter().map(|row| row.get("subject").unwrap()).collect()
}

/// What the program's worker does each minute.
async fn send_daily(app: &TestApp) -> usize {
    let mut tx = app.db.begin().await.unwrap();
    let url = &app.config.public_url;
    let sent = daily::send_due_across_tenants(&mut tx, &app.ambient, url)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    sent
}

on_both_databases! {
    async fn staff_are_notified_about_what_they_chose(app: TestApp) {
        let org = app.enterprise().await;
        let item = app.item(&org, "Penetration test", Locked).await;
        let editor = app.signed_in(&org, Role::Editor).await;
        app.staff(&org, Role::Admin).await;
        let ada = member(&app, &org).await;
        comment(&org, &item, &ada, "First").await;
        assert_eq!(emails(&app, "editor@northgate.example").await.len(), 1);

        let page = editor.open(HERE).await;
        let saved = editor.submit(&page, HERE, &[("comment", "off")]).await;
        assert!(saved.text().contains("Your notifications are saved"), "{}", saved.text());
        comment(&org, &item, &ada, "Second").await;
        assert_eq!(emails(&app, "editor@northgate.example").await.len(), 1);
        assert_eq!(emails(&app, "admin@northgate.example").await.len(), 2, "chose nothing");
        // The choice is there again.
        let html = editor.open(HERE).await.html();
        assert!(html.contains(r#"name="comment" value="off" checked"#), "{html}");
    }

    async fn a_daily_email_comes_once_a_day_and_only_if_something_happened(app: TestApp) {
        let org = app.enterprise().await;
        let item = app.item(&org, "Penetration test", Locked).await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let page = editor.open(HERE).await;
        editor.submit(&page, HERE, &[("comment", "daily")]).await;
        let ada = member(&app, &org).await;
        comment(&org, &item, &ada, "First").await;
        comment(&org, &item, &ada, "Second").await;
        assert!(emails(&app, "editor@northgate.example").await.is_empty());
        assert_eq!(send_daily(&app).await, 0, "it is three in the afternoon");
        app.advance(17 * HOUR);
        assert_eq!(send_daily(&app).await, 1);
        assert_eq!(send_daily(&app).await, 0);
        let mail = app.mail.wait_for("editor@northgate.example", Duration::from_secs(20), |mail| {
            mail.subject.contains("2 events")
        });
        let mail = mail.await.unwrap();
        assert_eq!(mail.text.matches("commented on Penetration test").count(), 2, "{}", mail.text);
        assert!(mail.link("/dashboard/notifications").is_some(), "{}", mail.text);
        app.advance(24 * HOUR);
        assert_eq!(send_daily(&app).await, 0);
    }

    async fn nobody_chooses_for_others_or_what_is_not_for_their_role(app: TestApp) {
        let org = app.enterprise().await;
        let other = app.organization("other", "Other", Plan::Pro).await;
        let viewer = app.signed_in(&org, Role::Viewer).await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let stranger = app.signed_in(&other, Role::Admin).await;
        assert!(viewer.text(HERE).await.contains("Nothing is emailed to Viewers"));
        assert!(!editor.open(HERE).await.html().contains(r#"name="salesforce""#));
        assert!(stranger.open(HERE).await.html().contains(r#"name="salesforce""#));
        assert_eq!(app.browser().get(HERE).await.status, 303);
        for (who, fields) in [(&viewer, ("comment", "off")), (&editor, ("salesforce", "off"))] {
            assert_eq!(who.post(HERE, &[fields]).await.status, 303);
        }
        let odd = editor.post(HERE, &[("comment", "sometimes")]).await;
        assert_eq!(odd.status, 400);
        let mut tx = app.db.read().await.unwrap();
        assert!(tx.all("SELECT kind FROM notification_choice", &[]).await.unwrap().is_empty());
    }
}
