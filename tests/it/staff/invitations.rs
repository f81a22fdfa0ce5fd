//! Inviting colleagues by email.

use std::time::Duration;

use domain::organizations::{Plan, Role};
use testkit::client::Page;

use super::{PEOPLE, audit_log, linked, other_link, page_of, sign_in, works};
use crate::on_both_databases;
use crate::support::{Browser, TestApp};

const EMAIL: &str = "vera@northgate.example";
const NEW: &str = "four random words here";
const DAY: Duration = Duration::from_hours(24);

async fn invite(admin: &Browser, email: &str, role: &str) -> Page {
    let page = admin.open(PEOPLE).await;
    let fields = [("name", "Vera Lind"), ("email", email), ("role", role)];
    admin.submit(&page, "/invite", &fields).await
}

/// What the invited person does behind the link.
async fn accept(browser: &Browser, link: &str) -> Page {
    let page = browser.open(link).await;
    let fields = [("name", "Vera Lind"), ("password", NEW)];
    browser.submit(&page, "/login/invitation", &fields).await
}

async fn signs_in(app: &TestApp, email: &str) -> (Browser, Page) {
    let browser = app.browser();
    let fields = [("email", email), ("password", NEW)];
    let page = browser.post("/login", &fields).await;
    (browser, page)
}

on_both_databases! {
    async fn an_invited_colleague_chooses_a_password_and_signs_in(app: TestApp) {
        let org = app.enterprise().await;
        let admin = app.signed_in(&org, Role::Admin).await;
        let page = invite(&admin, EMAIL, "editor").await;
        assert!(page.text().contains("We emailed an invitation to vera@"), "{}", page.text());
        let link = linked(&app, EMAIL, "/login/invitation").await;
        let browser = app.browser();
        let page = browser.open(&link).await;
        assert!(page.text().contains("Northgate Labs") && page.text().contains(EMAIL), "{}", page.text());
        let page = browser.submit(&page, "/login/invitation", &[("password", "short")]).await;
        assert_eq!(page.status, 422);
        assert!(page.text().contains("at least 12 characters"), "{}", page.text());
        let page = browser.submit(&page, "/login/invitation", &[("password", NEW)]).await;
        assert_eq!(page.url.path(), "/login");
        let (vera, page) = signs_in(&app, EMAIL).await;
        assert_eq!(page.status, 303);
        assert!(vera.text("/dashboard").await.contains("Vera Lind"));
        // The link worked once.
        let page = app.browser().open(&link).await;
        assert!(page.text().contains("no longer works"), "{}", page.text());
        let log = audit_log(&admin).await;
        assert!(log.contains("Invited a colleague") && log.contains("Accepted an invitation"), "{log}");
        let list = admin.text(PEOPLE).await;
        assert!(!list.contains("Invited by"), "{list}");
    }

    async fn an_invitation_lasts_seven_days_and_only_its_hash_is_kept(app: TestApp) {
        let org = app.enterprise().await;
        let admin = app.signed_in(&org, Role::Admin).await;
        invite(&admin, EMAIL, "viewer").await;
        let link = linked(&app, EMAIL, "/login/invitation").await;
        let token = link.split_once("token=").unwrap().1;
        let dump = app.dump().await;
        let table = &dump.0["staff_invitation"];
        assert!(!table.is_empty() && !format!("{table:?}").contains(token));
        app.advance(7 * DAY + Duration::from_secs(1));
        let page = app.browser().open(&link).await;
        assert!(page.text().contains("no longer works"), "{}", page.text());
        let fields = [("token", token), ("name", "Vera"), ("password", NEW)];
        let page = app.browser().post("/login/invitation", &fields).await;
        assert_eq!(page.status, 410);
    }

    async fn sent_again_the_old_link_is_dead_and_withdrawn_both_are(app: TestApp) {
        let org = app.enterprise().await;
        let admin = app.signed_in(&org, Role::Admin).await;
        invite(&admin, EMAIL, "viewer").await;
        let first = linked(&app, EMAIL, "/login/invitation").await;
        let page = admin.open(PEOPLE).await;
        let page = admin.submit(&page, "/resend", &[]).await;
        assert!(page.text().contains("sent again"), "{}", page.text());
        let second = other_link(&app, EMAIL, "/login/invitation", &first).await;
        assert!(app.browser().open(&first).await.text().contains("no longer works"));
        assert!(app.browser().open(&second).await.form("/login/invitation").is_some());
        let page = admin.open(PEOPLE).await;
        let page = admin.submit(&page, "/withdraw", &[]).await;
        assert!(page.text().contains("withdrawn"), "{}", page.text());
        assert!(app.browser().open(&second).await.text().contains("no longer works"));
        let log = audit_log(&admin).await;
        assert!(log.contains("Sent an invitation again") && log.contains("Withdrew an invitation"), "{log}");
    }

    async fn nobody_is_invited_twice_and_colleagues_are_not_invited(app: TestApp) {
        let org = app.enterprise().await;
        let admin = app.signed_in(&org, Role::Admin).await;
        let viewer = app.staff(&org, Role::Viewer).await;
        invite(&admin, EMAIL, "viewer").await;
        let page = invite(&admin, EMAIL, "admin").await;
        assert_eq!(page.status, 422);
        assert!(page.text().contains("already invited"), "{}", page.text());
        let page = invite(&admin, viewer.email.as_str(), "admin").await;
        assert_eq!(page.status, 422);
        assert!(page.text().contains("already works here"), "{}", page.text());
        let page = invite(&admin, "not an address", "admin").await;
        assert_eq!(page.status, 422);
    }

    async fn an_invitation_reveals_nothing_about_another_organization(app: TestApp) {
        let org = app.enterprise().await;
        let admin = app.signed_in(&org, Role::Admin).await;
        let other = app.organization("harbor", "Harbor", Plan::Enterprise).await;
        let theirs = app.staff(&other, Role::Admin).await;
        let page = invite(&admin, theirs.email.as_str(), "viewer").await;
        // As for anyone else; only the owner of the address hears why it can't be.
        assert!(page.text().contains("We emailed an invitation"), "{}", page.text());
        let link = linked(&app, theirs.email.as_str(), "/login/invitation").await;
        let page = accept(&app.browser(), &link).await;
        assert_eq!(page.status, 422);
        assert!(page.text().contains("already signs in"), "{}", page.text());
        assert!(works(&app, &theirs).await);
        // And another organization's Admin doesn't reach the invitation.
        let stranger = app.browser_of(&theirs).await;
        let action = admin.open(PEOPLE).await.form("/resend").unwrap().action;
        for act in [action.clone(), action.replace("/resend", "/withdraw")] {
            assert_eq!(stranger.post(&act, &[]).await.status, 404);
        }
    }

    async fn an_invitation_is_for_the_role_that_was_named(app: TestApp) {
        let org = app.enterprise().await;
        let admin = app.signed_in(&org, Role::Admin).await;
        invite(&admin, EMAIL, "viewer").await;
        let link = linked(&app, EMAIL, "/login/invitation").await;
        let browser = app.browser();
        let page = browser.open(&link).await;
        let fields = [("password", NEW), ("role", "admin"), ("email", "other@northgate.example")];
        browser.submit(&page, "/login/invitation", &fields).await;
        let (vera, _) = signs_in(&app, EMAIL).await;
        assert_eq!(vera.get("/dashboard/settings/audit").await.status, 403);
        let viewer = app.staff(&org, Role::Viewer).await;
        assert_eq!(vera.get(&page_of(&viewer)).await.status, 403);
        assert_eq!(sign_in(&app.browser(), &viewer, NEW).await.status, 401);
    }
}
