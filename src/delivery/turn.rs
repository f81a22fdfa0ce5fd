//! One turn: from what is due in some lanes of a connection to settled rows.

use std::collections::HashSet;
use std::pin::pin;
use std::time::Duration;

use domain::deliveries::task::{KEY_LENGTH, REFERENCE_FIELD};
use domain::matching::Decision;
use domain::organizations::Organization;
use domain::salesforce::{Connection, ConnectionState, HoldKind};
use futures::future::{Either, select};
use jiff::tz::TimeZone;
use salesforce::Client;
use salesforce::org::OrgProfile;
use store::deliveries::due::{self, DueDelivery};
use store::deliveries::turns::{self, Turn};
use tracing::instrument;

use super::batch_size::BatchSizes;
use super::final_matches::final_matches;
use super::limits::{DEFERRED, HEARTBEAT, LEASE, LINGER, LINGER_UNDER_PRESSURE, PROFILE_FOR};
use super::org_session::OrgSession;
use super::outcome::{self, HoldBack, Outcome, later};
use super::quiet_period::EarlierCalls;
use super::quota::{Budget, is_urgent};
use super::reconcile::{reconcile, split};
use super::settle::settle;
use super::stop::Stop;
use super::task_rules::Rules;
use super::write_tasks::{self, TaskRow};
use super::{candidates, people};
use crate::app::App;
use crate::salesforce_connection::{Mapping, org_profile};

/// Works the turn, keeps it alive meanwhile, and gives its lanes back, whatever happens.
#[instrument(
    name = "delivery.turn",
    skip_all,
    fields(org = %held.org, connection = %held.connection, lanes = held.lanes.len())
)]
pub(super) async fn run(
    app: &App,
    client: &Client,
    sizes: &BatchSizes,
    held: &Turn,
    budget: Budget,
) -> store::Result<()> {
    let worked = while_renewed(app, held, work(app, client, sizes, held, budget)).await;
    let now = app.ambient.now();
    // Lanes that can't be given back are free again when the turn runs out.
    let given_back = turns::give_back(&app.db, held, now).await;
    worked.and(given_back)
}

/// Does the work while the turn is renewed beside it.
async fn while_renewed<T>(app: &App, held: &Turn, work: impl Future<Output = T>) -> T {
    // On the heap: the whole turn is too large for a thread's stack.
    match select(Box::pin(work), pin!(keep_alive(app, held))).await {
        Either::Left((done, _)) => done,
        // Lost: the work notices before it sends or settles anything.
        Either::Right(((), work)) => work.await,
    }
}

/// Renews the turn until it is lost.
async fn keep_alive(app: &App, held: &Turn) {
    loop {
        app.ambient.clock.sleep(HEARTBEAT).await;
        let renewed = async {
            let mut tx = app.db.begin().await?;
            let now = app.ambient.now();
            let renewed = turns::renew(&mut tx, &held.token, now, LEASE).await?;
            tx.commit().await?;
            store::Result::Ok(renewed)
        };
        match renewed.await {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => tracing::warn!(%error, "a turn could not be renewed"),
        }
    }
}

async fn work(
    app: &App,
    client: &Client,
    sizes: &BatchSizes,
    held: &Turn,
    budget: Budget,
) -> store::Result<()> {
    let size = sizes.of(held.connection);
    let mut tx = app.db.read().await?;
    let batch = due::read_due(&mut tx, held, app.ambient.now(), size).await?;
    let connection =
        store::salesforce::connections::by_id(&mut tx, held.org, held.connection).await?;
    let organization = store::organizations::by_id(&mut tx, held.org).await?;
    drop(tx);
    let mut outcome = Outcome::default();
    let (Some(connection), Some(organization)) = (connection, organization) else {
        return Box::pin(settle(app, held, (&budget, None), &outcome)).await;
    };
    if batch.is_empty() || connection.state != ConnectionState::Active {
        return Box::pin(settle(app, held, (&budget, None), &outcome)).await;
    }
    let count = batch.len();
    let session = OrgSession::open(app, client, held.org, connection, budget);
    let mut session = match Box::pin(session).await {
        Ok(session) => session,
        Err(stop) => {
            stopped(stop, &mut outcome, sizes, held, count)?;
            return Box::pin(settle(app, held, (&budget, None), &outcome)).await;
        }
    };
    let done = Box::pin(stages(
        &mut session,
        held,
        &organization,
        batch,
        &mut outcome,
        budget,
    ))
    .await;
    let done = match done {
        Ok(()) if count == size => {
            sizes.went_well(held.connection);
            Ok(())
        }
        Ok(()) => Ok(()),
        Err(stop) => stopped(stop, &mut outcome, sizes, held, count),
    };
    outcome.linger = (count < size && !outcome.more).then(|| linger(budget));
    // Also where the database failed on the way: what was written before is known.
    let settled = Box::pin(settle(app, held, (&budget, Some(&session)), &outcome)).await;
    done.and(settled)
}

/// Gathers a stream into batches: where everything was sent that was due, the next
/// batch has a little time to fill.
fn linger(budget: Budget) -> Duration {
    if budget.is_under_pressure() {
        LINGER_UNDER_PRESSURE
    } else {
        LINGER
    }
}

/// Claimed → matched → journalled → written. Rows that are in `outcome` when it stops
/// early are settled all the same; the others are as they were.
#[instrument(name = "delivery.stages", skip_all, fields(deliveries = batch.len()))]
async fn stages(
    session: &mut OrgSession<'_>,
    held: &Turn,
    organization: &Organization,
    batch: Vec<DueDelivery>,
    outcome: &mut Outcome,
    budget: Budget,
) -> Result<(), Stop> {
    let profile = Box::pin(profile(session)).await?;
    let connection = session.connection.clone();
    let fields = session.reference_fields();
    let key_field = fields.task.as_ref().map(|field| field.name.as_str());
    let rules = rules(session.app, organization, &connection, &profile, key_field);

    let split = split(batch);
    let asked = reconcile(session, &rules, split.uncertain, &split.behind, outcome);
    let resend = Box::pin(asked).await?;
    if let (Some(field), false) = (key_field, resend.is_empty()) {
        Box::pin(send_again(session, held, &rules, field, resend, outcome)).await?;
    }
    let batch = without_what_can_wait(session, split.to_send, outcome, budget);
    if batch.is_empty() {
        return Ok(());
    }
    let matched = Box::pin(match_all(session, held, &rules, batch, outcome)).await?;
    Box::pin(write_tasks::write(session, held, &rules, matched, outcome)).await
}

/// Sends again what may have been written before, by the External ID field, which keeps
/// out what is there already.
#[instrument(name = "delivery.send_again", skip_all, fields(deliveries = resend.len()))]
async fn send_again(
    session: &mut OrgSession<'_>,
    held: &Turn,
    rules: &Rules<'_>,
    field: &str,
    resend: Vec<DueDelivery>,
    outcome: &mut Outcome,
) -> Result<(), Stop> {
    let earlier = EarlierCalls::from_deliveries(&resend);
    let first = outcome.rows.len();
    let done = match Box::pin(match_all(session, held, rules, resend, outcome)).await {
        Ok(matched) => {
            Box::pin(write_tasks::upsert(
                session, held, rules, field, matched, outcome,
            ))
            .await
        }
        Err(stop) => Err(stop),
    };
    earlier.keep_open(session, &mut outcome.rows[first..]);
    done
}

/// Looks up whose they are, creates whom the options say, and decides where each goes.
#[instrument(name = "delivery.match_all", skip_all, fields(deliveries = batch.len()))]
async fn match_all(
    session: &mut OrgSession<'_>,
    held: &Turn,
    rules: &Rules<'_>,
    batch: Vec<DueDelivery>,
    outcome: &mut Outcome,
) -> Result<Vec<TaskRow>, Stop> {
    let might_create = |due: &DueDelivery| rules.might_create(due);
    let mut known = Box::pin(candidates::look_up(session, &batch, might_create)).await?;
    let decided: Vec<(DueDelivery, Decision)> = batch
        .into_iter()
        .map(|due| {
            let decision = rules.decide(&due, &known);
            (due, decision)
        })
        .collect();
    let decided = without_broken_links(decided, outcome);
    let created = people::create(session, held, rules, decided, &mut known, outcome);
    let created = Box::pin(created).await?;
    Ok(final_matches(rules, created, &known, session, outcome))
}

/// Where API calls are short, what sales doesn't act on waits, unless someone's request
/// would have to wait for it.
fn without_what_can_wait(
    session: &OrgSession<'_>,
    batch: Vec<DueDelivery>,
    outcome: &mut Outcome,
    budget: Budget,
) -> Vec<DueDelivery> {
    if !budget.is_under_pressure() {
        return batch;
    }
    let urgent: HashSet<String> = batch
        .iter()
        .filter(|due| is_urgent(due.activity.what.kind))
        .map(|due| due.person.clone())
        .collect();
    let (now_due, can_wait): (Vec<_>, Vec<_>) = batch
        .into_iter()
        .partition(|due| urgent.contains(&due.person));
    let until = later(session.app.ambient.now(), DEFERRED);
    for due in &can_wait {
        outcome.rows.push(store::deliveries::journal::Settlement {
            reason: "Waits, because most of Gatehouse’s share of the org’s API calls is used: \
                     requests, NDAs and comments go first."
                .to_owned(),
            ..outcome::put_back(due, until)
        });
    }
    now_due
}

/// Settles those whose account is linked to an Account that is gone.
fn without_broken_links(
    decided: Vec<(DueDelivery, Decision)>,
    outcome: &mut Outcome,
) -> Vec<(DueDelivery, Decision)> {
    let mut others = Vec::new();
    for (due, decision) in decided {
        match decision {
            Decision::LinkBroken(why) => outcome.rows.push(outcome::link_broken(&due, why)),
            decision => others.push((due, decision)),
        }
    }
    others
}

pub(super) fn rules<'a>(
    app: &'a App,
    organization: &'a Organization,
    connection: &'a Connection,
    profile: &'a OrgProfile,
    key_field: Option<&'a str>,
) -> Rules<'a> {
    let zone = TimeZone::get(&profile.time_zone).unwrap_or_else(|_| {
        tracing::warn!(
            zone = profile.time_zone,
            "unknown time zone of the org; using UTC"
        );
        TimeZone::UTC
    });
    Rules {
        organization,
        connection,
        profile,
        zone,
        key_field,
        mapping: Mapping::of(connection),
        public_url: app.config.public_url.as_str(),
    }
}

/// What was read from the org, read again where it is old.
pub(super) async fn profile(session: &mut OrgSession<'_>) -> Result<OrgProfile, Stop> {
    let now = session.app.ambient.now();
    let kept = org_profile(&session.connection);
    let fresh = later(session.connection.org_profile_at, PROFILE_FOR) > now;
    if let (Some(profile), true) = (kept, fresh) {
        return Ok(profile);
    }
    let profile = session
        .read(|client, session| async move { client.org_profile(&session).await })
        .await?;
    let fields = session
        .read(|client, session| async move {
            client
                .reference_fields(&session, REFERENCE_FIELD, KEY_LENGTH)
                .await
        })
        .await?;
    let json = serde_json::to_string(&profile).unwrap_or_default();
    let fields = serde_json::to_string(&fields).unwrap_or_default();
    let (org, id) = (session.org, session.connection.id);
    let mut tx = session.app.db.begin().await?;
    store::salesforce::connections::save_profile(&mut tx, org, id, &json, now).await?;
    store::salesforce::sending::save_reference_fields(&mut tx, org, id, &fields).await?;
    tx.commit().await?;
    session.connection.reference_fields = fields;
    Ok(profile)
}

/// What a stop in the middle says about the connection.
fn stopped(
    stop: Stop,
    outcome: &mut Outcome,
    sizes: &BatchSizes,
    held: &Turn,
    count: usize,
) -> store::Result<()> {
    let mut hold = |kind, wait, reason| {
        sizes.struggled(held.connection);
        outcome.hold = Some(HoldBack { kind, wait, reason });
    };
    match stop {
        Stop::Store(error) => return Err(error),
        Stop::NeedsLogin => {}
        Stop::Lost => tracing::warn!(connection = %held.connection, "stopped before sending"),
        Stop::Hold { kind, wait, reason } => hold(kind, wait, reason),
        Stop::Unknown { message, .. } => hold(HoldKind::Outage, None, message),
        Stop::TooLong if count == 1 => {
            let reason = "a single row is too long for Salesforce".to_owned();
            hold(HoldKind::Refused, None, reason);
        }
        Stop::TooLong => sizes.struggled(held.connection),
    }
    Ok(())
}
