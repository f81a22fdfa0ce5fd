//! Subscribing to updates by email, with a real mail server.

use std::time::Duration;

use domain::organizations::{Plan, Role};
use testkit::client::Page;
use testkit::form::Form;

use super::updates::{publish, subscribe};
use crate::on_both_databases;
use crate::support::{Browser, TestApp, TestOrg};

const LONG: Duration = Duration::from_secs(20);
const ADA: &str = "ada@engines.example";

async fn ask(browser: &Browser, org: &TestOrg, email: &str) -> Page {
    let page = browser.open(&org.page("/subscribe")).await;
    browser
        .submit(&page, "/subscribe", &[("email", email)])
        .await
}

async fn count(app: &TestApp, org: &TestOrg) -> i64 {
    let mut tx = app.db.read().await.unwrap();
    store::content::subscribers::count_confirmed(&mut tx, org.id)
        .await
        .unwrap()
}

on_both_databases! {
    async fn an_address_is_subscribed_once_its_owner_has_clicked(app: TestApp) {
        let org = app.enterprise().await;
        let browser = app.browser();
        let page = ask(&browser, &org, ADA).await;
        assert!(page.text().contains("Check your inbox"), "{}", page.text());
        let email = app.mail.wait_for(ADA, LONG, |mail| mail.subject.contains("Confirm")).await.unwrap();
        let link = email.link("/subscribe/confirm").unwrap();
        assert_eq!(count(&app, &org).await, 0);
        let page = browser.open(&link).await;
        assert_eq!(count(&app, &org).await, 0, "a scanner that follows links subscribes nobody");
        let page = browser.submit(&page, "/subscribe/confirm", &[]).await;
        assert!(page.text().contains("You are subscribed"), "{}", page.text());
        assert_eq!(count(&app, &org).await, 1);
        // The link works once.
        assert_eq!(browser.get(&link).await.status, 410);
    }

    async fn the_answer_does_not_reveal_who_is_subscribed(app: TestApp) {
        let org = app.enterprise().await;
        subscribe(&app, &org, ADA).await;
        let browser = app.browser();
        let known = ask(&browser, &org, ADA).await;
        let unknown = ask(&browser, &org, "nobody@engines.example").await;
        assert_eq!((known.url.path(), known.text()), (unknown.url.path(), unknown.text()));
        assert_eq!(count(&app, &org).await, 1);
        let stranger = browser.post(&org.page("/unsubscribe?token=made-up"), &[]).await;
        assert_eq!(stranger.status, 200);
        assert_eq!(count(&app, &org).await, 1);
    }

    async fn a_link_runs_out_and_counts_only_where_it_was_made(app: TestApp) {
        let org = app.enterprise().await;
        let other = app.organization("southgate", "Southgate", Plan::Free).await;
        let browser = app.browser();
        ask(&browser, &org, ADA).await;
        let email = app.mail.wait_for(ADA, LONG, |_| true).await.unwrap();
        let link = email.link("/subscribe/confirm").unwrap();
        let elsewhere = link.replace("/trust/northgate/", "/trust/southgate/");
        assert_eq!(browser.get(&elsewhere).await.status, 410);
        app.advance(Duration::from_hours(49));
        assert_eq!(browser.get(&link).await.status, 410);
        let token = link.split("token=").nth(1).unwrap();
        let answer = browser.post(&org.page("/subscribe/confirm"), &[("token", token)]).await;
        assert_eq!(answer.status, 410);
        assert_eq!((count(&app, &org).await, count(&app, &other).await), (0, 0));
    }

    async fn too_many_emails_are_refused_and_an_invalid_address_is_reported(app: TestApp) {
        let org = app.enterprise().await;
        let browser = app.browser();
        let page = ask(&browser, &org, "ada at engines").await;
        assert_eq!(page.status, 422);
        assert!(page.html().contains("value=\"ada at engines\""), "{}", page.html());
        for _ in 0..5 {
            assert_eq!(ask(&browser, &org, ADA).await.status, 200);
        }
        assert_eq!(ask(&browser, &org, ADA).await.status, 429);
    }

    async fn each_email_lets_its_reader_unsubscribe_with_one_click(app: TestApp) {
        let org = app.enterprise().await;
        subscribe(&app, &org, ADA).await;
        subscribe(&app, &org, "grace@navy.example").await;
        let editor = app.signed_in(&org, Role::Editor).await;
        publish(&editor, "We passed", true).await;
        let email = app.mail.wait_for(ADA, LONG, |mail| mail.subject.contains("We passed")).await.unwrap();
        let link = email.link("/unsubscribe").unwrap();
        assert_eq!(email.header("List-Unsubscribe"), Some(format!("<{link}>").as_str()));
        assert_eq!(email.header("List-Unsubscribe-Post"), Some("List-Unsubscribe=One-Click"));
        // A mail program's button: no browser, no cookies, no Origin.
        let client = app.browser();
        let request = client.client().http().post(&link).form(&[("List-Unsubscribe", "One-Click")]);
        assert_eq!(client.client().send(request).await.unwrap().status, 200);
        assert_eq!(count(&app, &org).await, 1);
        // And a person's.
        let email = app.mail.wait_for("grace@navy.example", LONG, |mail| mail.subject.contains("We passed")).await.unwrap();
        let page = client.open(&email.link("/unsubscribe").unwrap()).await;
        assert_eq!(count(&app, &org).await, 1, "opening the page does not unsubscribe");
        let mut forms = Form::all(&page.html()).into_iter();
        let form = forms.find(|form| form.action.contains("/unsubscribe?")).expect("a form to unsubscribe");
        let page = client.post(&form.action, &[]).await;
        assert!(page.text().contains("You are unsubscribed"), "{}", page.text());
        assert_eq!(count(&app, &org).await, 0);
    }

    async fn staff_see_subscribers_and_remove_one(app: TestApp) {
        let org = app.enterprise().await;
        subscribe(&app, &org, ADA).await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let page = editor.open("/dashboard/content/subscribers").await;
        assert!(page.text().contains(ADA) && page.text().contains("1 person gets"), "{}", page.text());
        let page = editor.submit(&page, "/remove", &[]).await;
        assert!(page.text().contains("Nobody has subscribed yet"), "{}", page.text());
        assert_eq!(count(&app, &org).await, 0);
    }
}
