//! One turn of one lane: from what is due to settled rows.

use std::collections::HashSet;
use std::time::Duration;

use jiff::tz::TimeZone;

use crate::app::App;
use crate::domain::connection::{Connection, ConnectionState};
use crate::domain::delivery::DeliveryState;
use crate::domain::ids::OrganizationId;
use crate::domain::matching::Decision;
use crate::domain::organization::Organization;
use crate::domain::outcome::backoff;
use crate::salesforce::Client;
use crate::salesforce::org::OrgProfile;
use crate::store::delivery_work::{self, DueDelivery, Settlement};
use crate::store::lane::{self, Lease};
use crate::store::{self, api_usage};
use crate::trust_center::salesforce_notice;

use super::line::{Halt, Line};
use super::lookup::{self, Known};
use super::pace::Pace;
use super::plan::Rules;
use super::settle::{self, Outcome, later};
use super::{people, reconcile, write};

/// How long a lease lasts: longer than all calls between two renewals of it.
pub(super) const LEASE: Duration = Duration::from_mins(6);
/// Lanes of one connection that are worked at once at the most, over all replicas.
pub(super) const PER_CONNECTION: i64 = 4;
/// How long the org's statuses and time zone are believed.
const PROFILE_FOR: Duration = Duration::from_hours(1);

/// Serves the lane once. The lease is given back at the end, whatever happened,
/// unless somebody else has taken it over.
pub(super) async fn serve(
    app: &App,
    client: &Client,
    pace: &Pace,
    lease: &Lease,
) -> store::Result<()> {
    let mut tx = app.db.read().await?;
    let size = pace.batch(lease.connection);
    let limit = i64::try_from(size).unwrap_or(i64::MAX);
    let batch = delivery_work::read_due(&mut tx, lease, app.ambient.now(), limit).await?;
    let connection = store::connection::by_id(&mut tx, lease.org, lease.connection).await?;
    let organization = store::organization::by_id(&mut tx, lease.org).await?;
    drop(tx);
    let mut outcome = Outcome::default();
    let (Some(connection), Some(organization)) = (connection, organization) else {
        return finish(app, lease, None, &outcome).await;
    };
    if batch.is_empty() || connection.state != ConnectionState::Active {
        return finish(app, lease, None, &outcome).await;
    }
    let count = batch.len();
    let mut line = match Line::open(app, client, lease.org, connection).await {
        Ok(line) => line,
        Err(halt) => {
            stopped(halt, &mut outcome, pace, lease, count)?;
            return finish(app, lease, None, &outcome).await;
        }
    };
    match turn(&mut line, lease, &organization, batch, &mut outcome).await {
        Ok(()) if count == size => pace.went_well(lease.connection),
        Ok(()) => {}
        Err(halt) => stopped(halt, &mut outcome, pace, lease, count)?,
    }
    finish(app, lease, Some(&line), &outcome).await
}

/// The stages. Rows that are in `outcome` when it stops early are settled all
/// the same; the others are as they were.
async fn turn(
    line: &mut Line<'_>,
    lease: &Lease,
    organization: &Organization,
    batch: Vec<DueDelivery>,
    outcome: &mut Outcome,
) -> Result<(), Halt> {
    let (uncertain, batch): (Vec<_>, Vec<_>) = batch
        .into_iter()
        .partition(|due| due.state == DeliveryState::Uncertain);
    reconcile::reconcile(line, &uncertain, outcome).await?;
    let batch = without_overtaking(batch, &uncertain);
    if batch.is_empty() {
        return Ok(());
    }
    let profile = profile(line).await?;
    let connection = line.connection.clone();
    let rules = rules(line.app, organization, &connection, &profile);
    let might_create = |due: &DueDelivery| rules.might_create(due.activity.what.kind);
    let mut known = lookup::look_up(line, &batch, might_create).await?;
    let decided: Vec<(DueDelivery, Decision)> = batch
        .into_iter()
        .map(|due| {
            let decision = rules.decide(&due, &known);
            (due, decision)
        })
        .collect();
    let decided = without_broken_links(decided, outcome);
    if !journal(line, lease, &decided).await? {
        return Ok(());
    }
    send(line, &rules, decided, &mut known, outcome).await
}

/// Creates people, then writes Tasks. Everything here was journalled as sending,
/// so every row gets an outcome.
async fn send(
    line: &mut Line<'_>,
    rules: &Rules<'_>,
    decided: Vec<(DueDelivery, Decision)>,
    known: &mut Known,
    outcome: &mut Outcome,
) -> Result<(), Halt> {
    let creations = match people::create(line, &decided, known).await {
        Ok(creations) => creations,
        Err(halt) => {
            let now = line.app.ambient.now();
            for (due, decision) in &decided {
                outcome.rows.push(match (&halt, decision) {
                    (
                        Halt::Unknown { message, answered },
                        Decision::CreateContact(..) | Decision::CreateLead,
                    ) => settle::uncertain(due, message, *answered, now),
                    _ => settle::put_back(due, now),
                });
            }
            return Err(halt);
        }
    };
    let mut matched = write::final_matches(rules, decided, known, &creations, line, outcome);
    if matched.is_empty() {
        return Ok(());
    }
    write::associate(line, &mut matched, outcome).await;
    write::write(line, rules, matched, outcome).await
}

/// Settles those whose account is linked to an Account that is gone.
fn without_broken_links(
    decided: Vec<(DueDelivery, Decision)>,
    outcome: &mut Outcome,
) -> Vec<(DueDelivery, Decision)> {
    let mut others = Vec::new();
    for (due, decision) in decided {
        match decision {
            Decision::LinkBroken(why) => outcome.rows.push(settle::link_broken(&due, why)),
            decision => others.push((due, decision)),
        }
    }
    others
}

/// Leaves out whose earlier delivery has just been asked about: it may have to
/// be sent again, and then goes first.
fn without_overtaking(batch: Vec<DueDelivery>, uncertain: &[DueDelivery]) -> Vec<DueDelivery> {
    let waiting: HashSet<&str> = uncertain.iter().map(|due| due.person.as_str()).collect();
    batch
        .into_iter()
        .filter(|due| !waiting.contains(due.person.as_str()))
        .collect()
}

fn rules<'a>(
    app: &'a App,
    organization: &'a Organization,
    connection: &'a Connection,
    profile: &'a OrgProfile,
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
        public_url: app.config.public_url.as_str(),
    }
}

/// What was read from the org, read again where it is old.
async fn profile(line: &mut Line<'_>) -> Result<OrgProfile, Halt> {
    let now = line.app.ambient.now();
    let kept = serde_json::from_str::<OrgProfile>(&line.connection.org_profile).ok();
    let fresh = later(line.connection.org_profile_at, PROFILE_FOR) > now;
    if let (Some(profile), true) = (kept, fresh) {
        return Ok(profile);
    }
    let profile = line
        .call(|client, session| async move { client.org_profile(&session).await })
        .await?;
    let json = serde_json::to_string(&profile).unwrap_or_default();
    let mut tx = line.app.db.begin().await?;
    store::connection::save_profile(&mut tx, line.org, line.connection.id, &json, now).await?;
    tx.commit().await?;
    Ok(profile)
}

/// Journals that these are about to be handed over, and renews the lease. False:
/// the lane was taken over, leave everything alone.
async fn journal(
    line: &Line<'_>,
    lease: &Lease,
    decided: &[(DueDelivery, Decision)],
) -> Result<bool, Halt> {
    let now = line.app.ambient.now();
    let rows: Vec<_> = decided
        .iter()
        .filter(|(_, decision)| !matches!(decision, Decision::Nothing(_)))
        .map(|(due, decision)| match decision {
            Decision::Matched(found) => Settlement {
                who: found.who.clone(),
                what: found.what.clone(),
                ..settle::sending(due, &found.reason, now)
            },
            _ => settle::sending(due, "", now),
        })
        .collect();
    let mut tx = line.app.db.begin().await?;
    if !lane::confirm(&mut tx, lease).await? {
        return Ok(false);
    }
    delivery_work::settle(&mut tx, &rows, now).await?;
    lane::extend(&mut tx, lease, now, LEASE).await?;
    tx.commit().await?;
    Ok(true)
}

/// What a stop in the middle says about the connection.
fn stopped(
    halt: Halt,
    outcome: &mut Outcome,
    pace: &Pace,
    lease: &Lease,
    count: usize,
) -> store::Result<()> {
    match halt {
        Halt::Store(error) => return Err(error),
        Halt::NeedsReauth => {}
        Halt::Hold { wait, reason } => {
            pace.struggled(lease.connection);
            outcome.hold = Some((wait, reason));
        }
        Halt::Unknown { message, .. } => {
            pace.struggled(lease.connection);
            outcome.hold = Some((None, message));
        }
        Halt::TooLong => {
            pace.struggled(lease.connection);
            if count == 1 {
                outcome.hold = Some((None, "a single row is too long for Salesforce".to_owned()));
            }
        }
    }
    Ok(())
}

/// Settles, accounts, and gives the lane back, in one transaction under the fence.
async fn finish(
    app: &App,
    lease: &Lease,
    line: Option<&Line<'_>>,
    outcome: &Outcome,
) -> store::Result<()> {
    let now = app.ambient.now();
    let mut tx = app.db.begin().await?;
    if let Some(line) = line {
        api_usage::note(&mut tx, lease.org, lease.connection, line.spent, now).await?;
    }
    if !lane::confirm(&mut tx, lease).await? {
        tracing::warn!(lane = %lease.lane, "the lane was taken over; its deliveries will be asked about");
        return tx.commit().await;
    }
    delivery_work::settle(&mut tx, &outcome.rows, now).await?;
    tell_of_parked(&mut tx, app, lease.org, outcome).await?;
    let forget: Vec<&DueDelivery> = outcome.forget.iter().collect();
    lookup::forget(&mut tx, lease.connection, &forget).await?;
    if outcome.reread_profile {
        store::connection::expire_profile(&mut tx, lease.org, lease.connection).await?;
    }
    if let Some((wait, reason)) = &outcome.hold {
        let streak = api_usage::hold_streak(&mut tx, lease.org, lease.connection).await?;
        let attempt = u32::try_from(streak + 1).unwrap_or(u32::MAX);
        let wait = wait.unwrap_or_else(|| backoff(attempt, app.ambient.random.below(u64::MAX)));
        tracing::warn!(connection = %lease.connection, reason, seconds = wait.as_secs(), "holding the connection");
        api_usage::hold(
            &mut tx,
            lease.org,
            lease.connection,
            later(now, wait),
            reason,
        )
        .await?;
    } else if outcome
        .rows
        .iter()
        .any(|row| row.state == DeliveryState::Delivered)
    {
        api_usage::went_well(&mut tx, lease.org, lease.connection, PER_CONNECTION).await?;
    }
    lane::release(&mut tx, lease, now).await?;
    tx.commit().await
}

/// Once for each error, however many activities have it.
async fn tell_of_parked(
    tx: &mut store::Tx,
    app: &App,
    org: OrganizationId,
    outcome: &Outcome,
) -> store::Result<()> {
    let parked = |row: &&Settlement| row.state == DeliveryState::Parked;
    let mut told = HashSet::new();
    for row in outcome.rows.iter().filter(parked) {
        let (code, message) = (&row.error_code, &row.error_message);
        if told.insert(code) {
            let url = &app.config.public_url;
            salesforce_notice::parked(tx, &app.ambient, org, url, code, message).await?;
        }
    }
    Ok(())
}
