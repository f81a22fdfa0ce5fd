//! Once a night: does the org have exactly one Task of what was delivered lately?
//! What is found is shown and not mended: a Task that someone deleted stays deleted.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use domain::deliveries::task::reference;
use domain::deliveries::task_audit::TaskFinding;
use domain::ids::{ConnectionId, DeliveryId, OrganizationId};
use domain::matching::candidates::RecordId;
use domain::salesforce::Connection;
use jiff::Timestamp;
use salesforce::written_tasks::{TaskPresence, WrittenQuestion};
use store::deliveries::task_audits::{Finding, TaskAudit};
use tracing::instrument;

use super::night;
use super::org_session::OrgSession;
use super::stop::Stop;
use crate::app::App;

/// What was delivered in this time is compared: two nights', so that none is left out.
const SPAN: Duration = Duration::from_hours(50);
/// How many pages of 2,000 Tasks are read at the most.
const PAGES: usize = 50;
/// What was found is forgotten after this.
const KEEP: Duration = Duration::from_hours(30 * 24);

/// Compares every connection in whose org it is night and that wasn't compared yet.
pub async fn run_due(app: &App) -> store::Result<()> {
    let now = app.ambient.now();
    let mut tx = app.db.begin().await?;
    store::deliveries::task_audits::sweep_across_tenants(&mut tx, earlier(now, KEEP)).await?;
    let connections = store::salesforce::connections::active_across_tenants(&mut tx).await?;
    tx.commit().await?;
    for (org, id) in connections {
        let mut tx = app.db.read().await?;
        let found = store::salesforce::connections::by_id(&mut tx, org, id).await?;
        drop(tx);
        let Some(connection) = found.filter(|one| night::is_night(one, now)) else {
            continue;
        };
        if night::is_first(app, "task-audit", id).await? {
            compare(app, org, connection).await?;
        }
    }
    Ok(())
}

/// Compares one connection now. An org that can't be asked is asked the next night.
#[instrument(name = "delivery.task_audit", skip_all, fields(%org, connection = %connection.id))]
pub async fn compare(app: &App, org: OrganizationId, connection: Connection) -> store::Result<()> {
    let Some(client) = &app.salesforce else {
        return Ok(());
    };
    let (id, now) = (connection.id, app.ambient.now());
    let opened = OrgSession::open_with_budget(app, client, org, connection).await;
    let mut session = match opened {
        Ok(session) => session,
        Err(stop) => return not_compared(id, stop),
    };
    let compared = look(&mut session, now).await;
    session.close().await?;
    let mut tx = app.db.begin().await?;
    let stop = match compared {
        Ok((audit, findings)) => {
            store::deliveries::task_audits::insert(
                &mut tx,
                &app.ambient,
                org,
                id,
                &audit,
                &findings,
            )
            .await?;
            None
        }
        Err(stop) => Some(stop),
    };
    tx.commit().await?;
    stop.map_or(Ok(()), |stop| not_compared(id, stop))
}

fn not_compared(connection: ConnectionId, stop: Stop) -> store::Result<()> {
    match stop {
        Stop::Store(error) => Err(error),
        stop => {
            tracing::warn!(%connection, ?stop, "deliveries are not compared with the org's Tasks tonight");
            Ok(())
        }
    }
}

async fn look(
    session: &mut OrgSession<'_>,
    now: Timestamp,
) -> Result<(TaskAudit, Vec<Finding>), Stop> {
    let since = earlier(now, SPAN);
    let (org, id) = (session.org, session.connection.id);
    let mut tx = session.app.db.read().await?;
    let delivered =
        store::deliveries::task_audits::delivered_since(&mut tx, org, id, since).await?;
    drop(tx);
    let tasks: Vec<RecordId> = delivered.iter().map(|(_, task)| task.clone()).collect();
    let (present, deleted) = presence(session, &tasks).await?;
    let (doubled, complete) = doubled(session, &delivered, since).await?;
    let mut findings = Vec::new();
    for (delivery, task) in &delivered {
        let (finding, tasks) = if let Some(tasks) = doubled.get(delivery) {
            (TaskFinding::Doubled, tasks.join(" "))
        } else if present.contains(task) {
            continue;
        } else if deleted.contains(task) {
            (TaskFinding::Deleted, task.to_string())
        } else {
            (TaskFinding::Missing, task.to_string())
        };
        findings.push(Finding {
            delivery: *delivery,
            finding,
            tasks,
        });
    }
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let audit = TaskAudit {
        at: now,
        since,
        checked: count(delivered.len()),
        found: count(delivered.len() - findings.len()),
        complete,
    };
    Ok((audit, findings))
}

/// Which of these are there, and which are in the recycle bin.
async fn presence(
    session: &mut OrgSession<'_>,
    tasks: &[RecordId],
) -> Result<(HashSet<RecordId>, HashSet<RecordId>), Stop> {
    if tasks.is_empty() {
        return Ok(Default::default());
    }
    let found = session
        .read(|client, access| async move { client.tasks_exist(&access, tasks).await })
        .await?;
    let (deleted, present): (Vec<_>, Vec<_>) = found.into_iter().partition(|one| one.is_deleted);
    let ids = |list: Vec<_>| list.into_iter().map(|one: TaskPresence| one.id).collect();
    Ok((ids(present), ids(deleted)))
}

/// Deliveries whose reference several Tasks have that weren't deleted, with those Tasks;
/// and whether all Tasks could be read.
async fn doubled(
    session: &mut OrgSession<'_>,
    delivered: &[(DeliveryId, RecordId)],
    since: Timestamp,
) -> Result<(HashMap<DeliveryId, Vec<String>>, bool), Stop> {
    let question = WrittenQuestion {
        created_by: Some(session.connection.user.id.clone()),
        from: since,
        to: None,
        parents: Vec::new(),
        subjects: Vec::new(),
        days: Vec::new(),
        or_no_day: false,
        known: Vec::new(),
    };
    let asked = &question;
    let written = session
        .read(|client, access| async move { client.find_written(&access, asked, PAGES).await })
        .await?;
    let mut by_line: HashMap<&str, Vec<RecordId>> = HashMap::new();
    for task in &written.tasks {
        for line in task.comments.lines() {
            by_line
                .entry(line.trim())
                .or_default()
                .push(task.id.clone());
        }
    }
    let several = delivered.iter().filter_map(|(delivery, _)| {
        let tasks = by_line.remove(reference(*delivery).as_str())?;
        (tasks.len() > 1).then_some((*delivery, tasks))
    });
    let several: Vec<(DeliveryId, Vec<RecordId>)> = several.collect();
    let all: Vec<RecordId> = several
        .iter()
        .flat_map(|(_, tasks)| tasks.clone())
        .collect();
    let (present, _) = presence(session, &all).await?;
    let mut doubled = HashMap::new();
    for (delivery, tasks) in several {
        let there = tasks.iter().filter(|task| present.contains(task));
        let there: Vec<String> = there.map(ToString::to_string).collect();
        if there.len() > 1 {
            doubled.insert(delivery, there);
        }
    }
    Ok((doubled, written.complete))
}

fn earlier(now: Timestamp, by: Duration) -> Timestamp {
    now.checked_sub(by).unwrap_or(Timestamp::MIN)
}
