//! Accepting connections, and answering on them. Nobody holds one for nothing: what
//! waits, stalls or is one too many is closed.

mod limits;
mod open;
mod socket;
#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;

use crate::web::limits::{FIRST_REQUEST, REQUEST_HEAD};

pub use limits::Limits;
use open::{Connection, Open, Phase};
use socket::{AnswerBody, Socket};

/// How long after a failed `accept` the next one is tried, at first and at most.
const BACK_OFF: (Duration, Duration) = (Duration::from_millis(20), Duration::from_secs(1));

/// Answers until `stop`, and then finishes what was begun.
pub async fn serve(listener: TcpListener, router: Router, limits: Limits, stop: CancellationToken) {
    let open = Arc::new(Open::new(limits));
    let tasks = TaskTracker::new();
    loop {
        let (socket, peer) = tokio::select! {
            () = stop.cancelled() => break,
            accepted = accept(&listener, &open) => accepted,
        };
        let Some(connection) = open.admit(peer.ip()) else {
            continue;
        };
        // Without it small answers wait for the peer's acknowledgement.
        if let Err(error) = socket.set_nodelay(true) {
            tracing::debug!(%error, "a socket that closes already");
        }
        let socket = Socket::new(socket, connection.clone());
        let (router, open, stop) = (router.clone(), open.clone(), stop.clone());
        tasks.spawn(async move {
            answer(socket, &connection, peer, router, open.limits(), stop).await;
            open.remove(&connection);
        });
    }
    drop(listener);
    tasks.close();
    tasks.wait().await;
}

/// The next connection. Where the process has no more files, the one that has waited
/// longest makes room.
async fn accept(listener: &TcpListener, open: &Open) -> (TcpStream, SocketAddr) {
    let mut pause = BACK_OFF.0;
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            // The peer gave up first.
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionAborted => {}
            Err(error) => {
                tracing::warn!(%error, "no connection can be accepted now");
                open.close_longest_waiting();
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(BACK_OFF.1);
            }
        }
    }
}

/// At that time; never where there is none.
async fn at(time: Option<Instant>) {
    match time {
        Some(time) => tokio::time::sleep_until(time).await,
        None => std::future::pending().await,
    }
}

/// Answers on one connection until its end.
async fn answer(
    socket: Socket,
    connection: &Arc<Connection>,
    peer: SocketAddr,
    router: Router,
    limits: &Limits,
    stop: CancellationToken,
) {
    let service = service_fn(|request: hyper::Request<Incoming>| {
        connection.enter(Phase::Handling);
        let mut request: Request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        let answered = router.clone().oneshot(request);
        async move {
            let response = answered.await?;
            connection.enter(Phase::Answering);
            Ok::<_, std::convert::Infallible>(
                response.map(|body| AnswerBody::new(body, connection.clone())),
            )
        }
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.idle)
        .max_buf_size(REQUEST_HEAD)
        .serve_connection(TokioIo::new(socket), service);
    let mut served = pin!(served);
    let mut stops_at = None;
    let mut is_stopping = false;
    loop {
        tokio::select! {
            ended = served.as_mut() => {
                if let Err(error) = ended {
                    tracing::debug!(%error, %peer, "a connection broke off");
                }
                return;
            }
            () = connection.closed() => return,
            // From here on hyper closes a connection on which nothing has come, although
            // a client that has just opened it is about to send: it is given a little time.
            () = stop.cancelled(), if stops_at.is_none() => {
                stops_at = Some(connection.may_close_from(FIRST_REQUEST));
            }
            () = at(stops_at), if !is_stopping => {
                is_stopping = true;
                served.as_mut().graceful_shutdown();
            }
            () = tokio::time::sleep_until(connection.look_again(limits)) => {
                if connection.is_overdue(limits) {
                    return;
                }
            }
        }
    }
}
