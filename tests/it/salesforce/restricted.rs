//! Connecting as a user who may not see everything, and what the pages say of it.

use domain::salesforce::Environment;
use salesforce_sim::{FieldAccess, FieldSeed, ObjectAccess, Value};

use super::people::{MODAL, admin, connected, connection};
use crate::on_both_databases;

on_both_databases! {
    async fn without_the_orgs_time_zone_the_users_is_used_and_said(app: TestApp) {
        let (org, admin) = admin(&app).await;
        let (sim, user) = (&app.sandbox.sim, app.sandbox.integration);
        sim.set_field(user, "TimeZoneSidKey", Value::text("Asia/Tokyo"));
        sim.restrict_field(user, "Organization", "TimeZoneSidKey", Some(FieldAccess::Hidden));
        app.connect_sandbox(&admin).await;
        let text = admin.text(MODAL).await;
        let told = "The org’s time zone can’t be read, so due dates use the connected user’s: Asia/Tokyo.";
        assert!(text.contains(told), "{text}");
        assert!(text.contains("Organization 1 missing"), "{text}");
        assert!(!text.contains("SELECT"), "{text}");
        assert_eq!(connection(&app, &org).await.unwrap().environment, Environment::Sandbox);
    }

    async fn without_the_organization_connecting_works_for_both_kinds_of_org(app: TestApp) {
        for (local, kind) in [(&app.sandbox, "sandbox"), (&app.production, "production")] {
            let plan = ::domain::organizations::Plan::Enterprise;
            let org = app.organization(kind, "Another", plan).await;
            let admin = app.signed_in(&org, ::domain::organizations::Role::Admin).await;
            local.sim.restrict_object(local.integration, "Organization", ObjectAccess::NONE);
            app.connect_salesforce(&admin, kind).await;
            let found = connection(&app, &org).await.expect("a connection");
            assert_eq!(found.environment.key(), kind);
            assert_eq!(found.sf_org_id, local.sim.organization_id().to_string());
            let text = admin.text(MODAL).await;
            assert!(text.contains("Organization 3 missing"), "{text}");
        }
    }

    async fn without_the_orgs_statuses_the_page_says_which_are_used(app: TestApp) {
        let (_, admin) = admin(&app).await;
        let (sim, user) = (&app.sandbox.sim, app.sandbox.integration);
        sim.rename_task_statuses(&[("Offen", false, true), ("Erledigt", true, false)]);
        sim.restrict_object(user, "TaskStatus", ObjectAccess::NONE);
        app.connect_sandbox(&admin).await;
        let text = admin.text(MODAL).await;
        let told = "statuses come from the Task field’s picklist: “Offen” for open Tasks, “Erledigt” for completed ones.";
        assert!(text.contains(told), "{text}");
    }

    async fn a_default_owner_can_be_chosen_although_nobodys_activity_is_known(app: TestApp) {
        let (_, admin) = connected(&app).await;
        let (sim, user) = (&app.sandbox.sim, app.sandbox.integration);
        sim.add_user(salesforce_sim::UserSeed::new("ada@northgate.example", "Ada", "Owner"));
        sim.restrict_field(user, "User", "IsActive", Some(FieldAccess::Hidden));
        let text = admin.text(&format!("{MODAL}?owner=ada")).await;
        assert!(text.contains("Ada Owner"), "{text}");
    }

    async fn a_leads_link_field_is_checked_when_it_is_saved(app: TestApp) {
        let (org, admin) = connected(&app).await;
        let (sim, user) = (&app.sandbox.sim, app.sandbox.integration);
        sim.add_field("Lead", FieldSeed::lookup("Customer__c", "Account"));
        sim.add_field("Lead", FieldSeed::lookup("Partner__c", "Account"));
        sim.add_field("Lead", FieldSeed::text("Region__c"));
        sim.restrict_field(user, "Lead", "Partner__c", Some(FieldAccess::ReadOnly));
        let path = format!("{MODAL}/lead-field");
        let lookups = "Lookup fields from Lead to Account: Customer__c (Customer), Partner__c (Partner).";
        for (typed, said) in [
            ("Nothing__c", "Lead has no field “Nothing__c” that the connected user can see."),
            ("Nothing__c", lookups),
            ("Region__c", "“Region__c” isn’t a lookup to Account."),
            ("Partner__c", "The connected user can’t fill in “Partner__c”."),
            ("Account", "is not the API name of a custom field"),
            ("customer__c", "New Leads are linked to Accounts by Customer__c"),
        ] {
            let answer = admin.post(&path, &[("lead_account_field", typed)]).await;
            let text = admin.follow(answer).await.text();
            assert!(text.contains(said), "{typed}: {text}");
        }
        let saved = || async { connection(&app, &org).await.unwrap().options.lead_account_field };
        assert_eq!(saved().await.as_deref(), Some("Customer__c"));
        let answer = admin.post(&path, &[("lead_account_field", "")]).await;
        let text = admin.follow(answer).await.text();
        assert!(text.contains("New Leads aren’t linked to Accounts."), "{text}");
        assert_eq!(saved().await, None);
    }
}
