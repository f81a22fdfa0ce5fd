//! A copy of the database was restored: what is open in it may have been delivered
//! since the copy was made.

use std::time::Duration;

use domain::activities::ActivityKind;
use domain::deliveries::DeliveryState;
use gatehouse::serve::epoch;
use gatehouse::use_cases::deliveries::restore;
use jiff::Timestamp;
use store::Db;

use super::lost_answers::second_user_connects;
use super::{COMPANY, Fixture, fixture};
use crate::on_both_databases;
use crate::support::{Browser, PASSWORD, TestApp};

const EPOCH: &str = "epoch";

/// Puts the deliveries back to what they were before they were delivered, as an older
/// copy has them.
async fn restore_older_copy(app: &TestApp) {
    restore_copy_with(app, DeliveryState::Pending).await;
}

/// The same with another state that they had.
async fn restore_copy_with(app: &TestApp, state: DeliveryState) {
    let mut tx = app.db.begin().await.unwrap();
    tx.execute(
        "UPDATE delivery SET state = $1, task_id = NULL, sent_at = NULL,
             settled_at = NULL, attempts = 0",
        &[state.into()],
    )
    .await
    .unwrap();
    tx.execute("UPDATE epoch SET number = number - 1", &[])
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

/// The Admin of the fixture, signed in.
async fn admin(app: &TestApp) -> Browser {
    let browser = app.browser();
    let login = browser.open("/login").await;
    let credentials = [("email", "admin@northgate.example"), ("password", PASSWORD)];
    browser.submit(&login, "/login", &credentials).await;
    browser
}

async fn mark(app: &TestApp, since: Option<Timestamp>) -> i64 {
    let mut tx = app.db.begin().await.unwrap();
    let marked = restore::mark(&mut tx, &app.ambient, since, restore::TOLD).await;
    tx.commit().await.unwrap();
    marked.unwrap()
}

/// Lets the time pass in which an unanswered write may still appear.
async fn quiet_period(fixture: &Fixture, app: &TestApp) {
    for _ in 0..12 {
        fixture.later(app, Duration::from_mins(1)).await;
    }
}

/// It has this state in the copy; an Admin tried it again since, and it was delivered. Now
/// the copy is restored, and an Admin tries it again.
async fn tried_again_after_the_copy(app: &TestApp, state: DeliveryState) {
    let fixture = fixture(app).await;
    let activity = fixture.downloads(app).await;
    app.sync().await;
    assert_eq!(fixture.sandbox.task_count(), 1);
    restore_copy_with(app, state).await;
    mark(app, None).await;
    let retry = "/dashboard/salesforce/deliveries/retry";
    admin(app)
        .await
        .post(retry, &[("state", state.key())])
        .await;
    app.sync().await;
    quiet_period(&fixture, app).await;
    assert_eq!(fixture.sandbox.task_count(), 1, "its Task was there");
    assert_eq!(fixture.state(app, activity).await, DeliveryState::Delivered);
}

on_both_databases! {
    async fn what_was_delivered_after_the_copy_is_not_sent_again(app: TestApp) {
        let fixture = fixture(&app).await;
        let delivered = fixture.downloads(&app).await;
        app.sync().await;
        assert_eq!(fixture.sandbox.task_count(), 1);
        restore_older_copy(&app).await;
        let not_yet = fixture.downloads(&app).await;
        assert_eq!(mark(&app, None).await, 2);
        app.sync().await;
        quiet_period(&fixture, &app).await;
        assert_eq!(fixture.state(&app, delivered).await, DeliveryState::Delivered);
        assert_eq!(fixture.state(&app, not_yet).await, DeliveryState::Delivered);
        assert_eq!(fixture.sandbox.task_count(), 2);
    }

    async fn what_had_found_no_match_and_was_tried_again_is_not_written_twice(app: TestApp) {
        tried_again_after_the_copy(&app, DeliveryState::Unmatched).await;
    }

    async fn what_had_been_refused_and_was_tried_again_is_not_written_twice(app: TestApp) {
        tried_again_after_the_copy(&app, DeliveryState::Parked).await;
    }

    async fn a_task_written_by_any_user_before_the_restore_is_found(app: TestApp) {
        let fixture = fixture(&app).await;
        let by_first = fixture.downloads(&app).await;
        app.sync().await;
        // The copy was made after the second user had logged in, or before: either way
        // it doesn't know who wrote the Task.
        second_user_connects(&app, &fixture).await;
        let by_second = fixture.downloads(&app).await;
        app.sync().await;
        assert_eq!(fixture.sandbox.task_count(), 2);
        restore_older_copy(&app).await;
        assert_eq!(mark(&app, None).await, 2);
        app.sync().await;
        quiet_period(&fixture, &app).await;
        for activity in [by_first, by_second] {
            assert_eq!(fixture.state(&app, activity).await, DeliveryState::Delivered);
        }
        assert_eq!(fixture.sandbox.task_count(), 2, "none is written again");
    }

    async fn a_server_whose_database_is_older_than_itself_notices_it(app: TestApp) {
        let fixture = fixture(&app).await;
        epoch::check(&app).await.unwrap();
        epoch::check(&app).await.unwrap();
        let delivered = fixture.downloads(&app).await;
        assert_eq!(fixture.state(&app, delivered).await, DeliveryState::Pending);
        restore_older_copy(&app).await;
        epoch::check(&app).await.unwrap();
        let delivery = fixture.delivery(&app, delivered).await;
        assert_eq!((delivery.state, delivery.error_code.as_str()), (DeliveryState::Uncertain, "RESTORED"));

        let admin = admin(&app).await;
        let page = admin.text("/dashboard/salesforce/deliveries").await;
        let notice = "The database was restored from a backup. 1 delivery is being checked in Salesforce";
        assert!(page.contains(notice), "{page}");
        let log = admin.text("/dashboard/settings/audit").await;
        assert!(log.contains("Marked deliveries for checking"), "{log}");

        // Noticed once: what happens from now on is sent at once.
        epoch::check(&app).await.unwrap();
        let next = fixture.does(&app, ActivityKind::FileDownloaded, "bo@harbor.example", COMPANY).await;
        assert_eq!(fixture.state(&app, next).await, DeliveryState::Pending);
    }

    async fn a_server_that_merely_starts_again_doubts_nothing(app: TestApp) {
        let fixture = fixture(&app).await;
        epoch::check(&app).await.unwrap();
        let waiting = fixture.downloads(&app).await;
        epoch::check(&app).await.unwrap();
        epoch::check(&app).await.unwrap();
        assert_eq!(fixture.state(&app, waiting).await, DeliveryState::Pending);
    }

    async fn a_server_that_is_new_beside_an_old_database_doubts_nothing(app: TestApp) {
        let fixture = fixture(&app).await;
        epoch::check(&app).await.unwrap();
        std::fs::remove_file(app.data_dir().join(EPOCH)).unwrap();
        let waiting = fixture.downloads(&app).await;
        epoch::check(&app).await.unwrap();
        assert_eq!(fixture.state(&app, waiting).await, DeliveryState::Pending);
    }

    async fn a_file_that_holds_no_number_says_what_to_do(app: TestApp) {
        std::fs::write(app.data_dir().join(EPOCH), "x").unwrap();
        let error = format!("{:#}", epoch::check(&app).await.unwrap_err());
        assert!(error.contains("run `gatehouse mark-restored`"), "{error}");
    }

    async fn nothing_of_a_connection_that_was_uninstalled_is_asked_about(app: TestApp) {
        let fixture = fixture(&app).await;
        let kind = ActivityKind::FileDownloaded;
        let stranger = fixture.does(&app, kind, "sam@nowhere.example", "Nowhere").await;
        app.sync().await;
        assert_eq!(fixture.state(&app, stranger).await, DeliveryState::Unmatched);
        admin(&app).await.post("/dashboard/settings/salesforce/uninstall", &[]).await;
        assert_eq!(mark(&app, None).await, 0);
        assert_eq!(fixture.state(&app, stranger).await, DeliveryState::Unmatched);
    }

    async fn only_activities_since_then_are_doubted_where_a_time_is_given(app: TestApp) {
        let fixture = fixture(&app).await;
        let before = fixture.downloads(&app).await;
        app.advance(Duration::from_hours(1));
        let since = app.ambient.now();
        let after = fixture.downloads(&app).await;
        assert_eq!(mark(&app, Some(since)).await, 1);
        assert_eq!(fixture.state(&app, before).await, DeliveryState::Pending);
        assert_eq!(fixture.state(&app, after).await, DeliveryState::Uncertain);
    }
}

#[tokio::test]
async fn a_copy_of_the_embedded_database_is_whole_while_it_is_in_use() {
    use crate::support::Database;
    let app = TestApp::start(Database::Sqlite).await;
    let fixture = fixture(&app).await;
    fixture.downloads(&app).await;
    let file = app.data_dir().join("copy.db");
    app.db.copy_into(&file).await.unwrap();
    let copy = Db::open(&format!("sqlite://{}", file.display()))
        .await
        .unwrap();
    let mut tx = copy.read().await.unwrap();
    let deliveries = tx.one("SELECT COUNT(*) AS n FROM delivery", &[]).await;
    assert_eq!(deliveries.unwrap().get::<i64>("n").unwrap(), 1);
    let again = app.db.copy_into(&file).await.unwrap_err().to_string();
    assert!(again.contains("already exists"), "{again}");
}
