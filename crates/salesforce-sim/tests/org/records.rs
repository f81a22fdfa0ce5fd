use base64::{Engine, prelude::BASE64_STANDARD};
use salesforce_sim::{
    AccountSeed, ContactSeed, DuplicateAction, FieldAccess, FieldSeed, ObjectAccess,
};
use serde_json::json;

use crate::support::{connected, read, refusal, text};

#[tokio::test]
async fn versions_need_no_session_and_cost_nothing() {
    let org = connected().await;
    for path in ["/services/data", "/services/data/"] {
        let (status, body) = read(org.http.get(org.url(path)).send().await.unwrap()).await;
        assert_eq!(status, 200);
        let last = body.as_array().unwrap().last().unwrap().clone();
        assert_eq!(
            last,
            json!({"label": "Summer '26", "url": "/services/data/v67.0", "version": "67.0"})
        );
    }
    assert_eq!(org.sim.api_calls(), 0);
}

#[tokio::test]
async fn a_record_is_created_read_changed_and_deleted() {
    let org = connected().await;
    let (status, made) = org.create("Account", json!({"Name": "  Larkspur  "})).await;
    assert_eq!((status, made["success"].as_bool()), (201, Some(true)));
    let id = text(&made, "id");
    assert_eq!(id.len(), 18);
    let path = format!("/sobjects/Account/{id}");
    let (_, read) = org.get(&format!("{path}?fields=Name,OwnerId")).await;
    assert_eq!(
        (text(&read, "Name"), text(&read, "OwnerId")),
        ("Larkspur".to_owned(), org.user.to_string())
    );
    assert_eq!(
        org.call("PATCH", &path[..path.len() - 3], json!({"Phone": "1"}))
            .await
            .0,
        204,
        "fifteen characters do"
    );
    assert_eq!(
        org.send("DELETE", &path).send().await.unwrap().status(),
        204
    );
    let (status, gone) = org.get(&path).await;
    assert_eq!(
        (status, refusal(&gone).as_str()),
        (404, "ENTITY_IS_DELETED: entity is deleted")
    );
}

#[tokio::test]
async fn every_counted_answer_says_how_many_calls_are_left() {
    let org = connected().await;
    org.sim.set_api_limit(2);
    for used in ["api-usage=1/2", "api-usage=2/2"] {
        let answer = org.send("GET", "/limits/").send().await.unwrap();
        assert_eq!(answer.headers()["sforce-limit-info"], used);
    }
    let (status, body) = org.get("/limits").await;
    assert_eq!(
        (status, refusal(&body).as_str()),
        (403, "REQUEST_LIMIT_EXCEEDED: TotalRequests Limit exceeded.")
    );
}

#[tokio::test]
async fn what_is_no_record_is_refused() {
    let org = connected().await;
    let (status, body) = org.create("Unicorn", json!({})).await;
    assert_eq!(
        (status, refusal(&body).as_str()),
        (404, "NOT_FOUND: The requested resource does not exist")
    );
    let broken = org
        .send("POST", "/sobjects/Contact")
        .header("content-type", "application/json")
        .body("{\"LastName\": oops}");
    let (status, body) = read(broken.send().await.unwrap()).await;
    assert_eq!(
        (status, body[0]["errorCode"].as_str()),
        (400, Some("JSON_PARSER_ERROR"))
    );
}

#[tokio::test]
async fn bad_values_are_refused_by_name() {
    let org = connected().await;
    let long = "x".repeat(81);
    for (object, body, expected) in [
        (
            "Contact",
            json!({"FirstName": "A"}),
            "REQUIRED_FIELD_MISSING: Required fields are missing: [LastName]",
        ),
        (
            "Lead",
            json!({"FirstName": "A"}),
            "REQUIRED_FIELD_MISSING: Required fields are missing: [Company, LastName]",
        ),
        (
            "Contact",
            json!({"LastName": "A", "Nickname": "B"}),
            "INVALID_FIELD: No such column 'Nickname' on sobject of type Contact",
        ),
        (
            "Contact",
            json!({"LastName": "A", "Email": "a@b"}),
            "INVALID_EMAIL_ADDRESS: Email: invalid email address: a@b",
        ),
        (
            "Contact",
            json!({"LastName": long}),
            &format!("STRING_TOO_LONG: Last Name: data value too large: {long} (max length=80)"),
        ),
        (
            "Contact",
            json!({"LastName": 5}),
            "JSON_PARSER_ERROR: Cannot deserialize instance of string from VALUE_NUMBER_INT value 5 or request may be missing a required field at [line:1, column:1]",
        ),
        (
            "Contact",
            json!({"LastName": "A", "AccountId": "001"}),
            "MALFORMED_ID: Account ID: id value of incorrect type: 001",
        ),
        (
            "Contact",
            json!({"LastName": "A", "AccountId": "001Ho0000000001"}),
            "INVALID_CROSS_REFERENCE_KEY: invalid cross reference id",
        ),
    ] {
        let (status, body) = org.create(object, body).await;
        assert_eq!((status, refusal(&body).as_str()), (400, expected));
    }
}

#[tokio::test]
async fn nobody_writes_what_the_org_works_out_itself() {
    let org = connected().await;
    let (_, body) = org
        .create(
            "Contact",
            json!({"LastName": "A", "CreatedById": org.user.to_string(), "Name": "B"}),
        )
        .await;
    assert!(
        refusal(&body)
            .starts_with("INVALID_FIELD_FOR_INSERT_UPDATE: Unable to create/update fields: "),
        "{body}"
    );
    assert_eq!(body[0]["fields"], json!(["CreatedById", "Name"]));
}

#[tokio::test]
async fn a_missing_permission_looks_like_a_missing_object_or_field() {
    let org = connected().await;
    org.sim
        .restrict_field(org.user, "Contact", "Email", Some(FieldAccess::Hidden));
    let (_, body) = org
        .create("Contact", json!({"LastName": "A", "Email": "a@b.example"}))
        .await;
    assert_eq!(
        refusal(&body),
        "INVALID_FIELD: No such column 'Email' on sobject of type Contact"
    );
    org.sim
        .restrict_field(org.user, "Contact", "Email", Some(FieldAccess::ReadOnly));
    let (_, body) = org
        .create("Contact", json!({"LastName": "A", "Email": "a@b.example"}))
        .await;
    assert_eq!(body[0]["errorCode"], "INVALID_FIELD_FOR_INSERT_UPDATE");
    org.sim
        .restrict_object(org.user, "Lead", ObjectAccess::NONE);
    assert_eq!(org.create("Lead", json!({})).await.0, 404);
    org.sim
        .restrict_object(org.user, "Contact", ObjectAccess::READ);
    let (_, body) = org.create("Contact", json!({"LastName": "A"})).await;
    assert_eq!(
        refusal(&body),
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY: entity type cannot be inserted: Contact"
    );
    let (_, described) = org.get("/sobjects/Contact/describe").await;
    assert_eq!(described["createable"], false);
}

#[tokio::test]
async fn an_administrators_rules_hold() {
    let org = connected().await;
    org.sim
        .add_validation_rule("Contact", "Give a phone number.", |contact| {
            contact.text("Phone").is_empty()
        });
    let (_, body) = org.create("Contact", json!({"LastName": "A"})).await;
    assert_eq!(
        refusal(&body),
        "FIELD_CUSTOM_VALIDATION_EXCEPTION: Give a phone number."
    );
    org.sim.require_field("Lead", "Region__c");
    let (_, body) = org
        .create("Lead", json!({"LastName": "A", "Company": "B"}))
        .await;
    assert_eq!(
        refusal(&body),
        "REQUIRED_FIELD_MISSING: Required fields are missing: [Region__c]"
    );
}

#[tokio::test]
async fn duplicate_rules_name_the_record_they_found() {
    let org = connected().await;
    let twin = org
        .sim
        .add_contact(ContactSeed::new("A", "B", "a@b.example"));
    org.sim
        .duplicate_rule("Contact", Some(DuplicateAction::Alert));
    let person = json!({"LastName": "A", "Email": "A@B.example"});
    let (status, body) = org.create("Contact", person.clone()).await;
    assert_eq!(
        (status, refusal(&body).as_str()),
        (400, "DUPLICATES_DETECTED: Use one of these records?")
    );
    let found = &body[0]["duplicateResut"]["matchResults"][0]["matchRecords"][0]["record"]["Id"];
    assert_eq!(found, &json!(twin.to_string()));
    let allowed = |body| {
        org.send("POST", "/sobjects/Contact")
            .header("Sforce-Duplicate-Rule-Header", "allowSave=true")
            .json(body)
    };
    assert_eq!(allowed(&person).send().await.unwrap().status(), 201);
    org.sim
        .duplicate_rule("Contact", Some(DuplicateAction::Block));
    assert_eq!(allowed(&person).send().await.unwrap().status(), 400);
}

#[tokio::test]
async fn an_upsert_finds_by_external_id() {
    let org = connected().await;
    org.sim.add_field("Task", FieldSeed::external_id("Ref__c"));
    let path = "/sobjects/Task/Ref__c/a%2Fb";
    let (status, body) = org.call("PATCH", path, json!({"Subject": "one"})).await;
    assert_eq!((status, body["created"].as_bool()), (201, Some(true)));
    let (status, body) = org.call("PATCH", path, json!({"Subject": "two"})).await;
    assert_eq!((status, body["created"].as_bool()), (200, Some(false)));
    assert_eq!(
        org.column("SELECT Subject FROM Task WHERE Ref__c = 'A/B'", "Subject")
            .await,
        "two"
    );
    let (_, body) = org.create("Task", json!({"Ref__c": "a/b"})).await;
    assert!(refusal(&body).starts_with(
        "DUPLICATE_VALUE: duplicate value found: Ref__c duplicates value on record with id: 00T"
    ));
}

#[tokio::test]
async fn a_key_shared_by_two_records_is_ambiguous() {
    let org = connected().await;
    let field = FieldSeed {
        unique: false,
        ..FieldSeed::external_id("Ref__c")
    };
    org.sim.add_field("Account", field);
    for name in ["A", "B"] {
        org.create("Account", json!({"Name": name, "Ref__c": "1"}))
            .await;
    }
    let (status, body) = org
        .call("PATCH", "/sobjects/Account/Ref__c/1", json!({}))
        .await;
    assert_eq!((status, body.as_array().unwrap().len()), (300, 2));
}

#[tokio::test]
async fn long_addresses_are_refused_before_anything_else() {
    let org = connected().await;
    let long = "x".repeat(16_400);
    assert_eq!(org.get(&format!("/query?q={long}")).await.0, 414);
    let request = org.send("GET", "/limits").header("x-long", &long).send();
    assert_eq!(request.await.unwrap().status(), 431);
}

#[tokio::test]
async fn what_is_not_there_is_not_there() {
    let org = connected().await;
    for path in [
        "/nothing",
        "/sobjects/Account/001Ho0000000001",
        "/sobjects/Account/x",
    ] {
        let (status, body) = org.get(path).await;
        assert_eq!(
            (status, body[0]["errorCode"].as_str()),
            (404, Some("NOT_FOUND")),
            "{path}"
        );
    }
    assert_eq!(org.call("PUT", "/sobjects/Account", json!({})).await.0, 405);
    let old = org
        .http
        .get(org.url("/services/data/v12.0/limits"))
        .bearer_auth(&org.token);
    assert_eq!(old.send().await.unwrap().status(), 404);
    let account = org.sim.add_account(AccountSeed::new("Hidden"));
    org.sim.hide_record(org.user, account, true);
    assert_eq!(
        org.get(&format!("/sobjects/Account/{account}")).await.0,
        404
    );
}

#[tokio::test]
async fn bodies_may_be_compressed_both_ways() {
    let org = connected().await;
    // {"Name":"Zip"}
    let zipped = BASE64_STANDARD
        .decode("H4sIAAAAAAAAA6tW8kvMTVWyUorKLFCqBQD0HnXJDgAAAA==")
        .unwrap();
    let request = org
        .send("POST", "/sobjects/Account")
        .header("content-type", "application/json")
        .header("content-encoding", "gzip")
        .body(zipped);
    assert_eq!(request.send().await.unwrap().status(), 201);
    let plain = reqwest::Client::builder().no_gzip().build().unwrap();
    let request = plain
        .get(org.url("/services/data/v67.0/sobjects/Account/describe"))
        .bearer_auth(&org.token)
        .header("accept-encoding", "gzip");
    let answer = request.send().await.unwrap();
    assert_eq!(answer.headers()["content-encoding"], "gzip");
}
