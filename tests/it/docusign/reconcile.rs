//! Making up for messages that never came.

use std::time::Duration;

use docusign_sim::{Fault, Webhooks};
use domain::nda::docusign::EnvelopeStatus;
use gatehouse::signing::worker::run_until_idle;

use super::{Fixture, fixture, work};
use crate::on_both_databases;
use crate::support::TestApp;

const MINUTE: Duration = Duration::from_mins(1);

/// Ada signs, and neither a message nor she herself comes back.
async fn signed_in_silence(app: &TestApp) -> Fixture {
    let fixture = fixture(app).await;
    app.docusign.sim.set_webhooks(Webhooks::Dropped);
    fixture.go().await;
    let id = fixture.envelopes(app).await[0].envelope.clone();
    app.docusign.sim.sign(&id).await;
    fixture
}

on_both_databases! {
    async fn a_lost_message_is_made_up_for_by_asking(app: TestApp) {
        let fixture = signed_in_silence(&app).await;
        let calls = app.docusign.sim.calls().len();
        app.advance(14 * MINUTE);
        work(&app).await;
        assert_eq!(app.docusign.sim.calls().len(), calls, "DocuSign asks for 15 minutes");
        assert!(!fixture.is_open().await);
        app.advance(MINUTE);
        work(&app).await;
        assert!(fixture.is_open().await);
        assert_eq!(fixture.recorded(&app).await, 1);
        assert!(fixture.envelopes(&app).await[0].signed.is_some());
    }

    async fn an_open_envelope_is_asked_about_ever_more_rarely(app: TestApp) {
        let fixture = fixture(&app).await;
        fixture.go().await;
        let before = app.docusign.sim.calls().len();
        let mut asked = Vec::new();
        for quarter in 1..=10 {
            app.advance(15 * MINUTE);
            work(&app).await;
            if app.docusign.sim.calls().len() > before + asked.len() {
                asked.push(quarter);
            }
        }
        // The first time DocuSign reported a change: she has opened it.
        assert_eq!(asked, [1, 2, 3, 5, 9]);
    }

    async fn a_limit_is_waited_out(app: TestApp) {
        let fixture = signed_in_silence(&app).await;
        app.advance(15 * MINUTE);
        let reset = app.ambient.now() + 40 * MINUTE;
        app.docusign.sim.fail_next(&[Fault::Limited(reset.as_second())]);
        work(&app).await;
        let calls = app.docusign.sim.calls().len();
        app.advance(39 * MINUTE);
        work(&app).await;
        assert_eq!(app.docusign.sim.calls().len(), calls);
        assert!(!fixture.is_open().await);
        app.advance(2 * MINUTE);
        work(&app).await;
        assert!(fixture.is_open().await);
    }

    async fn documents_are_fetched_until_they_are_here(app: TestApp) {
        let fixture = fixture(&app).await;
        fixture.end("sign").await;
        app.docusign.sim.fail_next(&[Fault::Status(503)]);
        work(&app).await;
        assert!(fixture.is_open().await, "access doesn’t wait for the signed PDF");
        assert!(fixture.envelopes(&app).await[0].signed.is_none());
        app.advance(2 * MINUTE);
        work(&app).await;
        let envelope = fixture.envelopes(&app).await.remove(0);
        assert!(envelope.signed.is_some() && envelope.certificate.is_some());
    }

    async fn an_ended_token_is_replaced_at_once(app: TestApp) {
        let fixture = fixture(&app).await;
        fixture.go().await;
        app.docusign.sim.end_tokens();
        fixture.end("sign").await;
        assert!(fixture.is_open().await);
    }

    async fn two_workers_ask_once(app: TestApp) {
        let fixture = signed_in_silence(&app).await;
        app.advance(15 * MINUTE);
        let calls = app.docusign.sim.calls().len();
        let (one, other) = tokio::join!(run_until_idle(&app), run_until_idle(&app));
        one.unwrap();
        other.unwrap();
        assert_eq!(fixture.status(&app).await, EnvelopeStatus::Completed);
        assert_eq!(fixture.recorded(&app).await, 1);
        let calls: Vec<_> = app.docusign.sim.calls().drain(calls..).collect();
        assert_eq!(calls.len(), 3, "the list and two documents: {calls:?}");
    }
}
