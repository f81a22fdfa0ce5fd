//! Finding deliveries: by who did it, by what was done, and by what went wrong.

use std::time::Duration;

use domain::activities::ActivityKind;
use domain::organizations::{Plan, Role};
use salesforce_sim::AccountSeed;

use super::deliveries::{act, record_downloads};
use super::people::{audit, connected};
use crate::on_both_databases;
use crate::support::{Browser, TestApp, TestOrg};

const PAGE: &str = "/dashboard/salesforce/deliveries";

/// Two downloads and a visit of people at Lakeside, delivered.
async fn three_delivered(app: &TestApp) -> (TestOrg, Browser) {
    let (org, admin) = connected(app).await;
    app.sandbox.sim.add_account(AccountSeed::new("Lakeside"));
    let kinds = [ActivityKind::FileDownloaded, ActivityKind::StatusPageView];
    app.switch_on(&admin, &kinds).await;
    record_downloads(app, &org, 2).await;
    act(
        app,
        &org,
        ActivityKind::StatusPageView,
        "visitor@lakeside.example",
    )
    .await;
    app.sync().await;
    (org, admin)
}

/// The people in the list.
async fn listed(admin: &Browser, query: &str) -> Vec<&'static str> {
    let page = admin.text(&format!("{PAGE}?{query}")).await;
    let list = page
        .split("Company, name or email")
        .last()
        .unwrap_or_default();
    ["reader-0@", "reader-1@", "visitor@"]
        .into_iter()
        .filter(|who| list.contains(who))
        .collect()
}

on_both_databases! {
    async fn deliveries_are_found_by_person_company_and_activity(app: TestApp) {
        let (_, admin) = three_delivered(&app).await;
        assert_eq!(listed(&admin, "").await, ["reader-0@", "reader-1@", "visitor@"]);
        assert_eq!(listed(&admin, "q=READER-1").await, ["reader-1@"]);
        assert_eq!(listed(&admin, "q=lakeside").await.len(), 3);
        assert_eq!(listed(&admin, "kind=status_page_view").await, ["visitor@"]);
        assert_eq!(listed(&admin, "kind=status_page_view&state=delivered").await, ["visitor@"]);
        assert!(listed(&admin, "q=reader&state=parked").await.is_empty());
        assert!(listed(&admin, "q=%25").await.is_empty(), "a percent sign is a percent sign");
        let page = admin.text(&format!("{PAGE}?q=nobody")).await;
        assert!(page.contains("Nothing matches"), "{page}");
    }

    async fn what_failed_is_grouped_by_cause_and_tried_again_by_cause(app: TestApp) {
        let (org, admin) = connected(&app).await;
        let sim = &app.sandbox.sim;
        sim.add_account(AccountSeed::new("Lakeside"));
        app.switch_on(&admin, &[ActivityKind::FileDownloaded]).await;
        sim.add_validation_rule("Task", "Not like this", |_| true);
        record_downloads(&app, &org, 2).await;
        app.sync().await;
        let page = admin.open(&format!("{PAGE}?state=parked")).await;
        let code = "FIELD_CUSTOM_VALIDATION_EXCEPTION";
        assert!(page.text().contains(code), "{}", page.text());
        assert!(page.text().contains("Try these again"), "{}", page.text());
        assert_eq!(listed(&admin, &format!("state=parked&cause={code}")).await.len(), 2);
        assert!(listed(&admin, "state=parked&cause=OTHER").await.is_empty());
        let other = admin.post(&format!("{PAGE}/retry"), &[("state", "parked"), ("cause", "OTHER")]).await;
        assert!(admin.follow(other).await.text().contains("sent again now: 0"));
        let log = audit(&app, &org).await;
        assert!(!log.iter().any(|line| line.contains("OTHER")), "nothing was done: {log:?}");
        sim.clear_validation_rules("Task");
        let done = admin.submit(&page, "/deliveries/retry", &[]).await;
        assert!(done.text().contains("sent again now: 2"), "{}", done.summary());
        app.sync().await;
        assert_eq!(sim.task_count(), 2);
    }

    async fn deliveries_are_found_by_when_they_were_recorded(app: TestApp) {
        let (org, _) = three_delivered(&app).await;
        let user = app.staff_with(&org, "later@northgate.example", Role::Admin).await;
        app.advance(Duration::from_hours(25));
        let admin = app.browser_of(&user).await;
        act(&app, &org, ActivityKind::FileDownloaded, "visitor@lakeside.example").await;
        assert_eq!(listed(&admin, "time=1").await, ["visitor@"]);
        assert_eq!(listed(&admin, "time=1&state=delivered").await.len(), 0);
        assert_eq!(listed(&admin, "time=7").await.len(), 3);
        assert_eq!(listed(&admin, "time=nonsense").await.len(), 3, "it filters nothing");
        assert_eq!(listed(&admin, "time=99999999999").await.len(), 3);
    }

    async fn a_delivery_tells_its_story_step_by_step(app: TestApp) {
        let (_, admin) = three_delivered(&app).await;
        let page = admin.text(&format!("{PAGE}?q=visitor")).await;
        let at = |step: &str| page.find(step).unwrap_or_else(|| panic!("{step} in {page}"));
        assert!(at("Recorded") < at("Matched"), "{page}");
        assert!(at("Matched") < at("Sent to Salesforce"), "{page}");
        assert!(at("Sent to Salesforce") < at("Task written"), "{page}");
    }

    async fn trying_again_leads_back_to_the_same_list(app: TestApp) {
        let (org, admin) = connected(&app).await;
        app.switch_on(&admin, &[ActivityKind::FileDownloaded]).await;
        record_downloads(&app, &org, 2).await;
        app.sync().await;
        let page = admin.open(&format!("{PAGE}?state=unmatched&q=reader")).await;
        let again = testkit::form::Form::all(&page.html())
            .into_iter()
            .find(|form| form.action.contains("/retry?"))
            .expect("a form to try one again");
        let answer = admin.post(&again.action, &[]).await;
        let to = answer.location().unwrap();
        assert_eq!(to.query(), Some("state=unmatched&q=reader"), "{to}");
    }

    async fn another_organization_finds_none_of_them(app: TestApp) {
        three_delivered(&app).await;
        let other = app.organization("other", "Other", Plan::Enterprise).await;
        let stranger = app.signed_in(&other, Role::Admin).await;
        assert!(listed(&stranger, "q=lakeside").await.is_empty());
    }
}
