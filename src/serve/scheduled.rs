//! Work that is done when its time comes: daily emails, and the hourly upkeep.

use store::Work;
use tokio_util::sync::CancellationToken;

use super::limits::{
    ANONYMOUS_VIEWS, ANONYMOUS_VISITORS, DAILY_EMAILS, DAY_IS_OVER, DRY_RUNS, FAILED_EMAIL,
    LONGEST_WINDOW, ORG_CHANGES, UPDATE_EMAILS, UPKEEP, USAGE_ROWS_AT_ONCE,
};
use crate::app::App;
use crate::delivery::task_audit;
use crate::salesforce_connection;
use crate::use_cases::accounts::reminders;
use crate::use_cases::analytics;
use crate::use_cases::content::update_mailing;
use crate::use_cases::email::daily;
use crate::use_cases::organizations::custom_domain;

const MICROS_PER_DAY: i64 = 86_400_000_000;

pub(super) async fn daily_emails(app: App, stop: CancellationToken) {
    loop {
        if let Err(error) = send_daily_emails(&app).await {
            tracing::error!(%error, "daily emails are tried again in a minute");
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(DAILY_EMAILS) => {}
        }
    }
}

async fn send_daily_emails(app: &App) -> anyhow::Result<()> {
    let mut tx = app.db.begin().await?;
    let url = &app.config.public_url;
    daily::send_due_across_tenants(&mut tx, &app.ambient, url).await?;
    Ok(tx.commit().await?)
}

/// Queues the emails of updates that were published, a few hundred at a time.
pub async fn update_emails(app: App, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let url = &app.config.public_url;
        match update_mailing::queue_next(&app.db, &app.ambient, url).await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => tracing::error!(%error, "emails of an update are tried again"),
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = app.db.work_signal().wait(Work::Updates) => {}
            () = tokio::time::sleep(UPDATE_EMAILS) => {}
        }
    }
}

/// Writes down what anonymous visitors looked at, every few seconds.
pub(super) async fn write_anonymous_views(app: App, stop: CancellationToken) {
    loop {
        write_anonymous_views_now(&app).await;
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(ANONYMOUS_VIEWS) => {}
        }
    }
}

pub(super) async fn write_anonymous_views_now(app: &App) {
    if let Err(error) =
        analytics::write_anonymous_views(&app.db, &app.ambient, &app.anonymous_views).await
    {
        tracing::warn!(%error, "usage can't be written down now");
    }
}

pub(super) async fn upkeep(app: App, stop: CancellationToken) {
    loop {
        let (db, url) = (&app.db, &app.config.public_url);
        if let Err(error) = reminders::remind_across_tenants(db, &app.ambient, url).await {
            tracing::error!(%error, "nobody is told of ends of access; it is tried again in an hour");
        }
        if let Err(error) = task_audit::run_due(&app).await {
            tracing::error!(%error, "deliveries are compared with Salesforce's Tasks in an hour");
        }
        if let Err(error) =
            custom_domain::check_due_across_tenants(db, &app.dns, &app.ambient, url).await
        {
            tracing::error!(%error, "custom domains are looked at again in an hour");
        }
        if let Err(error) = keep_up(&app).await {
            tracing::error!(%error, "upkeep failed; it is tried again in an hour");
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(UPKEEP) => {}
        }
    }
}

async fn keep_up(app: &App) -> store::Result<()> {
    let now = app.ambient.now();
    if let Err(error) = app.files.sweep(now).await {
        tracing::warn!(%error, "files that nobody needs could not be deleted");
    }
    salesforce_connection::tokens::keep_alive(app).await?;
    let mut tx = app.db.begin().await?;
    store::deliveries::match_cache::sweep_across_tenants(&mut tx, now).await?;
    store::deliveries::dry_runs::sweep_across_tenants(&mut tx, now - DRY_RUNS).await?;
    store::salesforce::org_checks::sweep_across_tenants(&mut tx, now - ORG_CHANGES).await?;
    store::staff::sessions::delete_expired_across_tenants(&mut tx, now).await?;
    store::staff::password_links::delete_expired_across_tenants(&mut tx, now).await?;
    store::visitors::sessions::delete_expired_across_tenants(&mut tx, now).await?;
    store::access_requests::unconfirmed::delete_expired_across_tenants(&mut tx, now).await?;
    store::visitors::magic_links::delete_expired_across_tenants(&mut tx, now).await?;
    store::email::list::forget_failed_across_tenants(&mut tx, now - FAILED_EMAIL).await?;
    store::rate_limits::forget_before(&mut tx, now - LONGEST_WINDOW).await?;
    tx.commit().await?;
    sum_up_days(app).await?;
    forget_usage(app).await
}

/// Sums up the days that are over, a month at a time.
pub async fn sum_up_days(app: &App) -> store::Result<()> {
    let over = app.ambient.now() - DAY_IS_OVER;
    let today = over.as_microsecond().div_euclid(MICROS_PER_DAY);
    loop {
        let mut tx = app.db.begin().await?;
        let more = store::analytics::day_totals::sum_up_across_tenants(&mut tx, today).await?;
        tx.commit().await?;
        if !more {
            return Ok(());
        }
    }
}

/// What is kept of usage for a while only, a few rows at a time: on SQLite everyone
/// who writes waits meanwhile.
async fn forget_usage(app: &App) -> store::Result<()> {
    let now = app.ambient.now();
    let mut tx = app.db.begin().await?;
    store::analytics::anonymous_visits::sweep_across_tenants(&mut tx, now - ANONYMOUS_VISITORS)
        .await?;
    let yesterday = (now - ANONYMOUS_VISITORS)
        .as_microsecond()
        .div_euclid(MICROS_PER_DAY);
    store::analytics::usage_salts::sweep_across_tenants(&mut tx, yesterday).await?;
    tx.commit().await?;
    loop {
        let mut tx = app.db.begin().await?;
        let most = USAGE_ROWS_AT_ONCE;
        let gone = store::analytics::usage::sweep_across_tenants(&mut tx, now, most).await?
            + store::analytics::page_reading::sweep_across_tenants(&mut tx, now, most).await?;
        tx.commit().await?;
        if gone == 0 {
            return Ok(());
        }
    }
}
