//! An org with the External ID field for references: what may have been written is sent
//! again at once, and can't be written twice.

use std::time::Duration;

use domain::activities::ActivityKind;
use domain::deliveries::DeliveryState;
use salesforce_sim::{Fault, FaultKind, FieldSeed};
use testkit::salesforce::MODAL;

use super::{Fixture, fixture};
use crate::on_both_databases;
use crate::support::TestApp;

const WRITE: &str = "/composite/sobjects";

/// An Admin of the org deploys the field, and an Admin here checks again.
async fn fixture_with_field(app: &TestApp) -> Fixture {
    let fixture = fixture(app).await;
    let field = FieldSeed::external_id("Gatehouse_Reference__c");
    fixture.sandbox.add_field("Task", field);
    let checked = fixture
        .admin
        .client()
        .post(&format!("{MODAL}/check"), &[])
        .await;
    assert!(checked.expect("an answer").status.is_redirection());
    fixture
}

impl Fixture {
    fn refuses_downloads(&self, refuses: bool) {
        self.sandbox.clear_validation_rules("Task");
        if refuses {
            self.sandbox
                .add_validation_rule("Task", "no downloads here", |_| true);
        }
    }
}

on_both_databases! {
    async fn a_task_that_was_never_written_is_sent_again_at_once(app: TestApp) {
        let fixture = fixture_with_field(&app).await;
        fixture.sandbox.push_fault(Fault::new(FaultKind::DropBeforeCommit).on(WRITE).method("POST"));
        let activity = fixture.downloads(&app).await;
        app.sync().await;
        assert_eq!(fixture.state(&app, activity).await, DeliveryState::Uncertain);
        fixture.later(&app, Duration::from_secs(10)).await;
        let delivery = fixture.delivery(&app, activity).await;
        assert_eq!(delivery.state, DeliveryState::Delivered, "{delivery:?}");
        assert_eq!(fixture.sandbox.task_count(), 1);
    }

    async fn a_request_that_is_carried_out_later_finds_its_task_written(app: TestApp) {
        let fixture = fixture_with_field(&app).await;
        let late = FaultKind::DelayCommit { millis: 60_000, hang: false };
        fixture.sandbox.push_fault(Fault::new(late).on(WRITE).method("POST"));
        let activity = fixture.downloads(&app).await;
        app.sync().await;
        fixture.later(&app, Duration::from_secs(10)).await;
        assert_eq!(fixture.state(&app, activity).await, DeliveryState::Delivered);
        fixture.later(&app, Duration::from_mins(20)).await;
        assert_eq!(fixture.sandbox.task_count(), 1, "the org kept the second one out");
    }

    async fn while_the_first_is_refused_when_it_is_sent_again_the_later_one_waits(app: TestApp) {
        let fixture = fixture_with_field(&app).await;
        fixture.sandbox.push_fault(Fault::new(FaultKind::DropBeforeCommit).on(WRITE).method("POST"));
        let first = fixture.happens(&app, ActivityKind::RequestedAccess).await;
        let second = fixture.happens(&app, ActivityKind::StatusPageView).await;
        app.sync().await;
        for activity in [first, second] {
            assert_eq!(fixture.state(&app, activity).await, DeliveryState::Uncertain);
        }
        // Only an open Task with a date needs the Account's lock, which is the request's.
        let id = fixture.account.to_string();
        fixture.sandbox.push_fault(Fault::new(FaultKind::LockRows { id }).times(1));
        fixture.later(&app, Duration::from_secs(10)).await;
        assert_eq!(fixture.sandbox.task_count(), 0, "none may be written before the first");
        fixture.later(&app, Duration::from_mins(1)).await;
        let tasks = fixture.sandbox.tasks();
        let subjects: Vec<&str> = tasks.iter().map(|task| task.subject.as_str()).collect();
        assert_eq!(subjects, ["SafeBase: Requested Access", "SafeBase: Status Page View"]);
    }

    async fn an_org_that_turns_calls_away_does_not_use_up_the_attempts(app: TestApp) {
        let fixture = fixture_with_field(&app).await;
        fixture.sandbox.push_fault(Fault::new(FaultKind::DropBeforeCommit).on(WRITE).method("POST"));
        let activity = fixture.downloads(&app).await;
        app.sync().await;
        let turned_away = Fault::new(FaultKind::RequestLimitExceeded).on(WRITE);
        fixture.sandbox.push_fault(turned_away.method("PATCH").times(20));
        for _ in 0..20 {
            fixture.later(&app, Duration::from_mins(6)).await;
            assert_eq!(fixture.state(&app, activity).await, DeliveryState::Uncertain);
        }
        fixture.later(&app, Duration::from_mins(6)).await;
        assert_eq!(fixture.state(&app, activity).await, DeliveryState::Delivered);
        assert_eq!(fixture.sandbox.task_count(), 1);
    }

    async fn what_was_sent_in_vain_is_given_up_only_once_none_of_it_can_appear(app: TestApp) {
        let fixture = fixture_with_field(&app).await;
        fixture.sandbox.push_fault(Fault::new(FaultKind::DropBeforeCommit).on(WRITE).times(5));
        let activity = fixture.downloads(&app).await;
        app.sync().await;
        // The last of the calls that are lost is carried out eight minutes later.
        let late = FaultKind::DelayCommit { millis: 480_000, hang: false };
        fixture.sandbox.push_fault(Fault::new(late).on(WRITE).times(1));
        for _ in 0..20 {
            fixture.later(&app, Duration::from_mins(1)).await;
            let delivery = fixture.delivery(&app, activity).await;
            assert_ne!(delivery.state, DeliveryState::Parked, "{delivery:?}");
        }
        assert_eq!(fixture.state(&app, activity).await, DeliveryState::Delivered);
        assert_eq!(fixture.sandbox.task_count(), 1);
    }

    async fn a_task_that_was_written_is_found_and_not_overwritten(app: TestApp) {
        let fixture = fixture_with_field(&app).await;
        fixture.sandbox.push_fault(Fault::new(FaultKind::DropAnswerAfterCommit).on(WRITE).method("POST"));
        let activity = fixture.downloads(&app).await;
        app.sync().await;
        let calls = fixture.sandbox.api_calls();
        fixture.later(&app, Duration::from_secs(10)).await;
        assert_eq!(fixture.state(&app, activity).await, DeliveryState::Delivered);
        assert_eq!(fixture.sandbox.api_calls(), calls + 1, "one question, and nothing written");
        assert_eq!(fixture.sandbox.task_count(), 1);
    }

    async fn a_refusal_waits_until_the_call_before_it_cannot_be_carried_out_any_more(app: TestApp) {
        let fixture = fixture_with_field(&app).await;
        let late = FaultKind::DelayCommit { millis: 480_000, hang: false };
        fixture.sandbox.push_fault(Fault::new(late).on(WRITE).method("POST"));
        let activity = fixture.downloads(&app).await;
        app.sync().await;
        fixture.refuses_downloads(true);
        for _ in 0..7 {
            fixture.later(&app, Duration::from_mins(1)).await;
            let delivery = fixture.delivery(&app, activity).await;
            assert_eq!(delivery.state, DeliveryState::Uncertain, "{delivery:?}");
            assert!(delivery.error_message.contains("no downloads here"), "{delivery:?}");
        }
        // The rule is of later than the call before.
        fixture.refuses_downloads(false);
        for _ in 0..3 {
            fixture.later(&app, Duration::from_mins(1)).await;
        }
        assert_eq!(fixture.state(&app, activity).await, DeliveryState::Delivered);
        assert_eq!(fixture.sandbox.task_count(), 1);
    }

    async fn a_refusal_counts_once_the_earlier_call_is_over(app: TestApp) {
        let fixture = fixture_with_field(&app).await;
        fixture.sandbox.push_fault(Fault::new(FaultKind::DropBeforeCommit).on(WRITE).method("POST"));
        let activity = fixture.downloads(&app).await;
        app.sync().await;
        fixture.refuses_downloads(true);
        for _ in 0..9 {
            fixture.later(&app, Duration::from_mins(1)).await;
            assert_eq!(fixture.state(&app, activity).await, DeliveryState::Uncertain);
        }
        fixture.later(&app, Duration::from_mins(2)).await;
        let delivery = fixture.delivery(&app, activity).await;
        assert_eq!(delivery.state, DeliveryState::Parked);
        assert_eq!(delivery.error_code, "FIELD_CUSTOM_VALIDATION_EXCEPTION");
    }

    async fn an_answer_to_the_second_call_does_not_shorten_the_wait_for_the_first(app: TestApp) {
        let fixture = fixture_with_field(&app).await;
        let late = FaultKind::DelayCommit { millis: 480_000, hang: false };
        fixture.sandbox.push_fault(Fault::new(late).on(WRITE).method("POST"));
        let activity = fixture.downloads(&app).await;
        app.sync().await;
        // Salesforce itself answers, which ends its work on that call only.
        let body = r#"[{"errorCode":"UNKNOWN_EXCEPTION","message":"an unexpected error"}]"#;
        let failing = FaultKind::Http { status: 500, body: body.to_owned() };
        fixture.sandbox.push_fault(Fault::new(failing).on(WRITE).method("PATCH").times(5));
        for _ in 0..30 {
            fixture.later(&app, Duration::from_secs(30)).await;
            let delivery = fixture.delivery(&app, activity).await;
            assert_ne!(delivery.state, DeliveryState::Parked, "{delivery:?}");
        }
        assert_eq!(fixture.state(&app, activity).await, DeliveryState::Delivered);
        assert_eq!(fixture.sandbox.task_count(), 1);
    }
}
