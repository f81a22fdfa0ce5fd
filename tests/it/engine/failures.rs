//! What Salesforce refuses, row by row, and what it refuses altogether.

use std::time::Duration;

use domain::activities::{ActivityKind, Details, NewActivity};
use domain::deliveries::DeliveryState;
use domain::salesforce::ConnectionState;
use salesforce_sim::{AccountSeed, ContactSeed, Fault, FaultKind};

use super::{EMAIL, fixture};
use crate::on_both_databases;

on_both_databases! {
    async fn one_refused_row_holds_back_none_of_the_others(app: TestApp) {
        let fixture = fixture(&app).await;
        fixture.sandbox.add_validation_rule(
            "Task",
            "no questionnaires here",
            |record| record.text("Subject").ends_with("Questionnaire Uploaded"),
        );
        let mut good = Vec::new();
        for _ in 0..5 {
            good.push(fixture.downloads(&app).await);
        }
        let bad = fixture.happens(&app, ActivityKind::QuestionnaireUploaded).await;
        good.push(fixture.downloads(&app).await);
        app.sync().await;
        for activity in good {
            assert_eq!(fixture.state(&app, activity).await, DeliveryState::Delivered);
        }
        let delivery = fixture.delivery(&app, bad).await;
        assert_eq!(delivery.state, DeliveryState::Parked);
        assert_eq!(delivery.error_code, "FIELD_CUSTOM_VALIDATION_EXCEPTION");
        assert_eq!(delivery.error_message, "no questionnaires here");
        assert_eq!(fixture.sandbox.task_count(), 6);
    }

    async fn a_locked_account_is_tried_again(app: TestApp) {
        let fixture = fixture(&app).await;
        let id = fixture.account.to_string();
        fixture.sandbox.push_fault(Fault::new(FaultKind::LockRows { id }).times(1));
        let activity = fixture.happens(&app, ActivityKind::RequestedAccess).await;
        app.sync().await;
        let delivery = fixture.delivery(&app, activity).await;
        assert_eq!(delivery.state, DeliveryState::Waiting, "{delivery:?}");
        assert_eq!(delivery.error_code, "UNABLE_TO_LOCK_ROW");
        fixture.later(&app, Duration::from_secs(30)).await;
        assert_eq!(fixture.state(&app, activity).await, DeliveryState::Delivered);
    }

    async fn an_ended_session_is_renewed_without_anybody_noticing(app: TestApp) {
        let fixture = fixture(&app).await;
        fixture.sandbox.expire_access_tokens();
        let activity = fixture.downloads(&app).await;
        app.sync().await;
        assert_eq!(fixture.state(&app, activity).await, DeliveryState::Delivered);
    }

    async fn a_revoked_approval_asks_for_a_new_login_and_loses_nothing(app: TestApp) {
        let fixture = fixture(&app).await;
        fixture.sandbox.revoke_everything();
        let activity = fixture.downloads(&app).await;
        app.sync().await;
        assert_eq!(fixture.connection(&app).await.state, ConnectionState::NeedsReauth);
        assert_eq!(fixture.state(&app, activity).await, DeliveryState::Pending);
    }

    async fn a_used_up_quota_holds_the_connection_and_nothing_is_lost(app: TestApp) {
        let fixture = fixture(&app).await;
        fixture.sandbox.push_fault(Fault::new(FaultKind::RequestLimitExceeded));
        let activity = fixture.downloads(&app).await;
        app.sync().await;
        let connection = fixture.connection(&app).await;
        assert!(connection.hold_until > app.ambient.now());
        assert!(connection.hold_reason.contains("REQUEST_LIMIT_EXCEEDED"), "{}", connection.hold_reason);
        assert_eq!(fixture.state(&app, activity).await, DeliveryState::Pending);
        fixture.later(&app, Duration::from_mins(16)).await;
        assert_eq!(fixture.state(&app, activity).await, DeliveryState::Delivered);
        let connection = fixture.connection(&app).await;
        assert_eq!(connection.hold_reason, "", "the hold is over");
    }

    async fn a_contact_that_was_deleted_or_merged_is_matched_again(app: TestApp) {
        let fixture = fixture(&app).await;
        fixture.downloads(&app).await;
        app.sync().await;
        let winner = fixture.sandbox.add_contact(ContactSeed::new("Ada", "Okafor", EMAIL).of(fixture.account));
        fixture.sandbox.merge(fixture.contact, winner);
        let activity = fixture.downloads(&app).await;
        app.sync().await;
        fixture.later(&app, Duration::from_secs(5)).await;
        let delivery = fixture.delivery(&app, activity).await;
        assert_eq!(delivery.state, DeliveryState::Delivered, "{delivery:?}");
        assert_eq!(delivery.who.unwrap().as_str(), winner.to_string());
    }

    async fn an_org_that_answers_with_a_web_page_is_left_alone_for_a_while(app: TestApp) {
        let fixture = fixture(&app).await;
        fixture.sandbox.push_fault(Fault::new(FaultKind::ServerErrorHtml { status: 503 }).on("/composite"));
        let activity = fixture.downloads(&app).await;
        app.sync().await;
        assert_eq!(fixture.state(&app, activity).await, DeliveryState::Pending);
        assert!(fixture.connection(&app).await.hold_until > app.ambient.now());
        fixture.later(&app, Duration::from_secs(30)).await;
        assert_eq!(fixture.state(&app, activity).await, DeliveryState::Delivered);
    }

    async fn what_needs_no_person_goes_by_the_accounts_name(app: TestApp) {
        let fixture = fixture(&app).await;
        let quiet = fixture.sandbox.add_account(AccountSeed::new("Quiet Systems"));
        let what = NewActivity {
            kind: ActivityKind::AccountCreated,
            person: None,
            company: "Quiet Systems".to_owned(),
            account: None,
            details: Details::default(),
        };
        fixture.records(&app, what).await;
        app.sync().await;
        let task = &fixture.sandbox.tasks()[0];
        assert_eq!((task.who, task.what), (None, Some(quiet)));
        assert_eq!(task.subject, "SafeBase: Account Created");
    }
}
