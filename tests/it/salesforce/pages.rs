//! Salesforce's own pages: how it is doing, the switches with a preview, how a match is
//! found, and permissions.

use domain::activities::ActivityKind;
use domain::organizations::{Plan, Role};
use salesforce_sim::AccountSeed;

use super::deliveries::record_downloads;
use super::people::{connected, is_ticked};
use crate::on_both_databases;

const PAGE: &str = "/dashboard/salesforce";

on_both_databases! {
    async fn the_first_page_says_how_it_is_doing(app: TestApp) {
        let (org, admin) = connected(&app).await;
        let page = admin.text(PAGE).await;
        assert!(page.contains("Newest delivered None yet"), "{page}");
        app.sandbox.sim.add_account(AccountSeed::new("Lakeside"));
        app.switch_on(&admin, &[ActivityKind::FileDownloaded]).await;
        record_downloads(&app, &org, 2).await;
        app.sync().await;
        let page = admin.text(PAGE).await;
        assert!(page.contains("Newest delivered File Downloaded"), "{page}");
        assert!(page.contains("Delivered 2"), "{page}");
        assert!(page.contains("Tasks written 2 in the last 24 hours"), "{page}");
        assert!(!page.contains("What Salesforce refused"), "{page}");
    }

    async fn what_salesforce_refused_leads_to_the_deliveries_it_stopped(app: TestApp) {
        let (org, admin) = connected(&app).await;
        app.sandbox.sim.add_account(AccountSeed::new("Lakeside"));
        app.sandbox.sim.add_validation_rule("Task", "Not like this", |_| true);
        app.switch_on(&admin, &[ActivityKind::FileDownloaded]).await;
        record_downloads(&app, &org, 2).await;
        app.sync().await;
        let page = admin.open(PAGE).await;
        let words = "FIELD_CUSTOM_VALIDATION_EXCEPTION Not like this";
        assert!(page.text().contains(&format!("{words} 2")), "{}", page.text());
        let list = admin.open(page.link(words).expect("a link").as_str()).await;
        assert!(list.text().contains("reader-0@"), "{}", list.text());
        assert!(list.text().contains("Not like this"), "{}", list.text());
    }

    async fn a_switch_on_the_page_leads_back_to_it(app: TestApp) {
        let (_, admin) = connected(&app).await;
        let page = admin.open(&format!("{PAGE}/activities")).await;
        let done = admin.submit(&page, "/switches/nda_signed?page=1", &[("on", "1")]).await;
        assert_eq!(done.url.path(), format!("{PAGE}/activities"));
        assert!(done.text().contains("SafeBase: NDA Signed is on"), "{}", done.text());
        assert!(is_ticked(&admin, "/switches/nda_signed").await, "it is on in the modal, too");
    }

    async fn each_switch_shows_its_task_and_how_often_it_happened(app: TestApp) {
        let (org, admin) = connected(&app).await;
        record_downloads(&app, &org, 3).await;
        app.options_on(&admin, &["mark_completed"]).await;
        let page = admin.text(&format!("{PAGE}/activities")).await;
        assert_eq!(page.matches("Preview of the Task").count(), 8);
        assert!(page.contains("SafeBase: File Downloaded A visitor downloaded a file from your trust center"), "{page}");
        assert!(page.contains("3 in the last 30 days"), "{page}");
        for words in [
            "Subject SafeBase: Requested Access",
            "Related To Example Company",
            "Status Completed",
            "Due Date 2026-02-02",
            "Visitor: Jordan Lee <jordan.lee@example.com>",
            "Does the report cover your EU region?",
        ] {
            assert!(page.contains(words), "{words}: {page}");
        }
        assert!(!page.contains("Status Not Started"), "requests are marked as completed: {page}");
    }

    async fn what_cannot_be_saved_is_said_on_the_page(app: TestApp) {
        let (_, admin) = connected(&app).await;
        let page = admin.open(&format!("{PAGE}/matching")).await;
        let done = admin.submit(&page, "/lead-field?page=1", &[("lead_account_field", "Nope__c")]).await;
        assert_eq!(done.url.path(), format!("{PAGE}/matching"));
        assert!(done.text().contains("Nope__c"), "{}", done.text());
        let page = admin.open(&format!("{PAGE}/matching")).await;
        let done = admin.submit(&page, "/prefix?page=1", &[("subject_prefix", "Acme Trust")]).await;
        assert!(done.text().contains("Subjects read “Acme Trust: Requested Access”"), "{}", done.text());
    }

    async fn a_default_owner_is_found_and_chosen_on_the_page(app: TestApp) {
        let (_, admin) = connected(&app).await;
        let found = admin.open(&format!("{PAGE}/matching?owner=a")).await;
        let user = found.html().split("name=\"id\" value=\"005").nth(1).and_then(|rest| rest.split('"').next().map(str::to_owned));
        let id = format!("005{}", user.expect("a user of the org"));
        let done = admin.submit(&found, "/owner?page=1", &[("id", &id)]).await;
        assert_eq!(done.url.path(), format!("{PAGE}/matching"));
        assert!(done.text().contains("is the default task owner"), "{}", done.text());
    }

    async fn permissions_are_checked_again_on_their_page(app: TestApp) {
        let (_, admin) = connected(&app).await;
        let page = admin.open(&format!("{PAGE}/permissions")).await;
        assert!(page.text().contains("granted"), "{}", page.text());
        let done = admin.submit(&page, "/check?page=1", &[]).await;
        assert_eq!(done.url.path(), format!("{PAGE}/permissions"));
        assert!(done.text().contains("Permissions checked."), "{}", done.text());
    }

    async fn without_an_org_the_pages_lead_to_the_modal(app: TestApp) {
        let org = app.enterprise().await;
        let admin = app.signed_in(&org, Role::Admin).await;
        for tab in ["", "/activities", "/matching", "/permissions"] {
            let page = admin.open(&format!("{PAGE}{tab}")).await;
            assert!(page.text().contains("No org is connected"), "{tab}: {}", page.text());
            let modal = page.link("Configure Salesforce").expect("a link");
            assert_eq!(modal.path(), "/dashboard/settings/salesforce");
        }
    }

    async fn only_admins_of_the_enterprise_plan_are_led_there(app: TestApp) {
        let org = app.enterprise().await;
        let pro = app.organization("pro", "Pro", Plan::Pro).await;
        let admin = app.signed_in(&org, Role::Admin).await;
        assert!(admin.open("/dashboard").await.link("Salesforce").is_some());
        for (org, role) in [(&org, Role::Editor), (&pro, Role::Admin)] {
            let browser = app.signed_in(org, role).await;
            assert!(browser.open("/dashboard").await.link("Salesforce").is_none(), "{role:?}");
            assert_eq!(browser.get(PAGE).await.status, 403, "{role:?}");
        }
    }
}
