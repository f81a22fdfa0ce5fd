//! Connecting: Salesforce's login and consent pages, and what comes back.

use std::time::Duration;

use domain::activities::ActivityKind;
use domain::organizations::Role;
use domain::salesforce::{ConnectionState, Environment};
use salesforce_sim::{ObjectAccess, UserSeed};
use testkit::client::Page;
use testkit::salesforce::{Login, answer, log_in};

use super::people::{MODAL, admin, audit, connected, connection, is_ticked};
use crate::on_both_databases;
use crate::support::{Browser, INTEGRATION_USER, SALESFORCE_PASSWORD};

fn login(environment: &str) -> Login<'_> {
    Login {
        environment,
        username: INTEGRATION_USER,
        password: SALESFORCE_PASSWORD,
    }
}

/// Logs in at Salesforce and allows access, but keeps the answer back: the
/// address of the callback.
async fn callback_kept_back(admin: &Browser) -> String {
    let consent = log_in(admin.client(), login("sandbox")).await.unwrap();
    let form = consent.form("/authorize/consent").unwrap();
    let to = consent.url.join(&form.action).unwrap();
    let fields = form.filled(&[("action", "allow")]);
    let request = admin.client().http().post(to).form(&fields);
    let answer = request.send().await.unwrap();
    answer.headers()["location"].to_str().unwrap().to_owned()
}

/// Chooses an environment and a My Domain, logs in and allows access.
async fn connect_as(admin: &Browser, environment: &str, my_domain: &str) -> Page {
    let fields = [("environment", environment), ("my_domain", my_domain)];
    let answered = admin.post(&format!("{MODAL}/connect"), &fields).await;
    let page = admin.follow(answered).await;
    let credentials = [
        ("username", INTEGRATION_USER),
        ("password", SALESFORCE_PASSWORD),
    ];
    let consent = admin.submit(&page, "/authorize/login", &credentials).await;
    answer(admin.client(), &consent, "allow").await.unwrap()
}

on_both_databases! {
    async fn an_admin_connects_the_sandbox_through_the_login_pages_of_salesforce(app: TestApp) {
        let (org, admin) = admin(&app).await;
        let before = admin.text(MODAL).await;
        for words in ["Not connected", "Enable", "Production", "Sandbox"] {
            assert!(before.contains(words), "{words}: {before}");
        }
        let modal = app.connect_sandbox(&admin).await;
        let text = modal.text();
        for words in [
            "Connected",
            "Northgate Labs UAT",
            "Sandbox",
            INTEGRATION_USER,
            "USA242S",
            "Yes, this is the right org",
            "SafeBase: Comment on Status Page",
        ] {
            assert!(text.contains(words), "{words}: {text}");
        }
        assert!(modal.html().contains("type=\"checkbox\" checked disabled"));
        let connection = connection(&app, &org).await.unwrap();
        assert_eq!(connection.state, ConnectionState::Active);
        assert_eq!(connection.environment, Environment::Sandbox);
        let log = audit(&app, &org).await;
        assert!(log.iter().any(|line| line.contains("Connected Salesforce Northgate Labs UAT (Sandbox)")), "{log:?}");
    }

    async fn all_switches_and_options_are_off_at_first(app: TestApp) {
        let (_, admin) = connected(&app).await;
        for kind in ActivityKind::ALL {
            assert!(!is_ticked(&admin, &format!("/switches/{}", kind.key())).await, "{kind}");
        }
        for name in ["create_contact", "create_lead", "mark_completed", "associate_contact"] {
            assert!(!is_ticked(&admin, &format!("/options/{name}")).await, "{name}");
        }
    }

    async fn production_is_connected_as_well(app: TestApp) {
        let (org, admin) = admin(&app).await;
        let modal = app.connect_salesforce(&admin, "production").await;
        assert!(modal.text().contains("Northgate Labs Production"), "{}", modal.text());
        let connection = connection(&app, &org).await.unwrap();
        assert_eq!(connection.environment, Environment::Production);
    }

    async fn a_login_always_asks_who_it_is(app: TestApp) {
        let (_, admin) = admin(&app).await;
        let modal = admin.open(MODAL).await;
        let form = modal.form("/connect").unwrap();
        let fields = [("environment", "sandbox")];
        let answer = admin.post(&form.action, &fields).await;
        let to = answer.location().unwrap();
        let asked: std::collections::HashMap<_, _> = to.query_pairs().into_owned().collect();
        assert!(to.as_str().starts_with(&app.sandbox.url), "{to}");
        assert_eq!(asked["prompt"], "login");
        assert_eq!(asked["scope"], "api refresh_token id");
        assert_eq!(asked["code_challenge_method"], "S256");
        assert!(asked["state"].len() >= 40);
        let allowed = answer.header("content-security-policy").unwrap().to_owned();
        assert!(allowed.contains(&app.sandbox.url), "{allowed}");
    }

    async fn a_denied_consent_is_a_clear_message(app: TestApp) {
        let (org, admin) = admin(&app).await;
        let consent = log_in(admin.client(), login("sandbox")).await.unwrap();
        let modal = answer(admin.client(), &consent, "deny").await.unwrap();
        let text = modal.text();
        assert!(text.contains("Access was denied in Salesforce"), "{text}");
        assert!(text.contains("Not connected"), "{text}");
        assert!(connection(&app, &org).await.is_none());
    }

    async fn an_answer_that_nobody_asked_for_connects_nothing(app: TestApp) {
        let (org, admin) = admin(&app).await;
        let callback = callback_kept_back(&admin).await;
        let forged = callback.replace("state=", "state=x");
        for address in [forged.as_str(), "/integrations/salesforce/callback?code=abc"] {
            let page = admin.open(address).await;
            assert!(page.text().contains("was not begun here"), "{}", page.summary());
        }
        assert!(connection(&app, &org).await.is_none());
    }

    async fn an_answer_in_another_browser_connects_nothing(app: TestApp) {
        let org = app.enterprise().await;
        let admin = app.signed_in(&org, Role::Admin).await;
        let callback = callback_kept_back(&admin).await;
        let other = app.browser();
        let login = other.open("/login").await;
        let fields = [("email", "admin@northgate.example"), ("password", crate::support::PASSWORD)];
        other.submit(&login, "/login", &fields).await;
        let page = other.open(&callback).await;
        assert!(page.text().contains("was not begun here"), "{}", page.summary());
        assert!(connection(&app, &org).await.is_none());
    }

    async fn an_answer_counts_once(app: TestApp) {
        let (_, admin) = admin(&app).await;
        let callback = callback_kept_back(&admin).await;
        let first = admin.open(&callback).await;
        assert!(first.text().contains("is connected"), "{}", first.summary());
        let again = admin.open(&callback).await;
        assert!(again.text().contains("was not begun here"), "{}", again.summary());
    }

    async fn an_answer_that_took_too_long_says_to_begin_again(app: TestApp) {
        let (org, admin) = admin(&app).await;
        let callback = callback_kept_back(&admin).await;
        app.advance(Duration::from_mins(16));
        let page = admin.open(&callback).await;
        assert!(page.text().contains("longer than 15 minutes"), "{}", page.summary());
        assert!(connection(&app, &org).await.is_none());
    }

    async fn a_code_that_salesforce_no_longer_takes_says_to_begin_again(app: TestApp) {
        let (org, admin) = admin(&app).await;
        let callback = callback_kept_back(&admin).await;
        let spoilt = callback.replace("code=", "code=x");
        let page = admin.open(&spoilt).await;
        assert!(page.text().contains("The login could not be completed"), "{}", page.summary());
        assert!(connection(&app, &org).await.is_none());
    }

    async fn the_other_kind_of_org_is_refused_and_given_back(app: TestApp) {
        let (org, admin) = admin(&app).await;
        // A My Domain can lead to either kind, whatever was chosen.
        let modal = connect_as(&admin, "production", &app.sandbox.url).await;
        let text = modal.text();
        assert!(text.contains("You chose Production, but “Northgate Labs UAT” is a sandbox org"), "{text}");
        let modal = connect_as(&admin, "sandbox", &app.production.url).await;
        let text = modal.text();
        assert!(text.contains("You chose Sandbox, but “Northgate Labs” is a production org"), "{text}");
        assert!(connection(&app, &org).await.is_none());
        assert_eq!(app.sandbox.sim.approvals() + app.production.sim.approvals(), 0);
    }

    async fn an_app_that_an_administrator_blocked_is_explained(app: TestApp) {
        let (org, admin) = admin(&app).await;
        app.sandbox.sim.set_may_approve_apps(app.sandbox.integration, false);
        let modal = log_in(admin.client(), login("sandbox")).await.unwrap();
        assert!(modal.text().contains("OAUTH_APP_BLOCKED"), "{}", modal.summary());
        assert!(connection(&app, &org).await.is_none());
    }

    async fn a_my_domain_takes_the_place_of_the_login_host(app: TestApp) {
        let (_, admin) = admin(&app).await;
        let my_domain = ("my_domain", app.production.url.as_str());
        let fields = [("environment", "sandbox"), my_domain];
        let answer = admin.post(&format!("{MODAL}/connect"), &fields).await;
        let to = answer.location().unwrap();
        assert!(to.as_str().starts_with(&app.production.url), "{to}");

        for (environment, typed, why) in [
            ("sandbox", "https://evil.example", "is not a My Domain"),
            ("production", "acme--uat.sandbox.my.salesforce.com", "choose Sandbox with it"),
        ] {
            let fields = [("environment", environment), ("my_domain", typed)];
            let answer = admin.post(&format!("{MODAL}/connect"), &fields).await;
            let modal = admin.follow(answer).await;
            assert!(modal.text().contains(why), "{}", modal.summary());
        }
    }

    async fn a_further_login_to_the_same_org_keeps_everything(app: TestApp) {
        let (org, admin) = connected(&app).await;
        app.switch_on(&admin, &[ActivityKind::FileDownloaded]).await;
        app.options_on(&admin, &["create_lead"]).await;
        admin.post(&format!("{MODAL}/confirm"), &[]).await;
        let first = connection(&app, &org).await.unwrap();
        let user = UserSeed::new("second@northgate.example", "Second", "User");
        app.sandbox.sim.add_user(user);

        let page = admin.open(MODAL).await;
        let page = admin.submit(&page, "/reconnect", &[]).await;
        let credentials = [("username", "second@northgate.example"), ("password", SALESFORCE_PASSWORD)];
        let consent = admin.submit(&page, "/authorize/login", &credentials).await;
        let modal = answer(admin.client(), &consent, "allow").await.unwrap();

        let text = modal.text();
        assert!(text.contains("is connected again. All switches are as they were"), "{text}");
        let second = connection(&app, &org).await.unwrap();
        assert_eq!(second.id, first.id);
        assert_eq!(second.user.username, "second@northgate.example");
        assert_eq!(second.options, first.options);
        assert_eq!(second.confirmed_at, None, "another user is confirmed anew");
        assert!(is_ticked(&admin, "/switches/file_downloaded").await);
        // The replaced login's token doesn't live on.
        assert_eq!(app.sandbox.sim.approvals(), 1);
    }

    async fn a_login_to_another_org_asks_to_uninstall_first(app: TestApp) {
        let (org, admin) = connected(&app).await;
        let modal = connect_as(&admin, "production", "").await;
        let text = modal.text();
        assert!(text.contains("belongs to “Northgate Labs”, but “Northgate Labs UAT” is connected"), "{text}");
        let connection = connection(&app, &org).await.unwrap();
        assert_eq!(connection.environment, Environment::Sandbox);
        assert_eq!(app.production.sim.approvals(), 0);
        assert_eq!(app.sandbox.sim.approvals(), 1);
    }

    async fn what_the_service_account_may_not_do_is_listed_with_what_it_turns_off(app: TestApp) {
        let (_, admin) = admin(&app).await;
        let (sim, user) = (&app.sandbox.sim, app.sandbox.integration);
        sim.restrict_object(user, "Lead", ObjectAccess::READ);
        let text = app.connect_sandbox(&admin).await.text();
        assert!(text.contains("1 missing"), "{text}");
        assert!(text.contains("No Lead is created for a requester"), "{text}");

        sim.restrict_object(user, "Lead", ObjectAccess::FULL);
        let answer = admin.post(&format!("{MODAL}/check"), &[]).await;
        let text = admin.follow(answer).await.text();
        assert!(text.contains("46 of 46 granted"), "{text}");
    }
}

#[tokio::test]
async fn without_an_app_at_salesforce_the_page_says_what_to_set() {
    use crate::support::{Database, TestApp};
    let unset = [
        ("GATEHOUSE_SALESFORCE_CLIENT_ID", ""),
        ("GATEHOUSE_SALESFORCE_CLIENT_SECRET", ""),
    ];
    let app = TestApp::start_with(Database::Sqlite, &unset).await;
    let (_, admin) = admin(&app).await;
    let text = admin.text(MODAL).await;
    assert!(text.contains("GATEHOUSE_SALESFORCE_CLIENT_ID"), "{text}");
    let callback = app.url.join("/integrations/salesforce/callback").unwrap();
    assert!(text.contains(callback.as_str()), "{text}");
    let answer = admin
        .post(&format!("{MODAL}/connect"), &[("environment", "sandbox")])
        .await;
    let text = admin.follow(answer).await.text();
    assert!(text.contains("no Salesforce app yet"), "{text}");
}
