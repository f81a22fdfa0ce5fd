//! A connected user who may not see everything: what an object or a field that
//! the org refuses costs, and that it costs nothing else.

use std::time::Duration;

use domain::activities::ActivityKind;
use domain::deliveries::DeliveryState;
use domain::matching::candidates::RecordId;
use domain::salesforce::{ConnectionOptions, DefaultOwner};
use salesforce_sim::{ContactSeed, FieldAccess, LeadSeed, ObjectAccess, UserSeed};

use super::{COMPANY, EMAIL, Fixture, fixture};
use crate::on_both_databases;
use crate::support::TestApp;

impl Fixture {
    fn hide(&self, object: &str, field: &str) {
        let hidden = Some(FieldAccess::Hidden);
        self.sandbox
            .restrict_field(self.service_user, object, field, hidden);
    }

    fn close(&self, object: &str) {
        self.sandbox
            .restrict_object(self.service_user, object, ObjectAccess::NONE);
    }

    /// A download by Ada, which must be delivered: the Task's index.
    async fn is_delivered(&self, app: &TestApp) -> salesforce_sim::TaskView {
        let activity = self.downloads(app).await;
        app.sync().await;
        let delivery = self.delivery(app, activity).await;
        assert_eq!(delivery.state, DeliveryState::Delivered, "{delivery:?}");
        self.sandbox.tasks().pop().expect("a Task")
    }
}

on_both_databases! {
    async fn without_users_tasks_go_to_the_connected_user_or_the_default_owner(app: TestApp) {
        let fixture = fixture(&app).await;
        fixture.close("User");
        let task = fixture.is_delivered(&app).await;
        assert_eq!((task.who, task.what), (Some(fixture.contact), Some(fixture.account)));
        assert_eq!(task.owner, Some(fixture.service_user), "nobody's activity is known");

        let desk = fixture.sandbox.add_user(UserSeed::new("desk@northgate.example", "Front", "Desk"));
        let default_owner = Some(DefaultOwner {
            id: RecordId::new(desk.to_string()),
            name: "Front Desk".to_owned(),
        });
        fixture.choose(&app, ConnectionOptions { default_owner, ..ConnectionOptions::default() }).await;
        let task = fixture.is_delivered(&app).await;
        assert_eq!(task.owner, Some(desk));
    }

    async fn without_is_active_of_users_everything_is_delivered(app: TestApp) {
        let fixture = fixture(&app).await;
        fixture.hide("User", "IsActive");
        let task = fixture.is_delivered(&app).await;
        assert_eq!((task.who, task.what), (Some(fixture.contact), Some(fixture.account)));
        assert_eq!(task.owner, Some(fixture.service_user));
    }

    async fn without_email_of_contacts_tasks_are_on_the_account(app: TestApp) {
        let fixture = fixture(&app).await;
        fixture.hide("Contact", "Email");
        let task = fixture.is_delivered(&app).await;
        assert_eq!((task.who, task.what), (None, Some(fixture.account)));
        assert_eq!(task.owner, Some(fixture.owner));
    }

    async fn nobody_is_created_while_the_search_for_them_fails(app: TestApp) {
        let fixture = fixture(&app).await;
        let options = ConnectionOptions {
            create_contact: true,
            create_lead: true,
            ..ConnectionOptions::default()
        };
        fixture.choose(&app, options).await;
        fixture.close("Contact");
        let asked = fixture.happens(&app, ActivityKind::RequestedAccess).await;
        let stranger = fixture.does(&app, ActivityKind::RequestedAccess, "new@nowhere.example", "Nowhere").await;
        app.sync().await;
        let delivery = fixture.delivery(&app, asked).await;
        assert_eq!(delivery.state, DeliveryState::Delivered, "{delivery:?}");
        assert!(delivery.reason.contains("can't be read"), "{}", delivery.reason);
        let delivery = fixture.delivery(&app, stranger).await;
        assert_eq!(delivery.state, DeliveryState::Unmatched, "{delivery:?}");
        assert!(delivery.reason.contains("Contacts can't be read, so nobody is created"), "{}", delivery.reason);
        assert_eq!(fixture.sandbox.find("SELECT Id FROM Contact").len(), 1);
        assert!(fixture.sandbox.find("SELECT Id FROM Lead").is_empty());
    }

    async fn without_leads_contacts_and_accounts_are_found(app: TestApp) {
        let fixture = fixture(&app).await;
        fixture.sandbox.add_lead(LeadSeed::new("Lin", "Berg", "lin@new.example", "New"));
        fixture.close("Lead");
        let task = fixture.is_delivered(&app).await;
        assert_eq!(task.who, Some(fixture.contact));
        let lin = fixture.does(&app, ActivityKind::StatusPageView, "lin@new.example", "New").await;
        app.sync().await;
        let delivery = fixture.delivery(&app, lin).await;
        assert_eq!(delivery.state, DeliveryState::Unmatched);
        assert!(delivery.reason.contains("Leads can't be read"), "{}", delivery.reason);
    }

    async fn without_account_of_contacts_the_name_decides_and_no_contact_is_moved(app: TestApp) {
        let fixture = fixture(&app).await;
        let other = fixture.sandbox.add_account(salesforce_sim::AccountSeed::new("Elsewhere"));
        let lin = ContactSeed::new("Lin", "Berg", "lin@harbor.example");
        let lin = fixture.sandbox.add_contact(lin.of(other));
        let options = ConnectionOptions { associate_contact: true, ..ConnectionOptions::default() };
        fixture.choose(&app, options).await;
        fixture.sandbox.restrict_field(fixture.service_user, "Contact", "AccountId", Some(FieldAccess::Hidden));
        fixture.does(&app, ActivityKind::StatusPageView, "lin@harbor.example", COMPANY).await;
        app.sync().await;
        let task = &fixture.sandbox.tasks()[0];
        assert_eq!((task.who, task.what), (Some(lin), Some(fixture.account)));
        let account = fixture.sandbox.record(lin).unwrap()["AccountId"].clone();
        assert_eq!(account, other.to_string(), "it has an Account, which can't be seen");
    }

    async fn without_accounts_contacts_are_found(app: TestApp) {
        let fixture = fixture(&app).await;
        fixture.close("Account");
        let task = fixture.is_delivered(&app).await;
        assert_eq!(task.who, Some(fixture.contact));
        assert_eq!(task.owner, Some(fixture.owner), "the Contact's owner");
    }

    async fn without_owners_of_accounts_contacts_owners_get_the_tasks(app: TestApp) {
        let fixture = fixture(&app).await;
        fixture.hide("Account", "OwnerId");
        let task = fixture.is_delivered(&app).await;
        assert_eq!((task.who, task.what), (Some(fixture.contact), Some(fixture.account)));
        assert_eq!(task.owner, Some(fixture.owner));
    }

    async fn what_an_org_refuses_is_asked_again_within_the_hour(app: TestApp) {
        let fixture = fixture(&app).await;
        fixture.hide("Contact", "Email");
        fixture.is_delivered(&app).await;
        fixture.sandbox.restrict_field(fixture.service_user, "Contact", "Email", None);
        app.advance(Duration::from_mins(61));
        let task = fixture.is_delivered(&app).await;
        assert_eq!(task.who, Some(fixture.contact), "{EMAIL}");
    }

    async fn without_a_time_zone_of_the_org_the_connected_users_counts(app: TestApp) {
        let fixture = fixture(&app).await;
        fixture.sandbox.set_field(fixture.service_user, "TimeZoneSidKey", salesforce_sim::Value::text("Asia/Tokyo"));
        fixture.hide("Organization", "TimeZoneSidKey");
        app.advance(Duration::from_mins(61));
        // 16:01 UTC is the next day in Tokyo.
        let task = fixture.is_delivered(&app).await;
        assert_eq!(task.due_date.unwrap().to_string(), "2026-02-03");
    }

    async fn without_the_orgs_statuses_those_of_tasks_themselves_are_used(app: TestApp) {
        let fixture = fixture(&app).await;
        fixture.sandbox.rename_task_statuses(&[("Offen", false, true), ("Erledigt", true, false)]);
        fixture.sandbox.set_restricted("Task", "Status", true);
        fixture.close("TaskStatus");
        fixture.close("TaskPriority");
        app.advance(Duration::from_mins(61));
        let task = fixture.is_delivered(&app).await;
        assert_eq!((task.status.as_str(), task.priority.as_str()), ("Erledigt", "Normal"));
    }
}
