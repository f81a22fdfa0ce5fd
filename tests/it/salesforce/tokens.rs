//! Renewing tokens: once, by any process, and never with a dead one.

use std::time::Duration;

use domain::salesforce::ConnectionState;
use futures::future::join_all;
use gatehouse::salesforce_connection::tokens::{self, TokenError};
use salesforce_sim::{Fault, FaultKind};
use secrecy::ExposeSecret as _;
use tokio::sync::Notify;

use super::people::{MODAL, access_token, audit, connected, connection, replica, stored_tokens};
use crate::on_both_databases;
use crate::support::TestApp;

/// What comes of all of these. A process that waits for another's renewal looks again after a
/// moment, which passes once someone is done: for each who waits, however late.
async fn all_of<T, F>(app: &TestApp, renewals: impl IntoIterator<Item = F>) -> Vec<T>
where
    F: Future<Output = T>,
{
    let somebody_is_done = Notify::new();
    let told = renewals.into_iter().map(|renewal| async {
        let done = renewal.await;
        somebody_is_done.notify_one();
        done
    });
    let clock = &app.ambient.clock;
    let time_passes = async {
        somebody_is_done.notified().await;
        loop {
            if let Some(moment) = clock.until_next_sleeper() {
                app.advance(moment);
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        all = join_all(told) => all,
        () = time_passes => unreachable!("time goes on"),
    }
}

on_both_databases! {
    async fn many_at_once_cost_one_renewal(app: TestApp) {
        let (org, _) = connected(&app).await;
        let connection = connection(&app, &org).await.unwrap();
        let seen = stored_tokens(&app, &org).await.version;
        app.sandbox.sim.expire_access_tokens();
        let asked = (0..20).map(|_| tokens::refresh(&app, org.id, connection.id, seen));
        let answers = all_of(&app, asked).await;

        let first = answers[0].as_ref().unwrap().session.access_token.expose_secret();
        for answer in &answers {
            let access = answer.as_ref().unwrap();
            assert_eq!(access.version, seen + 1);
            assert_eq!(access.session.access_token.expose_secret(), first);
        }
        assert!(app.sandbox.sim.token_works(first));
        // A refresh token that is used twice would have ended the approval.
        assert_eq!(app.sandbox.sim.approvals(), 1);
        assert_eq!(stored_tokens(&app, &org).await.version, seen + 1);
        tokens::refresh(&app, org.id, connection.id, seen + 1).await.unwrap();
    }

    async fn another_replica_waits_for_the_one_that_renews(app: TestApp) {
        let (org, _) = connected(&app).await;
        let connection = connection(&app, &org).await.unwrap();
        let replica = replica(&app).await;
        let slow = Fault::new(FaultKind::Latency { millis: 300 }).on("/oauth2/token");
        app.sandbox.sim.push_fault(slow);
        let here = tokens::refresh(&app, org.id, connection.id, 1);
        let there = tokens::refresh(&replica, org.id, connection.id, 1);
        let mut both = all_of(&app, [here, there]).await.into_iter();
        let (here, there) = (both.next().unwrap().unwrap(), both.next().unwrap().unwrap());
        assert_eq!(
            here.session.access_token.expose_secret(),
            there.session.access_token.expose_secret()
        );
        assert_eq!(app.sandbox.sim.approvals(), 1);
    }

    async fn a_caller_that_goes_away_loses_no_token(app: TestApp) {
        let (org, _) = connected(&app).await;
        let connection = connection(&app, &org).await.unwrap();
        let slow = Fault::new(FaultKind::Latency { millis: 200 }).on("/oauth2/token");
        app.sandbox.sim.push_fault(slow);
        let hasty = tokens::refresh(&app, org.id, connection.id, 1);
        assert!(tokio::time::timeout(Duration::from_millis(50), hasty).await.is_err());
        // The renewal goes on without them.
        let kept = async {
            while tokens::session(&app, org.id, connection.id).await.unwrap().version < 2 {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), kept).await.expect("the new pair is kept");
        let patient = tokens::refresh(&app, org.id, connection.id, 1).await.unwrap();
        assert_eq!(patient.version, 2);
        assert_eq!(app.sandbox.sim.approvals(), 1);
    }

    async fn a_revoked_connection_needs_a_new_login_and_says_so(app: TestApp) {
        let (org, admin) = connected(&app).await;
        let before = connection(&app, &org).await.unwrap();
        app.sandbox.sim.revoke_everything();
        let refused = tokens::refresh(&app, org.id, before.id, 1).await;
        assert!(matches!(refused, Err(TokenError::NeedsReauth(_))), "{refused:?}");
        let after = connection(&app, &org).await.unwrap();
        assert_eq!(after.state, ConnectionState::NeedsReauth);
        let text = admin.text(MODAL).await;
        assert!(text.contains("Needs a new login") && text.contains("Log in to Salesforce again"), "{text}");
        let log = audit(&app, &org).await;
        assert!(log.iter().any(|line| line.starts_with("Salesforce: The Salesforce connection needs a new login")), "{log:?}");

        app.sandbox.sim.clear_faults();
        let page = admin.open(MODAL).await;
        let page = admin.submit(&page, "/reconnect", &[]).await;
        let credentials = [
            ("username", crate::support::INTEGRATION_USER),
            ("password", crate::support::SALESFORCE_PASSWORD),
        ];
        let consent = admin.submit(&page, "/authorize/login", &credentials).await;
        testkit::salesforce::answer(admin.client(), &consent, "allow").await.unwrap();
        let again = connection(&app, &org).await.unwrap();
        assert_eq!((again.id, again.state), (before.id, ConnectionState::Active));
        assert!(app.sandbox.sim.token_works(&access_token(&app, &org).await));
    }

    async fn an_outage_never_ends_a_connection(app: TestApp) {
        let (org, _) = connected(&app).await;
        let before = connection(&app, &org).await.unwrap();
        for kind in [
            FaultKind::ServerErrorHtml { status: 503 },
            FaultKind::ServerErrorHtml { status: 400 },
            FaultKind::DropBeforeCommit,
            FaultKind::Http { status: 400, body: "{\"error\":\"rate_limit_exceeded\"}".to_owned() },
        ] {
            let words = format!("{kind:?}");
            app.sandbox.sim.push_fault(Fault::new(kind).on("/oauth2/token"));
            let refused = tokens::refresh(&app, org.id, before.id, 1).await;
            assert!(matches!(refused, Err(TokenError::Busy(_))), "{words}: {refused:?}");
        }
        let after = connection(&app, &org).await.unwrap();
        assert_eq!(after.state, ConnectionState::Active);
        // The lease was given back each time.
        assert_eq!(tokens::refresh(&app, org.id, before.id, 1).await.unwrap().version, 2);
    }

    async fn a_crashed_renewal_is_taken_over_when_its_lease_ends(app: TestApp) {
        let (org, _) = connected(&app).await;
        let connection = connection(&app, &org).await.unwrap();
        let now = app.ambient.now();
        let until = now + jiff::SignedDuration::from_secs(180);
        let mut tx = app.db.begin().await.unwrap();
        let lease = ::store::salesforce::tokens::lease;
        assert!(lease(&mut tx, org.id, connection.id, 1, now, until).await.unwrap());
        assert!(!lease(&mut tx, org.id, connection.id, 1, now, until).await.unwrap());
        tx.commit().await.unwrap();
        app.advance(Duration::from_secs(181));
        assert_eq!(tokens::refresh(&app, org.id, connection.id, 1).await.unwrap().version, 2);
    }

    async fn what_was_idle_for_a_week_is_renewed(app: TestApp) {
        let (org, _) = connected(&app).await;
        assert_eq!(tokens::keep_alive(&app).await.unwrap(), 0);
        app.advance(Duration::from_secs(7 * 24 * 3600 + 1));
        assert_eq!(tokens::keep_alive(&app).await.unwrap(), 1);
        assert_eq!(stored_tokens(&app, &org).await.version, 2);
        assert_eq!(tokens::keep_alive(&app).await.unwrap(), 0);
    }

    async fn an_uninstalled_connection_has_no_token(app: TestApp) {
        let (org, admin) = connected(&app).await;
        let connection = connection(&app, &org).await.unwrap();
        admin.post(&format!("{MODAL}/uninstall"), &[]).await;
        let none = tokens::session(&app, org.id, connection.id).await;
        assert!(matches!(none, Err(TokenError::Gone)), "{none:?}");
        let none = tokens::refresh(&app, org.id, connection.id, 1).await;
        assert!(matches!(none, Err(TokenError::Gone)), "{none:?}");
    }
}
