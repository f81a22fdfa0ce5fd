//! Several processes on one PostgreSQL: they hear from each other at once that
//! there is work, and may share it by role.

mod deciding;
mod roles;

use std::time::Duration;

use domain::email::EmailAddress;
use domain::email::message::Message;
use domain::ids::ConnectionId;
use futures::FutureExt as _;
use store::deliveries::actions;
use store::{Db, Work, email};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::support::{Database, TestApp, TestOrg};

const PATIENCE: Duration = Duration::from_secs(20);

/// A second process on the same database, that listens.
struct Replica {
    db: Db,
    stop: CancellationToken,
}

impl Replica {
    async fn start(app: &TestApp) -> Self {
        let db = Db::open(app.database_url()).await.expect("the database");
        let stop = CancellationToken::new();
        let (listening, stopped) = (db.clone(), stop.clone());
        tokio::spawn(async move { listening.listen(stopped).await });
        let replica = Self { db, stop };
        replica.sees_every_change().await;
        replica
    }

    async fn hears(&self, work: Work) {
        let heard = timeout(PATIENCE, self.db.work_signal().wait(work)).await;
        heard.unwrap_or_else(|_| panic!("nothing is heard of {work:?}"));
    }

    /// As it does when it begins to listen: something may have happened before.
    async fn sees_every_change(&self) {
        for work in Work::ALL {
            self.hears(work).await;
        }
    }
}

impl Drop for Replica {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

async fn leave_email(app: &TestApp, org: &TestOrg, commit: bool) {
    let message = Message {
        to: EmailAddress::parse("pat@example.com").unwrap(),
        subject: "Hello".to_owned(),
        text: "Hello".to_owned(),
        html: String::new(),
    };
    let mut tx = app.db.begin().await.unwrap();
    email::insert(&mut tx, &app.ambient, org.id, &message)
        .await
        .unwrap();
    if commit {
        tx.commit().await.unwrap();
    }
}

async fn leave_deliveries(app: &TestApp, org: &TestOrg) {
    let connection = app.ambient.id(ConnectionId::from_uuid);
    let now = app.ambient.now();
    let mut tx = app.db.begin().await.unwrap();
    actions::wake_lanes(&mut tx, org.id, connection, now)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn what_one_process_commits_wakes_the_workers_of_another() {
    let app = TestApp::start(Database::Postgres).await;
    let org = app.enterprise().await;
    let replica = Replica::start(&app).await;
    leave_email(&app, &org, true).await;
    replica.hears(Work::Mail).await;
    leave_deliveries(&app, &org).await;
    replica.hears(Work::Deliveries).await;
}

#[tokio::test]
async fn what_was_undone_wakes_nobody() {
    let app = TestApp::start(Database::Postgres).await;
    let org = app.enterprise().await;
    let replica = Replica::start(&app).await;
    leave_email(&app, &org, false).await;
    leave_deliveries(&app, &org).await;
    replica.hears(Work::Deliveries).await;
    // Notifications come in the order of commits.
    let heard = replica.db.work_signal().wait(Work::Mail).now_or_never();
    assert_eq!(heard, None);
}

#[tokio::test]
async fn a_process_that_lost_its_connection_listens_again() {
    let app = TestApp::start(Database::Postgres).await;
    let org = app.enterprise().await;
    let replica = Replica::start(&app).await;
    let mut tx = app.db.begin().await.unwrap();
    let ended = tx
        .all(
            "SELECT pg_terminate_backend(pid) AS ended FROM pg_stat_activity
             WHERE datname = current_database() AND query LIKE 'LISTEN%'",
            &[],
        )
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(ended.len(), 1);
    replica.sees_every_change().await;
    leave_deliveries(&app, &org).await;
    replica.hears(Work::Deliveries).await;
}
