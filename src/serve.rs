//! Answering requests and doing the background work, until told to stop.

use std::time::Duration;

use anyhow::Context as _;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::app::App;
use crate::trust_center::{digest, reminders, usage};
use crate::web::connections::{self, Limits};
use crate::{mail, signing, store, sync, web};

/// How often idle tokens are kept alive and old rows are swept.
const UPKEEP: Duration = Duration::from_hours(1);

/// No counter of attempts looks further back.
const LONGEST_WINDOW: Duration = Duration::from_hours(48);

/// How often what anonymous visitors looked at is written down.
const LOOKS: Duration = Duration::from_secs(3);
/// How often is looked whether daily letters are due.
const LETTERS: Duration = Duration::from_secs(60);
/// How long a letter that failed can be tried again.
const FAILED_MAIL: Duration = Duration::from_hours(14 * 24);
/// How long anonymous visitors are told from each other; a visit may reach over
/// midnight.
const GUESTS: Duration = Duration::from_hours(24);
/// How many rows of usage are forgotten in one transaction.
const SWEEP: i64 = 2_000;
const MICROS_PER_DAY: i64 = 86_400_000_000;

/// Serves until SIGTERM or SIGINT, then finishes what is under way within the
/// configured limit.
pub async fn until_stopped(app: App, listener: TcpListener) -> anyhow::Result<()> {
    let stop = CancellationToken::new();
    let mut terminate = signal(SignalKind::terminate()).context("SIGTERM can't be handled")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("SIGINT can't be handled")?;
    let limit = app.config.shutdown_limit;
    let serving = tokio::spawn(run(app, listener, stop.clone()));
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("stopping: finishing what is under way");
    stop.cancel();
    match tokio::time::timeout(limit, serving).await {
        Ok(done) => done.context("the program broke off")?,
        Err(_) => {
            tracing::warn!(
                seconds = limit.as_secs(),
                "stopped with work unfinished; it will be taken up again"
            );
            Ok(())
        }
    }
}

/// Serves until `stop`. Everything that was begun is finished before it returns.
pub async fn run(app: App, listener: TcpListener, stop: CancellationToken) -> anyhow::Result<()> {
    tracing::info!(address = %listener.local_addr()?, public = %app.config.public_url, "listening");
    let background = TaskTracker::new();
    supervise(&background, &app, &stop, "deliveries", sync::engine::run);
    supervise(&background, &app, &stop, "signing", signing::worker::run);
    supervise(&background, &app, &stop, "upkeep", upkeep);
    supervise(&background, &app, &stop, "usage", count_looks);
    supervise(&background, &app, &stop, "email", post);
    supervise(&background, &app, &stop, "daily emails", daily_letters);
    background.close();
    let limits = Limits::of_process(app.config.trusted_proxies.clone());
    connections::serve(listener, web::router(app.clone()), limits, stop).await;
    background.wait().await;
    write_looks(&app).await;
    Ok(())
}

/// Starts a job that runs until `stop`, and again whenever it breaks off.
fn supervise<F: Future<Output = ()> + Send + 'static>(
    background: &TaskTracker,
    app: &App,
    stop: &CancellationToken,
    name: &'static str,
    job: impl Fn(App, CancellationToken) -> F + Send + Sync + 'static,
) {
    let (app, stop) = (app.clone(), stop.clone());
    background.spawn(async move {
        let run = || job(app.clone(), stop.clone());
        app.jobs.supervise(name, &stop, run).await;
    });
}

async fn post(app: App, stop: CancellationToken) {
    if app.config.smtp_url.is_none() {
        tracing::warn!("GATEHOUSE_SMTP_URL is not set: email waits in the outbox");
        return stop.cancelled().await;
    }
    if let Err(error) = mail::worker::run(app, stop).await {
        tracing::error!(%error, "mail is not being sent");
    }
}

/// Writes down what anonymous visitors looked at, every few seconds.
async fn count_looks(app: App, stop: CancellationToken) {
    loop {
        write_looks(&app).await;
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(LOOKS) => {}
        }
    }
}

async fn write_looks(app: &App) {
    if let Err(error) = usage::write_looks(&app.db, &app.ambient, &app.looks).await {
        tracing::warn!(%error, "usage can't be written down now");
    }
}

async fn daily_letters(app: App, stop: CancellationToken) {
    loop {
        if let Err(error) = send_daily_letters(&app).await {
            tracing::error!(%error, "daily letters are tried again in a minute");
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(LETTERS) => {}
        }
    }
}

async fn send_daily_letters(app: &App) -> anyhow::Result<()> {
    let mut tx = app.db.begin().await?;
    let url = &app.config.public_url;
    digest::send_due_across_tenants(&mut tx, &app.ambient, url).await?;
    Ok(tx.commit().await?)
}

async fn upkeep(app: App, stop: CancellationToken) {
    loop {
        let (db, url) = (&app.db, &app.config.public_url);
        if let Err(error) = reminders::remind_across_tenants(db, &app.ambient, url).await {
            tracing::error!(%error, "nobody is told of ends of access; it is tried again in an hour");
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
    sync::tokens::keep_alive(app).await?;
    let mut tx = app.db.begin().await?;
    store::match_cache::sweep_across_tenants(&mut tx, now).await?;
    store::staff_session::delete_expired_across_tenants(&mut tx, now).await?;
    store::visitor_session::delete_expired_across_tenants(&mut tx, now).await?;
    store::magic_link::delete_expired_across_tenants(&mut tx, now).await?;
    store::mail_list::forget_failed_across_tenants(&mut tx, now - FAILED_MAIL).await?;
    store::attempt::forget_before(&mut tx, now - LONGEST_WINDOW).await?;
    tx.commit().await?;
    forget_usage(app).await
}

/// What is kept of usage for a while only, a few rows at a time: on SQLite everybody
/// who writes waits meanwhile.
async fn forget_usage(app: &App) -> store::Result<()> {
    let now = app.ambient.now();
    let mut tx = app.db.begin().await?;
    store::guest_visit::sweep_across_tenants(&mut tx, now - GUESTS).await?;
    let yesterday = (now - GUESTS).as_microsecond().div_euclid(MICROS_PER_DAY);
    store::usage_salt::sweep_across_tenants(&mut tx, yesterday).await?;
    tx.commit().await?;
    loop {
        let mut tx = app.db.begin().await?;
        let gone = store::usage::sweep_across_tenants(&mut tx, now, SWEEP).await?;
        tx.commit().await?;
        if gone == 0 {
            return Ok(());
        }
    }
}
