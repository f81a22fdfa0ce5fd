use std::io::ErrorKind;

use axum::http::Uri;
use bytes::Bytes;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::*;

fn limits() -> Limits {
    Limits {
        total: 8,
        per_peer: 6,
        proxies: Vec::new(),
        header: Duration::from_millis(100),
        idle: Duration::from_millis(200),
        stalled: Duration::from_millis(200),
    }
}

/// `hello`, or at `/endless` as much as anyone takes.
async fn answer_anybody(ConnectInfo(peer): ConnectInfo<SocketAddr>, uri: Uri) -> Body {
    if uri.path() != "/endless" {
        return Body::from(format!("hello {}", peer.ip()));
    }
    let piece = Bytes::from(vec![b'x'; 64 * 1024]);
    let pieces = std::iter::repeat_with(move || Ok::<_, std::io::Error>(piece.clone()));
    Body::from_stream(futures::stream::iter(pieces))
}

async fn server(limits: Limits) -> (SocketAddr, CancellationToken, tokio::task::JoinHandle<()>) {
    let router = Router::new().fallback(answer_anybody);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    let serving = tokio::spawn(serve(listener, router, limits, stop.clone()));
    (address, stop, serving)
}

async fn connect(address: SocketAddr, words: &str) -> TcpStream {
    let mut socket = TcpStream::connect(address).await.unwrap();
    socket.write_all(words.as_bytes()).await.unwrap();
    socket
}

/// What comes until the server closes.
async fn rest(mut socket: TcpStream) -> String {
    let mut bytes = Vec::new();
    match socket.read_to_end(&mut bytes).await {
        Ok(_) => {}
        Err(error) => assert_eq!(error.kind(), ErrorKind::ConnectionReset),
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[tokio::test]
async fn who_says_nothing_or_half_a_header_or_nothing_more_is_let_go() {
    let (address, ..) = server(limits()).await;
    for words in [
        "",
        "GET / HTTP/1.1\r\nHost: a\r\nX-Half",
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    ] {
        let socket = connect(address, words).await;
        let answer = rest(socket).await;
        assert_eq!(
            answer.contains("hello 127.0.0.1"),
            words.ends_with("\r\n\r\n"),
            "{words:?}"
        );
    }
}

#[tokio::test]
async fn who_does_not_take_an_answer_is_let_go() {
    let (address, stop, serving) = server(limits()).await;
    let mut socket = connect(address, "GET /endless HTTP/1.1\r\nHost: a\r\n\r\n").await;
    socket.read_exact(&mut [0; 12]).await.unwrap();
    // What is being answered is finished first, and this never is.
    stop.cancel();
    let ended = tokio::time::timeout(Duration::from_secs(20), serving).await;
    ended.expect("let go").unwrap();
}

#[tokio::test]
async fn who_has_waited_longest_makes_room() {
    let patient = Limits {
        header: Duration::from_mins(1),
        ..limits()
    };
    let (address, ..) = server(patient).await;
    let mut slow = Vec::new();
    for _ in 0..6 {
        slow.push(connect(address, "GET / HTTP/1.1\r\n").await);
    }
    let answered = connect(
        address,
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    )
    .await;
    assert!(rest(answered).await.contains("hello"));
    assert_eq!(rest(slow.remove(0)).await, "");
    let last = slow.pop().unwrap();
    let mut last = last;
    last.write_all(b"Host: a\r\nConnection: close\r\n\r\n")
        .await
        .unwrap();
    assert!(rest(last).await.contains("hello"));
}

#[tokio::test]
async fn what_is_being_answered_is_finished_at_the_end() {
    let (address, stop, serving) = server(limits()).await;
    let idle = connect(address, "").await;
    let mut kept = connect(address, "GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    let mut first = [0; 12];
    kept.read_exact(&mut first).await.unwrap();
    stop.cancel();
    serving.await.unwrap();
    assert!(rest(kept).await.contains("hello"));
    assert_eq!(rest(idle).await, "");
}

#[tokio::test]
async fn who_has_just_connected_is_answered_where_the_process_stops() {
    let patient = Limits {
        header: Duration::from_mins(1),
        ..limits()
    };
    let (address, stop, serving) = server(patient).await;
    let mut first = connect(address, "").await;
    let second = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    // The server accepts connections in the order in which they were opened.
    assert!(rest(connect(address, second).await).await.contains("hello"));
    stop.cancel();
    // Until the server has taken notice.
    for _ in 0..1_000 {
        tokio::task::yield_now().await;
    }
    first.write_all(second.as_bytes()).await.unwrap();
    assert!(rest(first).await.contains("hello"));
    serving.await.unwrap();
}
