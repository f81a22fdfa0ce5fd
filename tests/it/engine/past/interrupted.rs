//! Dry runs and backfills that are stopped, break off, or meet a restored database.

use std::time::Duration;

use domain::deliveries::DeliveryState;
use gatehouse::use_cases::deliveries::restore;
use store::deliveries::{backfills, dry_runs};

use super::{COMPANY, HOME, VIEW, asks_for, past, quiet, sends, uninstalls, works};
use crate::on_both_databases;

const LEASE: Duration = Duration::from_mins(2);

on_both_databases! {
    async fn a_dry_run_whose_process_died_is_made_by_another(app: TestApp) {
        let fixture = quiet(&app).await;
        past(&app, &fixture).await;
        let fields = [("days", "30"), (VIEW.key(), "yes")];
        fixture.admin.post(&format!("{HOME}/dry-run"), &fields).await;
        let mut tx = app.db.begin().await.unwrap();
        let now = app.ambient.now();
        let claimed = dry_runs::claim_across_tenants(&mut tx, now, LEASE).await.unwrap();
        tx.commit().await.unwrap();
        let dead = claimed.expect("a dry run");
        works(&app).await;
        assert!(fixture.admin.text(HOME).await.contains("Dry run in progress"));
        app.advance(LEASE + Duration::from_secs(1));
        works(&app).await;
        let text = fixture.admin.text(HOME).await;
        assert!(text.contains("Tasks 1 on 1 Account"), "{text}");
        // It wasn't dead, only late.
        let mut tx = app.db.begin().await.unwrap();
        assert!(!dry_runs::keep(&mut tx, &dead, app.ambient.now()).await.unwrap());
        let late = dry_runs::finish(&mut tx, &dead, Err("late"), app.ambient.now()).await;
        assert!(!late.unwrap());
    }

    async fn a_backfill_whose_process_died_is_finished_by_another_and_doubles_nothing(app: TestApp) {
        let fixture = quiet(&app).await;
        for n in 0..1_200 {
            fixture.does(&app, VIEW, &format!("p{}@harbor.example", n % 7), COMPANY).await;
        }
        app.advance(Duration::from_secs(1));
        let page = asks_for(&app, &fixture.admin, &[]).await;
        sends(&fixture.admin, &page).await;
        let mut tx = app.db.begin().await.unwrap();
        let now = app.ambient.now();
        let claimed = backfills::claim_across_tenants(&mut tx, now, LEASE).await.unwrap();
        let dead = claimed.expect("a backfill");
        // It queued a part, and died before it had remembered how far it was.
        let connection = fixture.connection(&app).await;
        let part = store::activities::unsent(&mut tx, dead.org, &connection, &dead.past, None, 300);
        let part = part.await.unwrap();
        let part: Vec<_> = part.iter().collect();
        let queued = store::deliveries::past::queue(&mut tx, &app.ambient, dead.org, &connection, &part, None);
        assert_eq!(queued.await.unwrap(), 300);
        tx.commit().await.unwrap();
        works(&app).await;
        app.advance(LEASE + Duration::from_secs(1));
        works(&app).await;
        app.sync().await;
        assert_eq!(fixture.sandbox.all_tasks().len(), 1_200);
        let mut tx = app.db.begin().await.unwrap();
        assert!(!backfills::hold(&mut tx, &dead).await.unwrap(), "the late one may queue nothing");
    }

    async fn an_admin_stops_it_and_sends_the_rest_later(app: TestApp) {
        let fixture = quiet(&app).await;
        past(&app, &fixture).await;
        let page = asks_for(&app, &fixture.admin, &[]).await;
        let sending = sends(&fixture.admin, &page).await;
        let stopped = fixture.admin.submit(&sending, "/stop", &[]).await.text();
        assert!(stopped.contains("Stopped."), "{stopped}");
        works(&app).await;
        app.sync().await;
        assert_eq!(fixture.sandbox.all_tasks().len(), 0);
        sends(&fixture.admin, &page).await;
        works(&app).await;
        app.sync().await;
        assert_eq!(fixture.sandbox.all_tasks().len(), 4);
    }

    async fn uninstalling_ends_what_is_being_sent(app: TestApp) {
        let fixture = quiet(&app).await;
        past(&app, &fixture).await;
        let page = asks_for(&app, &fixture.admin, &[]).await;
        sends(&fixture.admin, &page).await;
        uninstalls(&app, &fixture).await;
        works(&app).await;
        app.sync().await;
        assert_eq!(fixture.sandbox.all_tasks().len(), 0);
        let dump = app.dump().await;
        assert_eq!((dump.0["delivery"].len(), dump.0["dry_run"].len()), (0, 0));
    }

    async fn after_a_restore_what_went_out_since_the_copy_is_found_and_not_sent_twice(app: TestApp) {
        let fixture = quiet(&app).await;
        let all = past(&app, &fixture).await;
        let page = asks_for(&app, &fixture.admin, &[]).await;
        sends(&fixture.admin, &page).await;
        works(&app).await;
        app.sync().await;
        assert_eq!(fixture.sandbox.all_tasks().len(), 4);
        // A copy from before it was sent knows neither the deliveries nor the backfill.
        let mut tx = app.db.begin().await.unwrap();
        tx.execute("DELETE FROM delivery", &[]).await.unwrap();
        tx.execute("DELETE FROM backfill", &[]).await.unwrap();
        restore::mark(&mut tx, &app.ambient, None, restore::TOLD).await.unwrap();
        tx.commit().await.unwrap();
        app.advance(Duration::from_mins(1));
        let page = asks_for(&app, &fixture.admin, &[]).await;
        sends(&fixture.admin, &page).await;
        works(&app).await;
        for _ in 0..15 {
            fixture.later(&app, Duration::from_mins(1)).await;
        }
        assert_eq!(fixture.sandbox.all_tasks().len(), 4, "each has the Task of the first time");
        assert_eq!(fixture.state(&app, all[0]).await, DeliveryState::Delivered);
        assert_eq!(fixture.state(&app, all[5]).await, DeliveryState::Unmatched);
    }

    async fn a_connection_that_the_copy_does_not_know_doubles_nothing_either(app: TestApp) {
        let fixture = quiet(&app).await;
        past(&app, &fixture).await;
        let page = asks_for(&app, &fixture.admin, &[]).await;
        sends(&fixture.admin, &page).await;
        works(&app).await;
        app.sync().await;
        assert_eq!(fixture.sandbox.all_tasks().len(), 4);
        // The copy is from before the org was connected at all.
        let admin = uninstalls(&app, &fixture).await;
        let mut tx = app.db.begin().await.unwrap();
        tx.execute("DELETE FROM delivery", &[]).await.unwrap();
        tx.execute("DELETE FROM backfill", &[]).await.unwrap();
        restore::mark(&mut tx, &app.ambient, None, restore::TOLD).await.unwrap();
        tx.commit().await.unwrap();
        app.advance(Duration::from_mins(1));
        app.connect_sandbox(&admin).await;
        let page = asks_for(&app, &admin, &[]).await;
        sends(&admin, &page).await;
        works(&app).await;
        for _ in 0..15 {
            fixture.later(&app, Duration::from_mins(1)).await;
        }
        assert_eq!(fixture.sandbox.all_tasks().len(), 4, "each has the Task of the first time");
    }

    async fn what_happens_now_does_not_wait_behind_all_of_the_past(app: TestApp) {
        let fixture = quiet(&app).await;
        for n in 0..4_600 {
            fixture.does(&app, VIEW, &format!("p{}@harbor.example", n % 90), COMPANY).await;
        }
        app.advance(Duration::from_secs(1));
        let page = asks_for(&app, &fixture.admin, &[]).await;
        sends(&fixture.admin, &page).await;
        works(&app).await;
        let text = fixture.admin.text(HOME).await;
        assert!(text.contains("4,000 of 4,600 activities queued"), "{text}");
        app.sync().await;
        app.advance(Duration::from_secs(3));
        works(&app).await;
        app.sync().await;
        assert!(fixture.admin.text(HOME).await.contains("4,600 of 4,600 activities queued"));
        assert_eq!(fixture.sandbox.all_tasks().len(), 4_600);
    }

    async fn activity_that_happens_meanwhile_goes_its_own_way(app: TestApp) {
        let fixture = quiet(&app).await;
        past(&app, &fixture).await;
        let page = asks_for(&app, &fixture.admin, &[]).await;
        app.switch_on(&fixture.admin, &[VIEW]).await;
        let live = fixture.happens(&app, VIEW).await;
        sends(&fixture.admin, &page).await;
        works(&app).await;
        app.sync().await;
        assert_eq!(fixture.state(&app, live).await, DeliveryState::Delivered);
        assert_eq!(fixture.sandbox.all_tasks().len(), 5);
    }
}
