//! Writes to the local org: what became of each row, also when the answer is lost.

use domain::deliveries::outcome::{Class, classify};
use jiff::{Timestamp, ToSpan};
use salesforce::people::{LeadAssignment, NewPerson, PersonKind};
use salesforce::tasks::{TaskRecord, WrittenQuestion};
use salesforce::transport::always_send;
use salesforce::{CallError, RowOutcome};
use salesforce_sim::{
    AccountSeed, ContactSeed, DuplicateAction, Fault, FaultKind, FieldSeed, LeadSeed, UserSeed,
};

use super::local::{LocalOrg, id};
use super::odd_answers::task;
use super::script::write_tasks;

fn word(outcome: &RowOutcome) -> &str {
    match outcome {
        RowOutcome::Created(_) => "created",
        RowOutcome::Failed(error) => &error.code,
        RowOutcome::RolledBack => "rolled back",
        RowOutcome::Unknown(_) => "unknown",
    }
}

fn ada() -> NewPerson {
    NewPerson {
        first_name: "Ada".to_owned(),
        last_name: "Lovelace".to_owned(),
        email: "ada@example.com".to_owned(),
        company: "Example".to_owned(),
        ..NewPerson::default()
    }
}

#[tokio::test]
async fn a_task_is_in_the_org_with_every_field_right() {
    let org = LocalOrg::start().await;
    let session = org.session().await;
    let rep = org
        .sim
        .add_user(UserSeed::new("rep@acme.test", "Rita", "Rep"));
    let account = org.sim.add_account(AccountSeed::new("Initech"));
    let contact = ContactSeed::new("Ada", "Lovelace", "ada@example.com");
    let contact = org.sim.add_contact(contact.of(account));
    let written = TaskRecord {
        owner_id: Some(id(rep)),
        who_id: Some(id(contact)),
        what_id: Some(id(account)),
        description: "“Zoë” \\ 'x' 🦊\nשלום\nReference: r-1".to_owned(),
        ..task("SafeBase: File Downloaded")
    };
    let answer = write_tasks(
        &org.client,
        &session,
        &always_send(),
        std::slice::from_ref(&written),
    )
    .await
    .unwrap();
    let read = org.sim.tasks().remove(0);
    assert_eq!(answer.value, [RowOutcome::Created(id(read.id))]);
    assert_eq!(read.subject, written.subject);
    assert_eq!(read.status, "Not Started");
    assert_eq!(read.priority, "Normal");
    assert_eq!(read.owner, Some(rep));
    assert_eq!((read.who, read.what), (Some(contact), Some(account)));
    assert_eq!(read.due_date, written.activity_date);
    assert_eq!(read.comments, written.description);
    assert_eq!(
        (read.created_by, read.last_modified_by),
        (Some(org.user), Some(org.user))
    );
}

#[tokio::test]
async fn one_bad_row_never_holds_back_the_others() {
    let org = LocalOrg::start().await;
    let session = org.session().await;
    let gone = org
        .sim
        .add_user(UserSeed::new("gone@acme.test", "Gus", "Gone").inactive());
    let lead = org
        .sim
        .add_lead(LeadSeed::new("Lea", "Der", "lea@example.com", "Example"));
    let account = org.sim.add_account(AccountSeed::new("Initech"));
    let deleted = org
        .sim
        .add_contact(ContactSeed::new("De", "Leted", "d@example.com"));
    org.sim.delete(deleted);
    let mut tasks: Vec<TaskRecord> = (0..450).map(|n| task(&format!("Task {n}"))).collect();
    tasks[10].owner_id = Some(id(gone));
    tasks[210].who_id = Some(id(lead));
    tasks[210].what_id = Some(id(account));
    tasks[400].who_id = Some(id(deleted));
    tasks[401].subject = "x".repeat(256);

    org.sim.reset_api_calls();
    let answer = write_tasks(&org.client, &session, &always_send(), &tasks)
        .await
        .unwrap();
    assert_eq!((answer.calls, org.sim.api_calls()), (1, 1));
    let failed: Vec<(usize, Class)> = answer
        .value
        .iter()
        .enumerate()
        .filter_map(|(n, outcome)| match outcome {
            RowOutcome::Failed(error) => Some((n, classify(&error.code, &error.message, 200))),
            RowOutcome::Created(_) => None,
            other => panic!("row {n}: {other:?}"),
        })
        .collect();
    assert_eq!(
        failed,
        [
            (10, Class::NextOwner),
            (210, Class::Ours),
            (400, Class::MatchAgain),
            (401, Class::Ours)
        ]
    );
    let subjects: Vec<String> = org
        .sim
        .tasks()
        .into_iter()
        .map(|task| task.subject)
        .collect();
    assert_eq!(subjects.len(), 446);
    let RowOutcome::Created(last) = &answer.value[449] else {
        panic!("the last row is fine");
    };
    let last = org
        .sim
        .tasks()
        .into_iter()
        .find(|task| &id(task.id) == last);
    assert_eq!(last.unwrap().subject, "Task 449");
}

#[tokio::test]
async fn a_locked_record_is_a_row_to_try_again() {
    let org = LocalOrg::start().await;
    let session = org.session().await;
    let account = org.sim.add_account(AccountSeed::new("Initech"));
    org.sim.push_fault(Fault::new(FaultKind::LockRows {
        id: account.to_string(),
    }));
    let locked = TaskRecord {
        what_id: Some(id(account)),
        ..task("SafeBase: NDA Signed")
    };
    let guard = always_send();
    let write = || write_tasks(&org.client, &session, &guard, std::slice::from_ref(&locked));
    assert_eq!(word(&write().await.unwrap().value[0]), "UNABLE_TO_LOCK_ROW");
    assert_eq!(word(&write().await.unwrap().value[0]), "created");
}

#[tokio::test]
async fn a_lost_answer_is_found_out_about_by_asking() {
    let org = LocalOrg::start().await;
    let session = org.session().await;
    let now = Timestamp::from_millisecond(org.sim.clock().now()).unwrap();
    let (from, to) = (now - 5.minutes(), now + 5.minutes());
    let written = || async {
        let question = written_by(&org, from, to);
        let found = org.client.find_written(&session, &question, 9).await;
        let found = found.unwrap().value;
        assert!(found.complete);
        let texts = found.tasks.into_iter().map(|task| task.comments);
        texts.collect::<Vec<String>>()
    };
    for (fault, reference) in [
        (FaultKind::DropBeforeCommit, "r-never"),
        (FaultKind::DropAnswerAfterCommit, "r-dropped"),
        (FaultKind::ServerErrorAfterCommit { status: 502 }, "r-page"),
    ] {
        org.sim.push_fault(Fault::new(fault).on("/composite"));
        let one = TaskRecord {
            description: reference.to_owned(),
            ..task("s")
        };
        let lost = write_tasks(&org.client, &session, &always_send(), &[one])
            .await
            .unwrap_err();
        assert!(
            matches!(lost, CallError::Unknown { .. }),
            "{reference}: {lost:?}"
        );
    }
    assert_eq!(written().await, ["r-dropped", "r-page"]);

    // One that a rep has deleted since was delivered all the same.
    org.sim.delete(org.sim.tasks()[0].id);
    assert_eq!(written().await, ["r-dropped", "r-page"]);

    let question = written_by(&org, from - 1.hour(), from);
    let earlier = org.client.find_written(&session, &question, 9).await;
    assert!(earlier.unwrap().value.tasks.is_empty());
}

fn written_by(org: &LocalOrg, from: Timestamp, to: Timestamp) -> WrittenQuestion {
    WrittenQuestion {
        created_by: Some(id(org.user)),
        from,
        to: Some(to),
        parents: Vec::new(),
        subjects: Vec::new(),
        days: Vec::new(),
        or_no_day: false,
        known: Vec::new(),
    }
}

#[tokio::test]
async fn people_are_created_with_what_is_known_of_them() {
    let org = LocalOrg::start().await;
    let session = org.session().await;
    org.sim
        .add_field("Lead", FieldSeed::lookup("Account__c", "Account"));
    let account = org.sim.add_account(AccountSeed::new("Initech"));
    let contact = NewPerson {
        account_id: Some(id(account)),
        ..ada()
    };
    let lead = NewPerson {
        email: "lea@example.com".to_owned(),
        last_name: "x".repeat(100),
        lead_account: Some(("Account__c".to_owned(), id(account))),
        ..ada()
    };
    org.sim.reset_api_calls();
    let people = [(PersonKind::Contact, contact), (PersonKind::Lead, lead)];
    let answer = org
        .client
        .create_people_singly(&session, &always_send(), &people, LeadAssignment::ByRule)
        .await
        .unwrap();
    assert_eq!(
        answer.value.iter().map(word).collect::<Vec<_>>(),
        ["created", "created"]
    );
    assert_eq!(org.sim.api_calls(), 1);
    let contact = &org.sim.find("SELECT Id FROM Contact")[0];
    assert_eq!(contact["AccountId"], account.to_string());
    assert_eq!(contact["Email"], "ada@example.com");
    let lead = &org.sim.find("SELECT Id FROM Lead")[0];
    assert_eq!(lead["Company"], "Example");
    assert_eq!(lead["LastName"], "x".repeat(80));
    assert_eq!(lead["Account__c"], account.to_string());
}

#[tokio::test]
async fn a_duplicate_rule_names_the_record_that_is_there() {
    let org = LocalOrg::start().await;
    let session = org.session().await;
    let known = org
        .sim
        .add_contact(ContactSeed::new("Ada", "Lovelace", "ada@example.com"));
    let create = || async {
        let people = [(PersonKind::Contact, ada())];
        org.client
            .create_people_singly(&session, &always_send(), &people, LeadAssignment::ByRule)
            .await
            .unwrap()
            .value
            .remove(0)
    };
    org.sim
        .duplicate_rule("Contact", Some(DuplicateAction::Block));
    let RowOutcome::Failed(error) = create().await else {
        panic!("the rule blocks");
    };
    assert_eq!(error.code, "DUPLICATES_DETECTED");
    assert_eq!(error.duplicate_ids, [id(known)]);

    org.sim
        .duplicate_rule("Contact", Some(DuplicateAction::Alert));
    assert_eq!(word(&create().await), "created");
}

#[tokio::test]
async fn validation_rules_of_the_org_are_reported_row_by_row() {
    let org = LocalOrg::start().await;
    let session = org.session().await;
    org.sim.require_field("Lead", "Region__c");
    org.sim
        .add_validation_rule("Contact", "No more contacts, please.", |_| true);
    let people = [(PersonKind::Lead, ada()), (PersonKind::Contact, ada())];
    let answer = org
        .client
        .create_people_singly(&session, &always_send(), &people, LeadAssignment::ByRule)
        .await
        .unwrap();
    let words: Vec<&str> = answer.value.iter().map(word).collect();
    assert_eq!(
        words,
        [
            "REQUIRED_FIELD_MISSING",
            "FIELD_CUSTOM_VALIDATION_EXCEPTION"
        ]
    );
}

#[tokio::test]
async fn a_contact_without_an_account_is_given_one() {
    let org = LocalOrg::start().await;
    let session = org.session().await;
    let account = org.sim.add_account(AccountSeed::new("Initech"));
    let contact = org
        .sim
        .add_contact(ContactSeed::new("Ada", "Lovelace", "ada@example.com"));
    let (contact_id, account_id) = (id(contact), id(account));
    let pairs = [(contact_id, account_id)];
    let guard = always_send();
    let set = || org.client.set_contact_accounts(&session, &guard, &pairs);
    set().await.unwrap();
    assert_eq!(
        org.sim.record(contact).unwrap()["AccountId"],
        account.to_string()
    );
    org.sim.delete(contact);
    let gone = set().await.unwrap().value;
    assert!(
        matches!(&gone[0], RowOutcome::Failed(error) if error.code == "ENTITY_IS_DELETED"),
        "{gone:?}"
    );
}
