//! Looking for an account's Salesforce Account, linking it, and unlinking.

use domain::accounts::Account;
use domain::accounts::salesforce_link::SalesforceLink;
use domain::activities::{ActivityKind, Details, NewActivity};
use domain::deliveries::DeliveryState;
use domain::ids::{AccountId, ActivityId};
use domain::organizations::{Plan, Role};
use gatehouse::use_cases::activities::record;
use salesforce_sim::{AccountSeed, Fault, FaultKind, FieldAccess, ObjectAccess, UserSeed};
use serde_json::Value as Json;
use testkit::client::Page;

use super::people::{audit, connected};
use crate::on_both_databases;
use crate::support::{Browser, TestApp, TestOrg};

const NAME: &str = "Larkspur Inc.";

/// An account of the organization, and the path of its page.
async fn account(app: &TestApp, org: &TestOrg) -> (AccountId, String) {
    let account = Account {
        domain: "larkspur.example".to_owned(),
        ..Account::new(
            app.ambient.id(AccountId::from_uuid),
            NAME,
            app.ambient.now(),
        )
    };
    let mut tx = app.db.begin().await.unwrap();
    let (account, _) = store::accounts::find_or_insert(&mut tx, org.id, account)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    (account.id, format!("/dashboard/accounts/{}", account.id))
}

async fn stored(app: &TestApp, org: &TestOrg, account: AccountId) -> Option<SalesforceLink> {
    let mut tx = app.db.read().await.unwrap();
    store::accounts::salesforce_links::of_account(&mut tx, org.id, account)
        .await
        .unwrap()
}

async fn typed(browser: &Browser, page: &str, text: &str) -> (u16, Json) {
    let mut path = format!("{page}/salesforce/candidates?");
    path.push_str(
        &url::form_urlencoded::Serializer::new(String::new())
            .append_pair("q", text)
            .finish(),
    );
    let answer = browser.get(&path).await;
    let json = serde_json::from_slice(&answer.bytes).expect("JSON");
    (answer.status.as_u16(), json)
}

fn names(found: &Json) -> Vec<&str> {
    let all = found["choices"].as_array().expect("choices");
    all.iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect()
}

async fn viewed(app: &TestApp, org: &TestOrg, account: AccountId) -> ActivityId {
    let what = NewActivity {
        kind: ActivityKind::StatusPageView,
        person: None,
        company: NAME.to_owned(),
        account: Some(account),
        details: Details::default(),
    };
    let mut tx = app.db.begin().await.unwrap();
    let id = record(&mut tx, &app.ambient, org.id, what).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn state(app: &TestApp, org: &TestOrg, activity: ActivityId) -> DeliveryState {
    let mut tx = app.db.read().await.unwrap();
    let rows = store::deliveries::list::of_activities(&mut tx, org.id, &[activity]).await;
    rows.unwrap()[0].state
}

async fn linked(admin: &Browser, page: &str, id: &str) -> Page {
    let answer = admin
        .post(&format!("{page}/salesforce/link"), &[("account", id)])
        .await;
    admin.follow(answer).await
}

on_both_databases! {
    async fn candidates_come_as_one_types_with_what_tells_them_apart(app: TestApp) {
        let (org, admin) = connected(&app).await;
        let (_, page) = account(&app, &org).await;
        let sim = &app.sandbox.sim;
        let rep = sim.add_user(UserSeed::new("rep@northgate.example", "Rosa", "Marin"));
        for (name, city) in [("Larkspur Health", "Bern"), ("Larkspur Health", "Oslo"), ("Old Larkspur", "Rome")] {
            let seed = AccountSeed { city: city.to_owned(), ..AccountSeed::new(name) };
            sim.add_account(seed.owned_by(rep));
        }
        sim.add_account(AccountSeed::new("100% _sure"));
        sim.add_account(AccountSeed::new("1000 surely"));
        sim.reset_api_calls();
        let (status, found) = typed(&admin, &page, "larksp").await;
        assert_eq!((status, names(&found)), (200, vec!["Larkspur Health", "Larkspur Health", "Old Larkspur"]));
        assert_eq!(sim.api_calls(), 1);
        let facts = |n: usize| found["choices"][n]["facts"].as_str().unwrap();
        assert_ne!(facts(0), facts(1));
        assert!(facts(0).contains("owned by Rosa Marin"), "{}", facts(0));
        // What means something to LIKE or to a literal is taken as it is.
        assert_eq!(names(&typed(&admin, &page, "0% _").await.1), ["100% _sure"]);
        assert!(names(&typed(&admin, &page, r"x' OR Name LIKE '%").await.1).is_empty());
        assert!(names(&typed(&admin, &page, r"la\").await.1).is_empty());
        let (status, short) = typed(&admin, &page, "l").await;
        assert_eq!(status, 422);
        assert!(short["problem"].as_str().unwrap().contains("at least 2 letters"), "{short}");
    }

    async fn a_near_miss_is_suggested_and_taken_only_by_hand(app: TestApp) {
        let (org, admin) = connected(&app).await;
        app.switch_on(&admin, &[ActivityKind::StatusPageView]).await;
        let (id, page) = account(&app, &org).await;
        let sim = &app.sandbox.sim;
        let near = sim.add_account(AccountSeed::new("Larkspur Incorporated"));
        sim.add_account(AccountSeed::new("Lark"));
        let activity = viewed(&app, &org, id).await;
        app.sync().await;
        assert_eq!(state(&app, &org, activity).await, DeliveryState::Unmatched);

        let results = admin.open(&format!("{page}/salesforce")).await;
        let text = results.text();
        assert!(text.contains("Larkspur Incorporated") && !text.contains("Same name"), "{text}");
        assert_eq!(stored(&app, &org, id).await, None);
        let said = linked(&admin, &page, &near.to_string()).await.text();
        assert!(said.contains("Linked to the Salesforce Account “Larkspur Incorporated”"), "{said}");
        assert!(said.contains("One activity that waited for it goes out now"), "{said}");
        app.sync().await;
        assert_eq!(state(&app, &org, activity).await, DeliveryState::Delivered);
        assert_eq!(sim.tasks()[0].what, Some(near));
    }

    async fn a_link_is_shown_replaced_and_taken_away_and_all_of_it_is_in_the_log(app: TestApp) {
        let (org, admin) = connected(&app).await;
        let (id, page) = account(&app, &org).await;
        let sim = &app.sandbox.sim;
        let one = sim.add_account(AccountSeed::new("One"));
        let two = sim.add_account(AccountSeed::new("Two"));
        assert!(admin.text(&page).await.contains("Matched by name"));
        // An id of 15 characters is as good.
        linked(&admin, &page, &one.to_string()[..15]).await;
        let link = stored(&app, &org, id).await.unwrap();
        assert_eq!(link.sf_account.as_str(), one.to_string());
        let shown = admin.open(&page).await;
        assert!(shown.link("One").is_some(), "{}", shown.text());
        linked(&admin, &page, &two.to_string()).await;
        assert_eq!(stored(&app, &org, id).await.unwrap().sf_account_name, "Two");
        let text = admin.text(&page).await;
        assert!(text.contains("Unlink") && text.contains("From now on its activity goes"), "{text}");
        let answer = admin.post(&format!("{page}/salesforce/unlink"), &[]).await;
        assert!(admin.follow(answer).await.text().contains("Unlinked"));
        assert_eq!(stored(&app, &org, id).await, None);
        let log = audit(&app, &org).await.join("\n");
        for words in [
            "Linked an account to Salesforce Larkspur Inc. to “One”",
            "instead of “One”",
            "Unlinked an account from Salesforce Larkspur Inc. from “Two”",
        ] {
            assert!(log.contains(words), "{words}: {log}");
        }
    }

    async fn what_salesforce_does_not_show_is_not_linked(app: TestApp) {
        let (org, admin) = connected(&app).await;
        let (id, page) = account(&app, &org).await;
        let sim = &app.sandbox.sim;
        let hidden = sim.add_account(AccountSeed::new("Hidden"));
        sim.hide_record(app.sandbox.integration, hidden, true);
        let deleted = sim.add_account(AccountSeed::new("Deleted"));
        sim.delete(deleted);
        for (typed, said) in [
            (hidden.to_string(), "Salesforce has no such Account"),
            (deleted.to_string(), "Salesforce has no such Account"),
            ("001000000000000".to_owned(), "Salesforce has no such Account"),
            ("003000000000001AAA".to_owned(), "not an Account’s id"),
            ("001' OR Id != '".to_owned(), "not an Account’s id"),
            (String::new(), "not an Account’s id"),
        ] {
            let answer = linked(&admin, &page, &typed).await;
            assert_eq!(answer.status, 422, "{typed}");
            assert!(answer.text().contains(said), "{typed}: {}", answer.text());
        }
        assert_eq!(stored(&app, &org, id).await, None);
    }

    async fn a_refusal_by_salesforce_is_explained(app: TestApp) {
        let (org, admin) = connected(&app).await;
        let (_, page) = account(&app, &org).await;
        let sim = &app.sandbox.sim;
        sim.add_account(AccountSeed::new("Larkspur Health"));
        // A field that may not be read costs the facts, and nothing else.
        sim.restrict_field(app.sandbox.integration, "Account", "Website", Some(FieldAccess::Hidden));
        let (status, found) = typed(&admin, &page, "lark").await;
        assert_eq!((status, names(&found)), (200, vec!["Larkspur Health"]));

        sim.push_fault(Fault::new(FaultKind::RequestLimitExceeded).on("/composite"));
        let (status, quota) = typed(&admin, &page, "lark").await;
        assert_eq!(status, 422);
        assert!(quota["problem"].as_str().unwrap().contains("used up its API calls"), "{quota}");

        sim.restrict_object(app.sandbox.integration, "Account", ObjectAccess::NONE);
        let (_, access) = typed(&admin, &page, "lark").await;
        assert!(access["problem"].as_str().unwrap().contains("can’t see a field or an object"), "{access}");
        let text = admin.open(&format!("{page}/salesforce?q=lark")).await.text();
        assert!(text.contains("can’t see a field or an object"), "{text}");

        sim.revoke_everything();
        let (_, login) = typed(&admin, &page, "lark").await;
        assert!(login["problem"].as_str().unwrap().contains("Log in to Salesforce again"), "{login}");
        let text = admin.text(&page).await;
        assert!(text.contains("needs a new login before Accounts can be looked up"), "{text}");
    }

    async fn searches_are_rate_limited(app: TestApp) {
        let (org, admin) = connected(&app).await;
        let (_, page) = account(&app, &org).await;
        for _ in 0..60 {
            assert_eq!(typed(&admin, &page, "lark").await.0, 200);
        }
        let (status, told) = typed(&admin, &page, "lark").await;
        assert_eq!(status, 429);
        assert!(told["problem"].as_str().unwrap().contains("Wait a minute"), "{told}");
        app.advance(std::time::Duration::from_secs(61));
        assert_eq!(typed(&admin, &page, "lark").await.0, 200);
    }

    async fn viewers_see_the_link_and_who_may_change_it(app: TestApp) {
        let (org, admin) = connected(&app).await;
        let (_, page) = account(&app, &org).await;
        let to = app.sandbox.sim.add_account(AccountSeed::new("Larkspur Health"));
        linked(&admin, &page, &to.to_string()).await;
        for role in [Role::Viewer, Role::Editor] {
            let browser = app.signed_in(&org, role).await;
            let shown = browser.open(&page).await;
            let text = shown.text();
            assert!(text.contains("Larkspur Health") && text.contains("An Admin can change this"), "{text}");
            assert!(shown.form("/salesforce/unlink").is_none(), "{role}");
        }
        let free = app.organization("free", "Free Ltd", Plan::Free).await;
        let (_, other) = account(&app, &free).await;
        let stranger = app.signed_in(&free, Role::Admin).await;
        assert!(stranger.text(&other).await.contains("comes with the Enterprise plan"));
        let refused = stranger.get(&format!("{other}/salesforce")).await;
        assert_eq!(refused.status, 403);
    }

    async fn another_tenants_account_is_not_there(app: TestApp) {
        let (org, _) = connected(&app).await;
        let (id, page) = account(&app, &org).await;
        let to = app.sandbox.sim.add_account(AccountSeed::new("Larkspur Health"));
        let other = app.organization("other", "Other", Plan::Enterprise).await;
        let stranger = app.signed_in(&other, Role::Admin).await;
        for path in ["/salesforce", "/salesforce/candidates?q=lark"] {
            assert_eq!(stranger.get(&format!("{page}{path}")).await.status, 404, "{path}");
        }
        let path = format!("{page}/salesforce/link");
        assert_eq!(stranger.post(&path, &[("account", &to.to_string())]).await.status, 404);
        assert_eq!(stranger.post(&format!("{page}/salesforce/unlink"), &[]).await.status, 404);
        assert_eq!(stored(&app, &org, id).await, None);
    }

    async fn a_link_to_another_org_is_kept_and_shown_as_unused(app: TestApp) {
        let (org, admin) = connected(&app).await;
        let (id, page) = account(&app, &org).await;
        let to = app.sandbox.sim.add_account(AccountSeed::new("Larkspur Health"));
        linked(&admin, &page, &to.to_string()).await;
        admin.post("/dashboard/settings/salesforce/uninstall", &[]).await;
        assert!(admin.text(&page).await.contains("No Salesforce org is connected"));
        app.connect_salesforce(&admin, "production").await;
        let text = admin.text(&page).await;
        assert!(text.contains("Not used") && text.contains("belongs to another Salesforce org"), "{text}");
        assert!(stored(&app, &org, id).await.is_some());
    }
}
