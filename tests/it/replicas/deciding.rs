//! What an Admin decides while visitors go on.

use domain::activities::{ActivityKind, Details, NewActivity};
use domain::organizations::Role;
use gatehouse::use_cases::activities::record;
use store::salesforce::{connections, sending};
use tokio::time::timeout;

use super::PATIENCE;
use crate::support::{Database, TestApp};

/// Whoever records an activity holds its lane, which the decision wakes at its end: waiting
/// for the connection meanwhile would be a deadlock.
#[tokio::test]
async fn activities_are_recorded_while_a_decision_holds_the_connection() {
    let app = TestApp::start(Database::Postgres).await;
    let org = app.enterprise().await;
    let admin = app.signed_in(&org, Role::Admin).await;
    app.connect_sandbox(&admin).await;
    app.switch_on(&admin, &ActivityKind::ALL).await;
    let mut deciding = app.db.begin().await.unwrap();
    let connection = connections::live(&mut deciding, org.id).await.unwrap();
    let connection = connection.expect("a connection").id;
    sending::lock(&mut deciding, org.id, connection)
        .await
        .unwrap();
    let mut visiting = app.db.begin().await.unwrap();
    let what = NewActivity {
        kind: ActivityKind::StatusPageView,
        person: None,
        company: "Larkspur Health".to_owned(),
        account: None,
        details: Details::default(),
    };
    let recorded = timeout(PATIENCE, record(&mut visiting, &app.ambient, org.id, what)).await;
    recorded.expect("nothing to wait for").unwrap();
    visiting.commit().await.unwrap();
    deciding.commit().await.unwrap();
    app.sync().await;
}
