//! Lost answers when more has changed than time: the user, a clock, an Admin's mind.

use std::time::Duration;

use domain::activities::ActivityKind;
use domain::deliveries::DeliveryState;
use domain::ids::ActivityId;
use domain::salesforce::ConnectionOptions;
use jiff::{SignedDuration, ToSpan as _};
use salesforce_sim::{Fault, FaultKind, Id, UserSeed};
use testkit::salesforce::{self, Login};

use super::{Fixture, fixture};
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
pub(super) async fn second_user_connects(app: &TestApp, fixture: &Fixture) {
    fixture
        .sandbox
        .add_user(UserSeed::new(SECOND_USER, "Second", "User"));
    let admin = &fixture.admin;
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
    assert_eq!(fixture.connection(app).await.user.username, SECOND_USER);
}

/// A download whose outcome is in doubt, and another user connected who can't see what
/// the first one wrote. Answers that user, too.
async fn unseen(app: &TestApp, fixture: &Fixture, fault: Fault) -> (ActivityId, Id) {
    fixture.downloads(app).await;
    app.sync().await;
    fixture.sandbox.push_fault(fault);
    let activity = fixture.downloads(app).await;
    app.sync().await;
    second_user_connects(app, fixture).await;
    let second = fixture.connection(app).await.user.id;
    let second: Id = second.as_str().parse().expect("an id of the local org");
    fixture.sandbox.set_sees_others_tasks(second, false);
    fixture.later(app, Duration::from_mins(30)).await;
    assert_eq!(fixture.state(app, activity).await, DeliveryState::Parked);
    (activity, second)
}

/// The Admin presses one of the delivery's buttons.
async fn press(app: &TestApp, fixture: &Fixture, activity: ActivityId, button: &str) {
    let id = fixture.delivery(app, activity).await.id;
    let path = format!("/dashboard/salesforce/deliveries/{id}/{button}");
    let answer = fixture.admin.post(&path, &[]).await;
    assert!(answer.status.is_redirection(), "{}", answer.summary());
    app.sync().await;
}

on_both_databases! {
    async fn what_the_first_user_had_written_is_found_after_another_has_logged_in(app: TestApp) {
        let fixture = fixture(&app).await;
        fixture.sandbox.push_fault(answer_lost());
        let activity = fixture.downloads(&app).await;
        app.sync().await;
        assert_eq!(fixture.state(&app, activity).await, DeliveryState::Uncertain);
        second_user_connects(&app, &fixture).await;
        fixture.later(&app, Duration::from_secs(30)).await;
        assert_eq!(fixture.state(&app, activity).await, DeliveryState::Delivered);
        fixture.later(&app, Duration::from_mins(30)).await;
        assert_eq!(fixture.sandbox.task_count(), 1);
    }

    async fn a_task_that_was_never_written_is_sent_by_the_second_user_once_the_first_users_tasks_were_seen(app: TestApp) {
        let fixture = fixture(&app).await;
        fixture.downloads(&app).await;
        app.sync().await;
        fixture.sandbox.push_fault(never_arrived());
        let activity = fixture.downloads(&app).await;
        app.sync().await;
        second_user_connects(&app, &fixture).await;
        fixture.later(&app, Duration::from_mins(9)).await;
        assert_eq!(fixture.state(&app, activity).await, DeliveryState::Uncertain);
        fixture.later(&app, Duration::from_mins(2)).await;
        assert_eq!(fixture.state(&app, activity).await, DeliveryState::Delivered);
        assert_eq!(fixture.sandbox.task_count(), 2);
    }

    async fn a_task_that_nobody_can_see_is_not_sent_twice(app: TestApp) {
        let fixture = fixture(&app).await;
        let (activity, second) = unseen(&app, &fixture, answer_lost()).await;
        let delivery = fixture.delivery(&app, activity).await;
        let why = &delivery.error_message;
        assert!(why.contains("second@northgate.example can’t see the Tasks"), "{why}");
        for _ in 0..2 {
            press(&app, &fixture, activity, "retry").await;
            assert_eq!(fixture.state(&app, activity).await, DeliveryState::Parked, "asked again");
            assert_eq!(fixture.sandbox.task_count(), 2, "as many as there were downloads");
        }
        fixture.sandbox.set_sees_others_tasks(second, true);
        press(&app, &fixture, activity, "retry").await;
        assert_eq!(fixture.state(&app, activity).await, DeliveryState::Delivered);
        assert_eq!(fixture.sandbox.task_count(), 2);
    }

    async fn an_admin_who_has_checked_sends_what_could_not_be_found(app: TestApp) {
        let fixture = fixture(&app).await;
        let (activity, _) = unseen(&app, &fixture, never_arrived()).await;
        let page = fixture.admin.text("/dashboard/salesforce/deliveries?state=parked").await;
        assert!(page.contains("It’s not in Salesforce: send it"), "{page}");
        assert!(page.contains("View All Data"), "what to do: {page}");
        press(&app, &fixture, activity, "send-unseen").await;
        assert_eq!(fixture.state(&app, activity).await, DeliveryState::Delivered);
        assert_eq!(fixture.sandbox.task_count(), 2);
    }

    async fn a_clock_of_the_org_that_is_a_quarter_of_an_hour_off_doubles_nothing(app: TestApp) {
        let fixture = fixture(&app).await;
        for minutes in [-15, 15] {
            let before = fixture.sandbox.task_count();
            fixture.sandbox.clock().advance(minutes * 60_000);
            fixture.sandbox.push_fault(answer_lost());
            let activity = fixture.downloads(&app).await;
            app.sync().await;
            assert_eq!(fixture.state(&app, activity).await, DeliveryState::Uncertain);
            app.ambient.clock.advance(Duration::from_secs(30));
            fixture.sandbox.clock().advance(30_000);
            app.sync().await;
            assert_eq!(fixture.state(&app, activity).await, DeliveryState::Delivered, "{minutes} min");
            assert_eq!(fixture.sandbox.task_count(), before + 1);
            app.advance(Duration::from_mins(1));
        }
    }

    async fn a_clock_that_jumps_an_hour_does_not_end_the_quiet_period(app: TestApp) {
        let fixture = fixture(&app).await;
        // The org's clock is known from its answers.
        fixture.downloads(&app).await;
        app.sync().await;
        fixture.sandbox.push_fault(never_arrived());
        let activity = fixture.downloads(&app).await;
        app.sync().await;
        let clock = &app.ambient.clock;
        clock.set_time_of_day(clock.now() + SignedDuration::from_hours(1));
        app.sync().await;
        assert_eq!(fixture.state(&app, activity).await, DeliveryState::Uncertain, "ours jumped");
        clock.set_time_of_day(clock.now() - 1.hour());
        fixture.sandbox.clock().advance(3_600_000);
        clock.advance(Duration::from_mins(1));
        app.sync().await;
        assert_eq!(fixture.state(&app, activity).await, DeliveryState::Uncertain, "the org's jumped");
        assert_eq!(fixture.sandbox.task_count(), 1);
    }

    async fn a_stranger_whose_lead_was_created_is_found_with_every_act_after_a_lost_answer(app: TestApp) {
        let fixture = fixture(&app).await;
        fixture.choose(&app, ConnectionOptions { create_lead: true, ..ConnectionOptions::default() }).await;
        let both = Fault::new(FaultKind::DropAnswerAfterCommit).on("/composite").method("POST");
        fixture.sandbox.push_fault(both.after(1));
        let mut acts = Vec::new();
        for kind in [ActivityKind::RequestedAccess, ActivityKind::StatusPageView, ActivityKind::FileDownloaded] {
            acts.push(fixture.does(&app, kind, "sam@elsewhere.example", "Elsewhere Ltd").await);
        }
        app.sync().await;
        for activity in &acts {
            assert_eq!(fixture.state(&app, *activity).await, DeliveryState::Uncertain);
        }
        fixture.later(&app, Duration::from_secs(30)).await;
        fixture.later(&app, Duration::from_mins(30)).await;
        for activity in &acts {
            assert_eq!(fixture.state(&app, *activity).await, DeliveryState::Delivered);
        }
        assert_eq!(fixture.sandbox.task_count(), 3, "one for each act");
        assert_eq!(fixture.sandbox.find("SELECT Id FROM Lead").len(), 1);
    }
}
