//! Answers that never came: asked about, never blindly sent again.

use std::time::Duration;

use domain::deliveries::DeliveryState;
use salesforce_sim::{Fault, FaultKind};

use super::fixture;
use crate::on_both_databases;

const WRITE: &str = "/composite/sobjects";

on_both_databases! {
    async fn a_task_whose_answer_was_lost_is_found_again_and_not_doubled(app: TestApp) {
        let fixture = fixture(&app).await;
        fixture.sandbox.push_fault(Fault::new(FaultKind::DropAnswerAfterCommit).on(WRITE).method("POST"));
        let activity = fixture.downloads(&app).await;
        app.sync().await;
        assert_eq!(fixture.state(&app, activity).await, DeliveryState::Uncertain);
        assert_eq!(fixture.sandbox.task_count(), 1);

        fixture.later(&app, Duration::from_secs(30)).await;
        let delivery = fixture.delivery(&app, activity).await;
        assert_eq!(delivery.state, DeliveryState::Delivered);
        assert_eq!(delivery.task.unwrap().as_str(), fixture.sandbox.tasks()[0].id.to_string());
        assert!(delivery.reason.contains("found by its reference"), "{}", delivery.reason);
        assert_eq!(fixture.sandbox.task_count(), 1);
    }

    async fn a_task_that_was_never_written_is_sent_again_only_after_the_quiet_period(app: TestApp) {
        let fixture = fixture(&app).await;
        fixture.sandbox.push_fault(Fault::new(FaultKind::DropBeforeCommit).on(WRITE).method("POST"));
        let activity = fixture.downloads(&app).await;
        app.sync().await;
        for _ in 0..9 {
            fixture.later(&app, Duration::from_mins(1)).await;
            assert_eq!(fixture.state(&app, activity).await, DeliveryState::Uncertain);
            assert_eq!(fixture.sandbox.task_count(), 0);
        }
        fixture.later(&app, Duration::from_mins(2)).await;
        assert_eq!(fixture.state(&app, activity).await, DeliveryState::Delivered);
        assert_eq!(fixture.sandbox.task_count(), 1);
    }

    async fn a_deleted_task_counts_as_written(app: TestApp) {
        let fixture = fixture(&app).await;
        fixture.sandbox.push_fault(Fault::new(FaultKind::DropAnswerAfterCommit).on(WRITE).method("POST"));
        let activity = fixture.downloads(&app).await;
        app.sync().await;
        let task = fixture.sandbox.tasks()[0].id;
        fixture.sandbox.delete(task);
        fixture.later(&app, Duration::from_mins(20)).await;
        assert_eq!(fixture.state(&app, activity).await, DeliveryState::Delivered);
        assert!(fixture.sandbox.tasks().is_empty(), "a rep deleted it; it stays deleted");
    }

    async fn a_page_of_the_load_balancer_is_no_answer_either(app: TestApp) {
        let fixture = fixture(&app).await;
        fixture.sandbox.push_fault(
            Fault::new(FaultKind::ServerErrorAfterCommit { status: 503 }).on(WRITE).method("POST"),
        );
        let activity = fixture.downloads(&app).await;
        app.sync().await;
        assert_eq!(fixture.state(&app, activity).await, DeliveryState::Uncertain);
        fixture.later(&app, Duration::from_mins(2)).await;
        assert_eq!(fixture.state(&app, activity).await, DeliveryState::Delivered);
        assert_eq!(fixture.sandbox.task_count(), 1);
    }

    async fn the_same_persons_later_activity_waits_its_turn(app: TestApp) {
        let fixture = fixture(&app).await;
        fixture.sandbox.push_fault(Fault::new(FaultKind::DropBeforeCommit).on(WRITE).method("POST"));
        let first = fixture.downloads(&app).await;
        app.sync().await;
        let second = fixture.downloads(&app).await;
        fixture.later(&app, Duration::from_secs(30)).await;
        assert_eq!(fixture.state(&app, first).await, DeliveryState::Uncertain);
        assert_eq!(fixture.state(&app, second).await, DeliveryState::Pending);
        fixture.later(&app, Duration::from_mins(11)).await;
        assert_eq!(fixture.state(&app, first).await, DeliveryState::Delivered);
        assert_eq!(fixture.state(&app, second).await, DeliveryState::Delivered);
        assert_eq!(fixture.sandbox.task_count(), 2);
    }
}
