//! What the pages advise when Salesforce refuses: it fits the cause.

use domain::activities::{ActivityKind, Details, NewActivity, Person};
use domain::email::EmailAddress;
use gatehouse::use_cases::activities::record;
use salesforce_sim::{AccountSeed, ObjectAccess};

use super::deliveries::record_downloads;
use super::people::{MODAL, connected};
use crate::on_both_databases;

const PARKED: &str = "/dashboard/salesforce/deliveries?state=parked";
const NO_CREATE: ObjectAccess = ObjectAccess {
    create: false,
    ..ObjectAccess::FULL
};

on_both_databases! {
    async fn a_missing_create_permission_says_where_to_grant_it(app: TestApp) {
        let (org, admin) = connected(&app).await;
        let sim = &app.sandbox.sim;
        sim.add_account(AccountSeed::new("Lakeside"));
        app.switch_on(&admin, &ActivityKind::ALL).await;
        app.options_on(&admin, &["create_contact"]).await;
        sim.restrict_object(app.sandbox.integration, "Task", NO_CREATE);
        sim.restrict_object(app.sandbox.integration, "Contact", NO_CREATE);
        record_downloads(&app, &org, 1).await;
        let what = NewActivity {
            kind: ActivityKind::RequestedAccess,
            person: Some(Person {
                email: EmailAddress::parse("new@lakeside.example").unwrap(),
                first_name: "New".to_owned(),
                last_name: "Reader".to_owned(),
            }),
            company: "Lakeside".to_owned(),
            account: None,
            details: Details::default(),
        };
        let mut tx = app.db.begin().await.unwrap();
        record(&mut tx, &app.ambient, org.id, what).await.unwrap();
        tx.commit().await.unwrap();
        app.sync().await;
        let text = admin.text(PARKED).await;
        for object in ["Task", "Contact"] {
            let advice = format!("isn’t allowed to create {object} records");
            assert!(text.contains(&advice), "{text}");
        }
        assert!(!text.contains("Apex trigger"), "{text}");
    }

    async fn a_refused_search_says_what_to_grant_and_not_the_query(app: TestApp) {
        let (_, admin) = connected(&app).await;
        app.sandbox.sim.restrict_object(app.sandbox.integration, "User", ObjectAccess::NONE);
        let text = admin.text(&format!("{MODAL}?owner=ada")).await;
        assert!(text.contains("grant it in Setup → Permission Sets"), "{text}");
        assert!(!text.contains("SELECT"), "{text}");
    }
}
