//! A connection that is held up: where it is seen, and what ends it.

use domain::activities::ActivityKind;
use domain::deliveries::DeliveryState;
use salesforce_sim::{AccountSeed, Fault, FaultKind, FieldAccess};

use super::deliveries::record_downloads;
use super::people::{MODAL, audit, connected, connection};
use crate::on_both_databases;
use crate::support::{Browser, TestApp, TestOrg};

const PAGE: &str = "/dashboard/salesforce/deliveries";

/// A connected org that has used up its API calls, with a download that waits.
async fn held(app: &TestApp) -> (TestOrg, Browser) {
    let (org, admin) = connected(app).await;
    let sim = &app.sandbox.sim;
    sim.add_account(AccountSeed::new("Lakeside"));
    app.switch_on(&admin, &[ActivityKind::FileDownloaded]).await;
    sim.push_fault(Fault::new(FaultKind::RequestLimitExceeded));
    record_downloads(app, &org, 1).await;
    app.sync().await;
    (org, admin)
}

on_both_databases! {
    async fn a_hold_is_shown_everywhere_in_plain_words(app: TestApp) {
        let (_, admin) = held(&app).await;
        let cause = "the org has used up its API calls";
        let page = admin.text(PAGE).await;
        assert!(page.contains(&format!("On hold: {cause}, until Feb 2, 2026, 3:01 PM UTC")), "{page}");
        assert!(!page.contains("next batch"), "{page}");
        let pending = admin.text(&format!("{PAGE}?state=pending")).await;
        assert!(!pending.contains("next batch"), "{pending}");
        for path in [PAGE, MODAL, "/dashboard/settings"] {
            let text = admin.text(path).await;
            let until = "Deliveries are on hold until Feb 2, 2026, 3:01 PM UTC";
            assert!(text.contains(until) && text.contains(cause), "{path}: {text}");
            assert!(text.contains("Deliveries resume automatically"), "{path}: {text}");
        }
    }

    async fn an_admin_tries_now_and_the_hold_is_over(app: TestApp) {
        let (org, admin) = held(&app).await;
        let page = admin.open(PAGE).await;
        let done = admin.submit(&page, "/try-now", &[]).await;
        assert!(done.text().contains("Deliveries resumed."), "{}", done.summary());
        assert!(!done.text().contains("On hold"), "{}", done.summary());
        app.sync().await;
        assert_eq!(app.sandbox.sim.task_count(), 1);
        let log = audit(&app, &org).await;
        assert!(log.iter().any(|line| line.contains("Ended a hold on Salesforce")), "{log:?}");
        let again = admin.post(&format!("{PAGE}/try-now"), &[]).await;
        let text = admin.follow(again).await.text();
        assert!(text.contains("Nothing was on hold"), "{text}");
    }

    async fn a_check_that_finds_everything_granted_ends_a_hold(app: TestApp) {
        let (org, admin) = held(&app).await;
        let user = app.sandbox.integration;
        let sim = &app.sandbox.sim;
        sim.restrict_field(user, "Task", "Priority", Some(FieldAccess::ReadOnly));
        let answer = admin.post(&format!("{MODAL}/check"), &[]).await;
        let text = admin.follow(answer).await.text();
        assert!(text.contains("Deliveries are on hold"), "{text}");
        sim.restrict_field(user, "Task", "Priority", None);
        let answer = admin.post(&format!("{MODAL}/check"), &[]).await;
        let text = admin.follow(answer).await.text();
        assert!(text.contains("Permissions checked. Deliveries resumed."), "{text}");
        assert_eq!(connection(&app, &org).await.unwrap().hold_reason, "");
        app.sync().await;
        assert_eq!(sim.task_count(), 1);
    }

    async fn a_pause_and_a_rejected_login_are_seen_on_what_waits(app: TestApp) {
        let (org, admin) = connected(&app).await;
        app.switch_on(&admin, &[ActivityKind::FileDownloaded]).await;
        admin.post(&format!("{MODAL}/pause"), &[]).await;
        record_downloads(&app, &org, 1).await;
        app.sync().await;
        let text = admin.text(PAGE).await;
        assert!(text.contains("On hold: an Admin paused the integration."), "{text}");
        admin.post(&format!("{MODAL}/resume"), &[]).await;
        app.sandbox.sim.revoke_everything();
        app.sync().await;
        let text = admin.text(PAGE).await;
        assert!(text.contains("On hold: Salesforce rejected the saved login."), "{text}");
        let counts = text.contains(DeliveryState::Pending.title());
        assert!(counts, "nothing is lost: {text}");
    }
}
