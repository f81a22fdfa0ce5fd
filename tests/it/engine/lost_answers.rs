//! Lost answers when more has changed than time: the user, a clock, an Admin's mind.

use std::time::Duration;

use domain::activities::ActivityKind;
use domain::deliveries::DeliveryState;
use domain::ids::ActivityId;
use domain::salesforce::ConnectionOptions;
use jiff::{SignedDuration, ToSpan as _};
use salesforce_sim::{Fault, FaultKind, Id, UserSeed};
use testkit::salesforce::{self, Login};

use super::{Scene, scene};
use crate::on_both_databases;
use crate::support::{SALESFORCE_PASSWORD, TestApp};

const WRITE: &str = "/composite/sobjects";
const SECOND_USER: &str = "second@northgate.example";

fn answer_lost() -> Fault {
    Fault::new(FaultKind::DropAnswerAfterCommit)
        .on(WRITE)
        .method("POST")
}

fn never_arrived() -> Fault {
    Fault::new(FaultKind::DropBeforeCommit)
        .on(WRITE)
        .method("POST")
}

/// Another user of the same org logs in, as the page offers.
pub(super) async fn second_user_connects(app: &TestApp, scene: &Scene) {
    scene
        .sandbox
        .add_user(UserSeed::new(SECOND_USER, "Second", "User"));
    let admin = &scene.admin;
    let login = Login {
        environment: "sandbox",
        username: SECOND_USER,
        password: SALESFORCE_PASSWORD,
    };
    let page = admin
        .client()
        .open(salesforce::MODAL)
        .await
        .expect("the modal");
    let page = admin
        .client()
        .submit(&page, "/reconnect", &[])
        .await
        .expect("the login page");
    let credentials = [("username", login.username), ("password", login.password)];
    let consent = admin
        .client()
        .submit(&page, "/authorize/login", &credentials)
        .await
        .expect("consent");
    salesforce::answer(admin.client(), &consent, "allow")
        .await
        .expect("connected");
    assert_eq!(scene.connection(app).await.user.username, SECOND_USER);
}

/// A download whose outcome is in doubt, and another user connected who can't see what
/// the first one wrote. Answers that user, too.
async fn unseen(app: &TestApp, scene: &Scene, fault: Fault) -> (ActivityId, Id) {
    scene.downloads(app).await;
    app.sync().await;
    scene.sandbox.push_fault(fault);
    let activity = scene.downloads(app).await;
    app.sync().await;
    second_user_connects(app, scene).await;
    let second = scene.connection(app).await.user.id;
    let second: Id = second.as_str().parse().expect("an id of the local org");
    scene.sandbox.set_sees_others_tasks(second, false);
    scene.later(app, Duration::from_mins(30)).await;
    assert_eq!(scene.state(app, activity).await, DeliveryState::Parked);
    (activity, second)
}

/// The Admin presses one of the delivery's buttons.
async fn press(app: &TestApp, scene: &Scene, activity: ActivityId, button: &str) {
    let id = scene.delivery(app, activity).await.id;
    let path = format!("/dashboard/salesforce/deliveries/{id}/{button}");
    let answer = scene.admin.post(&path, &[]).await;
    assert!(answer.status.is_redirection(), "{}", answer.summary());
    app.sync().await;
}

on_both_databases! {
    async fn what_the_first_user_had_written_is_found_after_another_has_logged_in(app: TestApp) {
        let scene = scene(&app).await;
        scene.sandbox.push_fault(answer_lost());
        let activity = scene.downloads(&app).await;
        app.sync().await;
        assert_eq!(scene.state(&app, activity).await, DeliveryState::Uncertain);
        second_user_connects(&app, &scene).await;
        scene.later(&app, Duration::from_secs(30)).await;
        assert_eq!(scene.state(&app, activity).await, DeliveryState::Delivered);
        scene.later(&app, Duration::from_mins(30)).await;
        assert_eq!(scene.sandbox.task_count(), 1);
    }

    async fn what_nobody_wrote_is_sent_by_the_second_user_once_the_firsts_tasks_were_seen(app: TestApp) {
        let scene = scene(&app).await;
        scene.downloads(&app).await;
        app.sync().await;
        scene.sandbox.push_fault(never_arrived());
        let activity = scene.downloads(&app).await;
        app.sync().await;
        second_user_connects(&app, &scene).await;
        scene.later(&app, Duration::from_mins(9)).await;
        assert_eq!(scene.state(&app, activity).await, DeliveryState::Uncertain);
        scene.later(&app, Duration::from_mins(2)).await;
        assert_eq!(scene.state(&app, activity).await, DeliveryState::Delivered);
        assert_eq!(scene.sandbox.task_count(), 2);
    }

    async fn a_task_that_nobody_can_see_is_not_sent_twice(app: TestApp) {
        let scene = scene(&app).await;
        let (activity, second) = unseen(&app, &scene, answer_lost()).await;
        let delivery = scene.delivery(&app, activity).await;
        let why = &delivery.error_message;
        assert!(why.contains("second@northgate.example can’t see the Tasks"), "{why}");
        for _ in 0..2 {
            press(&app, &scene, activity, "retry").await;
            assert_eq!(scene.state(&app, activity).await, DeliveryState::Parked, "looked again");
            assert_eq!(scene.sandbox.task_count(), 2, "as many as there were downloads");
        }
        scene.sandbox.set_sees_others_tasks(second, true);
        press(&app, &scene, activity, "retry").await;
        assert_eq!(scene.state(&app, activity).await, DeliveryState::Delivered);
        assert_eq!(scene.sandbox.task_count(), 2);
    }

    async fn an_admin_who_has_looked_sends_what_nobody_could_see(app: TestApp) {
        let scene = scene(&app).await;
        let (activity, _) = unseen(&app, &scene, never_arrived()).await;
        let page = scene.admin.text("/dashboard/salesforce/deliveries?state=parked").await;
        assert!(page.contains("It’s not in Salesforce: send it"), "{page}");
        assert!(page.contains("View All Data"), "what to do: {page}");
        press(&app, &scene, activity, "send-unseen").await;
        assert_eq!(scene.state(&app, activity).await, DeliveryState::Delivered);
        assert_eq!(scene.sandbox.task_count(), 2);
    }

    async fn a_clock_of_the_org_that_is_a_quarter_of_an_hour_off_doubles_nothing(app: TestApp) {
        let scene = scene(&app).await;
        for minutes in [-15, 15] {
            let before = scene.sandbox.task_count();
            scene.sandbox.clock().advance(minutes * 60_000);
            scene.sandbox.push_fault(answer_lost());
            let activity = scene.downloads(&app).await;
            app.sync().await;
            assert_eq!(scene.state(&app, activity).await, DeliveryState::Uncertain);
            app.ambient.clock.advance(Duration::from_secs(30));
            scene.sandbox.clock().advance(30_000);
            app.sync().await;
            assert_eq!(scene.state(&app, activity).await, DeliveryState::Delivered, "{minutes} min");
            assert_eq!(scene.sandbox.task_count(), before + 1);
            app.advance(Duration::from_mins(1));
        }
    }

    async fn a_clock_that_jumps_an_hour_does_not_end_the_quiet_period(app: TestApp) {
        let scene = scene(&app).await;
        // The org's clock is known from its answers.
        scene.downloads(&app).await;
        app.sync().await;
        scene.sandbox.push_fault(never_arrived());
        let activity = scene.downloads(&app).await;
        app.sync().await;
        let clock = &app.ambient.clock;
        clock.set_time_of_day(clock.now() + SignedDuration::from_hours(1));
        app.sync().await;
        assert_eq!(scene.state(&app, activity).await, DeliveryState::Uncertain, "ours jumped");
        clock.set_time_of_day(clock.now() - 1.hour());
        scene.sandbox.clock().advance(3_600_000);
        clock.advance(Duration::from_mins(1));
        app.sync().await;
        assert_eq!(scene.state(&app, activity).await, DeliveryState::Uncertain, "the org's jumped");
        assert_eq!(scene.sandbox.task_count(), 1);
    }

    async fn a_stranger_whose_lead_was_created_is_found_with_every_act_after_a_lost_answer(app: TestApp) {
        let scene = scene(&app).await;
        scene.choose(&app, ConnectionOptions { create_lead: true, ..ConnectionOptions::default() }).await;
        let both = Fault::new(FaultKind::DropAnswerAfterCommit).on("/composite").method("POST");
        scene.sandbox.push_fault(both.after(1));
        let mut acts = Vec::new();
        for kind in [ActivityKind::RequestedAccess, ActivityKind::StatusPageView, ActivityKind::FileDownloaded] {
            acts.push(scene.does(&app, kind, "sam@elsewhere.example", "Elsewhere Ltd").await);
        }
        app.sync().await;
        for activity in &acts {
            assert_eq!(scene.state(&app, *activity).await, DeliveryState::Uncertain);
        }
        scene.later(&app, Duration::from_secs(30)).await;
        scene.later(&app, Duration::from_mins(30)).await;
        for activity in &acts {
            assert_eq!(scene.state(&app, *activity).await, DeliveryState::Delivered);
        }
        assert_eq!(scene.sandbox.task_count(), 3, "one for each act");
        assert_eq!(scene.sandbox.find("SELECT Id FROM Lead").len(), 1);
    }
}
