//! The HTTP server, whose connections a fault can cut.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

use axum::{
    Router,
    extract::{
        DefaultBodyLimit, Request, State,
        connect_info::{Connected, MockConnectInfo},
    },
    http::{HeaderValue, header},
    middleware::{self, Next},
    response::Response,
    serve::{IncomingStream, Listener},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
};
use tower_http::{compression::CompressionLayer, decompression::RequestDecompressionLayer};

use crate::{Sim, control, faults, oauth, pages, rest};

const LARGEST_BODY: usize = 50 * 1024 * 1024;

/// Serves one org until the future is dropped.
///
/// # Errors
/// Only if the listener is lost.
pub async fn serve(listener: TcpListener, sim: Arc<Sim>) -> io::Result<()> {
    let service = router(sim).into_make_service_with_connect_info::<Line>();
    axum::serve(Cuttable(listener), service).await
}

/// The same as a service to be called in this process, without a network.
pub fn in_process(sim: Arc<Sim>) -> Router {
    router(sim).layer(MockConnectInfo(Line::default()))
}

fn router(sim: Arc<Sim>) -> Router {
    let api = Router::new()
        .merge(oauth::routes())
        .merge(rest::routes())
        .layer(middleware::from_fn_with_state(sim.clone(), faults::apply));
    Router::new()
        .merge(api)
        .merge(control::routes())
        .merge(pages::routes())
        .layer(middleware::from_fn_with_state(sim.clone(), dated))
        .layer(RequestDecompressionLayer::new())
        .layer(CompressionLayer::new())
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .with_state(sim)
}

/// Every answer says what time it is in the org.
async fn dated(State(sim): State<Arc<Sim>>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let now = jiff::Timestamp::from_millisecond(sim.clock().now()).unwrap_or_default();
    let date = now.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    if let Ok(date) = HeaderValue::from_str(&date) {
        response.headers_mut().insert(header::DATE, date);
    }
    response
}

/// The connection a request came by.
#[derive(Debug, Clone, Default)]
pub(crate) struct Line(Arc<AtomicBool>);

impl Line {
    /// Resets the connection: nothing more is read from it or written to it.
    pub(crate) fn cut(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    fn is_cut(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

struct Cuttable(TcpListener);

impl Listener for Cuttable {
    type Io = Stream;
    type Addr = Line;

    async fn accept(&mut self) -> (Stream, Line) {
        let (tcp, _) = Listener::accept(&mut self.0).await;
        tcp.set_nodelay(true).ok();
        let line = Line::default();
        (
            Stream {
                tcp,
                line: line.clone(),
            },
            line,
        )
    }

    fn local_addr(&self) -> io::Result<Line> {
        Ok(Line::default())
    }
}

impl Connected<IncomingStream<'_, Cuttable>> for Line {
    fn connect_info(stream: IncomingStream<'_, Cuttable>) -> Self {
        stream.remote_addr().clone()
    }
}

struct Stream {
    tcp: TcpStream,
    line: Line,
}

impl Stream {
    /// Fails once the line is cut; the peer then sees a reset, not a close.
    fn check(&self) -> io::Result<()> {
        if self.line.is_cut() {
            self.tcp.set_zero_linger().ok();
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        Ok(())
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.check()?;
        Pin::new(&mut self.tcp).poll_read(cx, buf)
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.check()?;
        Pin::new(&mut self.tcp).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check()?;
        Pin::new(&mut self.tcp).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check()?;
        Pin::new(&mut self.tcp).poll_shutdown(cx)
    }
}
