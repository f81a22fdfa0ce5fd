//! What is granted is what works: a user who may do exactly what Permissions
//! lists, and nothing else, delivers everything.

use std::collections::BTreeSet;

use domain::activities::ActivityKind;
use domain::deliveries::DeliveryState;
use domain::matching::candidates::RecordId;
use domain::salesforce::ConnectionOptions;
use gatehouse::salesforce_connection::tokens;
use salesforce::preflight::{Preflight, Status};
use salesforce_sim::{ContactSeed, FieldAccess, ObjectAccess};
use secrecy::ExposeSecret as _;

use super::{COMPANY, Fixture, fixture};
use crate::on_both_databases;
use crate::support::TestApp;

const OBJECTS: [&str; 7] = [
    "Lead",
    "Account",
    "Task",
    "Contact",
    "User",
    "Organization",
    "TaskStatus",
];
/// Fields that no permission hides.
const SYSTEM: [&str; 7] = [
    "Id",
    "CreatedDate",
    "SystemModstamp",
    "IsDeleted",
    "LastModifiedDate",
    "MasterRecordId",
    "SortOrder",
];

impl Fixture {
    async fn preflight(&self, app: &TestApp) -> Preflight {
        let connection = self.connection(app).await;
        let access = tokens::session(app, self.org.id, connection.id).await;
        let session = access.expect("a session").session;
        let user = RecordId::new(self.service_user.to_string());
        let client = app.salesforce.as_ref().expect("a client");
        client
            .preflight(&session, &user)
            .await
            .expect("a check")
            .value
    }

    /// The names of all fields of an object, as the org has them.
    async fn fields_of(&self, app: &TestApp, object: &str) -> Vec<String> {
        let connection = self.connection(app).await;
        let access = tokens::session(app, self.org.id, connection.id).await;
        let session = access.expect("a session").session;
        let path = format!("services/data/v67.0/sobjects/{object}/describe");
        let url = session.instance_url.join(&path).expect("an address");
        let request = reqwest::Client::new().get(url);
        let answer = request
            .bearer_auth(session.access_token.expose_secret())
            .send();
        let body = answer
            .await
            .expect("an answer")
            .bytes()
            .await
            .expect("a body");
        let described: serde_json::Value = serde_json::from_slice(&body).expect("JSON");
        let fields = described["fields"].as_array().expect("fields");
        fields
            .iter()
            .filter_map(|field| Some(field["name"].as_str()?.to_owned()))
            .collect()
    }

    /// Takes everything away that isn't listed.
    async fn grant_only_what_is_listed(&self, app: &TestApp) {
        let listed = self.preflight(app).await.checks;
        for object in OBJECTS {
            let needs = |field: Option<&str>| -> BTreeSet<&str> {
                let about = listed.iter().filter(|one| one.object == object);
                let about = about.filter(|one| one.field.as_deref() == field);
                about.map(|one| one.need.title()).collect()
            };
            for field in self.fields_of(app, object).await {
                let is_setup = object == "TaskStatus";
                if SYSTEM.contains(&field.as_str()) || is_setup {
                    continue;
                }
                let needs = needs(Some(&field));
                let access = if needs.is_empty() {
                    FieldAccess::Hidden
                } else if needs.len() == 1 && needs.contains("Read") {
                    FieldAccess::ReadOnly
                } else {
                    continue;
                };
                let user = self.service_user;
                self.sandbox
                    .restrict_field(user, object, &field, Some(access));
            }
            let needs = needs(None);
            let access = ObjectAccess {
                read: true,
                create: needs.contains("Create"),
                edit: needs.contains("Edit"),
                delete: false,
            };
            self.sandbox
                .restrict_object(self.service_user, object, access);
        }
    }
}

on_both_databases! {
    async fn who_may_do_what_is_listed_and_nothing_else_delivers_everything(app: TestApp) {
        let fixture = fixture(&app).await;
        let options = ConnectionOptions {
            create_contact: true,
            create_lead: true,
            associate_contact: true,
            ..ConnectionOptions::default()
        };
        fixture.choose(&app, options).await;
        let lin = ContactSeed::new("Lin", "Berg", "lin@harbor.example");
        let lin = fixture.sandbox.add_contact(lin);
        fixture.grant_only_what_is_listed(&app).await;
        app.advance(std::time::Duration::from_mins(61));

        let mut activities = vec![fixture.downloads(&app).await];
        for (kind, email, company) in [
            (ActivityKind::RequestedAccess, "new@harbor.example", COMPANY),
            (ActivityKind::RequestedAccess, "new@nowhere.example", "Nowhere Ltd"),
            (ActivityKind::StatusPageView, "lin@harbor.example", COMPANY),
        ] {
            activities.push(fixture.does(&app, kind, email, company).await);
        }
        app.sync().await;
        for activity in activities {
            let delivery = fixture.delivery(&app, activity).await;
            assert_eq!(delivery.state, DeliveryState::Delivered, "{delivery:?}");
        }
        let owners: BTreeSet<_> = fixture.sandbox.tasks().iter().map(|task| task.owner).collect();
        assert!(owners.contains(&Some(fixture.owner)), "owners are seen");
        let created = |object: &str| {
            let query = format!("SELECT Id FROM {object} WHERE Email LIKE 'new@%'");
            fixture.sandbox.find(&query).len()
        };
        assert_eq!((created("Contact"), created("Lead")), (1, 1));
        let account = fixture.sandbox.record(lin).unwrap()["AccountId"].clone();
        assert_eq!(account, fixture.account.to_string());
        let after = fixture.preflight(&app).await;
        assert!(after.checks.iter().all(|one| one.status == Status::Granted), "{after:?}");
    }
}
