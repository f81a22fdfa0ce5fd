//! Questions: several in a call, page after page, and orgs that hide things.

use gatehouse::domain::candidates::RecordId;
use gatehouse::salesforce::CallError;
use gatehouse::salesforce::matching::Question;
use gatehouse::salesforce::preflight::Status;
use serde_json::{Value, json};

use super::script::{Say, Script, client};

fn page(records: &Value) -> Value {
    json!({"totalSize": 1, "done": true, "records": records})
}

fn composite(answers: &[(u16, Value)]) -> Say {
    let subs: Vec<Value> = answers
        .iter()
        .enumerate()
        .map(|(n, (status, body))| {
            json!({"referenceId": format!("r{n}"), "httpStatusCode": status, "body": body})
        })
        .collect();
    Say::Json(200, json!({ "compositeResponse": subs }))
}

fn question() -> Question {
    Question {
        emails: vec!["ada@example.com".to_owned()],
        companies: vec!["Acme".to_owned()],
        linked: vec![],
    }
}

fn contact(id: &str) -> Value {
    json!({"Id": id, "Email": "ada@example.com", "OwnerId": "005A",
           "Owner": {"IsActive": true}, "AccountId": null, "Account": null})
}

fn refusal(code: &str, message: &str) -> Value {
    json!([{"errorCode": code, "message": message}])
}

fn account(id: &str) -> Value {
    json!({"Id": id, "Name": "Acme", "OwnerId": "005A", "Owner": {"IsActive": false}})
}

#[tokio::test]
async fn one_call_finds_contacts_leads_and_accounts() {
    let script = Script::start(vec![composite(&[
        (200, page(&json!([contact("003A"), contact("003B")]))),
        (200, page(&json!([]))),
        (200, page(&json!([account("001A")]))),
    ])])
    .await;
    let answer = client().find(&script.session(), &question()).await.unwrap();
    assert_eq!(answer.calls, 1);
    let found = answer.value;
    let ids: Vec<&str> = found.contacts.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(ids, ["003A", "003B"]);
    assert_eq!(found.accounts[0].name, "Acme");
    assert!(!found.accounts[0].owner.as_ref().unwrap().is_active);
    assert!(found.leads.is_empty() && found.leads_unreadable.is_none());
}

#[tokio::test]
async fn all_pages_are_read() {
    let next = "/services/data/v67.0/query/01g-2000";
    let first = json!({"totalSize": 2, "done": false, "nextRecordsUrl": next,
                       "records": [contact("003A")]});
    let script = Script::start(vec![
        composite(&[
            (200, first),
            (200, page(&json!([]))),
            (200, page(&json!([]))),
        ]),
        Say::Json(200, page(&json!([contact("003B")]))),
    ])
    .await;
    let answer = client().find(&script.session(), &question()).await.unwrap();
    assert_eq!((answer.calls, answer.value.contacts.len()), (2, 2));
    assert_eq!(script.asked()[1].path, next);
}

#[tokio::test]
async fn the_next_page_is_never_looked_for_elsewhere() {
    let evil = Script::start(vec![]).await;
    for next in [
        json!(format!("{}services/data/x", evil.url)),
        json!("//evil.test/x"),
        json!(null),
    ] {
        let first = json!({"done": false, "nextRecordsUrl": next, "records": []});
        let script = Script::start(vec![composite(&[
            (200, first),
            (200, page(&json!([]))),
            (200, page(&json!([]))),
        ])])
        .await;
        let error = client()
            .find(&script.session(), &question())
            .await
            .unwrap_err();
        assert!(matches!(error, CallError::Unreadable(_)), "{next}");
    }
    assert!(evil.asked().is_empty());
}

#[tokio::test]
async fn leads_that_may_not_be_read_do_not_hide_the_rest() {
    let script = Script::start(vec![composite(&[
        (200, page(&json!([contact("003A")]))),
        (
            400,
            refusal("INVALID_TYPE", "sObject type 'Lead' is not supported."),
        ),
        (200, page(&json!([account("001A")]))),
    ])])
    .await;
    let found = client()
        .find(&script.session(), &question())
        .await
        .unwrap()
        .value;
    assert_eq!(
        (
            found.contacts.len(),
            found.leads.len(),
            found.accounts.len()
        ),
        (1, 0, 1)
    );
    assert_eq!(found.leads_unreadable.unwrap().code, "INVALID_TYPE");
}

#[tokio::test]
async fn contacts_that_may_not_be_read_are_an_error() {
    let script = Script::start(vec![composite(&[
        (
            400,
            refusal("INVALID_TYPE", "sObject type 'Contact' is not supported."),
        ),
        (200, page(&json!([]))),
        (200, page(&json!([]))),
    ])])
    .await;
    let error = client()
        .find(&script.session(), &question())
        .await
        .unwrap_err();
    assert!(matches!(error, CallError::Refused(error, 400) if error.code == "INVALID_TYPE"));
}

#[tokio::test]
async fn an_org_that_refuses_a_related_field_is_asked_plainly_and_then_always() {
    let strict = "Didn't understand relationship 'ConvertedAccount' in field path.";
    let plainly = || {
        let contact = json!({"Id": "003B", "Email": "ada@example.com", "OwnerId": "005A",
                             "AccountId": "001A"});
        let lead = json!({"Id": "00QA", "Email": "ada@example.com", "OwnerId": "00GQ",
                          "IsConverted": true, "ConvertedContactId": "003A",
                          "ConvertedAccountId": "001A"});
        let account = json!({"Id": "001A", "Name": "Acme", "OwnerId": "005B"});
        [
            composite(&[
                (200, page(&json!([contact]))),
                (200, page(&json!([lead]))),
                (200, page(&json!([account]))),
            ]),
            composite(&[(200, page(&json!([account])))]),
            composite(&[(
                200,
                page(&json!([{"Id": "005A", "IsActive": true}, {"Id": "005B", "IsActive": false}])),
            )]),
        ]
    };
    let refused = composite(&[
        (200, page(&json!([]))),
        (400, refusal("INVALID_FIELD", strict)),
        (200, page(&json!([]))),
    ]);
    let answers = std::iter::once(refused).chain(plainly()).chain(plainly());
    let script = Script::start(answers.collect()).await;
    let client = client();
    for calls in [4, 3] {
        let answer = client.find(&script.session(), &question()).await.unwrap();
        assert_eq!(answer.calls, calls);
        let contact = &answer.value.contacts[0];
        assert!(contact.owner.as_ref().unwrap().is_active);
        let account = contact.account.as_ref().unwrap();
        assert_eq!(account.name, "Acme");
        assert!(!account.owner.as_ref().unwrap().is_active);
        assert!(
            !answer.value.leads[0].owner.as_ref().unwrap().is_active,
            "a queue"
        );
        let converted = answer.value.leads[0].converted.as_ref().unwrap();
        assert_eq!(converted.contact_id, Some(RecordId::new("003A")));
        assert_eq!(converted.account.as_ref().unwrap().name, "Acme");
        assert!(answer.value.leads_unreadable.is_none());
    }
}

#[tokio::test]
async fn a_question_that_salesforce_cannot_take_now_is_asked_again_later() {
    for (status, code) in [(503, "SERVER_UNAVAILABLE"), (500, "UNKNOWN_EXCEPTION")] {
        let script = Script::start(vec![composite(&[
            (200, page(&json!([]))),
            (status, refusal(code, "m")),
            (200, page(&json!([]))),
        ])])
        .await;
        let error = client()
            .find(&script.session(), &question())
            .await
            .unwrap_err();
        assert!(matches!(error, CallError::Retry { .. }), "{code}");
    }
}

fn described(fields: &[&str], createable: bool) -> Say {
    let fields: Vec<Value> = fields
        .iter()
        .map(|name| json!({"name": name, "createable": !name.ends_with("ById")}))
        .collect();
    Say::Json(
        200,
        json!({"queryable": true, "createable": createable, "updateable": true,
                          "fields": fields}),
    )
}

#[tokio::test]
async fn the_permission_check_tells_granted_from_missing_from_unknown() {
    let task = [
        "OwnerId",
        "Status",
        "Subject",
        "WhoId",
        "ActivityDate",
        "WhatId",
        "CreatedById",
        "LastModifiedById",
        "Description",
    ];
    let script = Script::start(vec![
        Say::Json(
            404,
            refusal("NOT_FOUND", "The requested resource does not exist"),
        ),
        described(&[], true),
        described(&task, true),
        Say::Html(503),
        Say::Json(200, page(&json!([{"Id": "005A"}]))),
        Say::Json(400, refusal("INVALID_FIELD", "No such column 'IsActive'")),
        Say::Json(200, page(&json!([{"TimeZoneSidKey": "Europe/Berlin"}]))),
    ])
    .await;
    let user = RecordId::new("005A");
    let answer = client().preflight(&script.session(), &user).await.unwrap();
    assert_eq!(answer.calls, 7);
    let preflight = answer.value;
    assert_eq!(preflight.checks.len(), 20);
    let status = |object: &str, field: Option<&str>, need: &str| {
        preflight
            .checks
            .iter()
            .find(|one| one.object == object && one.field.as_deref() == field && one.need == need)
            .map(|check| check.status)
            .unwrap_or_else(|| panic!("no check of {object} {field:?} {need}"))
    };
    assert_eq!(status("Lead", None, "Read"), Status::Missing);
    assert_eq!(status("Lead", None, "Write"), Status::Missing);
    assert_eq!(status("Account", None, "Write"), Status::Granted);
    assert_eq!(
        status("Task", Some("Description"), "Write"),
        Status::Granted
    );
    assert_eq!(status("Task", Some("CreatedById"), "Read"), Status::Granted);
    assert_eq!(status("Task", Some("Priority"), "Write"), Status::Missing);
    assert_eq!(status("Contact", None, "Write"), Status::Unknown);
    assert_eq!(status("User", Some("Id"), "Read"), Status::Granted);
    assert_eq!(status("User", Some("IsActive"), "Read"), Status::Missing);
    assert_eq!(
        status("Organization", Some("TimeZoneSidKey"), "Read"),
        Status::Granted
    );
    assert!(!preflight.is_ready());
    let kept = serde_json::to_string(&preflight).unwrap();
    assert_eq!(
        serde_json::from_str::<gatehouse::salesforce::preflight::Preflight>(&kept).unwrap(),
        preflight
    );
}
