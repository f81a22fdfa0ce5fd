use salesforce_sim::{AccountSeed, ContactSeed, Fault, FaultKind, Id, LeadSeed, UserSeed};
use serde_json::{Value, json};

use crate::support::{Org, connected, refusal, text};

struct Scene {
    org: Org,
    account: Id,
    contact: Id,
    lead: Id,
}

async fn scene() -> Scene {
    let org = connected().await;
    let account = org.sim.add_account(AccountSeed::new("Larkspur"));
    let contact = org
        .sim
        .add_contact(ContactSeed::new("Dana", "Whitfield", "dana@larkspur.example").of(account));
    let lead = org.sim.add_lead(LeadSeed::new(
        "Callum",
        "Reyes",
        "callum@pine.example",
        "Pinegrove",
    ));
    Scene {
        org,
        account,
        contact,
        lead,
    }
}

#[tokio::test]
async fn the_org_fills_in_what_is_left_out() {
    let Scene {
        org,
        account,
        contact,
        ..
    } = scene().await;
    org.create(
        "Task",
        json!({"Subject": "Call", "WhoId": contact.to_string()}),
    )
    .await;
    let task = org.sim.tasks().remove(0);
    assert_eq!(
        (task.status.as_str(), task.priority.as_str(), task.is_closed),
        ("Not Started", "Normal", false)
    );
    assert_eq!(
        (task.owner, task.created_by, task.last_modified_by),
        (Some(org.user), Some(org.user), Some(org.user))
    );
    assert_eq!(
        task.account,
        Some(account),
        "the account follows from the contact"
    );
    assert_eq!(task.due_date, None);
}

#[tokio::test]
async fn a_closed_status_closes_the_task() {
    let Scene { org, account, .. } = scene().await;
    let (_, made) = org.create("Task", json!({"Status": "completed", "WhatId": account.to_string(), "ActivityDate": "2026-11-23"})).await;
    let (_, task) = org
        .get(&format!("/sobjects/Task/{}", text(&made, "id")))
        .await;
    assert_eq!(
        (text(&task, "Status").as_str(), task["IsClosed"].as_bool()),
        ("Completed", Some(true))
    );
    assert_eq!(text(&task, "AccountId"), account.to_string());
    assert_eq!(text(&task, "ActivityDate"), "2026-11-23");
    assert!(text(&task, "CompletedDateTime").ends_with(".000+0000"));
}

#[tokio::test]
async fn tasks_are_refused_for_these_reasons() {
    let Scene {
        org,
        account,
        contact,
        lead,
    } = scene().await;
    let converted = org
        .sim
        .add_lead(LeadSeed::new("A", "B", "a@b.example", "C"));
    org.sim.convert_lead(converted, contact, account);
    let left = org
        .sim
        .add_user(UserSeed::new("left@x.example", "L", "Eft").inactive());
    let queue = org.sim.add_queue("Inbound");
    let gone = org.sim.add_account(AccountSeed::new("Gone"));
    org.sim.delete(gone);
    let id = |id: Id| Value::from(id.to_string());
    for (body, expected) in [
        (json!({"WhoId": id(lead), "WhatId": id(account)}), "FIELD_INTEGRITY_EXCEPTION: ".to_owned()),
        (json!({"WhoId": id(converted)}), "CANNOT_UPDATE_CONVERTED_LEAD: cannot reference converted lead".to_owned()),
        (json!({"OwnerId": id(left)}), format!("INACTIVE_OWNER_OR_USER: operation performed with inactive user [{}] as owner of task", left.short())),
        (json!({"OwnerId": id(queue)}), format!("FIELD_INTEGRITY_EXCEPTION: Assigned To ID: id value of incorrect type: {queue}")),
        (json!({"WhatId": id(gone)}), "ENTITY_IS_DELETED: entity is deleted".to_owned()),
        (json!({"WhatId": "001Ho0000000001"}), "INVALID_CROSS_REFERENCE_KEY: invalid cross reference id".to_owned()),
        (json!({"WhatId": id(contact)}), "MALFORMED_ID: Related To ID: id value of incorrect type: 003".to_owned()),
        (json!({"Status": "Done-ish"}), "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST: Status: bad value for restricted picklist field: Done-ish".to_owned()),
        (json!({"Subject": "x".repeat(256)}), "STRING_TOO_LONG: Subject: data value too large: ".to_owned()),
        (json!({"Description": "x".repeat(32_001)}), "STRING_TOO_LONG: Description: data value too large: ".to_owned()),
        (json!({"ActivityDate": "2026-11-23T10:00:00Z"}), "JSON_PARSER_ERROR: Cannot deserialize instance of date from VALUE_STRING value 2026-11-23T10:00:00Z".to_owned()),
        (json!({"IsClosed": true}), "INVALID_FIELD_FOR_INSERT_UPDATE: Unable to create/update fields: IsClosed.".to_owned()),
        (json!({"AccountId": id(account)}), "INVALID_FIELD_FOR_INSERT_UPDATE: ".to_owned()),
        (json!({"Colour": "red"}), "INVALID_FIELD: No such column 'Colour' on sobject of type Task".to_owned()),
    ] {
        let (status, answer) = org.create("Task", body.clone()).await;
        assert_eq!(status, 400, "{body}");
        assert!(refusal(&answer).starts_with(&expected), "{body}: {}", refusal(&answer));
    }
    assert_eq!(org.sim.task_count(), 0);
}

#[tokio::test]
async fn renamed_statuses_are_data_of_the_org() {
    let Scene { org, .. } = scene().await;
    org.sim
        .rename_task_statuses(&[("Offen", false, true), ("Erledigt", true, false)]);
    assert_eq!(
        org.column(
            "SELECT ApiName FROM TaskStatus WHERE IsClosed = true",
            "ApiName"
        )
        .await,
        "Erledigt"
    );
    org.create("Task", json!({"Status": "Erledigt"})).await;
    org.create("Task", json!({})).await;
    let tasks = org.sim.tasks();
    assert!(tasks[0].is_closed);
    assert_eq!(tasks[1].status, "Offen");
    let (_, body) = org.create("Task", json!({"Status": "Completed"})).await;
    assert_eq!(
        body[0]["errorCode"],
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"
    );
}

#[tokio::test]
async fn conversion_and_merging_move_the_tasks_along() {
    let Scene {
        org,
        account,
        contact,
        lead,
    } = scene().await;
    org.create("Task", json!({"WhoId": lead.to_string()})).await;
    org.sim.convert_lead(lead, contact, account);
    let task = org.sim.tasks().remove(0);
    assert_eq!((task.who, task.account), (Some(contact), Some(account)));
    let winner = org
        .sim
        .add_contact(ContactSeed::new("D", "Whitfield", "d@larkspur.example"));
    org.sim.merge(contact, winner);
    assert_eq!(org.sim.tasks()[0].who, Some(winner));
    let request = org.send("GET", "/queryAll").query(&[(
        "q",
        format!("SELECT MasterRecordId FROM Contact WHERE Id = '{contact}'"),
    )]);
    let (_, found) = crate::support::read(request.send().await.unwrap()).await;
    assert_eq!(
        text(&found["records"][0], "MasterRecordId"),
        winner.to_string()
    );
}

#[tokio::test]
async fn an_open_task_with_a_date_needs_the_locks_of_its_records() {
    let Scene { org, account, .. } = scene().await;
    let lock = |times| {
        org.sim.push_fault(
            Fault::new(FaultKind::LockRows {
                id: account.to_string(),
            })
            .times(times),
        );
    };
    lock(1);
    let dated = json!({"WhatId": account.to_string(), "ActivityDate": "2026-11-23"});
    let (_, body) = org.create("Task", dated.clone()).await;
    assert_eq!(
        refusal(&body),
        format!(
            "UNABLE_TO_LOCK_ROW: unable to obtain exclusive access to this record or 1 records: {account}"
        )
    );
    assert_eq!(
        org.create("Task", dated.clone()).await.0,
        201,
        "the lock is gone"
    );
    lock(9);
    let mut closed = dated;
    closed["Status"] = "Completed".into();
    let (status, made) = org.create("Task", closed).await;
    assert_eq!(status, 201);
    let path = format!("/sobjects/Task/{}", text(&made, "id"));
    let (_, body) = org.call("PATCH", &path, json!({"Priority": "High"})).await;
    assert_eq!(
        body[0]["errorCode"], "UNABLE_TO_LOCK_ROW",
        "changes always lock"
    );
}

#[tokio::test]
async fn old_closed_tasks_are_archived() {
    let Scene { org, .. } = scene().await;
    org.create(
        "Task",
        json!({"Subject": "old", "Status": "Completed", "ActivityDate": "2020-01-01"}),
    )
    .await;
    org.create(
        "Task",
        json!({"Subject": "open", "ActivityDate": "2020-01-01"}),
    )
    .await;
    assert_eq!(
        org.column("SELECT Subject FROM Task", "Subject").await,
        "open"
    );
    let request = org
        .send("GET", "/queryAll")
        .query(&[("q", "SELECT COUNT() FROM Task")]);
    let (_, all) = crate::support::read(request.send().await.unwrap()).await;
    assert_eq!(all["totalSize"], 2);
}
