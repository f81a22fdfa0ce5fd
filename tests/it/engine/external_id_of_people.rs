//! An org with the External ID fields of Contacts and Leads: nobody is created twice,
//! however late a call is carried out.

use std::time::Duration;

use domain::activities::ActivityKind;
use domain::deliveries::DeliveryState;
use domain::salesforce::ConnectionOptions;
use salesforce_sim::{Fault, FaultKind, FieldSeed};
use testkit::salesforce::MODAL;

use super::{COMPANY, Scene, scene};
use crate::on_both_databases;
use crate::support::TestApp;

/// An Admin of the org deploys the fields, and an Admin here checks again.
async fn scene_with_fields(app: &TestApp) -> Scene {
    let scene = scene(app).await;
    for object in ["Contact", "Lead"] {
        let field = FieldSeed::external_id("Gatehouse_Reference__c");
        scene.sandbox.add_field(object, field);
    }
    let check = format!("{MODAL}/check");
    let checked = scene.admin.client().post(&check, &[]).await;
    assert!(checked.expect("an answer").status.is_redirection());
    let options = ConnectionOptions {
        create_contact: true,
        create_lead: true,
        ..ConnectionOptions::default()
    };
    scene.choose(app, options).await;
    scene
}

impl Scene {
    fn count(&self, object: &str, email: &str) -> usize {
        let found = format!("SELECT Id FROM {object} WHERE Email = '{email}'");
        self.sandbox.find(&found).len()
    }

    /// The call that creates someone is carried out an hour later, when nobody
    /// expects it anymore.
    async fn creates_an_hour_late(&self, app: &TestApp, email: &str, company: &str) {
        let late = FaultKind::DelayCommit {
            millis: 3_600_000,
            hang: false,
        };
        // The first of these calls asks who they are.
        let creation = Fault::new(late).on("/composite").method("POST").after(1);
        self.sandbox.push_fault(creation);
        let activity = self
            .does(app, ActivityKind::RequestedAccess, email, company)
            .await;
        app.sync().await;
        assert_eq!(self.state(app, activity).await, DeliveryState::Uncertain);
        for _ in 0..20 {
            self.later(app, Duration::from_mins(1)).await;
        }
        assert_eq!(self.state(app, activity).await, DeliveryState::Delivered);
        self.later(app, Duration::from_mins(50)).await;
    }
}

on_both_databases! {
    async fn a_lead_is_not_created_again_by_a_call_that_is_carried_out_an_hour_later(app: TestApp) {
        let scene = scene_with_fields(&app).await;
        scene.creates_an_hour_late(&app, "new@nowhere.example", "Nowhere Ltd").await;
        assert_eq!(scene.count("Lead", "new@nowhere.example"), 1);
        assert_eq!(scene.sandbox.task_count(), 1);
    }

    async fn a_contact_is_not_created_again_by_a_call_that_is_carried_out_an_hour_later(app: TestApp) {
        let scene = scene_with_fields(&app).await;
        scene.creates_an_hour_late(&app, "new@harbor.example", COMPANY).await;
        assert_eq!(scene.count("Contact", "new@harbor.example"), 1);
        assert_eq!(scene.sandbox.task_count(), 1);
    }

    async fn whoever_got_another_address_in_salesforce_stays_the_same_lead(app: TestApp) {
        let scene = scene_with_fields(&app).await;
        let email = "new@nowhere.example";
        scene.does(&app, ActivityKind::RequestedAccess, email, "Nowhere Ltd").await;
        app.sync().await;
        let lead = scene.sandbox.tasks()[0].who.expect("a Lead");
        scene.sandbox.set_email(lead, "renamed@nowhere.example");
        scene.later(&app, Duration::from_hours(25)).await;
        let again = scene.does(&app, ActivityKind::RequestedAccess, email, "Nowhere Ltd").await;
        app.sync().await;
        assert_eq!(scene.state(&app, again).await, DeliveryState::Delivered);
        let to: Vec<_> = scene.sandbox.tasks().iter().map(|task| task.who).collect();
        assert_eq!(to, [Some(lead), Some(lead)]);
        assert_eq!(scene.sandbox.find("SELECT Id FROM Lead").len(), 1);
    }

    async fn each_person_has_a_reference_of_their_own(app: TestApp) {
        let scene = scene_with_fields(&app).await;
        scene.does(&app, ActivityKind::RequestedAccess, "one@nowhere.example", "Nowhere Ltd").await;
        scene.does(&app, ActivityKind::RequestedAccess, "two@nowhere.example", "Nowhere Ltd").await;
        app.sync().await;
        let leads = scene.sandbox.find("SELECT Gatehouse_Reference__c FROM Lead");
        let keys: Vec<&str> = leads.iter().map(|lead| lead["Gatehouse_Reference__c"].as_str().expect("a key")).collect();
        assert_eq!(keys.len(), 2);
        assert_ne!(keys[0], keys[1]);
        assert!(keys.iter().all(|key| key.len() == 32 && key.bytes().all(|b| b.is_ascii_hexdigit())));
    }
}
