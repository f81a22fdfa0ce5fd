//! Answering requests and doing the background work, until told to stop.

pub mod epoch;
mod scheduled;

use std::future::IntoFuture as _;
use std::net::SocketAddr;

use anyhow::Context as _;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::app::App;
use crate::{delivery, mail, signing, web};

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

/// Serves until `stop`, as the process's role says. Everything that was begun is
/// finished before it returns.
pub async fn run(app: App, listener: TcpListener, stop: CancellationToken) -> anyhow::Result<()> {
    let (config, address) = (&app.config, listener.local_addr()?);
    tracing::info!(%address, public = %config.public_url, role = %config.role, "listening");
    let background = TaskTracker::new();
    if config.role.does_background_work() {
        epoch::check(&app).await?;
        start_workers(&app, &background, &stop);
    }
    background.close();
    let router = match config.role.answers_requests() {
        true => web::router(app),
        false => web::health_router(app),
    };
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service)
        .with_graceful_shutdown(stop.clone().cancelled_owned())
        .into_future()
        .await?;
    stop.cancel();
    background.wait().await;
    Ok(())
}

fn start_workers(app: &App, background: &TaskTracker, stop: &CancellationToken) {
    background.spawn(delivery::engine::run(app.clone(), stop.clone()));
    background.spawn(signing::worker::run(app.clone(), stop.clone()));
    background.spawn(email(app.clone(), stop.clone()));
    background.spawn(scheduled::upkeep(app.clone(), stop.clone()));
    background.spawn(scheduled::daily_emails(app.clone(), stop.clone()));
    background.spawn(epoch::keep_counting(app.clone(), stop.clone()));
    let (db, stop) = (app.db.clone(), stop.clone());
    background.spawn(async move { db.listen(stop).await });
}

async fn email(app: App, stop: CancellationToken) {
    if let Err(error) = mail::worker::run(app, stop).await {
        tracing::error!(%error, "email is not being sent");
    }
}
