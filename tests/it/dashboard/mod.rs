//! What staff do in the dashboard.

mod accounts;
mod content;
mod content_routes;
mod faults;
mod feed;
mod first_steps;
mod forms;
mod issues;
mod plans;
mod requests;
mod roles;
mod roles_elsewhere;
mod saved_views;
mod search;
mod settings;
mod sign_in;
mod statements;
mod theme;
mod things;
mod uploads;

use domain::access_requests::{AccessRequest, RequestState};
use domain::activities::Person;
use domain::email::EmailAddress;
use domain::ids::AccessRequestId;

use crate::support::{TestApp, TestOrg};

/// Someone named Grace Hopper asked for access on the public page.
pub async fn ask(app: &TestApp, org: &TestOrg, email: &str, company: &str) -> AccessRequestId {
    let person = Person {
        email: EmailAddress::parse(email).expect("an address"),
        first_name: "Grace".to_owned(),
        last_name: "Hopper".to_owned(),
    };
    let mut tx = app.db.begin().await.expect("a transaction");
    let visitor = store::visitors::upsert(&mut tx, &app.ambient, org.id, &person, company)
        .await
        .expect("a visitor");
    let request = AccessRequest {
        id: app.ambient.id(AccessRequestId::from_uuid),
        visitor: visitor.id,
        email: person.email,
        first_name: person.first_name,
        last_name: person.last_name,
        company: company.to_owned(),
        reason: "We review our vendors.".to_owned(),
        item: None,
        state: RequestState::Pending,
        created_at: app.ambient.now(),
        held_back: None,
        decision: None,
    };
    store::access_requests::insert(&mut tx, org.id, &request)
        .await
        .expect("a request");
    tx.commit().await.expect("commit");
    request.id
}

/// What happened, newest first: "Account Created: Grace Hopper, Acme".
pub async fn happened(app: &TestApp, org: &TestOrg) -> Vec<String> {
    let mut tx = app.db.read().await.expect("a transaction");
    let filter = store::activities::feed::Filter::default();
    let activities = store::activities::feed::page(&mut tx, org.id, &filter, 100)
        .await
        .expect("the feed");
    activities
        .iter()
        .map(|activity| {
            let what = &activity.what;
            let who = what.person.as_ref().map(Person::display_name);
            let who = who.unwrap_or_default();
            format!("{}: {who}, {}", what.kind.title(), what.company)
        })
        .collect()
}
