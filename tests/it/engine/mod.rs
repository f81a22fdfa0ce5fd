//! The delivery engine against a local Salesforce org: what happens on the
//! trust center becomes a Task, once, on the right record.

mod access;
mod external_id;
mod external_id_of_people;
mod failures;
mod fields;
mod granted;
mod links;
mod lost_answers;
mod mapping;
mod order;
mod past;
mod people;
mod people_with_tasks;
mod restored;
mod task_audit;
mod task_owners;
mod turns;
mod uncertain;
mod unmatched;

use std::sync::Arc;
use std::time::Duration;

use domain::activities::{ActivityKind, Details, NewActivity, Person};
use domain::deliveries::DeliveryState;
use domain::email::EmailAddress;
use domain::ids::ActivityId;
use domain::organizations::Role;
use domain::salesforce::{Connection, ConnectionOptions};
use gatehouse::use_cases::activities::record;
use salesforce_sim::{AccountSeed, ContactSeed, Id, Sim, UserSeed};
use store::deliveries::list::{DeliveryView, of_activities};

use crate::support::{Browser, TestApp, TestOrg};

/// An org with an Account, its Contact and their owner, and every switch on.
struct Fixture {
    org: TestOrg,
    admin: Browser,
    sandbox: Arc<Sim>,
    service_user: Id,
    owner: Id,
    account: Id,
    contact: Id,
}

const EMAIL: &str = "ada@harbor.example";
const COMPANY: &str = "Harbor & Co";

async fn fixture(app: &TestApp) -> Fixture {
    let sandbox = app.sandbox.sim.clone();
    let owner = sandbox.add_user(UserSeed::new("rep@northgate.example", "Rosa", "Marin"));
    let account = sandbox.add_account(AccountSeed::new(COMPANY).owned_by(owner));
    let ada = ContactSeed::new("Ada", "Okafor", EMAIL);
    let contact = sandbox.add_contact(ada.of(account).owned_by(owner));
    let org = app.enterprise().await;
    let admin = app.signed_in(&org, Role::Admin).await;
    app.connect_sandbox(&admin).await;
    app.switch_on(&admin, &ActivityKind::ALL).await;
    sandbox.reset_api_calls();
    Fixture {
        org,
        admin,
        sandbox,
        service_user: app.sandbox.integration,
        owner,
        account,
        contact,
    }
}

impl Fixture {
    /// Ada does something on the trust center.
    async fn happens(&self, app: &TestApp, kind: ActivityKind) -> ActivityId {
        self.does(app, kind, EMAIL, COMPANY).await
    }

    async fn downloads(&self, app: &TestApp) -> ActivityId {
        self.happens(app, ActivityKind::FileDownloaded).await
    }

    /// Someone of that company does it.
    async fn does(
        &self,
        app: &TestApp,
        kind: ActivityKind,
        email: &str,
        company: &str,
    ) -> ActivityId {
        let what = NewActivity {
            kind,
            person: Some(person(email)),
            company: company.to_owned(),
            account: None,
            details: Details::default(),
        };
        self.records(app, what).await
    }

    async fn records(&self, app: &TestApp, what: NewActivity) -> ActivityId {
        let mut tx = app.db.begin().await.expect("a transaction");
        let recorded = record(&mut tx, &app.ambient, self.org.id, what).await;
        tx.commit().await.expect("commit");
        recorded.expect("recorded")
    }

    async fn delivery(&self, app: &TestApp, activity: ActivityId) -> DeliveryView {
        let mut tx = app.db.read().await.expect("a transaction");
        let rows = of_activities(&mut tx, self.org.id, &[activity]).await;
        let mut rows = rows.expect("rows");
        assert_eq!(rows.len(), 1, "one activity, one delivery");
        rows.remove(0)
    }

    async fn state(&self, app: &TestApp, activity: ActivityId) -> DeliveryState {
        self.delivery(app, activity).await.state
    }

    async fn connection(&self, app: &TestApp) -> Connection {
        let mut tx = app.db.read().await.expect("a transaction");
        let found = store::salesforce::connections::live(&mut tx, self.org.id).await;
        found.expect("a row").expect("a connection")
    }

    async fn choose(&self, app: &TestApp, options: ConnectionOptions) {
        let connection = self.connection(app).await;
        let mut tx = app.db.begin().await.expect("a transaction");
        store::salesforce::connections::save_options(&mut tx, self.org.id, connection.id, &options)
            .await
            .expect("options");
        tx.commit().await.expect("commit");
    }

    /// Time passes, and the engine does what has become due.
    async fn later(&self, app: &TestApp, by: Duration) {
        app.advance(by);
        app.sync().await;
    }
}

fn person(email: &str) -> Person {
    Person {
        email: EmailAddress::parse(email).expect("an address"),
        first_name: "Ada".to_owned(),
        last_name: "Okafor".to_owned(),
    }
}
