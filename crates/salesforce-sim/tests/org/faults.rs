use std::time::{Duration, Instant};

use reqwest::Response;
use salesforce_sim::{Fault, FaultKind, UserSeed};
use serde_json::{Value, json};

use crate::support::{Org, connected, refusal};

#[tokio::test]
async fn an_answer_can_be_lost_after_the_record_was_written() {
    let org = connected().await;
    let subject = json!({"Subject": "Call"});
    let send = || org.send("POST", "/sobjects/Task").json(&subject).send();
    org.sim
        .push_fault(Fault::new(FaultKind::DropBeforeCommit).on("/sobjects/Task"));
    assert!(send().await.is_err());
    assert_eq!(org.sim.task_count(), 0);
    org.sim
        .push_fault(Fault::new(FaultKind::DropAnswerAfterCommit).on("/sobjects/Task"));
    assert!(send().await.is_err());
    assert_eq!(org.sim.task_count(), 1);
    assert_eq!(send().await.unwrap().status(), 201);
}

#[tokio::test]
async fn faults_hit_matching_requests_as_often_as_told() {
    let org = connected().await;
    org.sim.push_fault(
        Fault::new(FaultKind::ServerErrorHtml { status: 503 })
            .on("/limits")
            .method("get")
            .after(1)
            .times(2),
    );
    let mut seen = Vec::new();
    for _ in 0..4 {
        assert_eq!(org.query("SELECT Id FROM Account").await.0, 200);
        seen.push(org.get("/limits").await.0);
    }
    assert_eq!(seen, [200, 503, 503, 200]);
    assert_eq!(org.sim.faults_waiting(), 0);
}

#[tokio::test]
async fn limits_sessions_and_other_answers_can_be_faked() {
    let org = connected().await;
    for (kind, status, expected) in [
        (FaultKind::RequestLimitExceeded, 403, "REQUEST_LIMIT_EXCEEDED: TotalRequests Limit exceeded."),
        (FaultKind::ConcurrentLimit, 403, "REQUEST_LIMIT_EXCEEDED: ConcurrentRequests (Concurrent API Requests) Limit exceeded."),
        (FaultKind::Http { status: 500, body: r#"[{"errorCode":"UNKNOWN_EXCEPTION","message":"An unexpected error occurred."}]"#.to_owned() }, 500, "UNKNOWN_EXCEPTION: An unexpected error occurred."),
        (FaultKind::ExpireSession, 401, "INVALID_SESSION_ID: Session expired or invalid"),
    ] {
        org.sim.push_fault(Fault::new(kind));
        let (got, body) = org.get("/limits").await;
        assert_eq!((got, refusal(&body).as_str()), (status, expected));
    }
    assert_eq!(
        org.get("/limits").await.0,
        401,
        "the session is gone for good"
    );
}

#[tokio::test]
async fn an_answer_can_come_late() {
    let org = connected().await;
    org.sim
        .push_fault(Fault::new(FaultKind::Latency { millis: 50 }));
    let start = Instant::now();
    assert_eq!(org.get("/limits").await.0, 200);
    assert!(start.elapsed() >= Duration::from_millis(50));
}

#[tokio::test]
async fn another_process_seeds_and_reads_over_http() {
    let org = connected().await;
    let seed = json!({
        "users": [{"key": "sam", "username": "sam@x.example", "first_name": "Sam", "last_name": "Sales"}],
        "records": [
            {"type": "Account", "key": "a", "fields": {"Name": "A", "OwnerId": "@sam"}},
            {"type": "Task", "fields": {"Subject": "Call", "WhatId": "@a"}}
        ]
    });
    let ids: Value = post(&org, "/_sim/seed", &seed).await.json().await.unwrap();
    let tasks = state(&org, &format!("tasks?of={}", ids["a"].as_str().unwrap())).await;
    assert_eq!(
        (tasks[0]["subject"].as_str(), tasks[0]["what_name"].as_str()),
        (Some("Call"), Some("A"))
    );
    let state = state(&org, "state").await;
    assert_eq!(state["tasks"].as_u64(), Some(1));
}

#[tokio::test]
async fn another_process_makes_trouble_over_http() {
    let org = connected().await;
    org.sim
        .add_user(UserSeed::new("sam@x.example", "Sam", "Sales"));
    let fault = json!({"kind": "ServerErrorHtml", "status": 502, "path": "/limits", "times": 1});
    post(&org, "/_sim/faults", &fault).await;
    assert_eq!(org.get("/limits").await.0, 502);
    for (action, status) in [
        (
            json!({"action": "set_active", "user": "sam@x.example", "active": false}),
            204,
        ),
        (
            json!({"action": "duplicate_rule", "object": "Contact", "rule": "block"}),
            204,
        ),
        (
            json!({"action": "validation_rule", "object": "Task", "field": "Subject", "refuse_if": {"equals": "No"}, "message": "No."}),
            204,
        ),
        (
            json!({"action": "field_access", "user": "sam@x.example", "object": "Task", "field": "Nope", "access": "hidden"}),
            400,
        ),
        (json!({"action": "revoke_everything"}), 204),
    ] {
        let answer = post(&org, "/_sim/do", &action).await;
        assert_eq!(answer.status(), status, "{action}");
    }
    assert_eq!(org.get("/limits").await.0, 401);
    let state = state(&org, "state").await;
    assert_eq!(state["approvals"].as_u64(), Some(0));
}

async fn post(org: &Org, path: &str, body: &Value) -> Response {
    let sent = org.http.post(org.url(path)).json(body).send();
    sent.await.unwrap()
}

async fn state(org: &Org, of: &str) -> Value {
    let url = org.url(&format!("/_sim/{of}"));
    org.http
        .get(url)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap()
}
