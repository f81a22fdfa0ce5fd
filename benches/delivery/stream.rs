//! Activities that come one by one, so many a second: what they cost, and how long
//! each takes to become a Task.

use std::time::Duration;

use anyhow::{Context as _, Result};
use domain::ids::OrganizationId;
use gatehouse::use_cases::activities::record;
use jiff::Timestamp;
use store::Db;
use tokio::time::MissedTickBehavior;

use super::Database;
use super::backlog::{slow_down, until_written};
use super::deployment::activities::{Who, activity, introduce};
use super::deployment::{Deployment, SLUG};
use super::server::Server;

const RATES: [u64; 3] = [2, 10, 50];
/// Activities of a stream at the least: of fewer, a 99th percentile is the slowest one.
const AT_LEAST: u64 = 120;
/// People of a stream: each comes again and again, as visitors do.
const REGULARS: usize = 40;

pub fn title(seconds: u64, latency: u64) {
    println!(
        "\nStreams of {seconds} seconds and at least {AT_LEAST} activities, an org that answers after {latency} ms"
    );
    println!("database    people     a second  calls/1000  p50 act to Task  p99 act to Task");
}

pub async fn measure(database: Database, seconds: u64, latency: u64) -> Result<()> {
    for who in [Who::Known, Who::Strangers] {
        let deployment = Deployment::prepare(database.server()?.as_deref()).await?;
        introduce(&deployment.sandbox);
        let server = Server::start(&deployment).await?;
        deployment
            .connect(&["create_lead", "create_contact"])
            .await?;
        slow_down(&deployment.sandbox, latency);
        let org = organization(&server.app.db).await?;
        let mut next = 0;
        for rate in RATES {
            let began = server.app.ambient.now();
            let written = deployment.sandbox.task_count();
            deployment.sandbox.reset_api_calls();
            let count = usize::try_from((rate * seconds).max(AT_LEAST))?;
            flow(&server, org, who, next, count, rate).await?;
            until_written(&deployment.sandbox, written + count).await?;
            next += count;
            let calls = deployment.sandbox.api_calls() as f64 * 1000.0 / count as f64;
            let times = times_to_task(&server.app.db, org, began).await?;
            println!(
                "{:<11} {:<10} {:>8} {:>11.0} {:>13} ms {:>13} ms",
                database.name(),
                match who {
                    Who::Known => "known",
                    Who::Strangers => "strangers",
                },
                rate,
                calls,
                percentile(&times, 50).as_millis(),
                percentile(&times, 99).as_millis(),
            );
        }
        server.stop().await?;
    }
    Ok(())
}

pub async fn organization(db: &Db) -> Result<OrganizationId> {
    let mut tx = db.read().await?;
    let org = store::organizations::by_slug(&mut tx, SLUG).await?;
    Ok(org.context("no organization")?.id)
}

/// Records `count` activities, `rate` a second.
async fn flow(
    server: &Server,
    org: OrganizationId,
    who: Who,
    first: usize,
    count: usize,
    rate: u64,
) -> Result<()> {
    let mut tick = tokio::time::interval(Duration::from_secs(1) / u32::try_from(rate)?);
    tick.set_missed_tick_behavior(MissedTickBehavior::Burst);
    for n in first..first + count {
        tick.tick().await;
        let n = match who {
            Who::Known => n % REGULARS,
            Who::Strangers => n,
        };
        let mut tx = server.app.db.begin().await?;
        record(&mut tx, &server.app.ambient, org, activity(who, n)?).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// How long each of the organization's activities since then took, shortest first;
/// waits until all are settled.
pub async fn times_to_task(
    db: &Db,
    org: OrganizationId,
    since: Timestamp,
) -> Result<Vec<Duration>> {
    loop {
        let mut tx = db.read().await?;
        let rows = tx
            .all(
                "SELECT created_at, settled_at FROM delivery
                 WHERE org_id = $1 AND created_at >= $2",
                ::store::params![org, since],
            )
            .await?;
        drop(tx);
        let times: Result<Vec<Option<Duration>>> = rows
            .iter()
            .map(|row| {
                let created: Timestamp = row.get("created_at")?;
                let settled: Option<Timestamp> = row.get("settled_at")?;
                Ok(settled
                    .map(|at| Duration::try_from(at.duration_since(created)).unwrap_or_default()))
            })
            .collect();
        if let Some(mut times) = times?.into_iter().collect::<Option<Vec<_>>>() {
            times.sort_unstable();
            return Ok(times);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Of times that are sorted.
pub fn percentile(times: &[Duration], percent: usize) -> Duration {
    let place = (times.len() * percent).div_ceil(100).saturating_sub(1);
    times.get(place).copied().unwrap_or_default()
}
