//! Tasks and people with a key in the local org: what is written twice is there
//! once, and what was written can be found.

use domain::deliveries::task::{KEY_LENGTH, REFERENCE_FIELD};
use domain::matching::candidates::RecordId;
use jiff::{Timestamp, ToSpan};
use salesforce::RowOutcome;
use salesforce::people::{LeadAssignment, NewPerson, PersonKind};
use salesforce::tasks::{TaskGroup, TaskRecord, WrittenQuestion};
use salesforce::transport::always_send;
use salesforce_sim::{AccountSeed, ContactSeed, DuplicateAction, FieldSeed, LeadSeed, UserSeed};

use super::local::{LocalOrg, id};
use super::odd_answers::task;

fn keyed(key: &str) -> TaskRecord {
    TaskRecord {
        external_id: Some((REFERENCE_FIELD.to_owned(), key.to_owned())),
        ..task("SafeBase: NDA Signed")
    }
}

/// What `salesforce/` deploys.
fn deploy(org: &LocalOrg) {
    for object in ["Task", "Contact", "Lead"] {
        let field = FieldSeed::external_id(REFERENCE_FIELD);
        org.sim.add_field(object, field);
    }
}

fn created(outcome: &RowOutcome) -> RecordId {
    match outcome {
        RowOutcome::Created(id) => id.clone(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_deployed_fields_are_found() {
    let org = LocalOrg::start().await;
    let session = org.session().await;
    let before = org
        .client
        .reference_fields(&session, REFERENCE_FIELD, KEY_LENGTH)
        .await
        .unwrap();
    assert_eq!(before.value.task, None);
    deploy(&org);
    let after = org
        .client
        .reference_fields(&session, REFERENCE_FIELD, KEY_LENGTH)
        .await
        .unwrap();
    assert_eq!(after.calls, 1);
    for field in [after.value.task, after.value.contact, after.value.lead] {
        assert_eq!(field.unwrap().name, REFERENCE_FIELD);
    }
}

#[tokio::test]
async fn a_key_is_written_once_however_often_it_is_sent() {
    let org = LocalOrg::start().await;
    let session = org.session().await;
    deploy(&org);
    let tasks: Vec<TaskRecord> = (0..450).map(|n| keyed(&format!("gh-{n}"))).collect();
    let guard = always_send();
    let send = || {
        org.client
            .upsert_tasks(&session, &guard, REFERENCE_FIELD, &tasks)
    };
    let first = send().await.unwrap();
    let second = send().await.unwrap();
    assert_eq!((first.calls, first.value.len()), (1, 450));
    assert_eq!(first.value, second.value);
    assert_eq!(org.sim.task_count(), 450);

    let keys = ["gh-7".to_owned(), "gh-none".to_owned()];
    let found = org
        .client
        .tasks_by_key(&session, REFERENCE_FIELD, &keys)
        .await
        .unwrap();
    assert_eq!(found.value, [("gh-7".to_owned(), created(&first.value[7]))]);

    // Created a second time by other means, it names the first.
    let group = TaskGroup {
        all_or_none: false,
        tasks: vec![keyed("gh-7")],
    };
    let again = org.client.write_tasks(&session, &guard, &[group]).await;
    let RowOutcome::Failed(error) = &again.unwrap().value[0][0] else {
        panic!("the key is taken");
    };
    assert_eq!(error.code, "DUPLICATE_VALUE");
    assert!(
        created(&first.value[7])
            .as_str()
            .starts_with(error.duplicate_ids[0].as_str())
    );
}

#[tokio::test]
async fn a_task_without_its_key_is_not_sent() {
    let org = LocalOrg::start().await;
    let session = org.session().await;
    let guard = always_send();
    let tasks = [task("SafeBase: NDA Signed")];
    let sent = org
        .client
        .upsert_tasks(&session, &guard, REFERENCE_FIELD, &tasks)
        .await;
    assert!(sent.is_err());
    assert_eq!(org.sim.task_count(), 0);
}

#[tokio::test]
async fn a_group_of_all_or_none_is_undone_and_the_others_are_not() {
    let org = LocalOrg::start().await;
    let session = org.session().await;
    let too_long = task(&"x".repeat(256));
    let group = |all_or_none, tasks: &[TaskRecord]| TaskGroup {
        all_or_none,
        tasks: tasks.to_vec(),
    };
    let groups = [
        group(true, &[task("a"), too_long.clone()]),
        group(true, &[]),
        group(false, &[task("b"), too_long]),
    ];
    let answer = org
        .client
        .write_tasks(&session, &always_send(), &groups)
        .await
        .unwrap();
    assert_eq!(answer.calls, 1);
    assert!(answer.org_time.is_some(), "the org says what time it is");
    let [first, empty, last] = &answer.value[..] else {
        panic!("three groups");
    };
    assert_eq!(first[0], RowOutcome::RolledBack);
    assert!(matches!(&first[1], RowOutcome::Failed(e) if e.code == "STRING_TOO_LONG"));
    assert_eq!(*empty, []);
    assert!(matches!(last[0], RowOutcome::Created(_)));
    assert_eq!(org.sim.tasks().len(), 1);
}

#[tokio::test]
async fn written_tasks_are_found_by_what_is_known_of_them() {
    let org = LocalOrg::start().await;
    let session = org.session().await;
    let account = org.sim.add_account(AccountSeed::new("Initech"));
    let of_account = TaskRecord {
        what_id: Some(id(account)),
        ..task("SafeBase: NDA Signed")
    };
    let group = TaskGroup {
        all_or_none: false,
        tasks: vec![of_account, task("SafeBase: File Downloaded")],
    };
    let written = org
        .client
        .write_tasks(&session, &always_send(), &[group])
        .await
        .unwrap();
    let ids: Vec<RecordId> = written.value[0].iter().map(created).collect();
    let now = Timestamp::from_millisecond(org.sim.clock().now()).unwrap();
    let question = WrittenQuestion {
        created_by: None,
        from: now - 5.minutes(),
        to: None,
        parents: vec![id(account)],
        subjects: vec!["SafeBase: NDA Signed".to_owned()],
        days: vec![jiff::civil::date(2026, 11, 23)],
        or_no_day: false,
        known: Vec::new(),
    };
    let ask = async |question: &WrittenQuestion, pages| {
        let found = org.client.find_written(&session, question, pages).await;
        let found = found.unwrap();
        let ids: Vec<RecordId> = found.value.tasks.into_iter().map(|task| task.id).collect();
        (ids, found.value.complete, found.calls)
    };
    assert_eq!(ask(&question, 1).await, (vec![ids[0].clone()], true, 1));
    let with_known = WrittenQuestion {
        known: vec![ids[1].clone()],
        ..question
    };
    assert_eq!(ask(&with_known, 2).await, (ids.clone(), true, 1));
    assert_eq!(ask(&with_known, 1).await, (vec![], false, 0));

    org.sim.delete(org.sim.tasks()[0].id);
    let asked = [
        ids[0].clone(),
        ids[1].clone(),
        RecordId::new("00T000000000999AAA"),
    ];
    let there = org.client.tasks_exist(&session, &asked).await.unwrap();
    let mut deleted: Vec<bool> = there.value.iter().map(|task| task.is_deleted).collect();
    deleted.sort_unstable();
    assert_eq!(deleted, [false, true]);
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
async fn two_hundred_people_are_one_call_and_come_back_in_order() {
    let org = LocalOrg::start().await;
    let session = org.session().await;
    deploy(&org);
    org.sim
        .add_contact(ContactSeed::new("Ada", "Person 4", "person4@example.com"));
    org.sim
        .duplicate_rule("Contact", Some(DuplicateAction::Block));
    let people: Vec<(PersonKind, NewPerson)> = (0..200)
        .map(|n| {
            let kind = if n % 2 == 0 {
                PersonKind::Contact
            } else {
                PersonKind::Lead
            };
            let person = NewPerson {
                first_name: "Ada".to_owned(),
                last_name: format!("Person {n}"),
                email: format!("person{n}@example.com"),
                company: "Example".to_owned(),
                external_id: Some((REFERENCE_FIELD.to_owned(), format!("gh-{n}"))),
                ..NewPerson::default()
            };
            (kind, person)
        })
        .collect();
    let guard = always_send();
    let answer = org
        .client
        .create_people(&session, &guard, &people, LeadAssignment::ByRule)
        .await
        .unwrap();
    assert_eq!(answer.calls, 1);
    for (n, outcome) in answer.value.outcomes.iter().enumerate() {
        match (n, outcome) {
            (4, RowOutcome::Failed(error)) => {
                assert_eq!(error.code, "DUPLICATES_DETECTED");
                assert_eq!(error.duplicate_ids, []);
            }
            (n, RowOutcome::Created(id)) => {
                let prefix = if n % 2 == 0 { "003" } else { "00Q" };
                assert!(id.as_str().starts_with(prefix), "{n}: {id}");
            }
            other => panic!("{other:?}"),
        }
    }
    let singly = org
        .client
        .create_people_singly(&session, &guard, &people[4..5], LeadAssignment::ByRule)
        .await
        .unwrap();
    let RowOutcome::Failed(error) = &singly.value[0] else {
        panic!("still a duplicate");
    };
    assert_eq!(error.duplicate_ids.len(), 1, "and here it is named");
    let leads: Vec<RecordId> = [1, 3].map(|n| created(&answer.value.outcomes[n])).to_vec();
    let told = answer.value.lead_owners.expect("asked within the call");
    assert_eq!(told.len(), 100);
    assert!(
        told.iter()
            .all(|(_, owner)| owner.id == id(org.user) && owner.is_active)
    );
    let owners = org.client.lead_owners(&session, &leads).await.unwrap();
    assert_eq!((owners.calls, owners.value.len()), (1, 2));
    assert_eq!(owners.value[0].1.id, id(org.user));
    assert!(owners.value[0].1.is_active);
}

#[tokio::test]
async fn what_changed_since_is_one_call() {
    let org = LocalOrg::start().await;
    let session = org.session().await;
    org.sim.clock().advance(0);
    let account = org.sim.add_account(AccountSeed::new("Before"));
    org.sim.clock().advance(60_000);
    let since = Timestamp::from_millisecond(org.sim.clock().now()).unwrap();
    let contact = ContactSeed::new("Ada", "Lovelace", "Ada@Example.com").of(account);
    let contact = org.sim.add_contact(contact);
    let lead = LeadSeed::new("Lea", "Der", "lea@example.com", "Example");
    let lead = org.sim.add_lead(lead);
    let user = org.sim.add_user(UserSeed::new("rep@acme.test", "Re", "P"));
    org.sim.delete(lead);
    let changes = org.client.changed_since(&session, since).await.unwrap();
    assert_eq!(changes.calls, 1);
    let changes = changes.value;
    assert!(changes.complete);
    assert_eq!(changes.len(), 3, "the Account is older: {changes:?}");
    assert_eq!(changes.contacts[0].account_id, Some(id(account)));
    assert!(changes.leads[0].is_deleted);
    let words = changes.ids_and_keys();
    for word in [id(contact), id(lead), id(user)].map(|id| id.to_string()) {
        assert!(words.contains(&word), "{word}");
    }
    assert!(words.contains(&"ada@example.com".to_owned()));
}
