//! Batches, order, and who may work them.

use std::time::Duration;

use domain::activities::ActivityKind;
use domain::deliveries::DeliveryState;
use domain::organizations::Plan;
use domain::salesforce::HoldKind;
use salesforce_sim::{AccountSeed, ContactSeed};
use store::deliveries::due::read_due;
use store::deliveries::journal::{AboutToSend, Call, journal};
use store::deliveries::turns::{self, Terms, Turn};
use store::salesforce::holds::{self, Hold};

use super::{COMPANY, Fixture, fixture};
use crate::on_both_databases;
use crate::support::{TestApp, TestOrg};

fn terms(app: &TestApp, token: &str, batch: i64) -> Terms {
    Terms {
        token: token.to_owned(),
        now: app.ambient.now(),
        lease: Duration::from_secs(30),
        per_connection: 4,
        batch,
        burst: None,
    }
}

/// A worker takes a turn and isn't heard of again.
async fn begins(app: &TestApp, token: &str, batch: i64) -> Option<Turn> {
    let mut tx = app.db.begin().await.unwrap();
    let turn = turns::begin_across_tenants(&mut tx, &terms(app, token, batch))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    turn
}

/// The worker writes into the journal that it is about to send everything it has.
async fn journals(app: &TestApp, turn: &Turn, fixture: &Fixture) {
    let now = app.ambient.now();
    let mut tx = app.db.begin().await.unwrap();
    let due = read_due(&mut tx, turn, now, 10).await.unwrap();
    let rows: Vec<AboutToSend> = due
        .iter()
        .map(|due| AboutToSend {
            id: due.id,
            was: due.state,
            who: None,
            what: None,
            reason: String::new(),
            task: None,
        })
        .collect();
    let user = ::domain::matching::candidates::RecordId::new(fixture.service_user.to_string());
    let call = Call {
        at: now,
        org_at: None,
        by: user,
        with_key: false,
    };
    assert_eq!(
        journal(&mut tx, &rows, &call).await.unwrap().len(),
        rows.len()
    );
    tx.commit().await.unwrap();
}

async fn set_plan(app: &TestApp, org: &TestOrg, plan: Plan) {
    let mut tx = app.db.begin().await.unwrap();
    store::organizations::set_plan(&mut tx, org.id, plan)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

on_both_databases! {
    async fn a_backlog_of_one_person_goes_200_a_call_and_keeps_its_order(app: TestApp) {
        let fixture = fixture(&app).await;
        let mut activities = Vec::new();
        for kind in [ActivityKind::RequestedAccess, ActivityKind::StatusPageView, ActivityKind::FileDownloaded] {
            for _ in 0..100 {
                activities.push(fixture.happens(&app, kind).await);
            }
        }
        app.sync().await;
        assert_eq!(fixture.sandbox.task_count(), 300);
        assert_eq!(fixture.sandbox.api_calls(), 3, "one to match, two to write");
        let wanted: Vec<_> = [("Requested Access", 100), ("Status Page View", 100), ("File Downloaded", 100)]
            .into_iter()
            .flat_map(|(kind, times)| std::iter::repeat_n(format!("SafeBase: {kind}"), times))
            .collect();
        let got: Vec<_> = fixture.sandbox.tasks().into_iter().map(|task| task.subject).collect();
        assert_eq!(got, wanted);
    }

    async fn a_batch_whose_journal_breaks_off_is_not_sent_and_goes_as_soon_as_the_database_answers(app: TestApp) {
        let fixture = fixture(&app).await;
        let mut acts = Vec::new();
        for n in 0..450 {
            let email = format!("visitor{n}@harbor.example");
            acts.push(fixture.does(&app, ActivityKind::StatusPageView, &email, COMPANY).await);
        }
        // The journal of 450 rows is written in three parts.
        app.statements.fail_once("SET state = 'sending'", 2);
        let engine = gatehouse::delivery::engine::Engine::new(&app).expect("a client").at_once();
        assert!(engine.work_next().await.is_err(), "the database failed");
        assert_eq!(fixture.sandbox.task_count(), 0);
        for activity in &acts {
            assert_eq!(fixture.state(&app, *activity).await, DeliveryState::Pending);
        }
        app.sync().await;
        assert_eq!(fixture.sandbox.task_count(), 450, "at once, and each one time");
    }

    async fn what_was_decided_before_the_database_failed_is_written_down(app: TestApp) {
        let fixture = fixture(&app).await;
        let unknown = fixture.does(&app, ActivityKind::StatusPageView, "sam@elsewhere.example", "Elsewhere").await;
        let known = fixture.downloads(&app).await;
        app.statements.fail_once("SET state = 'sending'", 0);
        let engine = gatehouse::delivery::engine::Engine::new(&app).expect("a client").at_once();
        assert!(engine.work_next().await.is_err(), "the database failed");
        assert_eq!(fixture.state(&app, unknown).await, DeliveryState::Unmatched);
        assert_eq!(fixture.state(&app, known).await, DeliveryState::Pending);
        app.sync().await;
        assert_eq!(fixture.sandbox.task_count(), 1);
    }

    async fn companies_share_a_batch_but_not_an_outcome(app: TestApp) {
        let fixture = fixture(&app).await;
        let mut last = Vec::new();
        for n in 0..20 {
            let account = fixture.sandbox.add_account(AccountSeed::new(&format!("Company {n}")));
            let email = format!("p@company{n}.example");
            fixture.sandbox.add_contact(ContactSeed::new("P", "Q", &email).of(account));
            last.push(fixture.does(&app, ActivityKind::FileDownloaded, &email, &format!("Company {n}")).await);
        }
        app.sync().await;
        for activity in last {
            assert_eq!(fixture.state(&app, activity).await, DeliveryState::Delivered);
        }
    }

    async fn a_lane_has_one_worker_at_a_time_and_a_dead_ones_is_taken_over_in_half_a_minute(app: TestApp) {
        let fixture = fixture(&app).await;
        let activity = fixture.downloads(&app).await;
        let first = begins(&app, "one", 1_000).await.unwrap();
        assert_eq!(begins(&app, "two", 1_000).await, None);
        app.sync().await;
        assert_eq!(fixture.state(&app, activity).await, DeliveryState::Pending, "someone has the lane");

        fixture.later(&app, Duration::from_secs(31)).await;
        assert_eq!(fixture.state(&app, activity).await, DeliveryState::Delivered);
        let mut tx = app.db.begin().await.unwrap();
        let now = app.ambient.now();
        assert!(!turns::confirm(&mut tx, &first, now).await.unwrap(), "the old turn is over");
        assert!(!turns::renew(&mut tx, "one", now, Duration::from_secs(30)).await.unwrap(), "for good");
    }

    async fn a_turn_that_is_renewed_is_not_taken_over(app: TestApp) {
        let fixture = fixture(&app).await;
        let activity = fixture.downloads(&app).await;
        begins(&app, "one", 1_000).await.unwrap();
        for _ in 0..10 {
            app.advance(Duration::from_secs(10));
            let mut tx = app.db.begin().await.unwrap();
            let now = app.ambient.now();
            assert!(turns::renew(&mut tx, "one", now, Duration::from_secs(30)).await.unwrap());
            tx.commit().await.unwrap();
            app.sync().await;
            assert_eq!(fixture.state(&app, activity).await, DeliveryState::Pending);
        }
    }

    async fn a_turn_takes_as_many_lanes_as_fill_a_batch(app: TestApp) {
        let fixture = fixture(&app).await;
        for n in 0..20 {
            fixture.does(&app, ActivityKind::FileDownloaded, &format!("p@c{n}.example"), "C").await;
        }
        assert_eq!(begins(&app, "small", 1).await.unwrap().lanes.len(), 1);
        let all = begins(&app, "large", 1_000).await.unwrap().lanes.len();
        assert!(all > 5, "{all} lanes of one connection");
        assert_eq!(begins(&app, "late", 1_000).await, None, "nothing is left");
    }

    async fn a_struggling_org_is_asked_less_at_once_until_it_answers_well(app: TestApp) {
        let fixture = fixture(&app).await;
        for n in 0..20 {
            fixture.does(&app, ActivityKind::FileDownloaded, &format!("p@c{n}.example"), "C").await;
        }
        let id = fixture.connection(&app).await.id;
        for _ in 0..2 {
            app.advance(Duration::from_secs(1));
            let now = app.ambient.now();
            let mut tx = app.db.begin().await.unwrap();
            let busy = Hold { kind: HoldKind::Busy, until: now, reason: "busy", met_since: now };
            holds::hold(&mut tx, fixture.org.id, id, &busy, now).await.unwrap();
            tx.commit().await.unwrap();
        }
        assert!(begins(&app, "one", 1).await.is_some());
        assert_eq!(begins(&app, "two", 1).await, None, "one at a time");
        app.advance(Duration::from_secs(1));
        let mut tx = app.db.begin().await.unwrap();
        holds::went_well(&mut tx, fixture.org.id, id, app.ambient.now(), 4).await.unwrap();
        tx.commit().await.unwrap();
        assert!(begins(&app, "three", 1).await.is_some());
        assert_eq!(begins(&app, "four", 1).await, None, "two at a time");
    }

    async fn an_outage_that_several_workers_meet_at_once_counts_once(app: TestApp) {
        let fixture = fixture(&app).await;
        let id = fixture.connection(&app).await.id;
        let began = app.ambient.now();
        app.advance(Duration::from_secs(1));
        let now = app.ambient.now();
        let mut tx = app.db.begin().await.unwrap();
        for _ in 0..4 {
            let until = now + Duration::from_secs(5);
            let outage = Hold { kind: HoldKind::Outage, until, reason: "down", met_since: began };
            holds::hold(&mut tx, fixture.org.id, id, &outage, now).await.unwrap();
        }
        assert_eq!(holds::streak(&mut tx, fixture.org.id, id, now + Duration::from_secs(1)).await.unwrap(), 1);
        tx.commit().await.unwrap();
    }

    async fn what_went_well_before_does_not_end_a_quota_hold_that_came_meanwhile(app: TestApp) {
        let fixture = fixture(&app).await;
        let id = fixture.connection(&app).await.id;
        let began = app.ambient.now();
        app.advance(Duration::from_secs(1));
        let now = app.ambient.now();
        let until = now + Duration::from_mins(5);
        let mut tx = app.db.begin().await.unwrap();
        let quota = Hold { kind: HoldKind::Quota, until, reason: "no calls left", met_since: began };
        holds::hold(&mut tx, fixture.org.id, id, &quota, now).await.unwrap();
        holds::went_well(&mut tx, fixture.org.id, id, began, 4).await.unwrap();
        let shorter = Hold { kind: HoldKind::Outage, until: now, reason: "down", met_since: began };
        holds::hold(&mut tx, fixture.org.id, id, &shorter, now).await.unwrap();
        tx.commit().await.unwrap();
        let connection = fixture.connection(&app).await;
        assert_eq!(connection.hold_until, until);
        assert_eq!(connection.hold_kind, Some(HoldKind::Quota));
        assert_eq!(connection.hold_reason, "no calls left");
    }

    async fn a_lower_plan_stops_sending_and_a_higher_one_goes_on(app: TestApp) {
        let fixture = fixture(&app).await;
        let queued = fixture.downloads(&app).await;
        set_plan(&app, &fixture.org, Plan::Pro).await;
        app.sync().await;
        assert_eq!(fixture.state(&app, queued).await, DeliveryState::Pending);
        fixture.downloads(&app).await;
        set_plan(&app, &fixture.org, Plan::Enterprise).await;
        app.sync().await;
        assert_eq!(fixture.state(&app, queued).await, DeliveryState::Delivered);
        assert_eq!(fixture.sandbox.task_count(), 1, "what happened on the lower plan stays here");
    }

    async fn what_a_crashed_worker_was_sending_is_asked_about(app: TestApp) {
        let fixture = fixture(&app).await;
        let activity = fixture.downloads(&app).await;
        let turn = begins(&app, "crashes", 1_000).await.unwrap();
        journals(&app, &turn, &fixture).await;

        fixture.later(&app, Duration::from_secs(31)).await;
        let delivery = fixture.delivery(&app, activity).await;
        assert_eq!(delivery.state, DeliveryState::Uncertain);
        assert!(!delivery.error_message.is_empty(), "it says why");
        assert_eq!(fixture.sandbox.task_count(), 0, "asked, not sent");
        fixture.later(&app, Duration::from_mins(9)).await;
        assert_eq!(fixture.state(&app, activity).await, DeliveryState::Uncertain);
        fixture.later(&app, Duration::from_mins(2)).await;
        assert_eq!(fixture.state(&app, activity).await, DeliveryState::Delivered);
        assert_eq!(fixture.sandbox.task_count(), 1);
    }
}
