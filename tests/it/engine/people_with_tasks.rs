//! New people and their Tasks in one call: who comes as a stranger costs two calls.

use domain::activities::ActivityKind::{FileDownloaded, RequestedAccess, StatusPageView};
use domain::deliveries::DeliveryState;
use domain::matching::candidates::RecordId;
use domain::salesforce::{ConnectionOptions, DefaultOwner};
use salesforce_sim::{DuplicateAction, Fault, FaultKind, FieldAccess, Id, LeadSeed, UserSeed};

use super::{COMPANY, Fixture, fixture};
use crate::on_both_databases;
use crate::support::TestApp;

const STRANGER: &str = "new@nowhere.example";
const UNKNOWN_COMPANY: &str = "Nowhere Ltd";

/// Contacts and Leads are created; what has no owner of its own goes to the front desk.
async fn creating(app: &TestApp) -> (Fixture, Id) {
    let fixture = fixture(app).await;
    let desk = UserSeed::new("desk@northgate.example", "Front", "Desk");
    let desk = fixture.sandbox.add_user(desk);
    let options = ConnectionOptions {
        create_contact: true,
        create_lead: true,
        default_owner: Some(DefaultOwner {
            id: RecordId::new(desk.to_string()),
            name: "Front Desk".to_owned(),
        }),
        ..ConnectionOptions::default()
    };
    fixture.choose(app, options).await;
    (fixture, desk)
}

/// A stranger requests access, looks around and downloads a file.
async fn a_stranger_comes(app: &TestApp, fixture: &Fixture, email: &str) {
    for kind in [RequestedAccess, StatusPageView, FileDownloaded] {
        fixture.does(app, kind, email, UNKNOWN_COMPANY).await;
    }
}

fn subjects(fixture: &Fixture) -> Vec<String> {
    let tasks = fixture.sandbox.tasks();
    tasks.iter().map(|task| task.subject.clone()).collect()
}

const IN_ORDER: [&str; 3] = [
    "SafeBase: Requested Access",
    "SafeBase: Status Page View",
    "SafeBase: File Downloaded",
];

on_both_databases! {
    async fn a_stranger_costs_two_calls_and_the_rep_of_the_new_lead_has_the_tasks_in_order(app: TestApp) {
        let (fixture, _) = creating(&app).await;
        let rep = fixture.sandbox.add_user(UserSeed::new("new-business@northgate.example", "Noa", "Lind"));
        fixture.sandbox.assign_leads(Some(rep));
        a_stranger_comes(&app, &fixture, STRANGER).await;
        app.sync().await;
        assert_eq!(fixture.sandbox.api_calls(), 2, "who they are; their Lead, its owner and the Tasks");
        assert_eq!(subjects(&fixture), IN_ORDER);
        let lead = fixture.sandbox.find("SELECT Id FROM Lead").remove(0);
        for task in fixture.sandbox.tasks() {
            assert_eq!(task.owner, Some(rep));
            assert_eq!(task.who.unwrap().to_string(), lead["Id"].as_str().unwrap());
            assert_eq!(task.what, None, "a Lead allows no Related To");
        }
    }

    async fn without_the_assignment_rule_lead_and_tasks_are_the_connected_users(app: TestApp) {
        let (fixture, _) = creating(&app).await;
        let rep = fixture.sandbox.add_user(UserSeed::new("new-business@northgate.example", "Noa", "Lind"));
        fixture.sandbox.assign_leads(Some(rep));
        let options = ConnectionOptions { create_lead: true, skip_lead_assignment: true, ..ConnectionOptions::default() };
        fixture.choose(&app, options).await;
        a_stranger_comes(&app, &fixture, STRANGER).await;
        app.sync().await;
        // Too many for the call that writes their Tasks.
        for n in 0..40 {
            fixture.does(&app, RequestedAccess, &format!("new{n}@nowhere.example"), UNKNOWN_COMPANY).await;
        }
        app.sync().await;
        let leads = fixture.sandbox.find("SELECT OwnerId FROM Lead");
        assert_eq!(leads.len(), 41);
        assert!(leads.iter().all(|lead| lead["OwnerId"] == fixture.service_user.to_string()));
        let tasks = fixture.sandbox.tasks();
        assert_eq!(tasks.len(), 43);
        assert!(tasks.iter().all(|task| task.owner == Some(fixture.service_user)));
    }

    async fn what_they_did_before_they_asked_comes_first_and_is_theirs(app: TestApp) {
        let (fixture, _) = creating(&app).await;
        fixture.does(&app, StatusPageView, STRANGER, UNKNOWN_COMPANY).await;
        a_stranger_comes(&app, &fixture, STRANGER).await;
        app.sync().await;
        assert_eq!(subjects(&fixture)[0], "SafeBase: Status Page View");
        assert_eq!(subjects(&fixture)[1..], IN_ORDER);
        let lead = fixture.sandbox.tasks()[1].who;
        assert!(lead.is_some() && fixture.sandbox.tasks().iter().all(|task| task.who == lead));
    }

    async fn a_new_contact_and_somebody_known_take_part_in_the_same_call(app: TestApp) {
        let (fixture, _) = creating(&app).await;
        fixture.downloads(&app).await;
        fixture.does(&app, RequestedAccess, "new@harbor.example", COMPANY).await;
        a_stranger_comes(&app, &fixture, STRANGER).await;
        app.sync().await;
        assert_eq!(fixture.sandbox.api_calls(), 2);
        let tasks = fixture.sandbox.tasks();
        assert_eq!(tasks.len(), 5);
        let of = |email: &str| {
            let soql = format!("SELECT Id FROM Contact WHERE Email = '{email}'");
            let found = fixture.sandbox.find(&soql);
            found[0]["Id"].as_str().unwrap().to_owned()
        };
        let contacts = [of("ada@harbor.example"), of("new@harbor.example")];
        for contact in contacts {
            let theirs: Vec<_> = tasks.iter().filter(|task| task.who.unwrap().to_string() == contact).collect();
            assert_eq!(theirs.len(), 1);
            assert_eq!((theirs[0].what, theirs[0].owner), (Some(fixture.account), Some(fixture.owner)));
        }
    }

    async fn a_queue_that_is_given_the_lead_has_no_tasks(app: TestApp) {
        let (fixture, desk) = creating(&app).await;
        let queue = fixture.sandbox.add_queue("Inbound");
        fixture.sandbox.assign_leads(Some(queue));
        a_stranger_comes(&app, &fixture, STRANGER).await;
        app.sync().await;
        assert_eq!(subjects(&fixture), IN_ORDER);
        assert!(fixture.sandbox.tasks().iter().all(|task| task.owner == Some(desk)));
        assert_eq!(fixture.sandbox.find("SELECT Id FROM Lead").len(), 1);
    }

    async fn neither_has_a_queue_that_may_own_tasks(app: TestApp) {
        let (fixture, desk) = creating(&app).await;
        let queue = fixture.sandbox.add_queue("Inbound");
        fixture.sandbox.let_queue_own_tasks(queue);
        fixture.sandbox.assign_leads(Some(queue));
        // The org's setup is read once an hour.
        app.advance(std::time::Duration::from_hours(2));
        a_stranger_comes(&app, &fixture, STRANGER).await;
        app.sync().await;
        assert_eq!(subjects(&fixture), IN_ORDER);
        assert!(fixture.sandbox.tasks().iter().all(|task| task.owner == Some(desk)));
    }

    async fn whose_owners_cannot_be_read_the_default_owner_has_the_tasks(app: TestApp) {
        let (fixture, desk) = creating(&app).await;
        let rep = fixture.sandbox.add_user(UserSeed::new("new-business@northgate.example", "Noa", "Lind"));
        fixture.sandbox.assign_leads(Some(rep));
        fixture.sandbox.restrict_field(fixture.service_user, "User", "IsActive", Some(FieldAccess::Hidden));
        a_stranger_comes(&app, &fixture, STRANGER).await;
        app.sync().await;
        assert_eq!(subjects(&fixture), IN_ORDER);
        assert!(fixture.sandbox.tasks().iter().all(|task| task.owner == Some(desk)));
    }

    async fn more_new_contacts_than_a_call_creates_are_created_by_several(app: TestApp) {
        let (fixture, _) = creating(&app).await;
        for n in 0..230 {
            let email = format!("new{n}@harbor.example");
            fixture.does(&app, RequestedAccess, &email, COMPANY).await;
        }
        app.sync().await;
        assert_eq!(fixture.sandbox.task_count(), 230);
        let contacts = fixture.sandbox.find("SELECT Id FROM Contact WHERE Email LIKE 'new%'");
        assert_eq!(contacts.len(), 230);
    }

    async fn one_whom_a_duplicate_rule_blocks_costs_the_others_a_call_and_no_task(app: TestApp) {
        let (fixture, _) = creating(&app).await;
        let hidden = fixture.sandbox.add_lead(LeadSeed::new("Lin", "Berg", "lin@new.example", "New"));
        fixture.sandbox.duplicate_rule("Lead", Some(DuplicateAction::Block));
        fixture.sandbox.hide_record(fixture.service_user, hidden, true);
        a_stranger_comes(&app, &fixture, STRANGER).await;
        let blocked = fixture.does(&app, RequestedAccess, "lin@new.example", "New").await;
        app.sync().await;
        assert_eq!(subjects(&fixture), IN_ORDER);
        assert_eq!(fixture.state(&app, blocked).await, DeliveryState::Parked);
    }

    async fn an_answer_that_is_lost_doubles_neither_the_lead_nor_its_tasks(app: TestApp) {
        let (fixture, _) = creating(&app).await;
        let faults = [FaultKind::DropAnswerAfterCommit, FaultKind::DropBeforeCommit,
            FaultKind::ServerErrorAfterCommit { status: 503 }];
        for (n, fault) in faults.into_iter().enumerate() {
            fixture.sandbox.push_fault(Fault::new(fault).on("/composite").method("POST").after(1));
            a_stranger_comes(&app, &fixture, &format!("new{n}@nowhere.example")).await;
            app.sync().await;
            for _ in 0..30 {
                fixture.later(&app, std::time::Duration::from_mins(1)).await;
            }
            assert_eq!(fixture.sandbox.find("SELECT Id FROM Lead").len(), n + 1);
            assert_eq!(subjects(&fixture)[n * 3..], IN_ORDER);
        }
    }
}
