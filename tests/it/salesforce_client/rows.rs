//! Writes of many rows: each row has an outcome, whatever became of the others.

use domain::matching::candidates::RecordId;
use salesforce::RowOutcome;
use salesforce::people::{LeadAssignment, NewPerson, PersonKind};
use salesforce::transport::always_send;
use serde_json::{Value, json};

use super::odd_answers::task;
use super::script::{Say, Script, client, write_tasks};

/// The rows of a collections answer that all went well.
fn created(from: usize, to: usize) -> Value {
    (from..to)
        .map(|n| json!({"id": format!("00T{n:015}"), "success": true, "errors": []}))
        .collect()
}

fn sub(reference: usize, status: u16, body: &Value) -> Value {
    json!({"referenceId": format!("r{reference}"), "httpStatusCode": status,
           "httpHeaders": {}, "body": body})
}

fn composite(subs: &[Value]) -> Say {
    Say::Json(200, json!({ "compositeResponse": subs }))
}

fn person(n: usize) -> (PersonKind, NewPerson) {
    let person = NewPerson {
        last_name: format!("Person {n}"),
        email: format!("person{n}@example.com"),
        company: "Example".to_owned(),
        ..NewPerson::default()
    };
    (PersonKind::Lead, person)
}

fn word(outcome: &RowOutcome) -> &str {
    match outcome {
        RowOutcome::Created(_) => "created",
        RowOutcome::Failed(error) => &error.code,
        RowOutcome::RolledBack => "rolled back",
        RowOutcome::Unknown(_) => "unknown",
    }
}

#[tokio::test]
async fn two_hundred_tasks_are_one_plain_collections_call() {
    let script = Script::start(vec![Say::Json(200, created(0, 200))]).await;
    let tasks: Vec<_> = (0..200).map(|n| task(&n.to_string())).collect();
    let answer = write_tasks(&client(), &script.session(), &always_send(), &tasks)
        .await
        .unwrap();
    assert_eq!(answer.calls, 1);
    assert_eq!(answer.value.len(), 200);
    let asked = &script.asked()[0];
    assert_eq!(
        (asked.method.as_str(), asked.path.as_str()),
        ("POST", "/services/data/v67.0/composite/sobjects")
    );
    assert_eq!(asked.json()["allOrNone"], false);
    assert_eq!(asked.json()["records"][7]["Subject"], "7");
}

#[tokio::test]
async fn a_thousand_tasks_are_one_call_and_each_group_has_its_own_outcome() {
    let refused = json!([{"errorCode": "REQUEST_LIMIT_EXCEEDED", "message": "m"}]);
    let script = Script::start(vec![composite(&[
        // Out of order, and the fourth part isn't mentioned.
        sub(4, 200, &created(800, 900)),
        sub(0, 200, &created(0, 200)),
        sub(1, 503, &Value::Null),
        sub(2, 403, &refused),
    ])])
    .await;
    let tasks: Vec<_> = (0..900).map(|n| task(&n.to_string())).collect();
    let answer = write_tasks(&client(), &script.session(), &always_send(), &tasks)
        .await
        .unwrap();
    assert_eq!(answer.calls, 1);
    let words: Vec<&str> = answer.value.iter().map(word).collect();
    assert!(words[..200].iter().all(|word| *word == "created"));
    assert!(words[200..400].iter().all(|word| *word == "unknown"));
    assert!(
        words[400..600]
            .iter()
            .all(|word| *word == "REQUEST_LIMIT_EXCEEDED")
    );
    assert!(words[600..800].iter().all(|word| *word == "unknown"));
    assert_eq!(
        answer.value[899],
        RowOutcome::Created(RecordId::new("00T000000000000899"))
    );

    let request = script.asked()[0].json();
    assert_eq!(request["collateSubrequests"], false);
    assert_eq!(request["allOrNone"], false);
    let parts = request["compositeRequest"].as_array().unwrap();
    assert_eq!(parts.len(), 5);
    assert_eq!(parts[4]["url"], "/services/data/v67.0/composite/sobjects");
    assert_eq!(parts[4]["body"]["records"][99]["Subject"], "899");
}

#[tokio::test]
async fn an_answer_with_rows_missing_leaves_every_row_unknown() {
    let script = Script::start(vec![Say::Json(200, created(0, 2))]).await;
    let tasks = [task("a"), task("b"), task("c")];
    let answer = write_tasks(&client(), &script.session(), &always_send(), &tasks)
        .await
        .unwrap();
    assert!(
        answer
            .value
            .iter()
            .all(|outcome| word(outcome) == "unknown")
    );
}

#[tokio::test]
async fn nothing_to_write_is_no_call() {
    let script = Script::start(vec![]).await;
    let client = client();
    let tasks = write_tasks(&client, &script.session(), &always_send(), &[])
        .await
        .unwrap();
    let people = client
        .create_people_singly(
            &script.session(),
            &always_send(),
            &[],
            LeadAssignment::ByRule,
        )
        .await
        .unwrap();
    assert_eq!((tasks.calls, people.calls), (0, 0));
    assert!(script.asked().is_empty());
}

#[tokio::test]
async fn each_person_is_created_or_says_why_not() {
    let duplicate = json!([{
        "errorCode": "DUPLICATES_DETECTED", "message": "Use one of these records?",
        "duplicateResut": {"matchResults": [{"matchRecords": [
            {"record": {"Id": "00Q000000000009AAA"}}]}]}
    }]);
    let script = Script::start(vec![composite(&[
        sub(
            0,
            201,
            &json!({"id": "00Q000000000001AAA", "success": true, "errors": []}),
        ),
        sub(1, 400, &duplicate),
        sub(
            2,
            500,
            &json!([{"errorCode": "UNKNOWN_EXCEPTION", "message": "m"}]),
        ),
    ])])
    .await;
    let people = [0, 1, 2, 3].map(person);
    let answer = client()
        .create_people_singly(
            &script.session(),
            &always_send(),
            &people,
            LeadAssignment::ByRule,
        )
        .await
        .unwrap();
    let words: Vec<&str> = answer.value.iter().map(word).collect();
    assert_eq!(
        words,
        ["created", "DUPLICATES_DETECTED", "unknown", "unknown"]
    );
    let RowOutcome::Failed(error) = &answer.value[1] else {
        panic!("a duplicate is a failure");
    };
    assert_eq!(error.duplicate_ids, [RecordId::new("00Q000000000009AAA")]);

    let request = script.asked()[0].json();
    let first = &request["compositeRequest"][0];
    assert_eq!(first["url"], "/services/data/v67.0/sobjects/Lead");
    assert_eq!(
        first["httpHeaders"]["Sforce-Duplicate-Rule-Header"],
        "allowSave=true"
    );
}

#[tokio::test]
async fn people_beyond_a_lost_answer_are_unknown_and_those_before_it_are_not() {
    let done: Vec<Value> = (0..25)
        .map(|n| {
            let body = json!({"id": format!("00Q{n:015}"), "success": true, "errors": []});
            sub(n, 201, &body)
        })
        .collect();
    let script = Script::start(vec![composite(&done), Say::HangUp]).await;
    let people: Vec<_> = (0..30).map(person).collect();
    let answer = client()
        .create_people_singly(
            &script.session(),
            &always_send(),
            &people,
            LeadAssignment::ByRule,
        )
        .await
        .unwrap();
    assert_eq!(
        answer
            .value
            .iter()
            .filter(|one| word(one) == "created")
            .count(),
        25
    );
    assert_eq!(
        answer
            .value
            .iter()
            .filter(|one| word(one) == "unknown")
            .count(),
        5
    );
}

#[tokio::test]
async fn contacts_are_given_their_accounts_in_one_call() {
    let rows = json!([
        {"id": "003A", "success": true, "errors": []},
        {"success": false, "errors": [
            {"statusCode": "ENTITY_IS_DELETED", "message": "entity is deleted", "fields": []}]}
    ]);
    let script = Script::start(vec![Say::Json(200, rows)]).await;
    let pair = |n| (RecordId::new(format!("003{n}")), RecordId::new("001A"));
    let answer = client()
        .set_contact_accounts(&script.session(), &always_send(), &[pair("A"), pair("B")])
        .await
        .unwrap();
    assert_eq!(
        answer.value.iter().map(word).collect::<Vec<_>>(),
        ["created", "ENTITY_IS_DELETED"]
    );
    let asked = &script.asked()[0];
    assert_eq!(asked.method, "PATCH");
    assert_eq!(asked.path, "/services/data/v67.0/composite/sobjects");
    assert_eq!(
        asked.json()["records"][0],
        json!({"attributes": {"type": "Contact"}, "Id": "003A", "AccountId": "001A"})
    );
}
