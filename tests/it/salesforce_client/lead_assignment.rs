//! Whom the org gives new Leads to, in each way in which people are created.

use salesforce::people::{LeadAssignment, NewPerson, PersonKind};
use salesforce::people_with_tasks::{GroupBesidePeople, TaskBesidePeople};
use salesforce::transport::always_send;
use salesforce_sim::UserSeed;

use super::local::LocalOrg;
use super::odd_answers::task;

fn leads(count: usize) -> Vec<(PersonKind, NewPerson)> {
    let lead = |n| NewPerson {
        last_name: format!("Lind {n}"),
        email: format!("new{n}@nowhere.example"),
        company: "Nowhere Ltd".to_owned(),
        ..NewPerson::default()
    };
    (0..count).map(|n| (PersonKind::Lead, lead(n))).collect()
}

/// Creates a Lead alone, in collections of three and of two hundred, and with a Task. Answers
/// whose the Leads are.
async fn owners(org: &LocalOrg, assignment: LeadAssignment) -> Vec<String> {
    let session = org.session().await;
    let send = always_send();
    let people = leads(1);
    let alone = org
        .client
        .create_people_singly(&session, &send, &people, assignment);
    alone.await.unwrap();
    let people = leads(3);
    let together = org
        .client
        .create_people(&session, &send, &people, assignment);
    together.await.unwrap();
    let people = leads(200);
    let many = org
        .client
        .create_people(&session, &send, &people, assignment);
    many.await.unwrap();
    let people = leads(1);
    let groups = [GroupBesidePeople {
        all_or_none: false,
        tasks: vec![TaskBesidePeople {
            task: task("SafeBase: Requested Access"),
            person: Some(0),
            owner_of_lead: true,
        }],
    }];
    let with_task =
        org.client
            .create_people_and_tasks(&session, &send, (&people, assignment), &groups);
    with_task.await.unwrap();
    let leads = org.sim.find("SELECT OwnerId FROM Lead");
    assert_eq!(leads.len(), 1 + 3 + 200 + 1);
    let owners = leads.iter().map(|lead| lead["OwnerId"].as_str().unwrap());
    let mut owners: Vec<String> = owners.map(str::to_owned).collect();
    owners.sort();
    owners.dedup();
    owners
}

#[tokio::test]
async fn the_assignment_rule_chooses_unless_it_is_skipped() {
    let org = LocalOrg::start().await;
    let rep = org
        .sim
        .add_user(UserSeed::new("noa@example.com", "Noa", "Lind"));
    org.sim.assign_leads(Some(rep));
    let chosen = owners(&org, LeadAssignment::ByRule).await;
    assert_eq!(chosen, [rep.to_string()]);

    let org = LocalOrg::start().await;
    let rep = org
        .sim
        .add_user(UserSeed::new("noa@example.com", "Noa", "Lind"));
    org.sim.assign_leads(Some(rep));
    let chosen = owners(&org, LeadAssignment::ConnectedUser).await;
    assert_eq!(chosen, [org.user.to_string()]);
}
