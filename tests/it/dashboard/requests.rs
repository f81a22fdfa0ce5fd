//! Deciding requests for access.

use domain::organizations::Role;

use super::{ask, happened};
use crate::on_both_databases;

const APPROVE: &str = "/approve";

on_both_databases! {
    async fn approving_creates_the_account_gives_access_and_emails_a_link(app: TestApp) {
        let org = app.enterprise().await;
        let id = ask(&app, &org, "grace@acme.example", "Acme Corp").await;
        let browser = app.signed_in(&org, Role::Editor).await;
        let page = browser.open(&crate::requests::details(id)).await;
        assert!(page.text().contains("There is no account “Acme Corp” yet"), "{}", page.text());
        let page = browser.submit(&page, APPROVE, &[]).await;
        assert!(page.text().contains("Grace Hopper now has access with Acme Corp"), "{}", page.text());
        assert!(page.text().contains("No requests waiting"), "{}", page.text());
        let mut what = happened(&app, &org).await;
        what.sort();
        assert_eq!(
            what,
            ["Account Created: Grace Hopper, Acme Corp", "Account Member Added: Grace Hopper, Acme Corp"]
        );
        let accounts = browser.open("/dashboard/accounts").await;
        let account = browser.open(accounts.link("Acme Corp").expect("a link").as_str()).await;
        assert!(account.text().contains("grace@acme.example"), "{}", account.text());
        let wait = std::time::Duration::from_secs(20);
        let email = app.mail.wait_for("grace@acme.example", wait, |_| true).await.expect("an email");
        assert!(email.link("/trust/northgate/enter?token=").is_some(), "{email:?}");
    }

    async fn a_second_person_of_the_company_joins_the_account_that_exists(app: TestApp) {
        let org = app.enterprise().await;
        let browser = app.signed_in(&org, Role::Editor).await;
        for (email, company) in [("a@acme.example", "Acme Corp"), ("b@acme.example", "ACME")] {
            ask(&app, &org, email, company).await;
            let page = browser.open("/dashboard/requests").await;
            browser.submit(&page, APPROVE, &[]).await;
        }
        let kinds = happened(&app, &org).await;
        assert_eq!(kinds.iter().filter(|what| what.starts_with("Account Created")).count(), 1);
        assert_eq!(kinds[0], "Account Member Added: Grace Hopper, Acme Corp");
    }

    async fn the_same_name_in_other_case_is_the_same_account(app: TestApp) {
        let org = app.enterprise().await;
        let browser = app.signed_in(&org, Role::Editor).await;
        for (email, name) in [("a@gmail.com", "Café Zürich"), ("b@gmail.com", " CAFE\u{301} ZÜRICH ")] {
            ask(&app, &org, email, "typed").await;
            let page = browser.open("/dashboard/requests").await;
            browser.submit(&page, APPROVE, &[("account", name)]).await;
        }
        let kinds = happened(&app, &org).await;
        assert_eq!(kinds.iter().filter(|what| what.starts_with("Account Created")).count(), 1);
        assert_eq!(kinds[0], "Account Member Added: Grace Hopper, Café Zürich");
    }

    async fn an_approval_without_an_account_says_what_is_missing(app: TestApp) {
        let org = app.enterprise().await;
        let id = ask(&app, &org, "grace@acme.example", "Acme").await;
        let browser = app.signed_in(&org, Role::Editor).await;
        let path = format!("/dashboard/requests/{id}/approve");
        let page = browser.post(&path, &[("account", "  ")]).await;
        assert_eq!(page.status, 422);
        assert!(page.text().contains("The account’s name is missing"), "{}", page.text());
        assert!(happened(&app, &org).await.is_empty());
    }

    async fn a_denied_request_gives_no_access_and_sends_nothing(app: TestApp) {
        let org = app.enterprise().await;
        ask(&app, &org, "grace@acme.example", "Acme").await;
        let browser = app.signed_in(&org, Role::Editor).await;
        let page = browser.open("/dashboard/requests").await;
        let page = browser.submit(&page, "/deny", &[]).await;
        assert!(page.text().contains("The request of Grace Hopper is denied"), "{}", page.text());
        assert!(happened(&app, &org).await.is_empty());
        assert!(browser.text("/dashboard/accounts").await.contains("No accounts yet"));
    }

    async fn a_second_decision_shows_who_decided_first(app: TestApp) {
        let org = app.enterprise().await;
        let id = ask(&app, &org, "grace@acme.example", "Acme").await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let admin = app.signed_in(&org, Role::Admin).await;
        let seen = admin.open("/dashboard/requests").await;
        let deny = format!("/dashboard/requests/{id}/deny");
        assert_eq!(editor.post(&deny, &[]).await.status, 303);
        let page = admin.submit(&seen, APPROVE, &[]).await;
        assert_eq!(page.status, 409);
        let said = "already denied by Editor of Northgate Labs on Feb 2, 2026, 3:00 PM UTC";
        assert!(page.text().contains(said), "{}", page.text());
        assert!(happened(&app, &org).await.is_empty());
    }

    async fn two_approvals_at_once_make_one_account_and_one_member(app: TestApp) {
        let org = app.enterprise().await;
        let id = ask(&app, &org, "grace@acme.example", "Acme").await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let admin = app.signed_in(&org, Role::Admin).await;
        let path = format!("/dashboard/requests/{id}/approve");
        let fields = [("account", "Acme")];
        let (one, other) = tokio::join!(editor.post(&path, &fields), admin.post(&path, &fields));
        let mut answers = [one.status.as_u16(), other.status.as_u16()];
        answers.sort_unstable();
        assert_eq!(answers, [303, 409], "{}\n{}", one.summary(), other.summary());
        assert_eq!(happened(&app, &org).await.len(), 2);
    }
}
