//! The item that someone asked for is remembered: in the request, in the dashboard, and by
//! the link in the email, through the NDA to the item itself.

use domain::activities::ActivityKind::RequestedAccess;
use domain::content::Visibility::Locked;
use domain::organizations::{Plan, Role};
use testkit::client::Page;

use super::{MAIL, admin_with_policy, ask_on_the_page, details, waiting};
use crate::on_both_databases;
use crate::public::{activities, member};
use crate::support::{Browser, TestApp, TestItem, TestOrg};

const GRACE: &str = "grace@acme.example";

/// Grace finds the item, and asks for it.
async fn ask_for(app: &TestApp, org: &TestOrg, item: &TestItem, fields: &[(&str, &str)]) -> Page {
    let browser = app.browser();
    let page = browser
        .open(&org.page(&format!("/items/{}", item.id)))
        .await;
    let form = page.link("Request access").expect("a link to the form");
    let form = browser.open(form.as_str()).await;
    let mut all = vec![
        ("first_name", "Grace"),
        ("last_name", "Hopper"),
        ("email", GRACE),
        ("company", "Acme"),
    ];
    all.retain(|(name, _)| fields.iter().all(|(other, _)| other != name));
    all.extend(fields);
    browser.submit(&form, "/request-access", &all).await
}

async fn requested(app: &TestApp, org: &TestOrg) -> Vec<Option<String>> {
    let waiting = waiting(app, org).await.into_iter();
    waiting
        .map(|request| request.item.map(|item| item.title))
        .collect()
}

async fn approve(app: &TestApp, org: &TestOrg) -> Browser {
    let editor = app.signed_in(org, Role::Admin).await;
    let id = waiting(app, org).await[0].id;
    let page = editor.open(&details(id)).await;
    editor
        .submit(&page, &format!("{id}/approve"), &[("account", "Acme")])
        .await;
    editor
}

/// Follows the newest link in an email to that address.
async fn enter(app: &TestApp, email: &str, says: &str) -> Page {
    let fits =
        |mail: &testkit::mail::Mail| mail.text.contains(says) && mail.link("/enter").is_some();
    let mail = app
        .mail
        .wait_for(email, MAIL, fits)
        .await
        .expect("an email");
    let browser = app.browser();
    let page = browser.open(&mail.link("/enter").expect("a link")).await;
    browser.submit(&page, "/enter", &[]).await
}

fn is_at(page: &Page, item: &TestItem) -> bool {
    page.url.path().ends_with(&format!("/items/{}", item.id))
}

on_both_databases! {
    async fn the_link_in_the_approval_opens_what_was_asked_for(app: TestApp) {
        let org = app.enterprise().await;
        let item = app.item(&org, "Penetration test", Locked).await;
        ask_for(&app, &org, &item, &[]).await;
        assert_eq!(requested(&app, &org).await, [Some("Penetration test".to_owned())]);
        let recorded = activities(&app, &org, RequestedAccess).await;
        assert_eq!(recorded[0].what.details.item.as_deref(), Some("Penetration test"));
        approve(&app, &org).await;
        let page = enter(&app, GRACE, "opens what you asked for: Penetration test").await;
        assert!(is_at(&page, &item), "{}", page.summary());
        assert!(page.text().contains("Penetration test"), "{}", page.text());
    }

    async fn staff_see_what_someone_asks_for(app: TestApp) {
        let org = app.enterprise().await;
        let item = app.item(&org, "Penetration test", Locked).await;
        let editor = app.signed_in(&org, Role::Editor).await;
        ask_for(&app, &org, &item, &[("reason", "We review our vendors.")]).await;
        let list = editor.text("/dashboard/requests").await;
        assert!(list.contains("Asks for Penetration test"), "{list}");
        let panel = editor.text(&details(waiting(&app, &org).await[0].id)).await;
        assert!(panel.contains("Asks for Penetration test"), "{panel}");
        assert!(panel.contains("We review our vendors."), "{panel}");
    }

    async fn the_form_says_what_it_is_for_also_after_a_mistake(app: TestApp) {
        let org = app.enterprise().await;
        let other = app.organization("southgate", "Southgate Bank", Plan::Free).await;
        let item = app.item(&org, "Penetration test", Locked).await;
        let again = ask_for(&app, &org, &item, &[("email", "")]).await;
        assert_eq!(again.status, 422);
        assert!(again.text().contains("I’m looking for Penetration test"), "{}", again.text());
        app.browser().submit(&again, "/request-access", &[("email", GRACE)]).await;
        assert_eq!(requested(&app, &org).await, [Some("Penetration test".to_owned())]);
        let elsewhere = other.page(&format!("/request-access?item={}", item.id));
        assert!(!app.browser().text(&elsewhere).await.contains("Penetration test"));
        assert_eq!(app.browser().get(&org.page("/request-access?item=x")).await.status, 200);
    }

    async fn an_item_that_nobody_has_or_another_organization_has_is_not_asked_for(app: TestApp) {
        let org = app.enterprise().await;
        let other = app.organization("southgate", "Southgate Bank", Plan::Free).await;
        let theirs = app.item(&other, "Their audit", Locked).await;
        for item in [theirs.id.to_string(), "../dashboard".to_owned()] {
            let fields = [
                ("first_name", "Grace"),
                ("last_name", "Hopper"),
                ("email", GRACE),
                ("company", "Acme"),
                ("item", item.as_str()),
            ];
            app.browser().post(&org.page("/request-access"), &fields).await;
        }
        assert_eq!(requested(&app, &org).await, [None]);
    }

    async fn asking_again_without_an_item_keeps_it_and_another_one_replaces_it(app: TestApp) {
        let org = app.enterprise().await;
        let first = app.item(&org, "Penetration test", Locked).await;
        let second = app.item(&org, "SOC 2 report", Locked).await;
        ask_for(&app, &org, &first, &[]).await;
        ask_on_the_page(&app, &org, GRACE, "Acme Inc.").await;
        assert_eq!(requested(&app, &org).await, [Some("Penetration test".to_owned())]);
        ask_for(&app, &org, &second, &[]).await;
        assert_eq!(requested(&app, &org).await, [Some("SOC 2 report".to_owned())]);
        assert_eq!(activities(&app, &org, RequestedAccess).await.len(), 3, "each asks for something else");
    }

    async fn an_item_that_was_deleted_meanwhile_leads_to_the_trust_center(app: TestApp) {
        let org = app.enterprise().await;
        let item = app.item(&org, "Penetration test", Locked).await;
        ask_for(&app, &org, &item, &[]).await;
        let editor = approve(&app, &org).await;
        let page = editor.open(&format!("/dashboard/content/items/{}", item.id)).await;
        editor.submit(&page, "/delete", &[]).await;
        let page = enter(&app, GRACE, "opens what you asked for").await;
        assert_eq!(page.status, 200, "{}", page.summary());
        assert_eq!(page.url.path(), org.page(""));
        assert!(!editor.text("/dashboard/requests").await.contains("Penetration test"));
    }

    async fn a_confirmed_request_still_knows_it(app: TestApp) {
        let org = app.enterprise().await;
        admin_with_policy(&app, &org, &[("confirms_address", "1")]).await;
        let item = app.item(&org, "Penetration test", Locked).await;
        ask_for(&app, &org, &item, &[]).await;
        let fits = |mail: &testkit::mail::Mail| mail.link("/request-access/confirm").is_some();
        let mail = app.mail.wait_for(GRACE, MAIL, fits).await.expect("an email");
        let browser = app.browser();
        let page = browser.open(&mail.link("/request-access/confirm").expect("a link")).await;
        assert!(page.text().contains("You ask for Penetration test"), "{}", page.text());
        browser.submit(&page, "/request-access/confirm", &[]).await;
        assert_eq!(requested(&app, &org).await, [Some("Penetration test".to_owned())]);
    }

    async fn someone_with_access_signs_in_to_the_item(app: TestApp) {
        let org = app.enterprise().await;
        let item = app.item(&org, "Penetration test", Locked).await;
        let known = member(&app, &org).await;
        let browser = app.browser();
        let page = browser.open(&org.page(&format!("/items/{}", item.id))).await;
        let form = browser.open(page.link("Sign in").expect("a link").as_str()).await;
        assert!(form.text().contains("opens Penetration test"), "{}", form.text());
        browser.submit(&form, "/sign-in", &[("email", "ada@engines.example")]).await;
        let page = enter(&app, "ada@engines.example", "opens what you asked for").await;
        assert!(is_at(&page, &item), "{}", page.summary());
        // Who is signed in already is led there at once.
        for form in ["/sign-in", "/request-access"] {
            let page = known.open(&org.page(&format!("{form}?item={}", item.id))).await;
            assert!(is_at(&page, &item), "{form}: {}", page.summary());
        }
    }
}
