//! A write goes only while its guard allows it, to the last moment.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use salesforce::{
    Broken, CallError, Client, OutgoingRequest, Reply, SendGuard, Session, Transport,
};
use serde_json::json;
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;
use url::Url;

use super::odd_answers::task;
use super::script::{Say, Script, TOKEN, client, write_tasks};

/// A guard that says yes this often and no from then on.
fn yes(times: usize) -> SendGuard {
    let asked = AtomicUsize::new(0);
    Arc::new(move || asked.fetch_add(1, Ordering::SeqCst) < times)
}

async fn write(client: &Client, session: &Session, guard: &SendGuard) -> CallError {
    let tasks = [task("SafeBase: File Downloaded")];
    let answer = write_tasks(client, session, guard, &tasks).await;
    answer.unwrap_err()
}

#[tokio::test]
async fn a_write_whose_guard_says_no_opens_no_connection() {
    let script = Script::start(vec![]).await;
    let error = write(&client(), &script.session(), &yes(0)).await;
    assert_eq!(error, CallError::Withheld);
    assert!(script.asked().is_empty());
}

#[tokio::test]
async fn a_write_whose_guard_says_no_while_connecting_sends_nothing_of_its_body() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let session = Session {
        instance_url: Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap(),
        access_token: TOKEN.into(),
    };
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut read = Vec::new();
        // A connection that is reset has also ended.
        let _ = stream.read_to_end(&mut read).await;
        String::from_utf8(read).unwrap()
    });
    // The first time is before the connection, the second once it is there.
    let error = write(&client(), &session, &yes(1)).await;
    assert_eq!(error, CallError::Withheld);
    let read = server.await.unwrap();
    assert!(
        !read.contains("SafeBase") && !read.contains("allOrNone"),
        "{read}"
    );
    // Nor is there an end of a body, which an org would take for a whole request.
    let after_headers = read.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    assert_eq!(after_headers, "");
}

#[tokio::test]
async fn a_write_announces_its_length_and_asks_its_guard_twice() {
    let created = json!([{"id": "00T000000000001AAA", "success": true, "errors": []}]);
    let script = Script::start(vec![Say::Json(200, created)]).await;
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let guard: SendGuard = Arc::new(move || {
        count.fetch_add(1, Ordering::SeqCst);
        true
    });
    let tasks = [task("SafeBase: File Downloaded")];
    let session = script.session();
    let answer = write_tasks(&client(), &session, &guard, &tasks).await;
    assert_eq!(answer.unwrap().value.len(), 1);
    let request = &script.asked()[0];
    let length = &request.headers["content-length"];
    assert_eq!(length, &request.body.len().to_string());
    assert!(!request.headers.contains_key("transfer-encoding"));
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

/// An org in this process that knows one answer.
struct InMemory;

#[async_trait]
impl Transport for InMemory {
    async fn send(&self, request: OutgoingRequest) -> Result<Reply, Broken> {
        if !request.may_be_sent() {
            return Err(Broken::Withheld);
        }
        let mut headers = reqwest::header::HeaderMap::new();
        headers.insert("date", "Sat, 28 Nov 2026 10:00:07 GMT".parse().unwrap());
        let nobody = json!({"totalSize": 0, "done": true, "records": []});
        let body = json!({"compositeResponse": [
            {"referenceId": "r0", "httpStatusCode": 200, "httpHeaders": {}, "body": nobody}
        ]});
        Ok(Reply {
            status: 200,
            headers,
            body: body.to_string().into_bytes(),
        })
    }
}

#[tokio::test]
async fn a_client_needs_no_network() {
    let client = Client::with_transport(client().settings().clone(), Arc::new(InMemory));
    let session = Session {
        instance_url: Url::parse("https://acme.my.salesforce.com").unwrap(),
        access_token: TOKEN.into(),
    };
    let answer = client.active_users(&session, "", 10).await.unwrap();
    assert_eq!(answer.value, []);
    assert_eq!(
        answer.org_time,
        Some("2026-11-28T10:00:07Z".parse().unwrap()),
        "the org says what time it is there"
    );
    let error = write(&client, &session, &yes(1)).await;
    assert_eq!(error, CallError::Withheld);
}
