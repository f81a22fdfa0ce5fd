use serde_json::{Value, json};

use crate::support::{DATA, connected, refusal, text};

fn create(reference: &str, object: &str, body: &Value) -> Value {
    json!({"method": "POST", "url": format!("{DATA}/sobjects/{object}"), "referenceId": reference, "body": body})
}

fn ask(reference: &str, soql: &str) -> Value {
    let url = url::Url::parse_with_params("http://x/", [("q", soql)]).unwrap();
    // References are recognised only where their braces are not escaped.
    let query = url
        .query()
        .unwrap()
        .replace("%40%7B", "@{")
        .replace("%7D", "}");
    json!({"method": "GET", "url": format!("{DATA}/query?{query}"), "referenceId": reference})
}

#[tokio::test]
async fn later_requests_use_the_results_of_earlier_ones_for_one_call() {
    let org = connected().await;
    let body = json!({"compositeRequest": [
        create("account", "Account", &json!({"Name": "O'Neill & Söhne"})),
        create("contact", "Contact", &json!({"LastName": "N", "AccountId": "@{account.id}"})),
        ask("found", "SELECT Id, Account.Name FROM Contact WHERE AccountId = '@{account.id}'"),
    ]});
    let (status, body) = org.call("POST", "/composite", body).await;
    assert_eq!(status, 200);
    let answers = &body["compositeResponse"];
    assert_eq!(answers[0]["httpStatusCode"], 201);
    assert_eq!(
        text(&answers[0]["httpHeaders"], "Location"),
        format!(
            "{DATA}/sobjects/Account/{}",
            text(&answers[0]["body"], "id")
        )
    );
    assert_eq!(answers[2]["referenceId"], "found");
    assert_eq!(
        answers[2]["body"]["records"][0]["Account"]["Name"],
        "O'Neill & Söhne"
    );
    assert_eq!(org.sim.api_calls(), 1);
}

#[tokio::test]
async fn a_failure_stays_where_it_is_unless_all_or_none_is_asked_for() {
    let org = connected().await;
    let requests = json!([
        create("good", "Account", &json!({"Name": "A"})),
        create("bad", "Account", &json!({})),
        create(
            "child",
            "Contact",
            &json!({"LastName": "B", "AccountId": "@{bad.id}"})
        ),
        create("last", "Account", &json!({"Name": "C"})),
    ]);
    let (_, body) = org
        .call("POST", "/composite", json!({"compositeRequest": requests}))
        .await;
    let answers = &body["compositeResponse"];
    let codes: Vec<_> = (0..4)
        .map(|n| answers[n]["httpStatusCode"].as_u64().unwrap())
        .collect();
    assert_eq!(codes, [201, 400, 400, 201]);
    assert!(
        refusal(&answers[2]["body"]).starts_with("PROCESSING_HALTED: Invalid reference specified.")
    );

    let (_, body) = org
        .call(
            "POST",
            "/composite",
            json!({"allOrNone": true, "compositeRequest": requests}),
        )
        .await;
    let answers = &body["compositeResponse"];
    let first = (0..4).map(|n| {
        refusal(&answers[n]["body"])
            .split(':')
            .next()
            .unwrap()
            .to_owned()
    });
    let first: Vec<_> = first.collect();
    assert_eq!(
        first,
        [
            "PROCESSING_HALTED",
            "REQUIRED_FIELD_MISSING",
            "PROCESSING_HALTED",
            "PROCESSING_HALTED"
        ]
    );
    assert_eq!(
        org.query("SELECT COUNT() FROM Account").await.1["totalSize"],
        2
    );
}

#[tokio::test]
async fn five_queries_and_twenty_five_requests_are_the_limit() {
    let org = connected().await;
    let queries: Vec<Value> = (0..6)
        .map(|n| ask(&format!("q{n}"), "SELECT Id FROM Account"))
        .collect();
    let send =
        |requests: &[Value]| org.call("POST", "/composite", json!({"compositeRequest": requests}));
    assert_eq!(send(&queries).await.0, 400);
    assert_eq!(send(&queries[..5]).await.0, 200);
    let creates: Vec<Value> = (0..26)
        .map(|n| create(&format!("c{n}"), "Account", &json!({"Name": "A"})))
        .collect();
    assert_eq!(send(&creates).await.0, 400);
    assert_eq!(send(&creates[..25]).await.0, 200);
}

#[tokio::test]
async fn references_are_named_plainly_and_once() {
    let org = connected().await;
    let send =
        |requests: Value| org.call("POST", "/composite", json!({"compositeRequest": requests}));
    for requests in [
        json!([create("a-b", "Account", &json!({"Name": "A"}))]),
        json!([
            create("a", "Account", &json!({"Name": "A"})),
            create("a", "Account", &json!({"Name": "A"}))
        ]),
    ] {
        assert_eq!(send(requests).await.0, 400);
    }
    let (status, body) = org
        .call(
            "POST",
            "/composite",
            json!({"compositeRequest": [], "surprise": 1}),
        )
        .await;
    assert_eq!(
        (status, body[0]["errorCode"].as_str()),
        (400, Some("JSON_PARSER_ERROR"))
    );
}

#[tokio::test]
async fn collections_fit_into_a_composite() {
    let org = connected().await;
    let rows: Vec<Value> = (0..200)
        .map(|n| json!({"attributes": {"type": "Task"}, "Subject": n.to_string()}))
        .collect();
    let part = |n: usize| {
        json!({"method": "POST", "url": format!("{DATA}/composite/sobjects"), "referenceId": format!("r{n}"),
        "body": {"allOrNone": false, "records": rows}})
    };
    let requests: Vec<Value> = (0..5).map(part).collect();
    let (_, body) = org
        .call("POST", "/composite", json!({"compositeRequest": requests}))
        .await;
    assert_eq!(body["compositeResponse"][4]["body"][199]["success"], true);
    assert_eq!(org.sim.task_count(), 1000);
    assert_eq!(org.sim.api_calls(), 1);
}
