//! New people and their Tasks in one call: who comes as a stranger costs two calls.

use domain::activities::ActivityKind::{FileDownloaded, RequestedAccess, StatusPageView};
use domain::deliveries::DeliveryState;
use domain::matching::candidates::RecordId;
use domain::salesforce::{ConnectionOptions, DefaultOwner};
use salesforce_sim::{DuplicateAction, Fault, FaultKind, FieldAccess, Id, LeadSeed, UserSeed};

use super::{COMPANY, Scene, scene};
use crate::on_both_databases;
use crate::support::TestApp;

const STRANGER: &str = "new@nowhere.example";
const UNKNOWN_COMPANY: &str = "Nowhere Ltd";

/// Contacts and Leads are created; what has no owner of its own goes to the front desk.
async fn creating(app: &TestApp) -> (Scene, Id) {
    let scene = scene(app).await;
    let desk = UserSeed::new("desk@northgate.example", "Front", "Desk");
    let desk = scene.sandbox.add_user(desk);
    let options = ConnectionOptions {
        create_contact: true,
        create_lead: true,
        default_owner: Some(DefaultOwner {
            id: RecordId::new(desk.to_string()),
            name: "Front Desk".to_owned(),
        }),
        ..ConnectionOptions::default()
    };
    scene.choose(app, options).await;
    (scene, desk)
}

/// A stranger requests access, looks around and downloads a file.
async fn a_stranger_comes(app: &TestApp, scene: &Scene, email: &str) {
    for kind in [RequestedAccess, StatusPageView, FileDownloaded] {
        scene.does(app, kind, email, UNKNOWN_COMPANY).await;
    }
}

fn subjects(scene: &Scene) -> Vec<String> {
    let tasks = scene.sandbox.tasks();
    tasks.iter().map(|task| task.subject.clone()).collect()
}

const IN_ORDER: [&str; 3] = [
    "SafeBase: Requested Access",
    "SafeBase: Status Page View",
    "SafeBase: File Downloaded",
];

on_both_databases! {
    async fn a_stranger_costs_two_calls_and_the_rep_of_the_new_lead_has_the_tasks_in_order(app: TestApp) {
        let (scene, _) = creating(&app).await;
        let rep = scene.sandbox.add_user(UserSeed::new("new-business@northgate.example", "Noa", "Lind"));
        scene.sandbox.assign_leads(Some(rep));
        a_stranger_comes(&app, &scene, STRANGER).await;
        app.sync().await;
        assert_eq!(scene.sandbox.api_calls(), 2, "who they are; their Lead, its owner and the Tasks");
        assert_eq!(subjects(&scene), IN_ORDER);
        let lead = scene.sandbox.find("SELECT Id FROM Lead").remove(0);
        for task in scene.sandbox.tasks() {
            assert_eq!(task.owner, Some(rep));
            assert_eq!(task.who.unwrap().to_string(), lead["Id"].as_str().unwrap());
            assert_eq!(task.what, None, "a Lead allows no Related To");
        }
    }

    async fn what_they_did_before_they_asked_comes_first_and_is_theirs(app: TestApp) {
        let (scene, _) = creating(&app).await;
        scene.does(&app, StatusPageView, STRANGER, UNKNOWN_COMPANY).await;
        a_stranger_comes(&app, &scene, STRANGER).await;
        app.sync().await;
        assert_eq!(subjects(&scene)[0], "SafeBase: Status Page View");
        assert_eq!(subjects(&scene)[1..], IN_ORDER);
        let lead = scene.sandbox.tasks()[1].who;
        assert!(lead.is_some() && scene.sandbox.tasks().iter().all(|task| task.who == lead));
    }

    async fn a_new_contact_and_somebody_known_take_part_in_the_same_call(app: TestApp) {
        let (scene, _) = creating(&app).await;
        scene.downloads(&app).await;
        scene.does(&app, RequestedAccess, "new@harbor.example", COMPANY).await;
        a_stranger_comes(&app, &scene, STRANGER).await;
        app.sync().await;
        assert_eq!(scene.sandbox.api_calls(), 2);
        let tasks = scene.sandbox.tasks();
        assert_eq!(tasks.len(), 5);
        let of = |email: &str| {
            let soql = format!("SELECT Id FROM Contact WHERE Email = '{email}'");
            let found = scene.sandbox.find(&soql);
            found[0]["Id"].as_str().unwrap().to_owned()
        };
        let contacts = [of("ada@harbor.example"), of("new@harbor.example")];
        for contact in contacts {
            let theirs: Vec<_> = tasks.iter().filter(|task| task.who.unwrap().to_string() == contact).collect();
            assert_eq!(theirs.len(), 1);
            assert_eq!((theirs[0].what, theirs[0].owner), (Some(scene.account), Some(scene.owner)));
        }
    }

    async fn a_queue_that_is_given_the_lead_has_no_tasks(app: TestApp) {
        let (scene, desk) = creating(&app).await;
        let queue = scene.sandbox.add_queue("Inbound");
        scene.sandbox.assign_leads(Some(queue));
        a_stranger_comes(&app, &scene, STRANGER).await;
        app.sync().await;
        assert_eq!(subjects(&scene), IN_ORDER);
        assert!(scene.sandbox.tasks().iter().all(|task| task.owner == Some(desk)));
        assert_eq!(scene.sandbox.find("SELECT Id FROM Lead").len(), 1);
    }

    async fn neither_has_a_queue_that_may_own_tasks(app: TestApp) {
        let (scene, desk) = creating(&app).await;
        let queue = scene.sandbox.add_queue("Inbound");
        scene.sandbox.let_queue_own_tasks(queue);
        scene.sandbox.assign_leads(Some(queue));
        // The org's setup is read once an hour.
        app.advance(std::time::Duration::from_hours(2));
        a_stranger_comes(&app, &scene, STRANGER).await;
        app.sync().await;
        assert_eq!(subjects(&scene), IN_ORDER);
        assert!(scene.sandbox.tasks().iter().all(|task| task.owner == Some(desk)));
    }

    async fn whose_owners_cannot_be_read_the_default_owner_has_the_tasks(app: TestApp) {
        let (scene, desk) = creating(&app).await;
        let rep = scene.sandbox.add_user(UserSeed::new("new-business@northgate.example", "Noa", "Lind"));
        scene.sandbox.assign_leads(Some(rep));
        scene.sandbox.restrict_field(scene.service_user, "User", "IsActive", Some(FieldAccess::Hidden));
        a_stranger_comes(&app, &scene, STRANGER).await;
        app.sync().await;
        assert_eq!(subjects(&scene), IN_ORDER);
        assert!(scene.sandbox.tasks().iter().all(|task| task.owner == Some(desk)));
    }

    async fn one_whom_a_duplicate_rule_blocks_costs_the_others_a_call_and_no_task(app: TestApp) {
        let (scene, _) = creating(&app).await;
        let hidden = scene.sandbox.add_lead(LeadSeed::new("Lin", "Berg", "lin@new.example", "New"));
        scene.sandbox.duplicate_rule("Lead", Some(DuplicateAction::Block));
        scene.sandbox.hide_record(scene.service_user, hidden, true);
        a_stranger_comes(&app, &scene, STRANGER).await;
        let blocked = scene.does(&app, RequestedAccess, "lin@new.example", "New").await;
        app.sync().await;
        assert_eq!(subjects(&scene), IN_ORDER);
        assert_eq!(scene.state(&app, blocked).await, DeliveryState::Parked);
    }

    async fn an_answer_that_is_lost_doubles_neither_the_lead_nor_its_tasks(app: TestApp) {
        let (scene, _) = creating(&app).await;
        let faults = [FaultKind::DropAnswerAfterCommit, FaultKind::DropBeforeCommit,
            FaultKind::ServerErrorAfterCommit { status: 503 }];
        for (n, fault) in faults.into_iter().enumerate() {
            scene.sandbox.push_fault(Fault::new(fault).on("/composite").method("POST").after(1));
            a_stranger_comes(&app, &scene, &format!("new{n}@nowhere.example")).await;
            app.sync().await;
            for _ in 0..30 {
                scene.later(&app, std::time::Duration::from_mins(1)).await;
            }
            assert_eq!(scene.sandbox.find("SELECT Id FROM Lead").len(), n + 1);
            assert_eq!(subjects(&scene)[n * 3..], IN_ORDER);
        }
    }
}
