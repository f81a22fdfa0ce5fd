//! Answers that aren't what was promised, as a table: what a read makes of
//! them, and what a write.

use std::time::Duration;

use domain::matching::candidates::RecordId;
use jiff::civil::date;
use salesforce::tasks::TaskRecord;
use salesforce::transport::always_send;
use salesforce::{ApiUsage, CallError, Client, Session};
use serde_json::json;
use tokio::net::TcpListener;
use url::Url;

use super::script::{Say, Script, TOKEN, client, complete, impatient, write_tasks};

pub fn task(subject: &str) -> TaskRecord {
    TaskRecord {
        subject: subject.to_owned(),
        status: "Not Started".to_owned(),
        priority: "Normal".to_owned(),
        owner_id: None,
        who_id: None,
        what_id: None,
        activity_date: Some(date(2026, 11, 23)),
        description: "who, what, when".to_owned(),
        external_id: None,
        fields: serde_json::Map::new(),
    }
}

/// A question that changes nothing.
async fn read(client: &Client, session: &Session) -> CallError {
    let id = RecordId::new("005000000000001AAA");
    client.user(session, &id).await.unwrap_err()
}

async fn write(client: &Client, session: &Session) -> CallError {
    let tasks = [task("SafeBase: File Downloaded")];
    write_tasks(client, session, &always_send(), &tasks)
        .await
        .unwrap_err()
}

fn word(error: &CallError) -> &'static str {
    match error {
        CallError::NotSent(_) => "not sent",
        CallError::Withheld => "withheld",
        CallError::Unknown { answered: true, .. } => "unknown, answered",
        CallError::Unknown { .. } => "unknown",
        CallError::SessionExpired => "expired",
        CallError::Refused(..) => "refused",
        CallError::Retry { .. } => "retry",
        CallError::TooLong => "too long",
        CallError::Unreadable(_) => "unreadable",
    }
}

fn truncated() -> String {
    complete(
        200,
        "application/json",
        &json!({"done": true, "records": []}).to_string(),
    )
    .replace("Content-Length: ", "Content-Length: 9")
}

fn enormous() -> String {
    complete(200, "application/json", &" ".repeat(33 * 1024 * 1024))
}

fn error(code: &str, message: &str) -> serde_json::Value {
    json!([{"errorCode": code, "message": message}])
}

/// Makes the server's behaviour anew for each question.
type Behaviour = Box<dyn Fn() -> Say>;

fn said(say: impl Fn() -> Say + 'static) -> Behaviour {
    Box::new(say)
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
async fn a_lost_answer_matters_only_to_a_write() {
    let table: Vec<(&str, Behaviour, &str, &str)> = vec![
        (
            "a page",
            said(|| Say::Html(200)),
            "unreadable",
            "unknown, answered",
        ),
        (
            "503 page",
            said(|| Say::Html(503)),
            "retry",
            "unknown, answered",
        ),
        (
            // A gateway's word: the server behind it may still be at work.
            "502 page",
            said(|| Say::Html(502)),
            "retry",
            "unknown",
        ),
        ("404 page", said(|| Say::Html(404)), "refused", "refused"),
        (
            "nothing in it",
            said(|| Say::Raw(complete(200, "text/plain", ""))),
            "unreadable",
            "unknown, answered",
        ),
        (
            "breaks off",
            said(|| Say::Raw(truncated())),
            "retry",
            "unknown, answered",
        ),
        (
            "too much",
            said(|| Say::Raw(enormous())),
            "retry",
            "unknown, answered",
        ),
        (
            "no HTTP",
            said(|| Say::Raw("what?\r\n\r\n".to_owned())),
            "retry",
            "unknown",
        ),
        ("hangs up", said(|| Say::HangUp), "retry", "unknown"),
        (
            "uri too long",
            said(|| Say::Html(414)),
            "too long",
            "too long",
        ),
        (
            "headers too long",
            said(|| Say::Html(431)),
            "too long",
            "too long",
        ),
        ("slow down", said(|| Say::Html(420)), "retry", "retry"),
        (
            "session over",
            said(|| {
                Say::Json(
                    401,
                    error("INVALID_SESSION_ID", "Session expired or invalid"),
                )
            }),
            "expired",
            "expired",
        ),
        (
            "quota",
            said(|| {
                let text = "TotalRequests Limit exceeded.";
                Say::Json(403, error("REQUEST_LIMIT_EXCEEDED", text))
            }),
            "refused",
            "refused",
        ),
        (
            "bare object",
            said(|| Say::Json(400, json!({"errorCode": "MALFORMED_ID", "message": "x"}))),
            "refused",
            "refused",
        ),
        (
            "unknown exception",
            said(|| Say::Json(500, error("UNKNOWN_EXCEPTION", "ErrorId: 1-2 (3)"))),
            "retry",
            "unknown, answered",
        ),
    ];
    for (name, say, of_read, of_write) in table {
        let script = Script::start(vec![say(), say()]).await;
        let errors = [
            read(&client(), &script.session()).await,
            write(&client(), &script.session()).await,
        ];
        let words = errors.each_ref().map(word);
        assert_eq!(words, [of_read, of_write], "{name}: {errors:?}");
        assert_eq!(script.asked().len(), 2, "{name}: each asks exactly once");
        let shown = format!("{errors:?} {} {}", errors[0], errors[1]);
        assert!(!shown.contains(TOKEN), "{name}: {shown}");
    }
}

#[tokio::test]
async fn an_org_that_never_answers_is_not_waited_for_for_ever() {
    let script = Script::start(vec![Say::Nothing, Say::Nothing]).await;
    let error = read(&impatient(), &script.session()).await;
    assert_eq!(word(&error), "retry");
    let error = write(&impatient(), &script.session()).await;
    assert_eq!(word(&error), "unknown");
    assert!(
        error
            .to_string()
            .contains("no answer within the time limit")
    );
    assert_eq!(script.asked().len(), 2);
}

#[tokio::test]
async fn a_gateways_answer_that_breaks_off_is_not_the_orgs() {
    let page = complete(502, "text/html", "bad gateway").replace("Length: ", "Length: 9");
    let script = Script::start(vec![Say::Raw(page)]).await;
    let error = write(&client(), &script.session()).await;
    assert_eq!(word(&error), "unknown");
}

#[tokio::test]
async fn what_never_left_may_be_sent_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let session = Session {
        instance_url: Url::parse(&format!("http://127.0.0.1:{port}")).unwrap(),
        access_token: TOKEN.into(),
    };
    assert_eq!(word(&write(&client(), &session).await), "not sent");
    assert_eq!(word(&read(&client(), &session).await), "not sent");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = Script::start(vec![]).await;
    let redirect = format!(
        "HTTP/1.1 307 Moved\r\nLocation: {}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        elsewhere.url
    );
    let script = Script::start(vec![Say::Raw(redirect)]).await;
    let error = write(&client(), &script.session()).await;
    assert!(matches!(&error, CallError::Refused(error, 307) if error.code == "REDIRECTED"));
    assert!(elsewhere.asked().is_empty());
}

#[tokio::test]
async fn the_org_may_say_how_long_to_wait() {
    let answer =
        complete(429, "text/plain", "").replace("Connection", "Retry-After: 7\r\nConnection");
    let script = Script::start(vec![Say::Raw(answer)]).await;
    let error = write(&client(), &script.session()).await;
    let seven = Some(Duration::from_secs(7));
    assert!(matches!(error, CallError::Retry { retry_after, .. } if retry_after == seven));
}

#[tokio::test]
async fn every_call_says_who_calls_and_learns_what_it_cost() {
    let users = json!({"totalSize": 0, "done": true, "records": []});
    let users = json!({"compositeResponse": [
        {"referenceId": "r0", "httpStatusCode": 200, "body": users}
    ]});
    let without_usage = complete(200, "application/json", &users.to_string())
        .replace("Sforce-Limit-Info: api-usage=18/5000\r\n", "");
    let script = Script::start(vec![Say::Json(200, users), Say::Raw(without_usage)]).await;
    let id = RecordId::new("005000000000001AAA");
    let answer = client().user(&script.session(), &id).await.unwrap();
    assert_eq!(answer.value, None);
    assert_eq!(answer.calls, 1);
    assert_eq!(
        answer.usage,
        Some(ApiUsage {
            used: 18,
            max: 5000
        })
    );

    let quiet = client().user(&script.session(), &id).await.unwrap();
    assert_eq!((quiet.calls, quiet.usage), (1, None));

    let asked = &script.asked()[0];
    assert_eq!(asked.path, "/services/data/v67.0/composite");
    assert!(
        asked
            .body
            .contains("/services/data/v67.0/query?q=SELECT%20Id")
    );
    assert_eq!(asked.headers["authorization"], format!("Bearer {TOKEN}"));
    assert_eq!(asked.headers["sforce-call-options"], "client=Northwind");
    assert_eq!(asked.headers["sforce-mru"], "updateMru=false");
    assert!(asked.headers["accept-encoding"].contains("gzip"));
}
