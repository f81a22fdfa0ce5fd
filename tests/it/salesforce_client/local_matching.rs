//! Questions to the local org.

use domain::matching::candidates::RecordId;
use salesforce::CallError;
use salesforce::matching::Question;
use salesforce::preflight::{Preflight, Status};
use salesforce_sim::{
    AccountSeed, ContactSeed, Fault, FaultKind, FieldAccess, LeadSeed, ObjectAccess, UserSeed,
};

use super::local::{LocalOrg, id};

fn question(emails: &[&str], companies: &[&str]) -> Question {
    let texts = |list: &[&str]| list.iter().map(|&text| text.to_owned()).collect();
    Question {
        emails: texts(emails),
        companies: texts(companies),
        linked: Vec::new(),
    }
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
async fn one_call_answers_a_whole_batch() {
    let org = LocalOrg::start().await;
    let session = org.session().await;
    let rep = org
        .sim
        .add_user(UserSeed::new("rep@acme.test", "Rita", "Rep"));
    let gone = org
        .sim
        .add_user(UserSeed::new("gone@acme.test", "Gus", "Gone").inactive());
    let queue = org.sim.add_queue("Inbound");
    let initech = org
        .sim
        .add_account(AccountSeed::new("Initech").owned_by(rep));
    let contact = ContactSeed::new("Ada", "Lovelace", "Ada@Initech.example");
    let contact = org.sim.add_contact(contact.of(initech).owned_by(rep));
    org.sim
        .set_field(initech, "OwnerId", salesforce_sim::Value::Id(gone));
    let private = org
        .sim
        .add_contact(ContactSeed::new("Ada", "Twice", "ada@initech.example"));
    let waiting = LeadSeed::new("Lea", "Queued", "lea@example.com", "Example");
    org.sim.add_lead(waiting.owned_by(queue));
    let lead = org.sim.add_lead(LeadSeed::new(
        "Cora",
        "Converted",
        "cora@example.com",
        "Initech",
    ));
    org.sim.convert_lead(lead, contact, initech);

    org.sim.reset_api_calls();
    let mut asked = question(
        &[
            "ada@initech.example",
            "lea@example.com",
            "cora@example.com",
            "nobody@example.com",
        ],
        &["  INITECH ", "Unknown GmbH"],
    );
    asked.linked = vec![id(initech)];
    let answer = org.client.find(&session, &asked).await.unwrap();
    assert_eq!((answer.calls, org.sim.api_calls()), (1, 1));
    assert!(answer.usage.is_some_and(|usage| usage.max == 100_000));

    let found = answer.value;
    let ids: Vec<&RecordId> = found.contacts.iter().map(|one| &one.id).collect();
    assert_eq!(ids, [&id(contact), &id(private)], "oldest first");
    assert!(found.contacts[0].owner.as_ref().unwrap().is_active);
    let account = found.contacts[0].account.as_ref().unwrap();
    assert_eq!(
        (account.id.clone(), account.name.as_str()),
        (id(initech), "Initech")
    );
    assert!(!account.owner.as_ref().unwrap().is_active);
    assert_eq!(found.contacts[1].account, None);

    let once = std::slice::from_ref(account);
    assert_eq!(found.accounts, once);
    assert_eq!(found.linked.len(), 1);
    assert_eq!(&found.linked[0].account, account);
    let queued = &found.leads[0];
    assert!(queued.owner.as_ref().unwrap().id.is_queue());
    assert!(!queued.owner.as_ref().unwrap().is_active);
    assert_eq!(queued.converted, None);
    let converted = found.leads[1].converted.as_ref().unwrap();
    assert_eq!(converted.contact_id, Some(id(contact)));
    assert_eq!(converted.account.as_ref().unwrap().id, id(initech));
}

#[tokio::test]
async fn names_are_found_whatever_is_in_them() {
    let org = LocalOrg::start().await;
    let session = org.session().await;
    let names = [
        "O'Reilly & Söhne",
        r"Back\slash",
        "100% _sure_",
        "\"Quoted\" + plus",
        "Fuchs 🦊 שלום",
        "Café",
    ];
    for name in names {
        org.sim.add_account(AccountSeed::new(name));
    }
    for name in names {
        let answer = org
            .client
            .find(&session, &question(&[], &[name]))
            .await
            .unwrap();
        let found: Vec<String> = answer
            .value
            .accounts
            .into_iter()
            .map(|one| one.name)
            .collect();
        assert_eq!(found, [name]);
    }
    let decomposed = question(&[], &["Cafe\u{301}"]);
    let answer = org.client.find(&session, &decomposed).await.unwrap();
    assert_eq!(answer.value.accounts.len(), 1);

    // Written by a computer that takes accents apart.
    org.sim
        .add_account(AccountSeed::new("Zoe\u{308} Bru\u{308}cke"));
    for typed in ["Zo\u{eb} Br\u{fc}cke", "Zoe\u{308} Bru\u{308}cke"] {
        let answer = org
            .client
            .find(&session, &question(&[], &[typed]))
            .await
            .unwrap();
        assert_eq!(answer.value.accounts.len(), 1, "{typed}");
    }
}

#[tokio::test]
async fn more_than_a_page_is_found_whole() {
    let org = LocalOrg::start().await;
    let session = org.session().await;
    let emails: Vec<String> = (0..2_100).map(|n| format!("p{n}@example.com")).collect();
    for email in &emails {
        org.sim.add_contact(ContactSeed::new("P", "Person", email));
    }
    let asked = Question {
        emails,
        ..Question::default()
    };
    let answer = org.client.find(&session, &asked).await.unwrap();
    assert_eq!(answer.value.contacts.len(), 2_100);
    assert_eq!(answer.calls, 2);
}

#[tokio::test]
async fn a_user_without_leads_still_finds_contacts() {
    let org = LocalOrg::start().await;
    let session = org.session().await;
    org.sim
        .add_contact(ContactSeed::new("Ada", "Lovelace", "ada@example.com"));
    org.sim
        .restrict_object(org.user, "Lead", ObjectAccess::NONE);
    let asked = question(&["ada@example.com"], &["Example"]);
    let found = org.client.find(&session, &asked).await.unwrap().value;
    assert_eq!(found.contacts.len(), 1);
    assert!(found.unreadable.leads && !found.unreadable.contacts);
    assert_eq!(found.refusals[0].code, "INVALID_TYPE");
}

#[tokio::test]
async fn a_quota_that_is_used_up_and_a_failing_server_are_told_apart() {
    let org = LocalOrg::start().await;
    let session = org.session().await;
    let asked = question(&["ada@example.com"], &[]);
    org.sim
        .push_fault(Fault::new(FaultKind::RequestLimitExceeded));
    let quota = org.client.find(&session, &asked).await.unwrap_err();
    assert!(
        matches!(quota, CallError::Refused(error, 403) if error.code == "REQUEST_LIMIT_EXCEEDED")
    );
    org.sim
        .push_fault(Fault::new(FaultKind::ServerErrorHtml { status: 503 }));
    let outage = org.client.find(&session, &asked).await.unwrap_err();
    assert!(matches!(outage, CallError::Retry { .. }));
}

#[tokio::test]
async fn an_org_names_its_own_task_statuses() {
    let org = LocalOrg::start().await;
    let session = org.session().await;
    org.sim.set_time_zone("Europe/Berlin");
    org.sim.rename_task_statuses(&[
        ("Offen", false, true),
        ("Erledigt", true, false),
        ("Abgesagt", true, false),
    ]);
    org.sim
        .rename_task_priorities(&[("Hoch", true, false), ("Mittel", false, true)]);
    org.sim.reset_api_calls();
    let profile = org.client.org_profile(&session).await.unwrap().value;
    let why = "what the org is and how its Tasks are; whether queues may own them";
    assert_eq!(org.sim.api_calls(), 2, "{why}");
    assert_eq!(profile.queues_may_own_tasks, Some(false));
    assert_eq!(profile.org_id, org.sim.organization_id().to_string());
    assert_eq!(
        (profile.name.as_str(), profile.is_sandbox),
        ("Acme", Some(true))
    );
    assert_eq!(profile.time_zone, "Europe/Berlin");
    assert_eq!(profile.open_status, "Offen");
    assert_eq!(profile.closed_status, "Erledigt");
    assert_eq!(profile.default_priority, "Mittel");
}

#[tokio::test]
async fn users_and_near_misses_are_found_by_what_was_typed() {
    let org = LocalOrg::start().await;
    let session = org.session().await;
    let rita = org
        .sim
        .add_user(UserSeed::new("rita@acme.test", "Rita", "O'Rep"));
    let gone = org
        .sim
        .add_user(UserSeed::new("rick@acme.test", "Rick", "O'Rep").inactive());
    let users = org
        .client
        .active_users(&session, "o'rep", 20)
        .await
        .unwrap()
        .value;
    let names: Vec<&str> = users.iter().map(|user| user.name.as_str()).collect();
    assert_eq!(names, ["Rita O'Rep"]);
    let by_login = org
        .client
        .active_users(&session, "rita@", 20)
        .await
        .unwrap()
        .value;
    assert_eq!(by_login[0].id, id(rita));
    assert_eq!(
        org.client
            .active_users(&session, "", 1)
            .await
            .unwrap()
            .value
            .len(),
        1
    );
    let gone = org.client.user(&session, &id(gone)).await.unwrap().value;
    assert!(!gone.unwrap().may_own());

    org.sim.add_account(AccountSeed::new("Company Inc."));
    org.sim.add_account(AccountSeed::new("Companion"));
    let near = org
        .client
        .accounts_named_like(&session, "Company Incorporated", 10)
        .await
        .unwrap();
    let names: Vec<&str> = near.value.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["Company Inc."]);
}

fn missing(preflight: &Preflight) -> Vec<String> {
    preflight
        .missing()
        .map(|check| match &check.field {
            Some(field) => format!("{}.{field} {}", check.object, check.need.title()),
            None => format!("{} {}", check.object, check.need.title()),
        })
        .collect()
}

#[tokio::test]
async fn the_permission_check_names_what_is_missing() {
    let org = LocalOrg::start().await;
    let session = org.session().await;
    let user = id(org.user);
    let all = org.client.preflight(&session, &user).await.unwrap().value;
    assert!(all.is_ready());
    assert!(
        all.checks
            .iter()
            .all(|check| check.status == Status::Granted),
        "{all:?}"
    );

    let refuse = |object: &str, field: &str, access| {
        let sim = &org.sim;
        sim.restrict_field(org.user, object, field, Some(access));
    };
    org.sim
        .restrict_object(org.user, "Lead", ObjectAccess::READ);
    let not_edit = ObjectAccess {
        edit: false,
        ..ObjectAccess::FULL
    };
    org.sim.restrict_object(org.user, "Contact", not_edit);
    refuse("Lead", "Email", FieldAccess::Hidden);
    refuse("Contact", "AccountId", FieldAccess::ReadOnly);
    refuse("Task", "Priority", FieldAccess::ReadOnly);
    refuse("Task", "CreatedById", FieldAccess::Hidden);
    refuse("User", "IsActive", FieldAccess::Hidden);
    refuse("Organization", "TimeZoneSidKey", FieldAccess::Hidden);
    let less = org.client.preflight(&session, &user).await.unwrap().value;
    assert_eq!(
        missing(&less),
        [
            "Lead.Email Read",
            "Lead Create",
            "Lead.Email Create",
            "Task.CreatedById Read",
            "Task.Priority Create",
            "Contact.AccountId Create",
            "Contact Edit",
            "Contact.AccountId Edit",
            "User.IsActive Read",
            "Organization.TimeZoneSidKey Read",
        ]
    );
    assert!(!less.is_ready(), "Tasks need a priority");
}
