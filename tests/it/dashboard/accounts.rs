//! Accounts and their people.

use domain::organizations::Role;

use super::happened;
use crate::on_both_databases;
use crate::support::Browser;

async fn give_access(browser: &Browser, account: &str, email: &str) -> testkit::client::Page {
    let page = browser.open("/dashboard/accounts/new").await;
    let fields = [
        ("account", account),
        ("first_name", "Ada"),
        ("last_name", "Lovelace"),
        ("email", email),
    ];
    browser.submit(&page, "/dashboard/accounts", &fields).await
}

on_both_databases! {
    async fn access_is_given_taken_away_and_given_again(app: TestApp) {
        let org = app.enterprise().await;
        let browser = app.signed_in(&org, Role::Editor).await;
        let page = give_access(&browser, "Acme", "ada@acme.example").await;
        assert!(page.text().contains("A link is on its way to ada@acme.example"), "{}", page.text());
        let page = browser.submit(&page, "/revoke", &[]).await;
        assert!(page.text().contains("Ada Lovelace has no access anymore"), "{}", page.text());
        let fields = [("last_name", "Lovelace"), ("email", "ADA@acme.example")];
        let page = browser.submit(&page, "/members", &fields).await;
        assert!(page.text().contains("Access is given"), "{}", page.text());
        let what = happened(&app, &org).await;
        assert_eq!(what.iter().filter(|w| w.starts_with("Account Member Added")).count(), 2);
        assert_eq!(what.iter().filter(|w| w.starts_with("Account Created")).count(), 1);
    }

    async fn a_person_who_has_access_is_not_added_twice(app: TestApp) {
        let org = app.enterprise().await;
        let browser = app.signed_in(&org, Role::Editor).await;
        give_access(&browser, "Acme", "ada@acme.example").await;
        let page = give_access(&browser, "acme", "ada@acme.example").await;
        assert_eq!(page.status, 422);
        assert!(page.text().contains("ada@acme.example has access to this account already"), "{}", page.text());
        assert_eq!(happened(&app, &org).await.len(), 2);
    }

    async fn what_is_wrong_with_an_invitation_is_said_and_what_was_typed_stays(app: TestApp) {
        let org = app.enterprise().await;
        let browser = app.signed_in(&org, Role::Editor).await;
        let page = give_access(&browser, "Acme <b>", "ada at acme").await;
        assert_eq!(page.status, 422);
        assert!(page.text().contains("“ada at acme” is not an email address"), "{}", page.text());
        assert!(page.html().contains("value=\"Acme &#60;b&#62;\""), "{}", page.html());
        assert!(happened(&app, &org).await.is_empty());
    }

    async fn accounts_are_found_by_a_part_of_their_name_or_domain(app: TestApp) {
        let org = app.enterprise().await;
        let browser = app.signed_in(&org, Role::Editor).await;
        give_access(&browser, "Acme 100% Corp", "a@acme.example").await;
        give_access(&browser, "Umbrella", "b@umbrella.example").await;
        let page = browser.text("/dashboard/accounts?q=100%25").await;
        assert!(page.contains("Acme 100% Corp") && !page.contains("Umbrella"), "{page}");
        let page = browser.text("/dashboard/accounts?q=umbrella.ex").await;
        assert!(page.contains("Umbrella") && !page.contains("Acme"), "{page}");
        let page = browser.text("/dashboard/accounts?q=zzz").await;
        assert!(page.contains("Nothing found"), "{page}");
    }
}
