//! Putting past activity into the queue of deliveries, a part at a time, in the order in
//! which it happened. Nothing is queued twice: an activity has one delivery over a
//! connection, and one that went out to the org before is left out.

use std::collections::BTreeMap;

use domain::activities::Activity;
use domain::deliveries::past::JobState;
use domain::salesforce::{Connection, ConnectionState};
use jiff::Timestamp;
use store::deliveries::backfills::{self, Backfill};
use store::deliveries::past;
use tracing::instrument;

use super::super::limits::{BACKFILL_PART, MOST_OPEN, PAST_LEASE, PAST_POLL};
use super::super::outcome::later;
use crate::app::App;

/// Queues a part of one backfill. Answers whether there was one that isn't waiting for what
/// it has queued before.
pub(super) async fn work_next(app: &App) -> store::Result<bool> {
    let now = app.ambient.now();
    let mut tx = app.db.read().await?;
    let is_due = backfills::any_to_claim_across_tenants(&mut tx, now).await?;
    drop(tx);
    if !is_due {
        return Ok(false);
    }
    let mut tx = app.db.begin().await?;
    let claimed = backfills::claim_across_tenants(&mut tx, now, PAST_LEASE).await?;
    tx.commit().await?;
    match claimed {
        Some(backfill) => queue_part(app, &backfill).await,
        None => Ok(false),
    }
}

/// Queues the next part, unless so much is on its way that what happens now would wait long
/// behind it. Answers whether it did anything.
#[instrument(
    name = "delivery.past.queue_part",
    skip_all,
    fields(org = %backfill.org, connection = %backfill.connection)
)]
async fn queue_part(app: &App, backfill: &Backfill) -> store::Result<bool> {
    let (org, id) = (backfill.org, backfill.connection);
    let mut tx = app.db.read().await?;
    let found = store::salesforce::connections::by_id(&mut tx, org, id).await?;
    let Some(connection) = found.filter(|one| one.state != ConnectionState::Uninstalled) else {
        drop(tx);
        return end(app, backfill, JobState::Stopped).await;
    };
    if past::open(&mut tx, org, id).await? >= MOST_OPEN {
        drop(tx);
        return put_off(app, backfill).await;
    }
    let restored = store::deliveries::restore::restored_at(&mut tx).await?;
    let (after, past) = (backfill.after, &backfill.past);
    let part =
        store::activities::unsent(&mut tx, org, &connection, past, after, BACKFILL_PART).await?;
    drop(tx);
    let Some(last) = part.last().map(|last| (last.occurred_at, last.id)) else {
        return end(app, backfill, JobState::Done).await;
    };
    // Whoever records an act holds its lane until commit, so no two are held together here.
    for lane in by_lane(&part).values() {
        if !queue_lane(app, backfill, &connection, lane, restored).await? {
            return Ok(true);
        }
    }
    let mut tx = app.db.begin().await?;
    let now = app.ambient.now();
    backfills::advance(&mut tx, backfill, Some(last), now).await?;
    tx.commit().await?;
    Ok(true)
}

/// Leaves it for a moment.
async fn put_off(app: &App, backfill: &Backfill) -> store::Result<bool> {
    let mut tx = app.db.begin().await?;
    let later = later(app.ambient.now(), PAST_POLL);
    backfills::advance(&mut tx, backfill, backfill.after, later).await?;
    tx.commit().await?;
    Ok(false)
}

fn by_lane(part: &[Activity]) -> BTreeMap<i64, Vec<&Activity>> {
    let mut lanes: BTreeMap<i64, Vec<&Activity>> = BTreeMap::new();
    for activity in part {
        lanes
            .entry(past::bucket(activity))
            .or_default()
            .push(activity);
    }
    lanes
}

/// Answers whether it may go on: not where an Admin has stopped it or uninstalled, or another
/// process has taken it over.
async fn queue_lane(
    app: &App,
    backfill: &Backfill,
    connection: &Connection,
    activities: &[&Activity],
    restored: Option<Timestamp>,
) -> store::Result<bool> {
    let mut tx = app.db.begin().await?;
    store::salesforce::sending::lock(&mut tx, backfill.org, connection.id).await?;
    let now_live = store::salesforce::connections::live(&mut tx, backfill.org).await?;
    let is_live = now_live.is_some_and(|live| live.id == connection.id);
    if !is_live || !backfills::hold(&mut tx, backfill).await? {
        return Ok(false);
    }
    let org = backfill.org;
    let queued = past::queue(&mut tx, &app.ambient, org, connection, activities, restored).await?;
    backfills::add_queued(&mut tx, backfill, queued).await?;
    tx.commit().await?;
    Ok(true)
}

async fn end(app: &App, backfill: &Backfill, state: JobState) -> store::Result<bool> {
    let mut tx = app.db.begin().await?;
    if backfills::hold(&mut tx, backfill).await? {
        let now = app.ambient.now();
        backfills::end(&mut tx, backfill.org, backfill.connection, state, now).await?;
    }
    tx.commit().await?;
    Ok(true)
}
