//! Whether a busy and some broken organizations delay the others: how long the others'
//! activities take alone, and while one floods and ten can't be reached.

use std::time::Duration;

use anyhow::Result;
use domain::ids::OrganizationId;
use gatehouse::app::App;
use gatehouse::use_cases::activities::record;
use jiff::Timestamp;

use super::Database;
use super::backlog::slow_down;
use super::deployment::Deployment;
use super::deployment::activities::{Who, activity, introduce};
use super::server::Server;
use super::stream::{organization, percentile, times_to_task};
use super::tenants::{Broken, Model};

const TENANTS: usize = 1_000;
const BROKEN: usize = 10;
/// What waits for each broken org.
const BROKEN_BACKLOG: usize = 50;
/// How many activities the others have in a second, all together.
const RATE: u64 = 20;
const LATENCY: u64 = 50;

/// How long the others' activities took, shortest first.
pub struct Fairness {
    pub database: &'static str,
    pub alone: Vec<Duration>,
    pub beside: Vec<Duration>,
}

pub fn title() {
    println!(
        "\nFairness: {TENANTS} organizations, one floods, {BROKEN} are broken; the others have {RATE} a second"
    );
    println!(
        "database    others alone p50  p99       beside them p50  p99       p99 beside / alone"
    );
}

pub async fn measure(database: Database, seconds: u64, flood: usize) -> Result<Fairness> {
    let deployment = Deployment::prepare(database.server()?.as_deref()).await?;
    introduce(&deployment.sandbox);
    let server = Server::start(&deployment).await?;
    deployment.connect(&[]).await?;
    slow_down(&deployment.sandbox, LATENCY);
    let app = &server.app;
    let flooding = organization(&app.db).await?;
    let model = Model::read(app, flooding).await?;
    let mut others = Vec::new();
    for n in 0..TENANTS - BROKEN - 1 {
        others.push(model.add(app, &format!("tenant-{n}"), None).await?);
    }
    let count = usize::try_from(RATE * seconds)?;
    let alone = others_act(app, &others[..others.len() / 2], count).await?;
    for n in 0..BROKEN {
        let url = Broken::ALL[n % Broken::ALL.len()].start().await?;
        let org = model.add(app, &format!("broken-{n}"), Some(&url)).await?;
        pile_up(app, org, BROKEN_BACKLOG).await?;
    }
    pile_up(app, flooding, flood).await?;
    let beside = others_act(app, &others[others.len() / 2..], count).await?;
    let measured = Fairness {
        database: database.name(),
        alone,
        beside,
    };
    measured.print();
    drop(server);
    Ok(measured)
}

impl Fairness {
    fn print(&self) {
        let of = |times: &[Duration], percent| percentile(times, percent).as_millis();
        println!(
            "{:<11} {:>13} ms {:>5} ms {:>16} ms {:>5} ms {:>20.1}",
            self.database,
            of(&self.alone, 50),
            of(&self.alone, 99),
            of(&self.beside, 50),
            of(&self.beside, 99),
            of(&self.beside, 99) as f64 / of(&self.alone, 99).max(1) as f64,
        );
    }
}

async fn pile_up(app: &App, org: OrganizationId, count: usize) -> Result<()> {
    for first in (0..count).step_by(1_000) {
        let mut tx = app.db.begin().await?;
        for n in first..(first + 1_000).min(count) {
            record(&mut tx, &app.ambient, org, activity(Who::Known, n)?).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

/// So many activities, one organization after the other; how long they took.
async fn others_act(app: &App, orgs: &[OrganizationId], count: usize) -> Result<Vec<Duration>> {
    let began: Timestamp = app.ambient.now();
    let mut tick = tokio::time::interval(Duration::from_secs(1) / u32::try_from(RATE)?);
    for n in 0..count {
        tick.tick().await;
        let org = orgs[n % orgs.len()];
        let mut tx = app.db.begin().await?;
        record(&mut tx, &app.ambient, org, activity(Who::Known, n)?).await?;
        tx.commit().await?;
    }
    let mut times = Vec::new();
    for org in orgs.iter().take(count) {
        times.extend(times_to_task(&app.db, *org, began).await?);
    }
    times.sort_unstable();
    Ok(times)
}
