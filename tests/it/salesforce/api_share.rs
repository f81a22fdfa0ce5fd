//! Gatehouse's share of the org's API calls: an Admin chooses it, sees what is used of it,
//! and nothing is sent beyond it.

use domain::activities::ActivityKind;
use domain::deliveries::DeliveryState;
use domain::ids::ActivityId;
use salesforce_sim::AccountSeed;
use store::deliveries::list::of_activities;
use store::salesforce::api_usage::{self, Spent};

use super::deliveries::{act, record_downloads};
use super::people::{MODAL, audit, connected, connection};
use crate::on_both_databases;
use crate::support::{Browser, TestApp, TestOrg};

const DELIVERIES: &str = "/dashboard/salesforce/deliveries";

/// A connected org with 10,000 calls a day, every switch on.
async fn org_with_calls(app: &TestApp) -> (TestOrg, Browser) {
    let (org, admin) = connected(app).await;
    let sim = &app.sandbox.sim;
    sim.add_account(AccountSeed::new("Lakeside"));
    app.switch_on(&admin, &ActivityKind::ALL).await;
    sim.set_api_limit(10_000);
    // The org tells its limit with the first answer.
    record_downloads(app, &org, 1).await;
    app.sync().await;
    (org, admin)
}

/// As if Gatehouse had made so many calls in this hour.
async fn calls_were_made(app: &TestApp, org: &TestOrg, calls: i64) {
    let connection = connection(app, org).await.expect("a connection");
    let spent = Spent {
        calls,
        ..Spent::default()
    };
    let mut tx = app.db.begin().await.unwrap();
    api_usage::note(&mut tx, org.id, connection.id, spent, app.ambient.now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

async fn save(admin: &Browser, typed: &str) -> String {
    let path = format!("{MODAL}/api-share");
    let answer = admin.post(&path, &[("api_share", typed)]).await;
    admin.follow(answer).await.text()
}

async fn state(app: &TestApp, org: &TestOrg, activity: ActivityId) -> (DeliveryState, String) {
    let mut tx = app.db.read().await.unwrap();
    let rows = of_activities(&mut tx, org.id, &[activity]).await.unwrap();
    (rows[0].state, rows[0].reason.clone())
}

on_both_databases! {
    async fn an_admin_chooses_the_share(app: TestApp) {
        let (org, admin) = connected(&app).await;
        for typed in ["", "0", "101", "-5", "12.5", "all"] {
            let said = save(&admin, typed).await;
            assert!(said.contains("A share is a whole number from 1 to 100"), "{typed}: {said}");
        }
        assert_eq!(connection(&app, &org).await.unwrap().quota_share, 20, "the default");
        let said = save(&admin, " 35 % ").await;
        assert!(said.contains("Gatehouse may use 35% of the org’s API calls."), "{said}");
        assert_eq!(connection(&app, &org).await.unwrap().quota_share, 35);
        let log = audit(&app, &org).await;
        let noted = |line: &String| line.contains("Changed Gatehouse’s share of API calls")
            && line.ends_with("20% → 35%");
        assert!(log.iter().any(noted), "{log:?}");
    }

    async fn an_admin_sees_what_is_used_and_what_it_comes_to(app: TestApp) {
        let (org, admin) = org_with_calls(&app).await;
        let before = admin.text(MODAL).await;
        assert!(before.contains("of 2,000 calls"), "20% of 10,000: {before}");
        assert!(!before.contains("deliveries will wait"), "{before}");
        calls_were_made(&app, &org, 100).await;
        let after = admin.text(MODAL).await;
        assert!(after.contains("More than the share: deliveries will wait"), "{after}");
    }

    async fn nothing_is_sent_beyond_the_share_until_it_is_raised(app: TestApp) {
        let (org, admin) = org_with_calls(&app).await;
        calls_were_made(&app, &org, 2_000).await;
        let calls = app.sandbox.sim.api_calls();
        act(&app, &org, ActivityKind::RequestedAccess, "buyer@lakeside.example").await;
        app.sync().await;
        assert_eq!(app.sandbox.sim.api_calls(), calls, "not one call");
        let text = admin.text(DELIVERIES).await;
        let cause = "Gatehouse has used its share of the org’s API calls";
        assert!(text.contains(cause), "{text}");
        assert!(text.contains("under Sync: raise it to send now"), "{text}");
        assert!(!text.contains("Salesforce’s answer"), "Salesforce said nothing: {text}");
        save(&admin, "50").await;
        app.sync().await;
        assert_eq!(app.sandbox.sim.task_count(), 2);
    }

    async fn when_most_is_used_a_request_goes_before_a_page_view(app: TestApp) {
        let (org, admin) = org_with_calls(&app).await;
        calls_were_made(&app, &org, 1_700).await;
        let view = act(&app, &org, ActivityKind::StatusPageView, "reader@lakeside.example").await;
        let request = act(&app, &org, ActivityKind::RequestedAccess, "buyer@lakeside.example").await;
        app.sync().await;
        assert_eq!(state(&app, &org, request).await.0, DeliveryState::Delivered);
        let (waits, why) = state(&app, &org, view).await;
        assert_eq!(waits, DeliveryState::Pending);
        assert!(why.contains("requests, NDAs and comments go first"), "{why}");
        save(&admin, "100").await;
        app.advance(std::time::Duration::from_mins(2));
        app.sync().await;
        assert_eq!(state(&app, &org, view).await.0, DeliveryState::Delivered);
    }
}
