//! Hearing at once from the other processes on the same PostgreSQL that there is
//! work. A notification belongs to the transaction that leaves the work: it is
//! sent when that commits, and never if it doesn't.

use std::convert::Infallible;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions};
use tokio_util::sync::CancellationToken;

use crate::db::database::Db;
use crate::db::error::{Result, StoreError};
use crate::db::work::{Work, WorkSignal};
use crate::limits::{LISTENER_CONNECT, LISTENER_RETRY, LISTENER_SILENCE};

/// The channel of LISTEN and NOTIFY; the payload is the kind of work.
const CHANNEL: &str = "gatehouse_work";

/// The statement that tells all processes of this work, once it is committed.
pub(crate) fn announcement(work: &[Work]) -> String {
    let calls: Vec<_> = work
        .iter()
        .map(|work| format!("pg_notify('{CHANNEL}', '{}')", work.key()))
        .collect();
    format!("SELECT {}", calls.join(", "))
}

impl Db {
    /// Wakes this process's workers when another process has left work for them,
    /// until `stop`. The embedded database has one process, which needs no telling.
    pub async fn listen(&self, stop: CancellationToken) {
        let Some(options) = self.postgres_options() else {
            return stop.cancelled().await;
        };
        loop {
            let error = tokio::select! {
                () = stop.cancelled() => return,
                Err(error) = pass_on(options.clone(), self.work_signal()) => error,
            };
            tracing::warn!(%error, "other replicas' work is only noticed by looking for it");
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(LISTENER_RETRY) => {}
            }
        }
    }
}

/// Never returns but for an error.
async fn pass_on(options: PgConnectOptions, signal: &WorkSignal) -> Result<Infallible> {
    let mut listener = timely(LISTENER_CONNECT, connect(options)).await?;
    // Whatever was announced before this connection was not heard.
    for work in Work::ALL {
        signal.notify(work);
    }
    loop {
        match tokio::time::timeout(LISTENER_SILENCE, listener.try_recv()).await {
            Ok(Ok(Some(heard))) => Work::ALL
                .iter()
                .filter(|work| work.key() == heard.payload())
                .for_each(|work| signal.notify(*work)),
            Ok(Ok(None)) => return Err(StoreError::Unavailable("the connection ended".into())),
            Ok(Err(error)) => return Err(error.into()),
            Err(_) => {
                let ping = async { sqlx::query("SELECT 1").execute(&mut listener).await };
                timely(LISTENER_CONNECT, ping).await?;
            }
        }
    }
}

async fn connect(options: PgConnectOptions) -> std::result::Result<PgListener, sqlx::Error> {
    let pool = PgPoolOptions::new()
        .max_connections(1)
        .max_lifetime(None)
        .idle_timeout(None)
        .connect_with(options)
        .await?;
    let mut listener = PgListener::connect_with(&pool).await?;
    listener.eager_reconnect(false);
    listener.listen(CHANNEL).await?;
    Ok(listener)
}

async fn timely<T>(
    limit: Duration,
    work: impl Future<Output = std::result::Result<T, sqlx::Error>>,
) -> Result<T> {
    match tokio::time::timeout(limit, work).await {
        Ok(done) => Ok(done?),
        Err(_) => Err(StoreError::Unavailable("no answer".to_owned())),
    }
}
