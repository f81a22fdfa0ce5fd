//! Batches, order, and leases.

use std::time::Duration;

use gatehouse::domain::activity::ActivityKind;
use gatehouse::domain::delivery::DeliveryState;
use gatehouse::domain::organization::Plan;
use gatehouse::store::{
    self,
    lane::{self, Terms},
};
use orgsim::{AccountSeed, ContactSeed};

use super::scene;
use crate::on_both_databases;
use crate::support::{TestApp, TestOrg};

fn terms(app: &TestApp, owner: &'static str) -> Terms<'static> {
    Terms {
        owner,
        now: app.ambient.now(),
        lease: Duration::from_mins(5),
        per_connection: 4,
    }
}

async fn set_plan(app: &TestApp, org: &TestOrg, plan: Plan) {
    let mut tx = app.db.begin().await.unwrap();
    store::organization::set_plan(&mut tx, org.id, plan)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

on_both_databases! {
    async fn a_backlog_costs_two_calls_and_keeps_its_order(app: TestApp) {
        let scene = scene(&app).await;
        let mut activities = Vec::new();
        for kind in [ActivityKind::RequestedAccess, ActivityKind::StatusPageView, ActivityKind::FileDownloaded] {
            for _ in 0..100 {
                activities.push(scene.happens(&app, kind).await);
            }
        }
        app.sync().await;
        assert_eq!(scene.sandbox.task_count(), 300);
        assert_eq!(scene.sandbox.api_calls(), 2, "one to match, one to write");
        let wanted: Vec<_> = [("Requested Access", 100), ("Status Page View", 100), ("File Downloaded", 100)]
            .into_iter()
            .flat_map(|(kind, times)| std::iter::repeat_n(format!("SafeBase: {kind}"), times))
            .collect();
        let got: Vec<_> = scene.sandbox.tasks().into_iter().map(|task| task.subject).collect();
        assert_eq!(got, wanted);
    }

    async fn companies_share_a_run_but_not_a_fate(app: TestApp) {
        let scene = scene(&app).await;
        let mut last = Vec::new();
        for n in 0..20 {
            let account = scene.sandbox.add_account(AccountSeed::new(&format!("Company {n}")));
            let email = format!("p@company{n}.example");
            scene.sandbox.add_contact(ContactSeed::new("P", "Q", &email).of(account));
            last.push(scene.does(&app, ActivityKind::FileDownloaded, &email, &format!("Company {n}")).await);
        }
        app.sync().await;
        for activity in last {
            assert_eq!(scene.state(&app, activity).await, DeliveryState::Delivered);
        }
    }

    async fn a_lane_has_one_worker_at_a_time_and_an_expired_lease_is_taken_over(app: TestApp) {
        let scene = scene(&app).await;
        let activity = scene.downloads(&app).await;
        let mut tx = app.db.begin().await.unwrap();
        let first = lane::lease_across_tenants(&mut tx, &terms(&app, "one")).await.unwrap().unwrap();
        tx.commit().await.unwrap();
        let mut tx = app.db.begin().await.unwrap();
        assert_eq!(lane::lease_across_tenants(&mut tx, &terms(&app, "two")).await.unwrap(), None);
        tx.commit().await.unwrap();
        app.sync().await;
        assert_eq!(scene.state(&app, activity).await, DeliveryState::Pending, "somebody has the lane");

        scene.later(&app, Duration::from_mins(6)).await;
        assert_eq!(scene.state(&app, activity).await, DeliveryState::Delivered);
        let mut tx = app.db.begin().await.unwrap();
        assert!(!lane::confirm(&mut tx, &first).await.unwrap(), "the old lease is fenced off");
    }

    async fn a_struggling_org_is_asked_less_at_once_until_it_answers_well(app: TestApp) {
        let scene = scene(&app).await;
        for n in 0..20 {
            scene.does(&app, ActivityKind::FileDownloaded, &format!("p@c{n}.example"), "C").await;
        }
        let connection = scene.connection(&app).await;
        let mut tx = app.db.begin().await.unwrap();
        for _ in 0..2 {
            let now = app.ambient.now();
            store::api_usage::hold(&mut tx, scene.org.id, connection.id, now, "busy").await.unwrap();
        }
        let terms = terms(&app, "one");
        assert!(lane::lease_across_tenants(&mut tx, &terms).await.unwrap().is_some());
        assert_eq!(lane::lease_across_tenants(&mut tx, &terms).await.unwrap(), None, "one at a time");
        store::api_usage::went_well(&mut tx, scene.org.id, connection.id, 4).await.unwrap();
        assert!(lane::lease_across_tenants(&mut tx, &terms).await.unwrap().is_some());
        assert_eq!(lane::lease_across_tenants(&mut tx, &terms).await.unwrap(), None, "two at a time");
        tx.commit().await.unwrap();
    }

    async fn a_lower_plan_stops_sending_and_a_higher_one_goes_on(app: TestApp) {
        let scene = scene(&app).await;
        let queued = scene.downloads(&app).await;
        set_plan(&app, &scene.org, Plan::Pro).await;
        app.sync().await;
        assert_eq!(scene.state(&app, queued).await, DeliveryState::Pending);
        scene.downloads(&app).await;
        set_plan(&app, &scene.org, Plan::Enterprise).await;
        app.sync().await;
        assert_eq!(scene.state(&app, queued).await, DeliveryState::Delivered);
        assert_eq!(scene.sandbox.task_count(), 1, "what happened on the lower plan stays here");
    }

    async fn what_a_crashed_worker_was_sending_is_asked_about(app: TestApp) {
        let scene = scene(&app).await;
        let activity = scene.downloads(&app).await;
        let mut tx = app.db.begin().await.unwrap();
        let lease = lane::lease_across_tenants(&mut tx, &terms(&app, "crashes")).await.unwrap().unwrap();
        let due = gatehouse::store::delivery_work::read_due(&mut tx, &lease, app.ambient.now(), 10).await.unwrap();
        let row = gatehouse::store::delivery_work::Settlement {
            id: due[0].id,
            state: DeliveryState::Sending,
            due_at: app.ambient.now(),
            attempts: 0,
            sent_at: Some(app.ambient.now()),
            skipped_owners: 0,
            who: None,
            what: None,
            owner: None,
            task: None,
            reason: String::new(),
            error_code: String::new(),
            error_message: String::new(),
        };
        gatehouse::store::delivery_work::settle(&mut tx, &[row], app.ambient.now()).await.unwrap();
        tx.commit().await.unwrap();

        scene.later(&app, Duration::from_mins(6)).await;
        assert_eq!(scene.state(&app, activity).await, DeliveryState::Uncertain);
        assert_eq!(scene.sandbox.task_count(), 0, "asked, not sent");
        scene.later(&app, Duration::from_mins(6)).await;
        assert_eq!(scene.state(&app, activity).await, DeliveryState::Delivered);
        assert_eq!(scene.sandbox.task_count(), 1);
    }
}
