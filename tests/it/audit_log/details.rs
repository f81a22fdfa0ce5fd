//! What entries say: to what something was done, and each value before and after.

use domain::content::Visibility;
use domain::organizations::Role;
use testkit::client::Page;

use super::HERE;
use crate::on_both_databases;
use crate::support::{Browser, member};

/// Fills the form with that action in and sends it; it is accepted.
async fn saved(admin: &Browser, page: &str, form: &str, fields: &[(&str, &str)]) -> Page {
    let page = admin.open(page).await;
    let done = admin.submit(&page, form, fields).await;
    assert!(done.status.is_success(), "{}", done.summary());
    done
}

on_both_databases! {
    async fn an_item_that_is_opened_says_what_it_was(app: TestApp) {
        let org = app.enterprise().await;
        let admin = app.signed_in(&org, Role::Admin).await;
        let item = app.item(&org, "Pentest", Visibility::Locked).await.id;
        let path = format!("/dashboard/content/items/{item}");
        let fields = [("title", "Pentest 2026"), ("visibility", "public"), ("body", "New.")];
        saved(&admin, &path, &path, &fields).await;
        let log = admin.text(&format!("{HERE}?kind=content")).await;
        for part in ["Edited an item", "Title: Pentest → Pentest 2026", "Visibility: Locked → Public", "Text edited"] {
            assert!(log.contains(part), "{part}: {log}");
        }
        assert!(!log.contains("Document group") && !log.contains("Section:"), "they are as they were: {log}");
    }

    async fn another_owner_and_a_persons_last_day_say_what_was_before(app: TestApp) {
        let org = app.enterprise().await;
        let admin = app.signed_in(&org, Role::Admin).await;
        member(&app, &org).await;
        let list = admin.open("/dashboard/accounts").await;
        let account = list.link("Analytical Engines").expect("the account").path().to_owned();
        let editor = app.staff(&org, Role::Editor).await;
        let owner = editor.id.to_string();
        saved(&admin, &format!("{account}/edit"), "/edit", &[("owner", &owner)]).await;
        saved(&admin, &account, "/end", &[("until", "2026-03-01")]).await;
        saved(&admin, &account, "/end", &[("until", "2026-04-01")]).await;
        let log = admin.text(&format!("{HERE}?kind=access")).await;
        let owner = format!("Owner: none → {}", editor.name);
        for part in [owner.as_str(), "Expires: Never → 2026-03-01", "Expires: 2026-03-01 → 2026-04-01"] {
            assert!(log.contains(part), "{part}: {log}");
        }
    }

    async fn who_may_request_access_says_what_was_before(app: TestApp) {
        let org = app.enterprise().await;
        let admin = app.signed_in(&org, Role::Admin).await;
        let page = "/dashboard/settings/access";
        let fields = [("automatic", "always"), ("refuses_free_mail", "1"), ("refused_domains", "rival.example")];
        saved(&admin, page, page, &fields).await;
        let log = admin.text(&format!("{HERE}?kind=settings")).await;
        for part in [
            "Auto-approve requests: Never → Always",
            "Block personal email addresses: Off → On",
            "Blocked domains: none → rival.example",
        ] {
            assert!(log.contains(part), "{part}: {log}");
        }
        assert!(!log.contains("Confirm addresses"), "it is as it was: {log}");
    }

    async fn a_value_is_text_whatever_it_looks_like(app: TestApp) {
        let org = app.enterprise().await;
        let admin = app.signed_in(&org, Role::Admin).await;
        let page = "/dashboard/settings";
        saved(&admin, page, page, &[("headline", "<b>Safe</b> & sound")]).await;
        let log = admin.open(HERE).await;
        assert!(log.text().contains("Headline: Security you can check → <b>Safe</b> & sound"), "{}", log.text());
        assert!(!log.html().contains("<b>Safe"), "{}", log.html());
    }
}
