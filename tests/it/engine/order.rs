//! One person's activities arrive in order, whatever delays the first.

use std::time::Duration;

use domain::activities::ActivityKind;
use domain::deliveries::DeliveryState;
use domain::salesforce::ConnectionOptions;
use salesforce_sim::{Fault, FaultKind};

use super::{Fixture, fixture};
use crate::on_both_databases;

const STRANGER: &str = "sam@elsewhere.example";
const THEIR_COMPANY: &str = "Elsewhere Ltd";

/// The kinds of the Tasks in the org, in the order in which they were written.
fn written(fixture: &Fixture) -> Vec<String> {
    let tasks = fixture.sandbox.tasks().into_iter();
    tasks
        .map(|task| task.subject.trim_start_matches("SafeBase: ").to_owned())
        .collect()
}

on_both_databases! {
    async fn while_the_first_is_refused_for_a_moment_the_later_ones_of_the_batch_wait(app: TestApp) {
        let fixture = fixture(&app).await;
        let id = fixture.account.to_string();
        // Only an open Task with a date needs the Account's lock, which is the request's.
        fixture.sandbox.push_fault(Fault::new(FaultKind::LockRows { id }).times(1));
        let first = fixture.happens(&app, ActivityKind::RequestedAccess).await;
        let second = fixture.happens(&app, ActivityKind::StatusPageView).await;
        let third = fixture.happens(&app, ActivityKind::FileDownloaded).await;
        app.sync().await;
        assert_eq!(fixture.state(&app, first).await, DeliveryState::Waiting);
        assert_eq!(fixture.state(&app, second).await, DeliveryState::Pending);
        assert_eq!(fixture.state(&app, third).await, DeliveryState::Pending);
        assert_eq!(fixture.sandbox.task_count(), 0, "none may be written before the first");
        fixture.later(&app, Duration::from_secs(30)).await;
        assert_eq!(written(&fixture), ["Requested Access", "Status Page View", "File Downloaded"]);
    }

    async fn others_of_the_batch_dont_wait_for_them(app: TestApp) {
        let fixture = fixture(&app).await;
        let id = fixture.account.to_string();
        fixture.sandbox.push_fault(Fault::new(FaultKind::LockRows { id }).times(1));
        fixture.happens(&app, ActivityKind::RequestedAccess).await;
        fixture.downloads(&app).await;
        let company = fixture.sandbox.add_account(salesforce_sim::AccountSeed::new("Other Co"));
        for name in ["one", "two"] {
            let email = format!("{name}@other.example");
            fixture.sandbox.add_contact(salesforce_sim::ContactSeed::new("O", name, &email).of(company));
            for _ in 0..2 {
                fixture.does(&app, ActivityKind::StatusPageView, &email, "Other Co").await;
            }
        }
        app.sync().await;
        assert_eq!(written(&fixture), ["Status Page View"; 4]);
    }

    async fn while_somebodys_lead_cant_be_created_their_later_acts_wait_and_match_it_then(app: TestApp) {
        let fixture = fixture(&app).await;
        fixture.choose(&app, ConnectionOptions { create_lead: true, ..ConnectionOptions::default() }).await;
        fixture.sandbox.push_fault(Fault::new(FaultKind::Http {
            status: 200,
            // Their Lead is refused, so that what refers to it leads nowhere.
            body: r#"{"compositeResponse":[
                {"httpStatusCode":200,"referenceId":"r0","body":[{"success":false,"errors":[{"statusCode":"UNABLE_TO_LOCK_ROW","message":"unable to obtain exclusive access to this record","fields":[]}]}]},
                {"httpStatusCode":400,"referenceId":"r1","body":[{"errorCode":"PROCESSING_HALTED","message":"Invalid reference specified. No value for r0[0].id found in r0"}]},
                {"httpStatusCode":400,"referenceId":"r2","body":[{"errorCode":"PROCESSING_HALTED","message":"Invalid reference specified. No value for r0[0].id found in r0"}]}]}"#.to_owned(),
        }).on("/composite").method("POST").after(1));
        let mut acts = Vec::new();
        for kind in [ActivityKind::RequestedAccess, ActivityKind::StatusPageView, ActivityKind::FileDownloaded] {
            acts.push(fixture.does(&app, kind, STRANGER, THEIR_COMPANY).await);
        }
        app.sync().await;
        assert_eq!(fixture.state(&app, acts[0]).await, DeliveryState::Waiting);
        assert_eq!(fixture.state(&app, acts[1]).await, DeliveryState::Pending, "not “No match”");
        assert_eq!(fixture.state(&app, acts[2]).await, DeliveryState::Pending);
        fixture.later(&app, Duration::from_secs(30)).await;
        assert_eq!(written(&fixture), ["Requested Access", "Status Page View", "File Downloaded"]);
        let leads = fixture.sandbox.find("SELECT Id FROM Lead WHERE Email = 'sam@elsewhere.example'");
        assert_eq!(leads.len(), 1);
        for task in fixture.sandbox.tasks() {
            assert_eq!(task.who.unwrap().to_string(), leads[0]["Id"].as_str().unwrap());
        }
    }

    async fn several_hundred_acts_of_one_person_stay_in_order_over_calls(app: TestApp) {
        let fixture = fixture(&app).await;
        for n in 0..450 {
            let kind = if n % 2 == 0 { ActivityKind::StatusPageView } else { ActivityKind::FileDownloaded };
            fixture.happens(&app, kind).await;
        }
        app.sync().await;
        let written = written(&fixture);
        assert_eq!(written.len(), 450);
        for (n, subject) in written.iter().enumerate() {
            let wanted = if n % 2 == 0 { "Status Page View" } else { "File Downloaded" };
            assert_eq!(subject, wanted, "number {n}");
        }
        assert!(fixture.sandbox.api_calls() <= 5, "{} calls", fixture.sandbox.api_calls());
    }
}
