//! Answering requests and doing the background work, until told to stop.

pub mod epoch;
mod limits;
mod scheduled;

use anyhow::Context as _;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use scheduled::{sum_up_days, update_emails};

use crate::app::App;
use crate::web::connections::{self, Limits};
use crate::{delivery, signing, web};

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
    if let Ok(done) = tokio::time::timeout(limit, serving).await {
        done.context("the program broke off")?
    } else {
        tracing::warn!(
            seconds = limit.as_secs(),
            "stopped with work unfinished; it will be taken up again"
        );
        Ok(())
    }
}

/// Serves until `stop`, as the process's role says. Everything that was begun is
/// finished before it returns.
pub async fn run(app: App, listener: TcpListener, stop: CancellationToken) -> anyhow::Result<()> {
    let (config, address) = (&app.config, listener.local_addr()?);
    tracing::info!(%address, public = %config.public_url, role = %config.role, "listening");
    if !pdfjs::IS_BUILT_IN {
        tracing::warn!(
            "built without the document viewer: view-only documents are shown to nobody"
        );
    }
    let background = TaskTracker::new();
    if config.role.does_background_work() {
        epoch::check(&app).await?;
        start_workers(&app, &background, &stop);
    }
    let router = if config.role.answers_requests() {
        supervise(
            &background,
            &app,
            &stop,
            "usage",
            scheduled::write_anonymous_views,
        );
        web::router(app.clone())
    } else {
        web::health_router(app.clone())
    };
    background.close();
    let limits = Limits::of_process(config.trusted_proxies.clone());
    connections::serve(listener, router, limits, stop).await;
    background.wait().await;
    scheduled::write_anonymous_views_now(&app).await;
    Ok(())
}

fn start_workers(app: &App, background: &TaskTracker, stop: &CancellationToken) {
    supervise(background, app, stop, "deliveries", delivery::engine::run);
    supervise(background, app, stop, "past activity", delivery::past::run);
    supervise(background, app, stop, "org check", delivery::org_check::run);
    supervise(background, app, stop, "signing", signing::worker::run);
    supervise(background, app, stop, "email", email);
    supervise(background, app, stop, "upkeep", scheduled::upkeep);
    supervise(
        background,
        app,
        stop,
        "daily emails",
        scheduled::daily_emails,
    );
    supervise(background, app, stop, "update emails", update_emails);
    supervise(background, app, stop, "epoch", epoch::keep_counting);
    supervise(background, app, stop, "listening for work", listen);
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

async fn listen(app: App, stop: CancellationToken) {
    app.db.listen(stop).await;
}

async fn email(app: App, stop: CancellationToken) {
    if app.config.smtp_url.is_none() {
        tracing::warn!("GATEHOUSE_SMTP_URL is not set: email waits in the outbox");
        return stop.cancelled().await;
    }
    if let Err(error) = crate::email::worker::run(app, stop).await {
        tracing::error!(%error, "email is not being sent");
    }
}
