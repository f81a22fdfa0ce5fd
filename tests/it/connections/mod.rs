//! The program as it runs, with few open files and clients that take their time.

mod program;

use std::time::Duration;

use futures::StreamExt as _;
use program::Program;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

const SLOW: usize = 500;
const FIRST: usize = 100;

#[tokio::test]
async fn slow_clients_do_not_lock_others_out_with_256_open_files() {
    let program = Program::start("ulimit -n 256").await;
    let mut slow = Vec::new();
    for n in 0..SLOW {
        // What was closed for a later one is closed for good.
        let mut socket = TcpStream::connect(program.address).await.unwrap();
        let begun = format!("GET /login HTTP/1.1\r\nHost: slow-{n}\r\n");
        socket.write_all(begun.as_bytes()).await.unwrap();
        slow.push(socket);
    }
    let client = reqwest::Client::builder()
        .timeout(Duration::from_secs(5))
        .pool_max_idle_per_host(0)
        .build()
        .unwrap();
    for _ in 0..20 {
        let answer = client.get(program.url("/login")).send().await;
        assert_eq!(answer.expect("an answer within seconds").status(), 200);
    }
    drop(slow);
}

#[tokio::test]
async fn wrong_passwords_do_not_pin_memory() {
    let program = Program::start("true").await;
    let client = reqwest::Client::new();
    let tries = (0..1_000).map(|n| {
        let form = [
            ("email", format!("nobody-{n}@example.com")),
            ("password", "wrong password".to_owned()),
        ];
        let request = client.post(program.url("/login")).form(&form);
        // From a few hundred networks: each has its own limit.
        let from = format!("198.51.100.{}", n % 250);
        let request = request.header("X-Forwarded-For", from);
        request.header("Sec-Fetch-Site", "same-origin").send()
    });
    let mut answers = futures::stream::iter(tries).buffer_unordered(50);
    // What the program takes with as many hashes at once as it makes, however large it is.
    for _ in 0..FIRST {
        let answer = answers.next().await.expect("an answer");
        assert_eq!(answer.unwrap().status(), 401);
    }
    let before = program.memory();
    while let Some(answer) = answers.next().await {
        assert_eq!(answer.unwrap().status(), 401);
    }
    // A hash takes 19 MiB: more than one that was never given back is found.
    let memory = program.memory();
    assert!(
        memory < before + 36 * 1024,
        "{before} KiB, then {memory} KiB"
    );
}
