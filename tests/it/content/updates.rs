//! Updates: drafts, publishing, the feed, and mailing each subscriber once.

use std::collections::BTreeSet;
use std::time::Duration;

use domain::content::update::{UnwantedTopics, Update, UpdateTopic};
use domain::email::EmailAddress;
use domain::email::message::EmailState;
use domain::organizations::Role;
use gatehouse::use_cases::content::update_mailing;
use testkit::client::Page;

use crate::on_both_databases;
use crate::support::{Browser, TestApp, TestOrg};

const NEW: &str = "/dashboard/content/updates/new";

/// Someone who has confirmed already.
pub async fn subscribe(app: &TestApp, org: &TestOrg, email: &str) {
    let mut tx = app.db.begin().await.unwrap();
    let now = app.ambient.now();
    let address = EmailAddress::parse(email).unwrap();
    let link = (email, now + Duration::from_mins(1));
    let leave = format!("leave-{email}");
    store::content::subscribers::ask(&mut tx, &app.ambient, org.id, &address, &leave, link)
        .await
        .unwrap();
    assert!(
        store::content::subscribers::confirm(
            &mut tx,
            org.id,
            email,
            now,
            &UnwantedTopics::default()
        )
        .await
        .unwrap()
    );
    tx.commit().await.unwrap();
}

pub async fn publish(editor: &Browser, title: &str, mail: bool) -> Page {
    let page = editor.open(NEW).await;
    let mut fields = vec![
        ("title", title),
        ("body", "It is *done*."),
        ("act", "publish"),
    ];
    if mail {
        fields.push(("mail", "yes"));
    }
    editor.submit(&page, "/updates", &fields).await
}

/// Queues what is still to be mailed, beside the app's own job.
async fn mail_all(app: &TestApp) {
    let url = &app.config.public_url;
    while update_mailing::queue_next(&app.db, &app.ambient, url)
        .await
        .unwrap()
    {}
}

async fn emails(app: &TestApp, org: &TestOrg) -> i64 {
    mail_all(app).await;
    let mut tx = app.db.read().await.unwrap();
    let mut all = 0;
    for state in [EmailState::Pending, EmailState::Sent, EmailState::Failed] {
        all += store::email::count(&mut tx, org.id, state).await.unwrap();
    }
    all
}

on_both_databases! {
    async fn a_draft_is_hidden_from_visitors_until_it_is_published(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let page = editor.open(NEW).await;
        let fields = [("title", "We passed"), ("body", "It is *done*. <script>x</script>"), ("act", "draft")];
        let page = editor.submit(&page, "/updates", &fields).await;
        assert!(page.text().contains("The draft is saved"), "{}", page.text());
        let form = page.link("We passed").unwrap();
        let id = form.path().rsplit('/').next().unwrap().to_owned();
        let visitor = app.browser();
        let public = org.page(&format!("/updates/{id}"));
        assert_eq!(visitor.get(&public).await.status, 404);
        for path in ["", "/updates", "/updates/feed.xml"] {
            assert!(!visitor.open(&org.page(path)).await.html().contains("We passed"), "{path}");
        }
        let page = editor.open(form.as_str()).await;
        editor.submit(&page, form.path(), &[("act", "publish")]).await;
        for path in ["", "/updates", "/updates/feed.xml"] {
            let page = visitor.open(&org.page(path)).await;
            assert!(page.html().contains("We passed"), "{path}: {}", page.html());
        }
        let page = visitor.open(&public).await;
        assert!(page.html().contains("<em>done</em>") && !page.html().contains("<script>x"), "{}", page.html());
        let feed = visitor.get(&org.page("/updates/feed.xml")).await;
        assert_eq!(feed.header("content-type"), Some("application/atom+xml; charset=utf-8"));
        assert!(feed.html().contains(&format!("<link rel=\"alternate\" type=\"text/html\" href=\"{}trust/northgate/updates/{id}\"/>", app.url)), "{}", feed.html());
        // Taken off the page again.
        let page = editor.open(form.as_str()).await;
        editor.submit(&page, form.path(), &[("act", "draft")]).await;
        assert_eq!(visitor.get(&public).await.status, 404);
    }

    async fn a_control_character_breaks_no_feed(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let page = editor.open(NEW).await;
        let fields = [("title", "We passed"), ("body", "It is\u{8} done.\u{c}"), ("act", "publish")];
        editor.submit(&page, "/updates", &fields).await;
        let feed = app.browser().get(&org.page("/updates/feed.xml")).await.html();
        assert!(feed.contains("It is done."), "{feed}");
        assert!(feed.chars().all(|c| !c.is_control() || c == '\n'), "{feed}");
    }

    async fn each_subscriber_gets_one_email_and_edits_send_no_other(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        subscribe(&app, &org, "ada@engines.example").await;
        subscribe(&app, &org, "grace@navy.example").await;
        publish(&editor, "Quietly", false).await;
        assert_eq!(emails(&app, &org).await, 0);
        let page = publish(&editor, "We passed", true).await;
        assert!(page.text().contains("on its way to 2 subscribers"), "{}", page.text());
        assert_eq!(emails(&app, &org).await, 2);
        let form = page.link("We passed").unwrap();
        let old = editor.open(form.as_str()).await;
        editor.submit(&old, form.path(), &[("title", "We passed again"), ("act", "publish")]).await;
        assert_eq!(emails(&app, &org).await, 2, "editing mails nothing");
        // A form that was sent twice.
        let page = editor.submit(&old, form.path(), &[("act", "publish"), ("mail", "yes")]).await;
        assert_eq!(page.status, 409);
        assert_eq!(emails(&app, &org).await, 2);
        let page = editor.open(form.as_str()).await;
        assert!(page.text().contains("Email it again"), "{}", page.text());
        editor.submit(&page, form.path(), &[("act", "publish"), ("mail", "yes")]).await;
        assert_eq!(emails(&app, &org).await, 4);
        let email = app.mail.wait_for("ada@engines.example", Duration::from_secs(20), |mail| mail.subject.contains("We passed")).await.unwrap();
        assert!(email.text.contains("It is done.") && email.text.contains("/updates/"), "{}", email.text);
    }

    async fn thousands_get_theirs(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let mut tx = app.db.begin().await.unwrap();
        let now = app.ambient.now();
        for n in 0..2_000 {
            let email = EmailAddress::parse(&format!("reader{n}@example.com")).unwrap();
            let token = format!("token-{n}");
            let link = (token.as_str(), now + Duration::from_mins(1));
            store::content::subscribers::ask(&mut tx, &app.ambient, org.id, &email, &token, link).await.unwrap();
            store::content::subscribers::confirm(&mut tx, org.id, &token, now, &UnwantedTopics::default()).await.unwrap();
        }
        tx.commit().await.unwrap();
        let page = publish(&editor, "To all", true).await;
        assert!(page.text().contains("2000 subscribers"), "{}", page.text());
        // Several replicas at once write to nobody twice.
        tokio::join!(mail_all(&app), mail_all(&app), mail_all(&app));
        assert_eq!(emails(&app, &org).await, 2_000);
        let mut tx = app.db.read().await.unwrap();
        let rows = tx.all("SELECT DISTINCT recipient FROM email", &[]).await.unwrap();
        let people: BTreeSet<String> = rows.iter().map(|row| row.get("recipient").unwrap()).collect();
        assert_eq!(people.len(), 2_000);
    }

    async fn later_subscribers_and_edits_do_not_change_a_mailing(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        subscribe(&app, &org, "ada@engines.example").await;
        let mut tx = app.db.begin().await.unwrap();
        let organization = org.id;
        let update = Update {
            id: app.ambient.id(::domain::ids::UpdateId::from_uuid),
            title: "We passed".to_owned(),
            body: "It is done.".to_owned(),
            topic: UpdateTopic::News,
            dated_on: app.ambient.today(),
            published_at: Some(app.ambient.now()),
            mailed_at: Some(app.ambient.now()),
            version: 1,
            updated_at: app.ambient.now(),
        };
        store::content::updates::insert(&mut tx, organization, &update).await.unwrap();
        store::content::update_mailings::insert(&mut tx, &app.ambient, organization, &update).await.unwrap();
        let edited = Update { title: "We failed".to_owned(), ..update };
        store::content::updates::update(&mut tx, organization, &edited).await.unwrap();
        tx.commit().await.unwrap();
        app.advance(Duration::from_secs(1));
        subscribe(&app, &org, "grace@navy.example").await;
        assert_eq!(emails(&app, &org).await, 1);
        let mail = app.mail.wait_for("ada@engines.example", Duration::from_secs(20), |_| true).await.unwrap();
        assert!(mail.subject.ends_with("We passed"), "{}", mail.subject);
        let page = editor.open("/dashboard/content/updates").await;
        let form = page.link("We failed").unwrap();
        let page = editor.open(form.as_str()).await;
        editor.submit(&page, "/delete", &[]).await;
        assert_eq!(emails(&app, &org).await, 1);
    }

    async fn what_is_missing_is_said_and_deleting_is_for_good(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let page = editor.open(NEW).await;
        let page = editor.submit(&page, "/updates", &[("body", "Text"), ("dated_on", "soon")]).await;
        assert_eq!(page.status, 422);
        for problem in ["The title is missing", "Choose the day"] {
            assert!(page.text().contains(problem), "{problem}: {}", page.text());
        }
        let page = publish(&editor, "We passed", false).await;
        let form = page.link("We passed").unwrap();
        let page = editor.open(form.as_str()).await;
        let page = editor.submit(&page, "/delete", &[]).await;
        assert!(page.text().contains("The update is deleted"), "{}", page.text());
        assert!(!app.browser().text(&org.page("")).await.contains("We passed"));
    }
}
