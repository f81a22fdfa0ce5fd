//! What is written to visitors: every kind of email, and where its links lead.

mod address;
mod unsubscribe;

use std::time::Duration;

use domain::organizations::hostname::Hostname;
use testkit::mail::Mail;

use crate::support::{TestApp, TestOrg};

const LONG: Duration = Duration::from_secs(20);
const HOSTNAME: &str = "trust.northgate.example";

/// The organization has its own domain, and someone has come by it.
async fn with_domain(app: &TestApp, org: &TestOrg) {
    let host = Hostname::parse(HOSTNAME).unwrap();
    let mut tx = app.db.begin().await.unwrap();
    store::organizations::custom_domains::set(&mut tx, org.id, &host, "proof")
        .await
        .unwrap();
    let domain = store::organizations::custom_domains::of(&mut tx, org.id)
        .await
        .unwrap();
    let now = app.ambient.now();
    assert!(
        store::organizations::custom_domains::verified(&mut tx, org.id, &domain.unwrap(), now)
            .await
            .unwrap()
    );
    store::organizations::custom_domains::seen(&mut tx, org.id, &host, app.ambient.now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

/// The email to this address whose subject says so.
async fn email(app: &TestApp, to: &str, subject: &str) -> Mail {
    let found = app
        .mail
        .wait_for(to, LONG, |mail| mail.subject.contains(subject));
    found
        .await
        .unwrap_or_else(|error| panic!("{subject}: {error}"))
}
