//! The org's own clock, commits that come late, maintenance, and slow queries.

use salesforce_sim::{Fault, FaultKind};
use serde_json::{Value, json};

use crate::support::{connected, refusal};

const NOON: i64 = 1_795_867_200_000;

#[tokio::test]
async fn every_answer_bears_the_time_of_the_org() {
    let org = connected().await;
    org.sim.clock().set(NOON);
    for path in ["/services/data", "/services/data/v67.0/limits", "/"] {
        let answer = org.http.get(org.url(path)).send().await.unwrap();
        assert_eq!(
            answer.headers()["date"],
            "Sat, 28 Nov 2026 12:00:00 GMT",
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_request_can_be_carried_out_after_its_connection_was_cut() {
    let org = connected().await;
    org.sim.clock().set(NOON);
    org.sim.push_fault(
        Fault::new(FaultKind::DelayCommit {
            millis: 600_000,
            hang: false,
        })
        .on("/sobjects/Task"),
    );
    let subject = json!({"Subject": "Call"});
    let send = org.send("POST", "/sobjects/Task").json(&subject).send();
    assert!(send.await.is_err());
    assert_eq!(org.sim.task_count(), 0);
    org.sim.clock().advance(599_999);
    let ids = "SELECT Id FROM Task";
    assert_eq!(org.query(ids).await.1["totalSize"], 0);
    // The session may have ended meanwhile: it was good when the request came.
    org.sim.clock().advance(1);
    assert_eq!(org.sim.task_count(), 1);
    let created = org.sim.tasks().remove(0).created_date;
    assert_eq!(created, "2026-11-28T12:10:00.000+0000");
}

#[tokio::test]
async fn in_maintenance_everything_can_be_read_and_nothing_written() {
    let org = connected().await;
    let always = Fault::new(FaultKind::Maintenance { status: 503 }).times(4);
    org.sim.push_fault(always);
    let code = "INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE";
    assert_eq!(org.query("SELECT Id FROM Account").await.0, 200);
    let (status, body) = org.create("Task", json!({"Subject": "Call"})).await;
    assert_eq!(status, 503);
    assert!(refusal(&body).starts_with(code), "{body}");
    let rows = json!({"records": [{"attributes": {"type": "Task"}, "Subject": "Call"}]});
    let (status, body) = org.call("POST", "/composite/sobjects", rows.clone()).await;
    assert_eq!(
        (status, &body[0]["errors"][0]["statusCode"]),
        (200, &Value::from(code))
    );
    let composite = json!({"compositeRequest": [
        {"method": "POST", "referenceId": "a", "body": rows,
         "url": "/services/data/v67.0/composite/sobjects"}]});
    let (_, body) = org.call("POST", "/composite", composite).await;
    let row = &body["compositeResponse"][0]["body"][0];
    assert_eq!(row["errors"][0]["statusCode"], code);
    assert_eq!(org.sim.task_count(), 0);
    assert_eq!(org.create("Task", json!({"Subject": "Call"})).await.0, 201);
}

#[tokio::test]
async fn a_query_can_run_for_too_long_alone_and_in_a_composite() {
    let org = connected().await;
    org.sim
        .push_fault(Fault::new(FaultKind::QueryTimeout).times(2));
    let (status, body) = org.query("SELECT Id FROM Task").await;
    let expected = "QUERY_TIMEOUT: Your query request was running for too long.";
    assert_eq!((status, refusal(&body).as_str()), (400, expected));
    let composite = json!({"compositeRequest": [
        {"method": "GET", "referenceId": "a",
         "url": "/services/data/v67.0/query?q=SELECT%20Id%20FROM%20Task"}]});
    let (_, body) = org.call("POST", "/composite", composite).await;
    let part = &body["compositeResponse"][0];
    assert_eq!(part["httpStatusCode"], 400);
    assert_eq!(refusal(&part["body"]), expected);
    assert_eq!(org.query("SELECT Id FROM Task").await.0, 200);
}
