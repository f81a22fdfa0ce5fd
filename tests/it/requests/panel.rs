//! Approving from the details: account, profile, NDA and last day of access.

use domain::accounts::Account;
use domain::accounts::profile::Profile;
use domain::ids::ProfileId;
use domain::nda::NdaKind;
use domain::organizations::{Plan, Role};

use super::{account_of, details, give_access, happened, waiting};
use crate::dashboard::ask;
use crate::on_both_databases;
use crate::support::{TestApp, TestOrg};

async fn profile(app: &TestApp, org: &TestOrg, name: &str) -> String {
    let profile = Profile {
        id: app.ambient.id(ProfileId::from_uuid),
        name: name.to_owned(),
        description: String::new(),
        scope: domain::accounts::profile::DocumentScope::default(),
        version: 1,
    };
    let mut tx = app.db.begin().await.expect("a transaction");
    let now = app.ambient.now();
    store::accounts::profiles::insert(&mut tx, org.id, &profile, now)
        .await
        .expect("a profile");
    tx.commit().await.expect("a profile");
    profile.id.to_string()
}

async fn account(app: &TestApp, org: &TestOrg, name: &str) -> Account {
    let mut tx = app.db.read().await.expect("a transaction");
    let found = store::accounts::by_name(&mut tx, org.id, name).await;
    found.expect("the accounts").expect("the account")
}

/// Publishes a text that members can sign.
async fn publishes_an_nda(app: &TestApp, org: &TestOrg) {
    let user = app
        .staff_with(org, "nda@northgate.example", Role::Admin)
        .await;
    let admin = app.browser_of(&user).await;
    let page = admin.open("/dashboard/settings/nda").await;
    let text = [("text", "Keep it to yourself."), ("act", "publish")];
    admin.submit(&page, "/settings/nda", &text).await;
}

on_both_databases! {
    async fn the_details_offer_account_profile_nda_and_last_day(app: TestApp) {
        let org = app.enterprise().await;
        profile(&app, &org, "Reports only").await;
        let id = ask(&app, &org, "grace@acme.example", "Acme").await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let page = editor.text(&details(id)).await;
        for words in ["Grace Hopper", "We review our vendors.", "Profile of a new account", "Reports only", "Default (No NDA)", "Last day of access"] {
            assert!(page.contains(words), "{words}: {page}");
        }
        let viewer = app.signed_in(&org, Role::Viewer).await;
        let page = viewer.open(&details(id)).await;
        assert!(page.text().contains("We review our vendors."), "{}", page.text());
        assert!(page.form("/approve").is_none());
    }

    async fn a_new_account_gets_what_was_chosen(app: TestApp) {
        let org = app.enterprise().await;
        publishes_an_nda(&app, &org).await;
        let reports = profile(&app, &org, "Reports only").await;
        let id = ask(&app, &org, "grace@acme.example", "Acme").await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let fields = [("account", "Acme"), ("profile", &reports), ("nda", "clickwrap"), ("access_until", "2026-02-02")];
        let done = editor.post(&format!("/dashboard/requests/{id}/approve"), &fields).await;
        assert_eq!(done.status, 303, "{}", done.summary());
        let acme = account(&app, &org, "Acme").await;
        assert_eq!(acme.profile.map(|id| id.to_string()), Some(reports));
        assert_eq!(acme.nda.kind, NdaKind::Clickwrap);
        let page = editor.text(&format!("/dashboard/accounts/{}", acme.id)).await;
        assert!(page.contains("Expires today"), "{page}");
        let log = app.signed_in(&org, Role::Admin).await.text("/dashboard/settings/audit").await;
        assert!(log.contains("Permission profile: default → Reports only"), "{log}");
    }

    async fn an_account_of_the_list_keeps_its_profile_and_nda(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        give_access(&editor, "Acme", "first@acme.example").await;
        publishes_an_nda(&app, &org).await;
        let reports = profile(&app, &org, "Reports only").await;
        let id = ask(&app, &org, "grace@acme.example", "Acme").await;
        let path = format!("/dashboard/requests/{id}/approve");
        let named = [("account", "ACME"), ("profile", reports.as_str()), ("nda", "clickwrap")];
        let refused = editor.post(&path, &named).await;
        assert_eq!(refused.status, 422);
        let why = "Acme exists already, with a profile and an NDA of its own";
        assert!(refused.text().contains(why), "{}", refused.text());
        assert_eq!(waiting(&app, &org).await.len(), 1, "nothing was approved");
        let acme = account_of(&app, &org, "Acme").await;
        let chosen = [("to", acme.as_str()), ("profile", &reports), ("nda", "clickwrap")];
        assert_eq!(editor.post(&path, &chosen).await.status, 303);
        let acme = account(&app, &org, "Acme").await;
        assert_eq!((acme.profile, acme.nda.kind), (None, NdaKind::None));
    }

    async fn nothing_is_approved_on_terms_that_cant_be_had(app: TestApp) {
        let org = app.enterprise().await;
        let other = app.organization("other", "Other", Plan::Enterprise).await;
        let theirs = profile(&app, &other, "Theirs").await;
        let id = ask(&app, &org, "grace@acme.example", "Acme").await;
        let editor = app.signed_in(&org, Role::Editor).await;
        for (field, value, why) in [
            ("access_until", "2026-02-01", "This date is in the past. Choose today or later"),
            ("access_until", "soon", "Write the date as year-month-day"),
            ("profile", theirs.as_str(), "This profile was deleted"),
            ("nda", "clickwrap", "There is no text to sign yet"),
            ("nda", "elsewhere", "The note is missing"),
            ("nda", "handshake", "Choose an NDA from the list"),
            ("profile", "everything", "Choose a profile from the list"),
        ] {
            let fields = [("account", "Acme"), (field, value)];
            let page = editor.post(&format!("/dashboard/requests/{id}/approve"), &fields).await;
            assert_eq!(page.status, 422, "{field}: {}", page.summary());
            assert!(page.text().contains(why), "{field}: {}", page.text());
        }
        assert_eq!(waiting(&app, &org).await.len(), 1);
        assert!(happened(&app, &org).await.is_empty());
    }

    async fn details_of_another_organizations_request_are_not_shown(app: TestApp) {
        let org = app.enterprise().await;
        let other = app.organization("other", "Other", Plan::Enterprise).await;
        let id = ask(&app, &other, "grace@acme.example", "Acme").await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let page = editor.open(&details(id)).await;
        assert_eq!(page.status, 200);
        assert!(!page.text().contains("Grace"), "{}", page.text());
    }
}
