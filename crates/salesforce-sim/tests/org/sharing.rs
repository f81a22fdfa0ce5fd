//! What users don't see, who is given new leads, and what doesn't fit in.

use salesforce_sim::{FieldAccess, FieldSeed, ObjectAccess, UserSeed};
use serde_json::json;

use crate::support::{connected, refusal};

#[tokio::test]
async fn tasks_of_others_can_be_out_of_sight() {
    let org = connected().await;
    org.sim.add_field("Task", FieldSeed::external_id("Ref__c"));
    let others = json!({"Subject": "Others", "Ref__c": "k"})
        .as_object()
        .cloned();
    let rep = org
        .sim
        .add_user(UserSeed::new("rep@northbeam.example", "Re", "P"));
    let theirs = org.sim.try_add("Task", others.unwrap()).unwrap();
    org.sim
        .set_field(theirs, "CreatedById", salesforce_sim::Value::Id(rep));
    let all = "SELECT Id FROM Task";
    assert_eq!(org.query(all).await.1["totalSize"], 1);

    let action = json!({"action": "sees_others_tasks", "user": "admin@northbeam.example",
                        "sees": false});
    let done = org.http.post(org.url("/_sim/do")).json(&action).send();
    assert_eq!(done.await.unwrap().status(), 204);
    assert_eq!(org.query(all).await.1["totalSize"], 0, "without a word");
    let path = format!("/sobjects/Task/{theirs}");
    assert_eq!(org.get(&path).await.0, 404);
    let mine = org.create("Task", json!({"Subject": "Mine"})).await;
    assert_eq!(mine.0, 201);
    assert_eq!(
        org.column("SELECT Subject FROM Task", "Subject").await,
        "Mine"
    );

    // A key that is taken is taken, seen or not.
    let (status, body) = org
        .call(
            "PATCH",
            "/sobjects/Task/Ref__c/k",
            json!({"Subject": "New"}),
        )
        .await;
    assert_eq!(status, 400);
    assert!(refusal(&body).starts_with("DUPLICATE_VALUE"), "{body}");
}

#[tokio::test]
async fn an_assignment_rule_gives_new_leads_away() {
    let org = connected().await;
    let queue = org.sim.add_queue("Inbound Leads");
    let action = json!({"action": "assign_leads", "to": queue});
    let done = org.http.post(org.url("/_sim/do")).json(&action).send();
    assert_eq!(done.await.unwrap().status(), 204);
    let lead = json!({"LastName": "Der", "Company": "Example"});
    org.create("Lead", lead.clone()).await;
    let kept = org
        .send("POST", "/sobjects/Lead")
        .header("Sforce-Auto-Assign", "FALSE");
    assert_eq!(kept.json(&lead).send().await.unwrap().status(), 201);
    let owners = org
        .column(
            "SELECT OwnerId FROM Lead ORDER BY CreatedDate, Id",
            "OwnerId",
        )
        .await;
    assert_eq!(owners, format!("{queue},{}", org.user));
}

#[tokio::test]
async fn a_missing_create_permission_has_the_code_that_was_chosen() {
    let org = connected().await;
    let access = ObjectAccess::READ;
    org.sim.restrict_object(org.user, "Lead", access);
    let lead = json!({"LastName": "Der", "Company": "Example"});
    let refused = |code: &str| format!("{code}: entity type cannot be inserted: Lead");
    let (_, body) = org.create("Lead", lead.clone()).await;
    assert_eq!(
        refusal(&body),
        refused("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY")
    );
    let action = json!({"action": "create_refusal", "code": "INSUFFICIENT_ACCESS_OR_READONLY"});
    let done = org.http.post(org.url("/_sim/do")).json(&action).send();
    assert_eq!(done.await.unwrap().status(), 204);
    let (_, body) = org.create("Lead", lead).await;
    assert_eq!(refusal(&body), refused("INSUFFICIENT_ACCESS_OR_READONLY"));
}

#[tokio::test]
async fn a_full_org_takes_no_more_records() {
    let org = connected().await;
    let fill = async |full: bool| {
        let action = json!({"action": "storage_full", "full": full});
        let done = org.http.post(org.url("/_sim/do")).json(&action).send();
        assert_eq!(done.await.unwrap().status(), 204);
    };
    fill(true).await;
    let task = json!({"Subject": "Call"});
    let (status, body) = org.create("Task", task.clone()).await;
    let expected = "STORAGE_LIMIT_EXCEEDED: storage limit exceeded";
    assert_eq!((status, refusal(&body).as_str()), (400, expected));
    fill(false).await;
    assert_eq!(org.create("Task", task).await.0, 201);
}

#[tokio::test]
async fn a_field_without_access_is_no_column() {
    let org = connected().await;
    for (object, field) in [
        ("Contact", "Email"),
        ("Contact", "AccountId"),
        ("Lead", "Email"),
        ("Task", "CreatedById"),
        ("User", "IsActive"),
        ("Organization", "TimeZoneSidKey"),
    ] {
        let query = format!("SELECT {field} FROM {object}");
        assert_eq!(org.query(&query).await.0, 200, "{query}");
        let hidden = Some(FieldAccess::Hidden);
        org.sim.restrict_field(org.user, object, field, hidden);
        let (status, body) = org.query(&query).await;
        let expected = format!("No such column '{field}'");
        assert_eq!(status, 400, "{query}");
        assert!(
            body[0]["errorCode"] == "INVALID_FIELD" && body.to_string().contains(&expected),
            "{body}"
        );
    }
}

#[tokio::test]
async fn what_is_deleted_bears_the_time_of_its_deletion() {
    let org = connected().await;
    org.sim.clock().set(1_795_867_200_000);
    let lead = json!({"LastName": "Der", "Company": "Example"});
    let (_, body) = org.create("Lead", lead).await;
    org.sim.clock().advance(60_000);
    org.sim
        .delete(body["id"].as_str().unwrap().parse().unwrap());
    let changed = "SELECT Id FROM Lead WHERE SystemModstamp >= 2026-11-28T12:01:00Z";
    let path = format!(
        "/queryAll?q={}",
        changed.replace(' ', "%20").replace(">=", "%3E%3D")
    );
    assert_eq!(org.get(&path).await.1["totalSize"], 1);
}
