//! Who may reach the integration: Admins of the Enterprise plan.

use domain::organizations::{Plan, Role};

use super::people::{MODAL, connected};
use crate::on_both_databases;
use crate::support::Browser;

const PAGES: [&str; 7] = [
    MODAL,
    "/dashboard/salesforce/past",
    "/dashboard/salesforce/past/dry-run.csv",
    "/dashboard/salesforce/deliveries",
    "/dashboard/salesforce/unmatched",
    "/dashboard/salesforce/unmatched/company?origin=acme.example&name=Acme",
    "/integrations/salesforce/callback?state=x&code=y",
];

const FORMS: [&str; 30] = [
    "/dashboard/settings/salesforce/connect",
    "/dashboard/settings/salesforce/reconnect",
    "/dashboard/settings/salesforce/confirm",
    "/dashboard/settings/salesforce/switches/requested_access",
    "/dashboard/settings/salesforce/options/create_lead",
    "/dashboard/settings/salesforce/options/assignment_rule",
    "/dashboard/settings/salesforce/task-options/nda_signed",
    "/dashboard/settings/salesforce/fields",
    "/dashboard/settings/salesforce/fields/reports",
    "/dashboard/settings/salesforce/fields/remove",
    "/dashboard/settings/salesforce/owner",
    "/dashboard/settings/salesforce/lead-field",
    "/dashboard/settings/salesforce/prefix",
    "/dashboard/settings/salesforce/check",
    "/dashboard/settings/salesforce/pause",
    "/dashboard/settings/salesforce/resume",
    "/dashboard/settings/salesforce/uninstall",
    "/dashboard/salesforce/deliveries/retry",
    "/dashboard/salesforce/deliveries/try-now",
    "/dashboard/salesforce/deliveries/01990000-0000-7000-8000-000000000000/retry",
    "/dashboard/salesforce/deliveries/01990000-0000-7000-8000-000000000000/cancel",
    "/dashboard/settings/salesforce/switches/no_such_kind",
    "/dashboard/salesforce/unmatched/link",
    "/dashboard/salesforce/unmatched/unlink",
    "/dashboard/salesforce/unmatched/create-leads",
    "/dashboard/salesforce/unmatched/ignore",
    "/dashboard/salesforce/unmatched/stop-ignoring",
    "/dashboard/salesforce/past/dry-run",
    "/dashboard/salesforce/past/send",
    "/dashboard/salesforce/past/stop",
];

/// Every address answers 403 with a page that says `why`.
async fn is_kept_out(browser: &Browser, why: &str) {
    let mut answers = Vec::new();
    for page in PAGES {
        answers.push(browser.get(page).await);
    }
    for form in FORMS {
        let fields = [("environment", "sandbox"), ("on", "1"), ("state", "parked")];
        answers.push(browser.post(form, &fields).await);
    }
    for answer in answers {
        assert_eq!(answer.status, 403, "{}", answer.summary());
        assert!(answer.text().contains(why), "{}", answer.summary());
    }
}

on_both_databases! {
    async fn below_enterprise_every_address_says_what_is_missing(app: TestApp) {
        for plan in [Plan::Free, Plan::Pro] {
            let org = app.organization(plan.key(), "Small Co", plan).await;
            let admin = app.signed_in(&org, Role::Admin).await;
            is_kept_out(&admin, "comes with the Enterprise plan").await;
        }
    }

    async fn editors_and_viewers_see_that_an_admin_can(app: TestApp) {
        let org = app.enterprise().await;
        for role in [Role::Editor, Role::Viewer] {
            let browser = app.signed_in(&org, role).await;
            is_kept_out(&browser, "This needs the Admin role").await;
        }
    }

    async fn people_who_are_not_signed_in_are_asked_to_sign_in(app: TestApp) {
        let browser = app.browser();
        for page in PAGES {
            let answer = browser.get(page).await;
            let to = answer.location().expect("a redirect");
            assert_eq!(to.path(), "/login", "{page}");
        }
        for form in FORMS {
            let answer = browser.post(form, &[]).await;
            assert_eq!(answer.location().expect("a redirect").path(), "/login", "{form}");
        }
    }

    async fn another_sites_form_changes_nothing(app: TestApp) {
        let (_, admin) = connected(&app).await;
        let url = admin.client().url(&format!("{MODAL}/uninstall")).unwrap();
        let request = admin.client().http().post(url);
        let answer = request
            .header("Origin", "https://evil.example")
            .header("Sec-Fetch-Site", "cross-site")
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 403);
        assert_eq!(app.sandbox.sim.approvals(), 1);
    }
}
