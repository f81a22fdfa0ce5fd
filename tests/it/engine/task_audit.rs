//! The nightly comparison of what was delivered with what the org has.

use std::time::Duration;

use gatehouse::delivery::task_audit;

use super::{EMAIL, fixture};
use crate::on_both_databases;
use crate::support::{Browser, PASSWORD, TestApp};

/// What the Deliveries page says.
async fn page(app: &TestApp) -> String {
    let browser: Browser = app.browser();
    let login = browser.open("/login").await;
    let credentials = [("email", "admin@northgate.example"), ("password", PASSWORD)];
    browser.submit(&login, "/login", &credentials).await;
    browser.text("/dashboard/salesforce/deliveries").await
}

/// From an afternoon to the night after it, where the org is.
async fn the_night_comes(app: &TestApp) {
    for _ in 0..24 {
        app.advance(Duration::from_hours(1));
        task_audit::run_due(app).await.unwrap();
    }
}

/// As if an answer had been lost and nobody had asked.
async fn send_everything_again(app: &TestApp) {
    let mut tx = app.db.begin().await.unwrap();
    tx.execute("UPDATE delivery SET state = 'pending', due_at = 0", &[])
        .await
        .unwrap();
    tx.execute("UPDATE lane SET due_at = 0", &[]).await.unwrap();
    tx.commit().await.unwrap();
    app.sync().await;
}

/// The API calls that count against Gatehouse's share.
async fn counted_calls(app: &TestApp) -> i64 {
    let mut tx = app.db.read().await.unwrap();
    let sql = "SELECT CAST(COALESCE(SUM(calls), 0) AS BIGINT) AS calls FROM api_usage";
    tx.one(sql, &[]).await.unwrap().get("calls").unwrap()
}

on_both_databases! {
    async fn a_night_in_which_nothing_can_be_asked_costs_no_calls(app: TestApp) {
        let fixture = fixture(&app).await;
        fixture.downloads(&app).await;
        app.sync().await;
        let before = counted_calls(&app).await;
        let mut tx = app.db.begin().await.unwrap();
        tx.execute("UPDATE connection SET access_token = refresh_token", &[]).await.unwrap();
        tx.commit().await.unwrap();
        the_night_comes(&app).await;
        assert_eq!(counted_calls(&app).await, before);
    }

    async fn each_delivery_that_has_one_task_is_fine(app: TestApp) {
        let fixture = fixture(&app).await;
        fixture.downloads(&app).await;
        fixture.downloads(&app).await;
        app.sync().await;
        the_night_comes(&app).await;
        let page = page(&app).await;
        assert!(page.contains("2 checked, each has exactly one Task"), "{page}");
    }

    async fn a_task_that_was_deleted_is_reported(app: TestApp) {
        let fixture = fixture(&app).await;
        fixture.downloads(&app).await;
        app.sync().await;
        let task = fixture.sandbox.tasks()[0].id;
        fixture.sandbox.delete(task);
        the_night_comes(&app).await;
        let page = page(&app).await;
        assert!(page.contains("1 checked, 1 differs"), "{page}");
        assert!(page.contains("Deleted in Salesforce"), "{page}");
    }

    async fn a_duplicate_task_is_reported(app: TestApp) {
        let fixture = fixture(&app).await;
        fixture.downloads(&app).await;
        app.sync().await;
        send_everything_again(&app).await;
        assert_eq!(fixture.sandbox.task_count(), 2);
        the_night_comes(&app).await;
        let page = page(&app).await;
        assert!(page.contains("Duplicate Tasks in Salesforce"), "{page}");
    }

    async fn it_is_compared_once_a_night_and_not_by_day(app: TestApp) {
        let fixture = fixture(&app).await;
        fixture.downloads(&app).await;
        app.sync().await;
        fixture.sandbox.reset_api_calls();
        task_audit::run_due(&app).await.unwrap();
        assert_eq!(fixture.sandbox.api_calls(), 0, "{EMAIL} acted in the afternoon");
        the_night_comes(&app).await;
        assert_eq!(fixture.sandbox.api_calls(), 2);
    }
}
