//! Questions: several in a call, page after page, and orgs that hide things.

use domain::matching::candidates::RecordId;
use salesforce::CallError;
use salesforce::matching::Question;
use salesforce::preflight::Status;
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
    assert!(found.leads.is_empty() && found.refusals.is_empty());
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
async fn the_next_page_is_never_requested_from_another_host() {
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
    assert!(found.unreadable.leads && !found.unreadable.contacts);
    assert_eq!(found.refusals[0].code, "INVALID_TYPE");
}

#[tokio::test]
async fn contacts_that_may_not_be_read_do_not_hide_the_rest() {
    let script = Script::start(vec![composite(&[
        (
            400,
            refusal("INVALID_TYPE", "sObject type 'Contact' is not supported."),
        ),
        (200, page(&json!([]))),
        (200, page(&json!([account("001A")]))),
    ])])
    .await;
    let answer = client().find(&script.session(), &question()).await.unwrap();
    assert_eq!((answer.calls, answer.value.accounts.len()), (1, 1));
    assert!(answer.value.unreadable.contacts && !answer.value.unreadable.leads);
}

#[tokio::test]
async fn a_refused_relationship_is_left_out_and_what_it_leads_to_asked_for_by_id() {
    let strict = "\nSELECT Id\n ^\nERROR at Row:1:Column:9\nDidn't understand relationship \
                  'ConvertedAccount' in field path.";
    let lead = json!({"Id": "00QA", "Email": "ada@example.com", "OwnerId": "00GQ",
                      "Owner": {"IsActive": null}, "IsConverted": true,
                      "ConvertedContactId": "003A", "ConvertedAccountId": "001A"});
    let others = |leads: (u16, Value)| {
        composite(&[
            (200, page(&json!([contact("003B")]))),
            leads,
            (200, page(&json!([account("001A")]))),
        ])
    };
    let leads = || (200, page(&json!([lead])));
    let accounts = || composite(&[(200, page(&json!([account("001A")])))]);
    let script = Script::start(vec![
        others((400, refusal("INVALID_FIELD", strict))),
        composite(&[leads()]),
        accounts(),
        others(leads()),
        accounts(),
    ])
    .await;
    let client = client();
    for calls in [3, 2] {
        let answer = client.find(&script.session(), &question()).await.unwrap();
        assert_eq!(answer.calls, calls);
        let found = answer.value;
        assert_eq!((found.contacts.len(), found.accounts.len()), (1, 1));
        let converted = found.leads[0].converted.as_ref().unwrap();
        assert_eq!(converted.contact_id, Some(RecordId::new("003A")));
        let account = converted.account.as_ref().unwrap();
        assert_eq!(account.name, "Acme");
        assert!(!account.owner.as_ref().unwrap().is_active);
        assert!(found.refusals.is_empty());
    }
    let asked = script.asked();
    assert!(asked[1].body.contains("FROM%20Lead") && !asked[1].body.contains("FROM%20Contact"));
    assert!(!asked[3].body.contains("ConvertedAccount."), "remembered");
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

fn described(fields: &[&str], createable: bool, updateable: bool) -> Say {
    let fields: Vec<Value> = fields
        .iter()
        .map(|name| json!({"name": name, "createable": true, "updateable": false}))
        .collect();
    let body = json!({"createable": createable, "updateable": updateable, "fields": fields});
    Say::Json(200, body)
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
async fn the_permission_check_tells_granted_from_missing_from_unknown() {
    let task = [
        "OwnerId",
        "Status",
        "Subject",
        "WhoId",
        "ActivityDate",
        "WhatId",
        "Description",
    ];
    let no_such = |field: &str, entity: &str| {
        let message = format!("No such column '{field}' on entity '{entity}'.");
        (400, refusal("INVALID_FIELD", &message))
    };
    let script = Script::start(vec![
        composite(&[
            no_such("IsActive", "User"),
            no_such("Email", "Contact"),
            (
                400,
                refusal("INVALID_TYPE", "sObject type 'Lead' is not supported."),
            ),
            (200, page(&json!([]))),
            (200, page(&json!([]))),
        ]),
        composite(&[
            no_such("TimeZoneSidKey", "Organization"),
            (
                200,
                page(&json!([{"ApiName": "Completed", "IsClosed": true}])),
            ),
            (200, page(&json!([{"ApiName": "Normal"}]))),
        ]),
        composite(&[(200, page(&json!([{"Id": "00D"}])))]),
        Say::Json(
            404,
            refusal("NOT_FOUND", "The requested resource does not exist"),
        ),
        described(&[], false, true),
        described(&task, true, false),
        Say::Html(503),
    ])
    .await;
    let user = RecordId::new("005A");
    let answer = client().preflight(&script.session(), &user).await.unwrap();
    assert_eq!(answer.calls, 7);
    let preflight = answer.value;
    for (object, field, need, status) in [
        ("Lead", None, "Read", Status::Missing),
        ("Lead", Some("Email"), "Read", Status::Missing),
        ("Lead", None, "Create", Status::Missing),
        ("Account", None, "Read", Status::Granted),
        ("Account", None, "Edit", Status::Granted),
        ("Task", None, "Create", Status::Granted),
        ("Task", Some("Description"), "Create", Status::Granted),
        ("Task", Some("Priority"), "Create", Status::Missing),
        ("Task", Some("CreatedById"), "Read", Status::Granted),
        ("Contact", None, "Read", Status::Granted),
        ("Contact", Some("Email"), "Read", Status::Missing),
        ("Contact", Some("AccountId"), "Read", Status::Granted),
        ("Contact", None, "Create", Status::Unknown),
        ("User", Some("Id"), "Read", Status::Granted),
        ("User", Some("IsActive"), "Read", Status::Missing),
        (
            "Organization",
            Some("TimeZoneSidKey"),
            "Read",
            Status::Missing,
        ),
        ("Organization", Some("IsSandbox"), "Read", Status::Granted),
        ("TaskStatus", None, "Read", Status::Granted),
    ] {
        let mut checks = preflight.checks.iter();
        let check = checks
            .find(|one| {
                one.object == object && one.field.as_deref() == field && one.need.title() == need
            })
            .unwrap_or_else(|| panic!("no check of {object} {field:?} {need}"));
        assert_eq!(check.status, status, "{object} {field:?} {need}");
    }
    assert!(!preflight.is_ready());
    let kept = serde_json::to_string(&preflight).unwrap();
    assert_eq!(
        serde_json::from_str::<::salesforce::preflight::Preflight>(&kept).unwrap(),
        preflight
    );
}
