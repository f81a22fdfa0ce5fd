//! Looking at the org again: what it found is on the page of permissions, and what was taken
//! away is told before it costs deliveries.

use std::time::Duration;

use domain::activities::ActivityKind;
use gatehouse::delivery::org_check;
use salesforce_sim::{
    AccountSeed, DuplicateAction, Fault, FaultKind, FieldAccess, FieldSeed, ObjectAccess,
};

use super::deliveries::record_downloads;
use super::people::{MODAL, connected, connection};
use crate::on_both_databases;
use crate::support::{Browser, PASSWORD, TestApp, TestOrg};

const PAGE: &str = "/dashboard/salesforce/permissions";
const CHANGED: &str = "Your Salesforce org has changed";

/// From an afternoon to the night after it, where the org is.
async fn the_night_comes(app: &TestApp) {
    for _ in 0..24 {
        app.advance(Duration::from_hours(1));
        org_check::run_due(app).await.unwrap();
    }
}

/// The Admin's browser after a new login: the one before has ended by night.
async fn again(app: &TestApp, org: &TestOrg) -> Browser {
    let browser = app.browser();
    let login = browser.open("/login").await;
    let email = format!("admin@{}.example", org.slug);
    let credentials = [("email", email.as_str()), ("password", PASSWORD)];
    browser.submit(&login, "/login", &credentials).await;
    browser
}

/// How many emails tell of a changed org, sent or not.
async fn emails(app: &TestApp) -> usize {
    let emails = format!("{:?}", app.dump().await.0["email"]);
    emails.matches(CHANGED).count()
}

on_both_databases! {
    async fn connecting_says_what_may_refuse_tasks(app: TestApp) {
        let (sim, user) = (&app.sandbox.sim, app.sandbox.integration);
        sim.add_validation_rule("Task", "Say which type it is.", |_| false);
        sim.add_validation_rule("Lead", "Where is it?", |_| false);
        sim.add_validation_rule("Account", "Of no matter here.", |_| false);
        sim.duplicate_rule("Lead", Some(DuplicateAction::Block));
        sim.assign_leads(Some(user));
        sim.set_record_type("Task", Some("Sales Task"));
        let (_, admin) = connected(&app).await;
        let page = admin.text(PAGE).await;
        for words in [
            "Limits deliveries Validation rule of Task: Rule_1",
            "refused: “Say which type it is”. Whether",
            "Good to know Validation rule of Lead: Rule_2",
            "Duplicate rule of Lead: Standard Lead Duplicate Rule",
            "Assignment rule of Lead: Standard",
            "Record type of Task: Sales Task",
            "Data storage 9,728 of 10,240 MB left",
            "Kind of org Sandbox",
        ] {
            assert!(page.contains(words), "{words}: {page}");
        }
        assert!(!page.contains("Of no matter here"), "{page}");
        assert!(!page.contains("What changed in the org"), "{page}");
        app.options_on(&admin, &["create_lead"]).await;
        let page = admin.text(PAGE).await;
        assert!(page.contains("Limits deliveries Validation rule of Lead: Rule_2"), "{page}");
    }

    async fn an_org_without_rules_is_clear(app: TestApp) {
        let (_, admin) = connected(&app).await;
        let page = admin.text(PAGE).await;
        assert!(page.contains("Nothing stands in the way."), "{page}");
        assert!(page.contains("Daily API calls"), "{page}");
    }

    async fn without_view_setup_the_page_says_what_is_not_known(app: TestApp) {
        let (sim, user) = (&app.sandbox.sim, app.sandbox.integration);
        sim.add_validation_rule("Task", "Hidden from Gatehouse.", |_| false);
        sim.set_views_setup(user, false);
        let (_, admin) = connected(&app).await;
        let page = admin.text(PAGE).await;
        assert!(page.contains("Rules and limits can’t be read"), "{page}");
        assert!(page.contains("View Setup and Configuration"), "{page}");
        assert!(!page.contains("Hidden from Gatehouse"), "{page}");
        // That it is granted is no change of the org.
        sim.set_views_setup(user, true);
        the_night_comes(&app).await;
        assert_eq!(emails(&app).await, 0);
    }

    async fn an_org_that_refuses_every_further_question_is_connected_all_the_same(app: TestApp) {
        let refuse = |path: &str| {
            let body = r#"[{"errorCode":"NOT_FOUND","message":"The requested resource does not exist"}]"#;
            let kind = FaultKind::Http { status: 404, body: body.to_owned() };
            app.sandbox.sim.push_fault(Fault::new(kind).on(path).times(9));
        };
        refuse("/limits");
        refuse("/tooling/");
        let (_, admin) = connected(&app).await;
        let page = admin.text(PAGE).await;
        assert!(page.contains("Rules and limits can’t be read"), "{page}");
        assert!(!page.contains("Data storage"), "{page}");
        assert!(admin.text(MODAL).await.contains("Connected"));
    }

    async fn a_field_that_is_taken_away_is_told_at_night_before_it_costs_deliveries(app: TestApp) {
        let (org, admin) = connected(&app).await;
        let (sim, user) = (&app.sandbox.sim, app.sandbox.integration);
        sim.add_account(AccountSeed::new("Lakeside"));
        app.switch_on(&admin, &[ActivityKind::FileDownloaded]).await;
        sim.restrict_field(user, "Task", "Priority", Some(FieldAccess::ReadOnly));
        the_night_comes(&app).await;
        assert_eq!(emails(&app).await, 1);
        let admin = again(&app, &org).await;
        let page = admin.text(PAGE).await;
        let lost = "Problem: The connected user lost the permission Create Task.Priority. Salesforce refuses Tasks";
        assert!(page.contains(lost), "{page}");
        assert!(page.contains("Stops deliveries Permission missing: Create Task.Priority"), "{page}");
        let overview = admin.text("/dashboard").await;
        assert!(overview.contains("The connected user lacks Create Task.Priority"), "{overview}");
        assert_eq!(sim.task_count(), 0, "nothing was sent yet");
        // A second night has nothing new to tell.
        the_night_comes(&app).await;
        assert_eq!(emails(&app).await, 1);
        sim.restrict_field(user, "Task", "Priority", None);
        record_downloads(&app, &org, 1).await;
        the_night_comes(&app).await;
        assert_eq!(emails(&app).await, 1, "that it is back needs no email");
        let admin = again(&app, &org).await;
        let page = admin.text(PAGE).await;
        assert!(page.contains("was given the permission Create Task.Priority"), "{page}");
        assert!(!admin.text("/dashboard").await.contains("lacks Create Task.Priority"));
    }

    async fn whoever_loses_an_object_is_told_once_and_not_of_each_field(app: TestApp) {
        let (org, _) = connected(&app).await;
        let (sim, user) = (&app.sandbox.sim, app.sandbox.integration);
        sim.restrict_object(user, "Lead", ObjectAccess::NONE);
        the_night_comes(&app).await;
        let admin = again(&app, &org).await;
        let page = admin.text(PAGE).await;
        assert!(page.contains("lost the permission Read Lead."), "{page}");
        assert_eq!(page.matches("lost the permission").count(), 1, "{page}");
    }

    async fn what_an_org_begins_to_require_or_to_refuse_is_told(app: TestApp) {
        let (org, _) = connected(&app).await;
        let sim = &app.sandbox.sim;
        let required = FieldSeed { required: true, ..FieldSeed::text("Region__c") };
        sim.add_field("Task", required);
        sim.add_validation_rule("Task", "Not without a type.", |_| false);
        sim.rename_task_statuses(&[("Offen", false, true), ("Erledigt", true, false)]);
        sim.set_storage_full(true);
        the_night_comes(&app).await;
        assert_eq!(emails(&app).await, 1, "one email for all of it");
        let admin = again(&app, &org).await;
        let page = admin.text(PAGE).await;
        for words in [
            "Task requires “Region” (Region__c) now",
            "The validation rule Rule_1 of Task is new or was changed. A Task that breaks it is refused: “Not without a type”.",
            "The Status of new open Tasks is “Offen” now, no longer “Not Started”.",
            "Less than 5% of the org’s data storage is left.",
            "Stops deliveries Required field: Task.Region__c",
            "Stops deliveries Data storage is full",
        ] {
            assert!(page.contains(words), "{words}: {page}");
        }
    }

    async fn an_error_leads_to_a_look_at_once_and_further_ones_within_the_hour_do_not(app: TestApp) {
        let (org, admin) = connected(&app).await;
        let (sim, user) = (&app.sandbox.sim, app.sandbox.integration);
        sim.add_account(AccountSeed::new("Lakeside"));
        app.switch_on(&admin, &[ActivityKind::FileDownloaded]).await;
        app.advance(Duration::from_hours(2));
        sim.restrict_field(user, "Task", "Priority", Some(FieldAccess::ReadOnly));
        org_check::run_due(&app).await.unwrap();
        assert_eq!(emails(&app).await, 0, "it is no night, and nothing failed");
        record_downloads(&app, &org, 1).await;
        app.sync().await;
        org_check::run_due(&app).await.unwrap();
        assert_eq!(emails(&app).await, 1);
        record_downloads(&app, &org, 1).await;
        app.sync().await;
        let sending = sim.api_calls();
        org_check::run_due(&app).await.unwrap();
        assert_eq!(sim.api_calls(), sending, "looked again within the hour");
    }

    async fn an_org_that_refuses_to_be_looked_at_is_told_once(app: TestApp) {
        let (org, _) = connected(&app).await;
        let (sim, user) = (&app.sandbox.sim, app.sandbox.integration);
        sim.set_api_enabled(user, false);
        the_night_comes(&app).await;
        the_night_comes(&app).await;
        assert_eq!(emails(&app).await, 1);
        let admin = again(&app, &org).await;
        let page = admin.text(PAGE).await;
        assert!(page.contains("The org couldn’t be checked."), "{page}");
        assert!(page.contains("API Enabled"), "{page}");
    }

    async fn a_look_during_which_another_user_logged_in_changes_nothing(app: TestApp) {
        let (org, _) = connected(&app).await;
        let (sim, user) = (&app.sandbox.sim, app.sandbox.integration);
        let before = connection(&app, &org).await.unwrap();
        sim.restrict_object(user, "Lead", ObjectAccess::NONE);
        sim.push_fault(Fault::new(FaultKind::Latency { millis: 2_000 }).on("/limits"));
        let calls = sim.api_calls();
        let look = org_check::look_at(&app, org.id, before.id);
        let another = async {
            while sim.api_calls() == calls {
                tokio::task::yield_now().await;
            }
            let mut tx = app.db.begin().await.unwrap();
            let sql = "UPDATE connection SET sf_user_id = '005000000000009AAA'";
            tx.execute(sql, &[]).await.unwrap();
            tx.commit().await.unwrap();
        };
        let (looked, ()) = tokio::join!(look, another);
        looked.unwrap();
        assert_eq!(connection(&app, &org).await.unwrap().preflight, before.preflight);
        assert_eq!(emails(&app).await, 0);
    }
}
