//! Looking at the org again, every night and after errors: what was taken away is told before
//! it costs deliveries.

use domain::ids::{ConnectionId, OrganizationId};
use domain::salesforce::hold::without_query;
use domain::salesforce::remedy::remedy;
use domain::salesforce::{Connection, ConnectionState, HoldKind};
use futures::StreamExt as _;
use jiff::Timestamp;
use store::salesforce::org_checks::{self, OrgChange};
use tokio_util::sync::CancellationToken;
use tracing::instrument;

use super::limits::{AFTER_ERROR_CHECK, CHECKS_AT_ONCE, JUST_CHECKED, ORG_CHECK_POLL};
use super::night;
use super::org_session::OrgSession;
use super::stop::Stop;
use super::test_tasks;
use crate::app::App;
use crate::salesforce_connection::{Mapping, OrgReading, keep_reading, read_org};
use crate::use_cases::deliveries::notification;

/// What the newest change says while an org can't be checked.
const NOT_CHECKED: &str = "The org couldn’t be checked.";

/// Looks until told to shut down.
pub async fn run(app: App, shutdown: CancellationToken) {
    let looks = async {
        loop {
            if let Err(error) = run_due(&app).await {
                tracing::error!(%error, "orgs are looked at again in a minute");
            }
            app.ambient.clock.sleep(ORG_CHECK_POLL).await;
        }
    };
    let test_tasks = async {
        loop {
            if let Err(error) = test_tasks::clear_due(&app).await {
                tracing::error!(%error, "test Tasks are cleared in a minute");
            }
            app.ambient.clock.sleep(ORG_CHECK_POLL).await;
        }
    };
    let work = async { tokio::join!(looks, test_tasks) };
    Box::pin(shutdown.run_until_cancelled(work)).await;
}

/// Looks at every org in which it is night, or for which an error asks. One that can't be
/// looked at keeps no other waiting.
///
/// # Errors
/// The database, before any was looked at.
pub async fn run_due(app: &App) -> store::Result<()> {
    let now = app.ambient.now();
    let mut tx = app.db.read().await?;
    let wanted = org_checks::wanted_across_tenants(&mut tx, now - JUST_CHECKED).await?;
    let all = store::salesforce::connections::active_across_tenants(&mut tx).await?;
    drop(tx);
    let nightly = all.into_iter().filter(|one| !wanted.contains(one));
    let wanted = wanted.iter().map(|one| (*one, Occasion::Error));
    let nightly = nightly.map(|one| (one, Occasion::Night));
    let due: Vec<_> = wanted.chain(nightly).collect();
    let looks = due
        .into_iter()
        .map(|((org, id), why)| look_if_due(app, org, id, why));
    futures::stream::iter(looks)
        .buffer_unordered(CHECKS_AT_ONCE)
        .collect::<()>()
        .await;
    Ok(())
}

/// Why an org is looked at.
#[derive(Clone, Copy)]
enum Occasion {
    Night,
    Error,
}

async fn look_if_due(app: &App, org: OrganizationId, id: ConnectionId, why: Occasion) {
    let looked = async {
        let is_first = match why {
            Occasion::Night => {
                let mut tx = app.db.read().await?;
                let found = store::salesforce::connections::by_id(&mut tx, org, id).await?;
                drop(tx);
                let is_night = found.is_some_and(|one| night::is_night(&one, app.ambient.now()));
                is_night && night::is_first(app, WORK, id).await?
            }
            // An org that can't be asked isn't asked every minute.
            Occasion::Error => first_after_error(app, id).await?,
        };
        if !is_first {
            return Ok(());
        }
        let looked = look_at(app, org, id).await;
        if looked.is_err() && matches!(why, Occasion::Night) {
            night::forget(app, WORK, id).await?;
        }
        looked
    };
    let looked: store::Result<()> = looked.await;
    if let Err(error) = looked {
        tracing::error!(%error, connection = %id, "an org is looked at later");
    }
}

/// The name of this work among what is done at night.
const WORK: &str = "org-check";

async fn first_after_error(app: &App, id: ConnectionId) -> store::Result<bool> {
    let mut tx = app.db.begin().await?;
    let key = format!("org-check-wanted:{id}");
    let now = app.ambient.now();
    let first = store::rate_limits::allow(&mut tx, &key, 1, AFTER_ERROR_CHECK, now).await?;
    tx.commit().await?;
    Ok(first)
}

/// Looks at one org, keeps what it finds and tells Admins of what stops or limits deliveries.
///
/// # Errors
/// The database.
#[instrument(name = "delivery.org_check", skip_all, fields(%org, %connection))]
pub async fn look_at(
    app: &App,
    org: OrganizationId,
    connection: ConnectionId,
) -> store::Result<()> {
    let Some(client) = &app.salesforce else {
        return Ok(());
    };
    let mut tx = app.db.read().await?;
    let found = store::salesforce::connections::by_id(&mut tx, org, connection).await?;
    drop(tx);
    let Some(connection) = found else {
        return Ok(());
    };
    let (user, began) = (connection.user.id.clone(), app.ambient.now());
    let opened = OrgSession::open_with_budget(app, client, org, connection.clone()).await;
    let read = match opened {
        Ok(mut session) => {
            let (user, mapped) = (&user, &Mapping::of(&connection).fields);
            let read =
                session
                    .read(|client, session| async move {
                        read_org(&client, &session, user, mapped).await
                    })
                    .await;
            session.close().await?;
            read
        }
        Err(stop) => Err(stop),
    };
    match read {
        Ok(reading) => keep(app, org, &connection, &reading, began).await,
        Err(Stop::Store(error)) => Err(error),
        Err(Stop::Hold {
            kind: HoldKind::Refused,
            reason,
            ..
        }) => refused(app, org, &connection, &reason).await,
        Err(stop) => {
            tracing::warn!(connection = %connection.id, ?stop, "the org is not looked at now");
            Ok(())
        }
    }
}

async fn keep(
    app: &App,
    org: OrganizationId,
    connection: &Connection,
    reading: &OrgReading,
    began: Timestamp,
) -> store::Result<()> {
    let mut tx = app.db.begin().await?;
    store::salesforce::sending::lock(&mut tx, org, connection.id).await?;
    let now = store::salesforce::connections::by_id(&mut tx, org, connection.id).await?;
    // Another user may have logged in while this one's permissions were read.
    let is_same = |one: &Connection| {
        one.user.id == connection.user.id && one.state != ConnectionState::Uninstalled
    };
    let Some(connection) = now.filter(is_same) else {
        return Ok(());
    };
    let last = org_checks::changes(&mut tx, org, connection.id, 1).await?;
    if last
        .first()
        .is_some_and(|last| last.text.starts_with(NOT_CHECKED))
    {
        let again = [OrgChange {
            at: app.ambient.now(),
            is_problem: false,
            text: "The org can be checked again.".to_owned(),
        }];
        org_checks::insert_changes(&mut tx, &app.ambient, org, connection.id, &again).await?;
    }
    let keep = keep_reading(&mut tx, &app.ambient, org, &connection, reading, began);
    let changes = keep.await?;
    if !changes.is_empty() {
        // People who couldn't be seen before are looked for again.
        store::deliveries::match_cache::forget_all(&mut tx, connection.id).await?;
    }
    tell(&mut tx, app, org, &changes).await?;
    tx.commit().await
}

/// The org doesn't let itself be looked at: written down once, until it does again or says
/// something else.
async fn refused(
    app: &App,
    org: OrganizationId,
    connection: &Connection,
    reason: &str,
) -> store::Result<()> {
    let code = reason
        .split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
        .find(|word| word.contains('_'));
    let text = format!(
        "{NOT_CHECKED} {} Salesforce’s answer: {}",
        remedy(code.unwrap_or_default(), reason),
        without_query(reason)
    );
    let change = OrgChange {
        at: app.ambient.now(),
        is_problem: true,
        text,
    };
    let mut tx = app.db.begin().await?;
    store::salesforce::sending::lock(&mut tx, org, connection.id).await?;
    let last = org_checks::changes(&mut tx, org, connection.id, 1).await?;
    if last.first().is_some_and(|last| last.text == change.text) {
        return Ok(());
    }
    let changes = [change];
    org_checks::insert_changes(&mut tx, &app.ambient, org, connection.id, &changes).await?;
    tell(&mut tx, app, org, &changes).await?;
    tx.commit().await
}

async fn tell(
    tx: &mut store::Tx,
    app: &App,
    org: OrganizationId,
    changes: &[OrgChange],
) -> store::Result<()> {
    let problems = changes.iter().filter(|change| change.is_problem);
    let problems: Vec<&str> = problems.map(|change| change.text.as_str()).collect();
    if problems.is_empty() {
        return Ok(());
    }
    let url = &app.config.public_url;
    notification::org_changed(tx, &app.ambient, org, url, &problems).await
}
