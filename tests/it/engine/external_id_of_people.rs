//! An org with the External ID fields of Contacts and Leads: nobody is created twice,
//! however late a call is carried out.

use std::time::Duration;

use domain::activities::ActivityKind;
use domain::deliveries::DeliveryState;
use domain::salesforce::ConnectionOptions;
use salesforce_sim::{Fault, FaultKind, FieldSeed};
use testkit::salesforce::MODAL;

use super::{COMPANY, Fixture, fixture};
use crate::on_both_databases;
use crate::support::TestApp;

/// An Admin of the org deploys the fields, and an Admin here checks again.
async fn fixture_with_fields(app: &TestApp) -> Fixture {
    let fixture = fixture(app).await;
    for object in ["Contact", "Lead"] {
        let field = FieldSeed::external_id("Gatehouse_Reference__c");
        fixture.sandbox.add_field(object, field);
    }
    let check = format!("{MODAL}/check");
    let checked = fixture.admin.client().post(&check, &[]).await;
    assert!(checked.expect("an answer").status.is_redirection());
    let options = ConnectionOptions {
        create_contact: true,
        create_lead: true,
        ..ConnectionOptions::default()
    };
    fixture.choose(app, options).await;
    fixture
}

impl Fixture {
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
        let fixture = fixture_with_fields(&app).await;
        fixture.creates_an_hour_late(&app, "new@nowhere.example", "Nowhere Ltd").await;
        assert_eq!(fixture.count("Lead", "new@nowhere.example"), 1);
        assert_eq!(fixture.sandbox.task_count(), 1);
    }

    async fn a_contact_is_not_created_again_by_a_call_that_is_carried_out_an_hour_later(app: TestApp) {
        let fixture = fixture_with_fields(&app).await;
        fixture.creates_an_hour_late(&app, "new@harbor.example", COMPANY).await;
        assert_eq!(fixture.count("Contact", "new@harbor.example"), 1);
        assert_eq!(fixture.sandbox.task_count(), 1);
    }

    async fn a_lead_whose_address_changed_in_salesforce_stays_the_same_lead(app: TestApp) {
        let fixture = fixture_with_fields(&app).await;
        let email = "new@nowhere.example";
        fixture.does(&app, ActivityKind::RequestedAccess, email, "Nowhere Ltd").await;
        app.sync().await;
        let lead = fixture.sandbox.tasks()[0].who.expect("a Lead");
        fixture.sandbox.set_email(lead, "renamed@nowhere.example");
        fixture.later(&app, Duration::from_hours(25)).await;
        let again = fixture.does(&app, ActivityKind::RequestedAccess, email, "Nowhere Ltd").await;
        app.sync().await;
        assert_eq!(fixture.state(&app, again).await, DeliveryState::Delivered);
        let to: Vec<_> = fixture.sandbox.tasks().iter().map(|task| task.who).collect();
        assert_eq!(to, [Some(lead), Some(lead)]);
        assert_eq!(fixture.sandbox.find("SELECT Id FROM Lead").len(), 1);
    }

    async fn each_person_has_a_reference_of_their_own(app: TestApp) {
        let fixture = fixture_with_fields(&app).await;
        fixture.does(&app, ActivityKind::RequestedAccess, "one@nowhere.example", "Nowhere Ltd").await;
        fixture.does(&app, ActivityKind::RequestedAccess, "two@nowhere.example", "Nowhere Ltd").await;
        app.sync().await;
        let leads = fixture.sandbox.find("SELECT Gatehouse_Reference__c FROM Lead");
        let keys: Vec<&str> = leads.iter().map(|lead| lead["Gatehouse_Reference__c"].as_str().expect("a key")).collect();
        assert_eq!(keys.len(), 2);
        assert_ne!(keys[0], keys[1]);
        assert!(keys.iter().all(|key| key.len() == 32 && key.bytes().all(|b| b.is_ascii_hexdigit())));
    }
}
