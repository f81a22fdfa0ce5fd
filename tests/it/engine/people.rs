//! Contacts and Leads: found, created where the options say so, never twice.

use domain::accounts::Account;
use domain::activities::ActivityKind;
use domain::deliveries::DeliveryState;
use domain::ids::AccountId;
use domain::salesforce::ConnectionOptions;
use salesforce_sim::{
    AccountSeed, ContactSeed, DuplicateAction, Fault, FaultKind, FieldSeed, LeadSeed, UserSeed,
};

use super::{COMPANY, fixture};
use crate::on_both_databases;

fn creating() -> ConnectionOptions {
    ConnectionOptions {
        create_contact: true,
        create_lead: true,
        ..ConnectionOptions::default()
    }
}

on_both_databases! {
    async fn a_contact_is_created_on_the_account_of_exactly_that_name(app: TestApp) {
        let fixture = fixture(&app).await;
        fixture.choose(&app, creating()).await;
        let activity = fixture.does(&app, ActivityKind::RequestedAccess, "new@harbor.example", "harbor & co")
            .await;
        app.sync().await;
        let found = fixture.sandbox.find("SELECT Id, FirstName, LastName, AccountId FROM Contact WHERE Email = 'new@harbor.example'");
        assert_eq!(found.len(), 1);
        assert_eq!(found[0]["AccountId"], fixture.account.to_string());
        assert_eq!(found[0]["LastName"], "Okafor");
        let task = &fixture.sandbox.tasks()[0];
        assert_eq!(task.who.unwrap().to_string(), found[0]["Id"].as_str().unwrap());
        assert_eq!((task.what, task.owner), (Some(fixture.account), Some(fixture.owner)));
        let reason = fixture.delivery(&app, activity).await.reason;
        assert!(reason.contains("one was created on the Account"), "{reason}");
    }

    async fn without_the_option_the_task_is_on_the_account_alone(app: TestApp) {
        let fixture = fixture(&app).await;
        fixture.does(&app, ActivityKind::RequestedAccess, "new@harbor.example", COMPANY).await;
        app.sync().await;
        let task = &fixture.sandbox.tasks()[0];
        assert_eq!((task.who, task.what), (None, Some(fixture.account)));
        assert!(fixture.sandbox.find("SELECT Id FROM Contact WHERE Email = 'new@harbor.example'").is_empty());
    }

    async fn the_options_are_only_for_requested_access(app: TestApp) {
        let fixture = fixture(&app).await;
        fixture.choose(&app, creating()).await;
        let activity = fixture.does(&app, ActivityKind::StatusPageView, "new@nowhere.example", "Nowhere Ltd")
            .await;
        app.sync().await;
        assert_eq!(fixture.state(&app, activity).await, DeliveryState::Unmatched);
        assert!(fixture.sandbox.find("SELECT Id FROM Lead").is_empty());
    }

    async fn a_lead_is_created_once_for_somebody_unknown_who_asks_twice(app: TestApp) {
        let fixture = fixture(&app).await;
        fixture.choose(&app, creating()).await;
        for kind in [ActivityKind::RequestedAccess, ActivityKind::RequestedAccess, ActivityKind::StatusPageView] {
            fixture.does(&app, kind, "new@nowhere.example", "Nowhere Ltd").await;
        }
        app.sync().await;
        let leads = fixture.sandbox.find("SELECT Id, Company FROM Lead WHERE Email = 'new@nowhere.example'");
        assert_eq!(leads.len(), 1);
        assert_eq!(leads[0]["Company"], "Nowhere Ltd");
        let tasks = fixture.sandbox.tasks();
        assert_eq!(tasks.len(), 3);
        for task in tasks {
            assert_eq!(task.who.unwrap().to_string(), leads[0]["Id"].as_str().unwrap());
            assert_eq!(task.what, None, "a Lead allows no Related To");
        }
        // Later the Lead is found, not made again.
        app.advance(std::time::Duration::from_mins(10));
        fixture.does(&app, ActivityKind::RequestedAccess, "new@nowhere.example", "Nowhere Ltd").await;
        app.sync().await;
        assert_eq!(fixture.sandbox.find("SELECT Id FROM Lead").len(), 1);
        assert_eq!(fixture.sandbox.task_count(), 4);
    }

    async fn strangers_cost_three_calls_and_the_rep_who_is_assigned_their_leads_gets_the_tasks(app: TestApp) {
        let fixture = fixture(&app).await;
        fixture.choose(&app, creating()).await;
        let rep = fixture.sandbox.add_user(UserSeed::new("new-business@northgate.example", "Noa", "Lind"));
        fixture.sandbox.assign_leads(Some(rep));
        for n in 0..40 {
            for kind in [ActivityKind::RequestedAccess, ActivityKind::StatusPageView] {
                fixture.does(&app, kind, &format!("new{n}@nowhere.example"), "Nowhere Ltd").await;
            }
        }
        app.sync().await;
        assert_eq!(fixture.sandbox.api_calls(), 3, "who they are; their Leads and whose those are; the Tasks");
        let tasks = fixture.sandbox.tasks();
        assert_eq!(tasks.len(), 80);
        assert!(tasks.iter().all(|task| task.owner == Some(rep)));
    }

    async fn what_a_created_person_does_next_is_theirs(app: TestApp) {
        let fixture = fixture(&app).await;
        fixture.choose(&app, creating()).await;
        for (email, company) in [("new@harbor.example", COMPANY), ("new@nowhere.example", "Nowhere Ltd")] {
            fixture.does(&app, ActivityKind::RequestedAccess, email, company).await;
            app.sync().await;
            fixture.does(&app, ActivityKind::AccountMemberAdded, email, company).await;
            app.sync().await;
        }
        let tasks = fixture.sandbox.tasks();
        assert_eq!(tasks.len(), 4);
        assert!(tasks[0].who.is_some() && tasks[2].who.is_some());
        assert_eq!(tasks[1].who, tasks[0].who);
        assert_eq!(tasks[3].who, tasks[2].who);
    }

    async fn a_new_lead_is_linked_to_the_account_known_by_its_domain_where_the_org_has_a_field(app: TestApp) {
        let fixture = fixture(&app).await;
        fixture.sandbox.add_field("Lead", FieldSeed::lookup("Account__c", "Account"));
        let options = ConnectionOptions {
            lead_account_field: Some("Account__c".to_owned()),
            ..creating()
        };
        fixture.choose(&app, options).await;
        let account = Account {
            domain: "harbor.example".to_owned(),
            ..Account::new(app.ambient.id(AccountId::from_uuid), COMPANY, app.ambient.now())
        };
        let mut tx = app.db.begin().await.unwrap();
        store::accounts::find_or_insert(&mut tx, fixture.org.id, account).await.unwrap();
        tx.commit().await.unwrap();

        fixture.does(&app, ActivityKind::RequestedAccess, "new@harbor.example", "Harbor").await;
        fixture.does(&app, ActivityKind::RequestedAccess, "new@nowhere.example", "Nowhere").await;
        app.sync().await;
        let links = |email: &str| {
            let soql = format!("SELECT Account__c FROM Lead WHERE Email = '{email}'");
            fixture.sandbox.find(&soql)[0]["Account__c"].clone()
        };
        assert_eq!(links("new@harbor.example"), fixture.account.to_string());
        assert!(links("new@nowhere.example").is_null());
    }

    async fn a_name_that_is_nearly_the_accounts_matches_nothing(app: TestApp) {
        let fixture = fixture(&app).await;
        fixture.sandbox.add_account(AccountSeed::new("Company Incorporated"));
        let activity = fixture.does(&app, ActivityKind::RequestedAccess, "x@company.example", "Company Inc.")
            .await;
        app.sync().await;
        let delivery = fixture.delivery(&app, activity).await;
        assert_eq!(delivery.state, DeliveryState::Unmatched);
        assert!(delivery.reason.contains("“Company Inc.”"), "{}", delivery.reason);
        assert_eq!(fixture.sandbox.task_count(), 0);
    }

    async fn a_converted_leads_contact_gets_the_task(app: TestApp) {
        let fixture = fixture(&app).await;
        let lead = fixture.sandbox.add_lead(LeadSeed::new("Lin", "Berg", "lin@harbor.example", "Somewhere"));
        let contact = fixture.sandbox.add_contact(ContactSeed::new("Lin", "Berg", "lin@other.example").of(fixture.account));
        fixture.sandbox.convert_lead(lead, contact, fixture.account);
        fixture.does(&app, ActivityKind::StatusPageView, "lin@harbor.example", "Somewhere").await;
        app.sync().await;
        let task = &fixture.sandbox.tasks()[0];
        assert_eq!((task.who, task.what), (Some(contact), Some(fixture.account)));
        assert_eq!(task.owner, Some(fixture.owner), "the Account's owner");
    }

    async fn a_queues_lead_gives_the_task_to_the_default_owner_or_the_connected_user(app: TestApp) {
        let fixture = fixture(&app).await;
        let queue = fixture.sandbox.add_queue("Inbound");
        fixture.sandbox.add_lead(LeadSeed::new("Lin", "Berg", "lin@new.example", "New").owned_by(queue));
        fixture.does(&app, ActivityKind::StatusPageView, "lin@new.example", "New").await;
        app.sync().await;
        assert_eq!(fixture.sandbox.tasks()[0].owner, Some(fixture.service_user));

        let fallback = fixture.sandbox.add_user(UserSeed::new("desk@northgate.example", "Front", "Desk"));
        let default_owner = Some(::domain::salesforce::DefaultOwner {
            id: ::domain::matching::candidates::RecordId::new(fallback.to_string()),
            name: "Front Desk".to_owned(),
        });
        fixture.choose(&app, ConnectionOptions { default_owner, ..ConnectionOptions::default() }).await;
        fixture.does(&app, ActivityKind::StatusPageView, "lin@new.example", "New").await;
        app.sync().await;
        assert_eq!(fixture.sandbox.tasks()[1].owner, Some(fallback));
    }

    async fn a_contact_without_account_is_given_the_matched_one_where_allowed(app: TestApp) {
        let fixture = fixture(&app).await;
        let contact = fixture.sandbox.add_contact(ContactSeed::new("Lin", "Berg", "lin@harbor.example"));
        let account_of = || fixture.sandbox.record(contact).unwrap()["AccountId"].clone();
        fixture.does(&app, ActivityKind::StatusPageView, "lin@harbor.example", COMPANY).await;
        app.sync().await;
        assert_eq!(fixture.sandbox.tasks()[0].what, Some(fixture.account));
        assert!(account_of().is_null(), "not allowed");

        let options = ConnectionOptions { associate_contact: true, ..ConnectionOptions::default() };
        fixture.choose(&app, options).await;
        fixture.does(&app, ActivityKind::StatusPageView, "lin@harbor.example", COMPANY).await;
        app.sync().await;
        assert_eq!(account_of(), fixture.account.to_string());
    }

    async fn a_contact_that_a_rep_has_just_added_is_found_before_another_is_made(app: TestApp) {
        let fixture = fixture(&app).await;
        fixture.does(&app, ActivityKind::StatusPageView, "lin@harbor.example", COMPANY).await;
        app.sync().await;
        // Gatehouse believes for a moment that there is no such Contact.
        let lin = ContactSeed::new("Lin", "Berg", "lin@harbor.example");
        let contact = fixture.sandbox.add_contact(lin.of(fixture.account));
        fixture.choose(&app, creating()).await;
        fixture.does(&app, ActivityKind::RequestedAccess, "lin@harbor.example", COMPANY).await;
        app.sync().await;
        assert_eq!(fixture.sandbox.tasks()[1].who, Some(contact));
        let found = fixture.sandbox.find("SELECT Id FROM Contact WHERE Email = 'lin@harbor.example'");
        assert_eq!(found.len(), 1);
    }

    async fn a_blocking_duplicate_rule_parks_what_the_user_may_not_see(app: TestApp) {
        let fixture = fixture(&app).await;
        fixture.choose(&app, creating()).await;
        fixture.sandbox.duplicate_rule("Contact", Some(DuplicateAction::Block));
        fixture.sandbox.hide_record(fixture.service_user, fixture.contact, true);
        let activity = fixture.happens(&app, ActivityKind::RequestedAccess).await;
        app.sync().await;
        let delivery = fixture.delivery(&app, activity).await;
        assert_eq!(delivery.state, DeliveryState::Parked, "{delivery:?}");
        assert_eq!(fixture.sandbox.find("SELECT Id FROM Contact").len(), 1, "no second Contact");
    }

    async fn a_duplicate_rule_that_names_a_lead_leaves_the_task_on_the_account(app: TestApp) {
        let fixture = fixture(&app).await;
        fixture.choose(&app, creating()).await;
        let body = r#"{"compositeResponse": [{"referenceId": "r0", "httpStatusCode": 400, "body": [
            {"errorCode": "DUPLICATES_DETECTED", "message": "Use one of these records?",
             "duplicateResult": {"matchResults": [{"matchRecords": [
                {"record": {"Id": "00Q000000000001AAA"}}]}]}}]}]}"#;
        // A collection only says that there are duplicates; asked singly, the org names them.
        let row = r#"{"compositeResponse": [
            {"referenceId": "r0", "httpStatusCode": 200, "body": [{"success": false, "errors": [
                {"statusCode": "DUPLICATES_DETECTED", "message": "Use one of these records?", "fields": []}]}]},
            {"referenceId": "r1", "httpStatusCode": 400, "body": [{"errorCode": "PROCESSING_HALTED",
                "message": "Invalid reference specified. No value for r0[0].id found in r0"}]}]}"#;
        let unnamed = FaultKind::Http { status: 200, body: row.to_owned() };
        let named = FaultKind::Http { status: 200, body: body.to_owned() };
        fixture.sandbox.push_fault(Fault::new(unnamed).on("/composite").after(1));
        fixture.sandbox.push_fault(Fault::new(named).on("/composite").after(1));
        let activity = fixture.does(&app, ActivityKind::RequestedAccess, "new@harbor.example", COMPANY).await;
        app.sync().await;
        let delivery = fixture.delivery(&app, activity).await;
        assert_eq!(delivery.state, DeliveryState::Delivered, "{delivery:?}");
        let task = &fixture.sandbox.tasks()[0];
        assert_eq!((task.who, task.what), (None, Some(fixture.account)));
        assert_eq!(fixture.sandbox.find("SELECT Id FROM Contact").len(), 1, "nobody was created");
    }

    async fn an_owner_who_left_is_passed_over_at_each_step_of_the_chain(app: TestApp) {
        let fixture = fixture(&app).await;
        fixture.downloads(&app).await;
        app.sync().await;
        // Deactivated while Gatehouse still believes the owner active.
        fixture.sandbox.set_active(fixture.owner, false);
        let activity = fixture.downloads(&app).await;
        app.sync().await;
        assert_eq!(fixture.state(&app, activity).await, DeliveryState::Delivered);
        assert_eq!(fixture.sandbox.tasks()[1].owner, Some(fixture.service_user));
        // And when it is known.
        app.advance(std::time::Duration::from_mins(10));
        fixture.happens(&app, ActivityKind::FileDownloaded).await;
        app.sync().await;
        assert_eq!(fixture.sandbox.tasks()[2].owner, Some(fixture.service_user));
    }
}
