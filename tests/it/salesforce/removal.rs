//! Uninstalling, with and without Salesforce within reach.

use domain::activities::ActivityKind;
use salesforce_sim::{Fault, FaultKind};

use super::deliveries::record_downloads;
use super::people::{MODAL, access_token, audit, connected, connection, is_ticked};
use crate::on_both_databases;
use crate::support::TestApp;

on_both_databases! {
    async fn it_asks_once_and_says_how_many_deliveries_are_cancelled(app: TestApp) {
        let (org, admin) = connected(&app).await;
        app.switch_on(&admin, &[ActivityKind::FileDownloaded]).await;
        record_downloads(&app, &org, 3).await;
        let modal = admin.text(MODAL).await;
        assert!(!modal.contains("Yes, uninstall"), "{modal}");
        let asks = admin.text(&format!("{MODAL}?confirm=uninstall")).await;
        assert!(asks.contains("3 deliveries that are still to be sent will be cancelled"), "{asks}");

        let answer = admin.post(&format!("{MODAL}/uninstall"), &[]).await;
        let text = admin.follow(answer).await.text();
        assert!(text.contains("3 deliveries that were waiting to be sent were cancelled"), "{text}");
        assert!(text.contains("Not connected"), "{text}");
        let list = admin.text("/dashboard/salesforce/deliveries?state=cancelled").await;
        assert!(list.contains("The connection was uninstalled"), "{list}");
    }

    async fn the_token_no_longer_works_at_salesforce(app: TestApp) {
        let (org, admin) = connected(&app).await;
        let token = access_token(&app, &org).await;
        assert!(app.sandbox.sim.token_works(&token));
        let answer = admin.post(&format!("{MODAL}/uninstall"), &[]).await;
        let text = admin.follow(answer).await.text();
        assert!(text.contains("Its access was revoked at Salesforce"), "{text}");
        assert!(!app.sandbox.sim.token_works(&token));
        assert_eq!(app.sandbox.sim.approvals(), 0);
        assert!(connection(&app, &org).await.is_none());
        let log = audit(&app, &org).await;
        assert!(log.iter().any(|line| line.contains("Uninstalled Salesforce")), "{log:?}");
    }

    async fn it_works_when_salesforce_cannot_be_reached_and_says_so(app: TestApp) {
        is_removed_in_spite_of(&app, FaultKind::DropBeforeCommit).await;
    }

    async fn it_works_when_salesforce_answers_html_and_says_so(app: TestApp) {
        is_removed_in_spite_of(&app, FaultKind::ServerErrorHtml { status: 503 }).await;
    }

    async fn connecting_again_starts_anew(app: TestApp) {
        let (org, admin) = connected(&app).await;
        app.switch_on(&admin, &[ActivityKind::NdaSigned]).await;
        let first = connection(&app, &org).await.unwrap();
        admin.post(&format!("{MODAL}/uninstall"), &[]).await;
        app.connect_sandbox(&admin).await;
        let second = connection(&app, &org).await.unwrap();
        assert_ne!(first.id, second.id);
        assert!(!is_ticked(&admin, "/switches/nda_signed").await);
    }
}

async fn is_removed_in_spite_of(app: &TestApp, fault: FaultKind) {
    let (org, admin) = connected(app).await;
    let fault = Fault::new(fault).on("/oauth2/revoke");
    app.sandbox.sim.push_fault(fault);
    let answer = admin.post(&format!("{MODAL}/uninstall"), &[]).await;
    let text = admin.follow(answer).await.text();
    assert!(text.contains("Salesforce could not be told"), "{text}");
    assert!(text.contains("Connected Apps OAuth Usage"), "{text}");
    assert!(connection(app, &org).await.is_none());
}
