//! What is in trouble is said on every page, and first on Overview.

use domain::activities::ActivityKind;
use domain::organizations::{Plan, Role};

use crate::on_both_databases;
use crate::salesforce::deliveries::record_downloads;
use crate::salesforce::people::connected;
use crate::support::{TestApp, TestOrg};

const OVERVIEW: &str = "/dashboard";

/// Writes as many emails as if the mail server had refused them for good, or as if they
/// had waited since `age_hours` ago.
async fn emails(app: &TestApp, org: &TestOrg, n: i64, state: &str, age_hours: i64) {
    let mut tx = app.db.begin().await.expect("a transaction");
    let created = app.ambient.now() - jiff::SignedDuration::from_hours(age_hours);
    let never = app.ambient.now() + jiff::SignedDuration::from_hours(1_000);
    for n in 0..n {
        let sql = "INSERT INTO email (id, org_id, recipient, subject, state, attempts, due_at,
                       last_error, created_at)
                   VALUES ($1, $2, 'a@acme.example', 'Hello', $3, 1, $5, '', $4)";
        let id = app.ambient.id(domain::ids::EmailId::from_uuid);
        let values = [
            id.into(),
            org.id.into(),
            state.into(),
            created.into(),
            never.into(),
        ];
        tx.execute(sql, &values)
            .await
            .unwrap_or_else(|error| panic!("{n}: {error}"));
    }
    tx.commit().await.expect("the emails");
}

on_both_databases! {
    async fn a_rejected_login_is_said_on_every_page_with_the_way_out(app: TestApp) {
        let (org, admin) = connected(&app).await;
        let page = admin.open(OVERVIEW).await;
        assert!(!page.text().contains("Needs attention"), "{}", page.text());
        app.sandbox.sim.add_account(salesforce_sim::AccountSeed::new("Lakeside"));
        app.switch_on(&admin, &[ActivityKind::FileDownloaded]).await;
        app.sandbox.sim.revoke_everything();
        record_downloads(&app, &org, 1).await;
        app.sync().await;
        let said = "Salesforce rejected the saved login. Deliveries wait, and nothing is lost.";
        for path in [OVERVIEW, "/dashboard/requests", "/dashboard/accounts", "/dashboard/content"] {
            let page = admin.open(path).await;
            assert!(page.text().contains(said), "{path}: {}", page.text());
            assert!(page.link("Log in to Salesforce again").is_some(), "{path}");
            assert!(page.text().contains("Settings has issues"), "{path}: the dot");
        }
        let viewer = app.signed_in(&org, Role::Viewer).await;
        let page = viewer.open(OVERVIEW).await;
        assert!(page.text().contains(said), "{}", page.text());
        assert!(page.text().contains("An Admin can resolve this."), "{}", page.text());
        assert!(page.link("Log in to Salesforce again").is_none());
        let page = viewer.text("/dashboard/accounts").await;
        assert!(!page.contains(said) && !page.contains("has issues"), "{page}");
    }

    async fn deliveries_on_hold_are_said_on_overview_with_the_cause(app: TestApp) {
        let (org, admin) = connected(&app).await;
        app.switch_on(&admin, &[ActivityKind::FileDownloaded]).await;
        let fault = salesforce_sim::FaultKind::RequestLimitExceeded;
        app.sandbox.sim.push_fault(salesforce_sim::Fault::new(fault));
        record_downloads(&app, &org, 1).await;
        app.sync().await;
        let page = admin.text(OVERVIEW).await;
        let said = "Deliveries are on hold: the org has used up its API calls.";
        assert!(page.contains(said), "{page}");
        let requests = admin.text("/dashboard/requests").await;
        assert!(!requests.contains(said), "it ends without anyone: {requests}");
        assert!(requests.contains("Settings has issues"), "the dot: {requests}");
    }

    async fn emails_that_failed_or_wait_are_counted(app: TestApp) {
        let org = app.enterprise().await;
        let admin = app.signed_in(&org, Role::Admin).await;
        emails(&app, &org, 2, "failed", 0).await;
        emails(&app, &org, 1, "pending", 2).await;
        emails(&app, &org, 1, "pending", 0).await;
        emails(&app, &org, 1, "cancelled", 2).await;
        let page = admin.open(OVERVIEW).await;
        let text = page.text();
        assert!(text.contains("2 emails couldn’t be sent."), "{text}");
        assert!(text.contains("1 email has waited for more than an hour to be sent."), "{text}");
        for state in ["failed", "pending"] {
            let link = format!("/dashboard/settings/email?state={state}");
            assert!(page.html().contains(&link), "{link}");
        }
    }

    async fn another_organizations_trouble_is_not_ours(app: TestApp) {
        let org = app.enterprise().await;
        let other = app.organization("other", "Other", Plan::Enterprise).await;
        emails(&app, &other, 3, "failed", 0).await;
        let admin = app.signed_in(&org, Role::Admin).await;
        let page = admin.text(OVERVIEW).await;
        assert!(!page.contains("Needs attention") && !page.contains("has issues"), "{page}");
    }
}
