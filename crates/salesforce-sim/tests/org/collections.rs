use serde_json::{Value, json};

use crate::support::{connected, refusal, text};

fn contact(name: &str) -> Value {
    json!({"attributes": {"type": "Contact"}, "LastName": name})
}

#[tokio::test]
async fn rows_succeed_and_fail_one_by_one_in_the_order_of_the_request() {
    let org = connected().await;
    let body = json!({"records": [contact("A"), contact(&"x".repeat(81)), contact("C")]});
    let (status, rows) = org.call("POST", "/composite/sobjects", body).await;
    assert_eq!(status, 200);
    assert_eq!(
        [
            &rows[0]["success"],
            &rows[1]["success"],
            &rows[2]["success"]
        ],
        [true, false, true]
    );
    assert!(rows[1].get("id").is_none());
    assert!(refusal(&rows[1]["errors"]).starts_with("STRING_TOO_LONG: "));
    assert_eq!(rows[1]["errors"][0]["fields"], json!(["LastName"]));
    assert_eq!(org.sim.api_calls(), 1);
}

#[tokio::test]
async fn all_or_none_takes_the_good_rows_back() {
    let org = connected().await;
    let body = json!({"allOrNone": true, "records": [contact("A"), contact("")]});
    let (_, rows) = org.call("POST", "/composite/sobjects", body).await;
    assert!(refusal(&rows[0]["errors"]).starts_with("ALL_OR_NONE_OPERATION_ROLLED_BACK: "));
    assert!(refusal(&rows[1]["errors"]).starts_with("REQUIRED_FIELD_MISSING: "));
    assert_eq!(
        org.query("SELECT COUNT() FROM Contact").await.1["totalSize"],
        0
    );
}

#[tokio::test]
async fn two_hundred_records_and_ten_runs_are_the_limit() {
    let org = connected().await;
    let many: Vec<Value> = (0..201).map(|n| contact(&n.to_string())).collect();
    let (status, body) = org
        .call("POST", "/composite/sobjects", json!({"records": many}))
        .await;
    assert_eq!(
        (status, body[0]["errorCode"].as_str()),
        (400, Some("EXCEEDED_ID_LIMIT"))
    );
    let mixed: Vec<Value> = (0..11)
        .map(|n| {
            if n % 2 == 0 {
                contact("A")
            } else {
                json!({"attributes": {"type": "Account"}, "Name": "B"})
            }
        })
        .collect();
    let (status, _) = org
        .call("POST", "/composite/sobjects", json!({"records": &mixed}))
        .await;
    assert_eq!(status, 400);
    let (status, _) = org
        .call(
            "POST",
            "/composite/sobjects",
            json!({"records": &mixed[..10]}),
        )
        .await;
    assert_eq!(status, 200);
}

#[tokio::test]
async fn a_request_that_cannot_be_read_is_refused_as_a_whole() {
    let org = connected().await;
    for (bad, code) in [
        (json!({"LastName": "A"}), "JSON_PARSER_ERROR"),
        (json!({"attributes": {"type": "Unicorn"}}), "INVALID_TYPE"),
        (
            json!({"attributes": {"type": "Contact"}, "LastName": 1}),
            "JSON_PARSER_ERROR",
        ),
        (
            json!({"attributes": {"type": "Contact"}, "LastName": "A", "X__c": 1}),
            "INVALID_FIELD",
        ),
    ] {
        let body = json!({"records": [contact("A"), bad]});
        let (status, body) = org.call("POST", "/composite/sobjects", body).await;
        assert_eq!((status, body[0]["errorCode"].as_str()), (400, Some(code)));
    }
    assert_eq!(
        org.query("SELECT COUNT() FROM Contact").await.1["totalSize"],
        0
    );
}

#[tokio::test]
async fn records_are_changed_upserted_and_deleted_together() {
    let org = connected().await;
    let (_, rows) = org
        .call(
            "POST",
            "/composite/sobjects",
            json!({"records": [contact("A"), contact("B")]}),
        )
        .await;
    let (a, b) = (text(&rows[0], "id"), text(&rows[1], "id"));
    let patch = |id: &str| json!({"attributes": {"type": "Contact"}, "id": id, "Title": "Chief"});
    let (_, rows) = org
        .call(
            "PATCH",
            "/composite/sobjects",
            json!({"records": [patch(&a), patch("003Ho0000000001")]}),
        )
        .await;
    assert_eq!(rows[0]["success"], true);
    assert_eq!(
        refusal(&rows[1]["errors"]),
        "INVALID_CROSS_REFERENCE_KEY: invalid cross reference id"
    );
    assert_eq!(
        org.column("SELECT Title FROM Contact WHERE LastName = 'a'", "Title")
            .await,
        "Chief"
    );

    org.sim
        .add_field("Contact", salesforce_sim::FieldSeed::external_id("Ref__c"));
    let keyed =
        json!({"records": [{"attributes": {"type": "Contact"}, "Ref__c": "1", "LastName": "C"}]});
    for created in [true, false] {
        let (_, rows) = org
            .call("PATCH", "/composite/sobjects/Contact/Ref__c", keyed.clone())
            .await;
        assert_eq!(rows[0]["created"], created);
    }
    let path = format!("/composite/sobjects?ids={a},{b}&allOrNone=false");
    let (status, rows) = org.call("DELETE", &path, json!(null)).await;
    assert_eq!((status, rows[1]["success"].as_bool()), (200, Some(true)));
    assert_eq!(
        org.column("SELECT LastName FROM Contact", "LastName").await,
        "C"
    );
}
