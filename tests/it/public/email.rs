use std::time::Duration;

use domain::email::EmailAddress;
use domain::email::message::{EmailState, Message};
use store::email;

use crate::on_both_databases;
use crate::support::TestApp;

const LONG: Duration = Duration::from_secs(20);

fn message(subject: &str) -> Message {
    Message {
        to: EmailAddress::parse("ada@engines.example").unwrap(),
        subject: subject.to_owned(),
        text: "Grüße 👋".to_owned(),
        html: "<p>Grüße 👋</p>".to_owned(),
    }
}

async fn count(app: &TestApp, org: ::domain::ids::OrganizationId, state: EmailState) -> i64 {
    let mut tx = app.db.read().await.unwrap();
    email::count(&mut tx, org, state).await.unwrap()
}

on_both_databases! {
    async fn mail_goes_out_in_both_forms_and_its_text_is_then_forgotten(app: TestApp) {
        let org = app.enterprise().await;
        let mut tx = app.db.begin().await.unwrap();
        email::insert(&mut tx, &app.ambient, org.id, &message("Zugang für Ada ✓")).await.unwrap();
        tx.commit().await.unwrap();
        let sent = app.mail.wait_for("ada@engines.example", LONG, |_| true).await.unwrap();
        assert_eq!(sent.subject, "Zugang für Ada ✓");
        assert!(sent.text.contains("Grüße 👋") && sent.html.contains("<p>Grüße 👋</p>"));
        // Nobody's absence note answers it (RFC 3834).
        assert_eq!(sent.header("Auto-Submitted"), Some("auto-generated"));
        let deadline = std::time::Instant::now() + LONG;
        while count(&app, org.id, EmailState::Sent).await == 0 {
            assert!(std::time::Instant::now() < deadline, "never noted as sent");
            tokio::task::yield_now().await;
        }
        let mut tx = app.db.read().await.unwrap();
        let row = tx.one("SELECT CAST(COALESCE(length(contents), 0) AS BIGINT) AS size FROM email", &[]).await.unwrap();
        assert_eq!(row.get::<i64>("size").unwrap(), 0);
    }

    async fn what_is_not_committed_is_not_emailed(app: TestApp) {
        let org = app.enterprise().await;
        let mut tx = app.db.begin().await.unwrap();
        email::insert(&mut tx, &app.ambient, org.id, &message("Undone")).await.unwrap();
        drop(tx);
        let mut tx = app.db.begin().await.unwrap();
        email::insert(&mut tx, &app.ambient, org.id, &message("Done")).await.unwrap();
        tx.commit().await.unwrap();
        app.mail.wait_for("ada@engines.example", LONG, |m| m.subject == "Done").await.unwrap();
        assert_eq!(app.mail.mails().len(), 1);
    }

    async fn a_message_is_claimed_by_one_worker_until_its_lease_is_over(app: TestApp) {
        let org = app.enterprise().await;
        // Due tomorrow, so that the worker of the app leaves it to this test.
        app.advance(Duration::from_hours(24));
        let tomorrow = app.ambient.now();
        let mut tx = app.db.begin().await.unwrap();
        let later = ::clock::Ambient {
            clock: ::clock::Clock::manual(tomorrow + Duration::from_hours(24)),
            random: app.ambient.random.clone(),
        };
        email::insert(&mut tx, &later, org.id, &message("Once")).await.unwrap();
        tx.commit().await.unwrap();
        let lease = Duration::from_mins(1);
        let claim = async |at| {
            let mut tx = app.db.begin().await.unwrap();
            let claimed = email::claim_across_tenants(&mut tx, at, lease, 10).await.unwrap();
            tx.commit().await.unwrap();
            claimed
        };
        let first = claim(later.now()).await;
        assert_eq!(first.len(), 1);
        assert!(claim(later.now()).await.is_empty(), "it is taken");
        let second = claim(later.now() + lease).await;
        assert_eq!(second.len(), 1, "the worker that had it is gone");
        let mut tx = app.db.begin().await.unwrap();
        store::email::settle(&mut tx, &first[0], EmailState::Failed, later.now(), "late").await.unwrap();
        store::email::settle(&mut tx, &second[0], EmailState::Sent, later.now(), "").await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(count(&app, org.id, EmailState::Sent).await, 1, "the later claim decides");
    }
}
