//! One person's activities arrive in their order, whatever stands in the way of the first.

use std::time::Duration;

use domain::activities::ActivityKind;
use domain::deliveries::DeliveryState;
use domain::salesforce::ConnectionOptions;
use salesforce_sim::{Fault, FaultKind};

use super::{Scene, scene};
use crate::on_both_databases;

const STRANGER: &str = "sam@elsewhere.example";
const THEIR_COMPANY: &str = "Elsewhere Ltd";

/// The kinds of the Tasks in the org, in the order in which they were written.
fn written(scene: &Scene) -> Vec<String> {
    let tasks = scene.sandbox.tasks().into_iter();
    tasks
        .map(|task| task.subject.trim_start_matches("SafeBase: ").to_owned())
        .collect()
}

on_both_databases! {
    async fn while_the_first_is_refused_for_a_moment_the_later_ones_of_the_batch_wait(app: TestApp) {
        let scene = scene(&app).await;
        let id = scene.account.to_string();
        // Only an open Task with a date needs the Account's lock, which is the request's.
        scene.sandbox.push_fault(Fault::new(FaultKind::LockRows { id }).times(1));
        let first = scene.happens(&app, ActivityKind::RequestedAccess).await;
        let second = scene.happens(&app, ActivityKind::StatusPageView).await;
        let third = scene.happens(&app, ActivityKind::FileDownloaded).await;
        app.sync().await;
        assert_eq!(scene.state(&app, first).await, DeliveryState::Waiting);
        assert_eq!(scene.state(&app, second).await, DeliveryState::Pending);
        assert_eq!(scene.state(&app, third).await, DeliveryState::Pending);
        assert_eq!(scene.sandbox.task_count(), 0, "none may be written before the first");
        scene.later(&app, Duration::from_secs(30)).await;
        assert_eq!(written(&scene), ["Requested Access", "Status Page View", "File Downloaded"]);
    }

    async fn others_of_the_batch_dont_wait_for_them(app: TestApp) {
        let scene = scene(&app).await;
        let id = scene.account.to_string();
        scene.sandbox.push_fault(Fault::new(FaultKind::LockRows { id }).times(1));
        scene.happens(&app, ActivityKind::RequestedAccess).await;
        scene.downloads(&app).await;
        let company = scene.sandbox.add_account(salesforce_sim::AccountSeed::new("Other Co"));
        for name in ["one", "two"] {
            let email = format!("{name}@other.example");
            scene.sandbox.add_contact(salesforce_sim::ContactSeed::new("O", name, &email).of(company));
            for _ in 0..2 {
                scene.does(&app, ActivityKind::StatusPageView, &email, "Other Co").await;
            }
        }
        app.sync().await;
        assert_eq!(written(&scene), ["Status Page View"; 4]);
    }

    async fn while_somebodys_lead_cant_be_created_their_later_acts_wait_and_match_it_then(app: TestApp) {
        let scene = scene(&app).await;
        scene.choose(&app, ConnectionOptions { create_lead: true, ..ConnectionOptions::default() }).await;
        scene.sandbox.push_fault(Fault::new(FaultKind::Http {
            status: 200,
            // Their Lead is refused, so that what refers to it leads nowhere.
            body: r#"{"compositeResponse":[
                {"httpStatusCode":200,"referenceId":"r0","body":[{"success":false,"errors":[{"statusCode":"UNABLE_TO_LOCK_ROW","message":"unable to obtain exclusive access to this record","fields":[]}]}]},
                {"httpStatusCode":400,"referenceId":"r1","body":[{"errorCode":"PROCESSING_HALTED","message":"Invalid reference specified. No value for r0[0].id found in r0"}]},
                {"httpStatusCode":400,"referenceId":"r2","body":[{"errorCode":"PROCESSING_HALTED","message":"Invalid reference specified. No value for r0[0].id found in r0"}]}]}"#.to_owned(),
        }).on("/composite").method("POST").after(1));
        let mut acts = Vec::new();
        for kind in [ActivityKind::RequestedAccess, ActivityKind::StatusPageView, ActivityKind::FileDownloaded] {
            acts.push(scene.does(&app, kind, STRANGER, THEIR_COMPANY).await);
        }
        app.sync().await;
        assert_eq!(scene.state(&app, acts[0]).await, DeliveryState::Waiting);
        assert_eq!(scene.state(&app, acts[1]).await, DeliveryState::Pending, "not “No match”");
        assert_eq!(scene.state(&app, acts[2]).await, DeliveryState::Pending);
        scene.later(&app, Duration::from_secs(30)).await;
        assert_eq!(written(&scene), ["Requested Access", "Status Page View", "File Downloaded"]);
        let leads = scene.sandbox.find("SELECT Id FROM Lead WHERE Email = 'sam@elsewhere.example'");
        assert_eq!(leads.len(), 1);
        for task in scene.sandbox.tasks() {
            assert_eq!(task.who.unwrap().to_string(), leads[0]["Id"].as_str().unwrap());
        }
    }

    async fn several_hundred_acts_of_one_person_stay_in_order_over_calls(app: TestApp) {
        let scene = scene(&app).await;
        for n in 0..450 {
            let kind = if n % 2 == 0 { ActivityKind::StatusPageView } else { ActivityKind::FileDownloaded };
            scene.happens(&app, kind).await;
        }
        app.sync().await;
        let written = written(&scene);
        assert_eq!(written.len(), 450);
        for (n, subject) in written.iter().enumerate() {
            let wanted = if n % 2 == 0 { "Status Page View" } else { "File Downloaded" };
            assert_eq!(subject, wanted, "number {n}");
        }
        assert!(scene.sandbox.api_calls() <= 5, "{} calls", scene.sandbox.api_calls());
    }
}
