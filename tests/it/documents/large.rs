//! Large files pass through in bounded memory, both ways.

use futures::StreamExt as _;

use super::Fixture;
use crate::support::{Database, TestApp};

/// Bytes: several times the memory that may be used for them.
const SIZE: usize = 256 * 1024 * 1024;
const PIECE: usize = 64 * 1024;
/// How much more memory than before, in KiB.
const ROOM: u64 = 96 * 1024;

/// The most memory that this process has had, in KiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().nth(1));
    number.expect("a peak").parse().expect("a number")
}

#[tokio::test]
async fn a_large_file_comes_in_and_goes_out_in_bounded_memory() {
    let app = TestApp::start(Database::Sqlite).await;
    let fixture = Fixture::new(&app).await;
    let before = peak();
    let piece = bytes::Bytes::from(vec![b'x'; PIECE]);
    let pieces = (0..SIZE / PIECE).map(move |_| Ok::<_, std::io::Error>(piece.clone()));
    let body = reqwest::Body::wrap_stream(futures::stream::iter(pieces));
    let file = reqwest::multipart::Part::stream(body).file_name("large.txt");
    let form = reqwest::multipart::Form::new().part("file", file);
    let client = fixture.editor.client();
    let url = client.url(&fixture.form("/document")).unwrap();
    let sent = client.http().post(url).multipart(form).send().await;
    assert_eq!(sent.unwrap().status(), 303);

    let path = fixture.download(fixture.current(&app).await);
    let client = fixture.ada.client();
    let answer = client.http().get(client.url(&path).unwrap()).send().await;
    let mut content = answer.unwrap().bytes_stream();
    let mut got = 0;
    while let Some(piece) = content.next().await {
        got += piece.unwrap().len();
    }
    assert_eq!(got, SIZE);
    let grown = peak() - before;
    assert!(grown < ROOM, "{grown} KiB more");
}
