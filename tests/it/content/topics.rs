//! Topics of updates: subscribers choose what they are emailed about, and lists and feeds
//! can be had by topic.

use std::time::Duration;

use domain::content::update::UpdateTopic;
use domain::organizations::Role;
use gatehouse::use_cases::content::update_mailing;
use testkit::client::Page;
use testkit::form::Form;

use super::updates::subscribe;
use crate::on_both_databases;
use crate::support::{Browser, TestApp, TestOrg};

const LONG: Duration = Duration::from_secs(20);
const ADA: &str = "ada@engines.example";
const GRACE: &str = "grace@navy.example";

async fn publish(editor: &Browser, title: &str, topic: UpdateTopic) -> Page {
    let page = editor.open("/dashboard/content/updates/new").await;
    let fields = [
        ("title", title),
        ("body", "Read on."),
        ("topic", topic.key()),
        ("mail", "yes"),
        ("act", "publish"),
    ];
    editor.submit(&page, "/updates", &fields).await
}

/// Sends all mailings off, and answers who gets which update.
async fn recipients(app: &TestApp, title: &str) -> Vec<String> {
    let url = &app.config.public_url;
    while update_mailing::queue_next(&app.db, &app.ambient, url)
        .await
        .unwrap()
    {}
    let mut tx = app.db.read().await.unwrap();
    let sql = "SELECT recipient FROM email WHERE subject LIKE $1 ORDER BY recipient";
    let like = format!("%{title}");
    let rows = tx.all(sql, store::params![like]).await.unwrap();
    rows.iter()
        .map(|row| row.get("recipient").unwrap())
        .collect()
}

/// The page where Ada, who has confirmed, chooses topics.
fn choices(org: &TestOrg) -> String {
    org.page(&format!("/unsubscribe?token=leave-{ADA}"))
}

/// The form of topics on the page behind an email's link.
fn topics(page: &Page) -> Form {
    let mut forms = Form::all(&page.html()).into_iter();
    let found = forms.find(|form| form.action.contains("/subscribe/topics?"));
    found.unwrap_or_else(|| panic!("{}", page.text()))
}

on_both_databases! {
    async fn who_subscribes_chooses_topics_and_gets_only_those(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        subscribe(&app, &org, GRACE).await;
        let browser = app.browser();
        let page = browser.open(&org.page("/subscribe")).await;
        browser.submit(&page, "/subscribe", &[("email", ADA)]).await;
        let email = app.mail.wait_for(ADA, LONG, |_| true).await.unwrap();
        let link = email.link("/subscribe/confirm").unwrap();
        let page = browser.open(&link).await;
        let token = page.form("/subscribe/confirm").unwrap().value("token").unwrap().to_owned();
        let confirm = org.page("/subscribe/confirm");
        let none = browser.post(&confirm, &[("token", &token)]).await;
        assert_eq!(none.status, 422, "{}", none.summary());
        assert!(none.text().contains("Choose at least one topic"), "{}", none.text());
        let chosen = [("token", token.as_str()), ("subprocessors", "yes")];
        let done = browser.post(&confirm, &chosen).await;
        assert!(done.text().contains("You are subscribed"), "{}", done.text());

        let one = publish(&editor, "We moved", UpdateTopic::News).await;
        assert!(one.text().contains("on its way to 1 subscriber"), "{}", one.text());
        let both = publish(&editor, "Another processor", UpdateTopic::Subprocessors).await;
        assert!(both.text().contains("on its way to 2 subscribers"), "{}", both.text());
        assert_eq!(recipients(&app, "We moved").await, [GRACE]);
        assert_eq!(recipients(&app, "Another processor").await, [ADA, GRACE]);
        let list = editor.text("/dashboard/content/subscribers").await;
        assert!(list.contains("Subprocessors") && list.contains("All topics"), "{list}");
    }

    async fn topics_are_changed_by_the_link_in_each_email(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        subscribe(&app, &org, ADA).await;
        let browser = app.browser();
        let page = browser.open(&choices(&org)).await;
        assert!(page.text().contains("Save topics"), "{}", page.text());
        let action = topics(&page).action;
        let none = browser.post(&action, &[]).await;
        assert_eq!(none.status, 422, "{}", none.summary());
        let saved = browser.post(&action, &[("security", "yes")]).await;
        let saved = browser.follow(saved).await;
        assert!(saved.text().contains("Saved."), "{}", saved.text());
        let form = topics(&saved);
        assert_eq!((form.value("security"), form.value("news")), (Some("yes"), None));
        publish(&editor, "News", UpdateTopic::News).await;
        publish(&editor, "An incident", UpdateTopic::Security).await;
        assert!(recipients(&app, "News").await.is_empty());
        assert_eq!(recipients(&app, "An incident").await, [ADA]);
        // A mail program's own button still ends everything.
        browser.post(&choices(&org), &[("List-Unsubscribe", "One-Click")]).await;
        let gone = browser.post(&action, &[("news", "yes")]).await;
        assert_eq!(gone.status, 410, "{}", gone.summary());
        let page = publish(&editor, "Another incident", UpdateTopic::Security).await;
        assert!(page.text().contains("so nothing was emailed"), "{}", page.text());
        assert!(!page.text().contains("Emailed on"), "{}", page.text());
        assert!(recipients(&app, "Another incident").await.is_empty());
    }

    async fn subscribing_again_keeps_the_choice_until_another_is_made(app: TestApp) {
        let org = app.enterprise().await;
        subscribe(&app, &org, ADA).await;
        let browser = app.browser();
        let page = browser.open(&choices(&org)).await;
        let action = topics(&page).action;
        browser.post(&action, &[("documents", "yes")]).await;
        let page = browser.open(&org.page("/subscribe")).await;
        browser.submit(&page, "/subscribe", &[("email", ADA)]).await;
        let mut tx = app.db.read().await.unwrap();
        let all = store::content::subscribers::confirmed(&mut tx, org.id).await.unwrap();
        drop(tx);
        assert_eq!(all[0].unwanted.wanted_titles(), "Documents", "anyone may type an address");
        let email = app.mail.wait_for(ADA, LONG, |_| true).await.unwrap();
        let page = browser.open(&email.link("/subscribe/confirm").unwrap()).await;
        let form = page.form("/subscribe/confirm").unwrap();
        assert_eq!((form.value("documents"), form.value("news")), (Some("yes"), None));
    }

    async fn updates_are_listed_and_fed_by_topic(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        publish(&editor, "We moved", UpdateTopic::News).await;
        publish(&editor, "Another processor", UpdateTopic::Subprocessors).await;
        let visitor = app.browser();
        let page = visitor.text(&org.page("/updates?topic=subprocessors")).await;
        assert!(page.contains("Another processor") && !page.contains("We moved"), "{page}");
        let feed = visitor.get(&org.page("/updates/feed.xml?topic=subprocessors")).await.html();
        assert!(feed.contains("Another processor") && !feed.contains("We moved"), "{feed}");
        assert!(feed.contains("feed.xml?topic=subprocessors"), "{feed}");
        assert!(feed.contains("<category term=\"subprocessors\""), "{feed}");
        let all = visitor.text(&org.page("/updates?topic=nonsense")).await;
        assert!(all.contains("Another processor") && all.contains("We moved"), "{all}");
        let none = visitor.text(&org.page("/updates?topic=security")).await;
        assert!(none.contains("No updates about security yet"), "{none}");
    }
}
