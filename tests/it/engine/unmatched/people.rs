//! Contacts and Leads that an Admin has created for a company without a match.

use std::time::Duration;

use domain::activities::{ActivityKind, Details, NewActivity, Person};
use domain::deliveries::DeliveryState;
use salesforce_sim::{AccountSeed, ContactSeed, LeadSeed, ObjectAccess};

use super::super::{fixture, person};
use super::{DOMAIN, LIST, NORTHWIND, VIEW, count, decides, links, subjects_on, waits};
use crate::on_both_databases;

on_both_databases! {
    async fn contacts_are_created_there_once_for_each_person_if_an_admin_says_so(app: TestApp) {
        let fixture = fixture(&app).await;
        let all = waits(&app, &fixture).await;
        let to = fixture.sandbox.add_account(AccountSeed::new("Northwind Traders"));
        decides(&fixture, "link", &[("account", &to.to_string()), ("contacts", "yes")]).await;
        app.sync().await;
        let found = fixture.sandbox.find("SELECT Id, AccountId, Email FROM Contact WHERE Email LIKE '%@northwind.example'");
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found.iter().all(|contact| contact["AccountId"] == to.to_string()));
        for activity in all {
            let delivery = fixture.delivery(&app, activity).await;
            assert!(delivery.who.is_some() && delivery.state == DeliveryState::Delivered);
        }
        // It was for those who waited: the connection's own option is still off.
        fixture.does(&app, ActivityKind::RequestedAccess, "new@northwind.example", NORTHWIND).await;
        app.sync().await;
        assert_eq!(count(&fixture, "Contact"), 2);
    }

    async fn leads_are_created_for_those_who_wait_although_the_option_is_off(app: TestApp) {
        let fixture = fixture(&app).await;
        let all = waits(&app, &fixture).await;
        // Two Admins at once, or one who clicks twice.
        let said = decides(&fixture, "create-leads", &[]).await.text();
        assert!(said.contains("4 activities that waited go out now"), "{said}");
        let again = decides(&fixture, "create-leads", &[]).await.text();
        assert!(again.contains("Nothing waits for this company anymore"), "{again}");
        app.sync().await;
        assert_eq!((count(&fixture, "Lead"), fixture.sandbox.task_count()), (2, 4));
        for activity in all {
            assert_eq!(fixture.state(&app, activity).await, DeliveryState::Delivered);
        }
        // The Lead is known from now on; somebody new isn't created by the way.
        let known = fixture.does(&app, VIEW, "bo@northwind.example", NORTHWIND).await;
        let new = fixture.does(&app, VIEW, "dee@northwind.example", NORTHWIND).await;
        app.sync().await;
        assert_eq!(fixture.state(&app, known).await, DeliveryState::Delivered);
        assert_eq!(fixture.state(&app, new).await, DeliveryState::Unmatched);
        assert_eq!(count(&fixture, "Lead"), 2);
    }

    async fn nobody_is_created_whom_salesforce_has_meanwhile(app: TestApp) {
        let fixture = fixture(&app).await;
        waits(&app, &fixture).await;
        let sandbox = &fixture.sandbox;
        sandbox.add_contact(ContactSeed::new("Bo", "Lind", "bo@northwind.example"));
        sandbox.add_lead(LeadSeed::new("Cy", "Roth", "cy@northwind.example", "Northwind"));
        decides(&fixture, "create-leads", &[]).await;
        app.sync().await;
        assert_eq!((count(&fixture, "Lead"), count(&fixture, "Contact")), (1, 1));
        assert_eq!(sandbox.task_count(), 4);
    }

    async fn that_people_may_be_created_ends_with_the_decision(app: TestApp) {
        let fixture = fixture(&app).await;
        waits(&app, &fixture).await;
        let wrong = fixture.sandbox.add_account(AccountSeed::new("Northwind Traders"));
        let fields = [("account", &*wrong.to_string()), ("contacts", "yes")];
        decides(&fixture, "link", &fields).await;
        // The Admin notices the mistake before anything was sent.
        decides(&fixture, "unlink", &[]).await;
        app.sync().await;
        assert_eq!((count(&fixture, "Contact"), fixture.sandbox.task_count()), (0, 0));
        let right = fixture.sandbox.add_account(AccountSeed::new("Northwind Group"));
        links(&fixture, right).await;
        app.sync().await;
        assert_eq!(count(&fixture, "Contact"), 0);
        assert_eq!(subjects_on(&fixture, right).len(), 4);
    }

    async fn leads_that_could_not_be_created_are_not_created_by_a_later_retry(app: TestApp) {
        let fixture = fixture(&app).await;
        waits(&app, &fixture).await;
        let restrict = |access| {
            fixture.sandbox.restrict_object(fixture.service_user, "Contact", access);
        };
        restrict(ObjectAccess::NONE);
        decides(&fixture, "create-leads", &[]).await;
        app.sync().await;
        assert_eq!(count(&fixture, "Lead"), 0, "who can't be looked for may exist");
        restrict(ObjectAccess::FULL);
        app.advance(Duration::from_hours(1));
        fixture.admin.post("/dashboard/salesforce/deliveries/retry", &[("state", "unmatched")]).await;
        app.sync().await;
        assert_eq!(count(&fixture, "Lead"), 0);
    }

    async fn a_new_lead_has_the_name_that_any_of_the_activities_knows(app: TestApp) {
        let fixture = fixture(&app).await;
        let nameless = NewActivity {
            kind: ActivityKind::AccountMemberAdded,
            person: Some(Person { first_name: String::new(), last_name: String::new(), ..person("bo@northwind.example") }),
            company: NORTHWIND.to_owned(),
            account: None,
            details: Details::default(),
        };
        fixture.records(&app, nameless).await;
        waits(&app, &fixture).await;
        decides(&fixture, "create-leads", &[]).await;
        app.sync().await;
        let found = fixture.sandbox.find("SELECT Id, LastName FROM Lead WHERE Email = 'bo@northwind.example'");
        assert_eq!(found[0]["LastName"], "Okafor");
    }

    async fn who_clicks_twice_links_once_and_takes_nothing_back(app: TestApp) {
        let fixture = fixture(&app).await;
        waits(&app, &fixture).await;
        let to = fixture.sandbox.add_account(AccountSeed::new("Northwind Traders"));
        let fields = [("account", &*to.to_string()), ("contacts", "yes")];
        decides(&fixture, "link", &fields).await;
        let again = decides(&fixture, "link", &fields).await.text();
        assert!(again.contains("is linked to the Salesforce Account"), "{again}");
        app.sync().await;
        assert_eq!((count(&fixture, "Contact"), subjects_on(&fixture, to).len()), (2, 4));
    }

    async fn a_decision_about_one_company_leaves_another_of_the_same_domain_alone(app: TestApp) {
        let fixture = fixture(&app).await;
        waits(&app, &fixture).await;
        fixture.does(&app, VIEW, "zed@northwind.example", "Northwind Labs").await;
        app.sync().await;
        decides(&fixture, "create-leads", &[]).await;
        let to = fixture.sandbox.add_account(AccountSeed::new("Labs of Northwind"));
        let fields = [("origin", DOMAIN), ("name", "Northwind Labs"), ("account", &to.to_string())];
        let linked = fixture.admin.post(&format!("{LIST}/link"), &fields).await;
        assert_eq!(linked.status.as_u16(), 303);
        app.sync().await;
        assert_eq!((count(&fixture, "Lead"), subjects_on(&fixture, to).len()), (2, 1));
    }
}
