//! The list of first steps on Overview.

use domain::organizations::{Plan, Role};

use super::ask;
use crate::on_both_databases;

const OVERVIEW: &str = "/dashboard";

on_both_databases! {
    async fn an_admin_of_a_new_organization_is_told_what_to_do_first(app: TestApp) {
        let org = app.enterprise().await;
        let admin = app.signed_in(&org, Role::Admin).await;
        let page = admin.open(OVERVIEW).await;
        let text = page.text();
        assert!(text.contains("Get started"), "{text}");
        assert!(text.contains("1 of 7 done"), "email is set up: {text}");
        for step in ["Publish your first section", "Set up the NDA", "Connect Salesforce", "Send yourself a test request"] {
            assert!(page.link(step).is_some(), "{step}: {text}");
        }
        for role in [Role::Editor, Role::Viewer] {
            let page = app.signed_in(&org, role).await.text(OVERVIEW).await;
            assert!(!page.contains("Get started"), "{page}");
        }
    }

    async fn a_step_ticks_itself_when_it_is_done(app: TestApp) {
        let org = app.enterprise().await;
        let admin = app.signed_in(&org, Role::Admin).await;
        ask(&app, &org, "grace@acme.example", "Acme").await;
        app.item_with_pdf(&org, "SOC 2 report", domain::content::Visibility::Locked).await;
        let page = admin.text(OVERVIEW).await;
        assert!(page.contains("Send yourself a test request (done)"), "{page}");
        assert!(page.contains("Publish your first section (done)"), "{page}");
        assert!(page.contains("3 of 7 done"), "{page}");
    }

    async fn without_salesforce_in_the_plan_nobody_is_asked_to_connect_it(app: TestApp) {
        let org = app.organization("small", "Small", Plan::Free).await;
        let page = app.signed_in(&org, Role::Admin).await.text(OVERVIEW).await;
        assert!(page.contains("1 of 6 done") && !page.contains("Connect Salesforce"), "{page}");
    }

    async fn an_admin_hides_the_list_for_the_organization_only(app: TestApp) {
        let org = app.enterprise().await;
        let other = app.organization("other", "Other", Plan::Enterprise).await;
        let admin = app.signed_in(&org, Role::Admin).await;
        let page = admin.open(OVERVIEW).await;
        let page = admin.submit(&page, "/first-steps/hide", &[]).await;
        assert!(page.text().contains("The first steps are hidden."), "{}", page.text());
        assert!(!admin.text(OVERVIEW).await.contains("Get started"));
        let stranger = app.signed_in(&other, Role::Admin).await;
        assert!(stranger.text(OVERVIEW).await.contains("Get started"));
    }
}
