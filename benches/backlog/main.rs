//! How fast and how cheaply a backlog of activities becomes Tasks in the local
//! org, and how long a single act takes on an idle system.
//!
//! `make bench` runs it on both databases; it isn't part of the tests, because
//! it measures time. `-- --activities N` chooses another backlog, `--times 1`
//! leaves out the tenfold one.

mod program;
mod scene;

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use clap::Parser;

use program::Gatehouse;
use scene::Scene;

#[derive(Parser)]
struct Arguments {
    /// Activities of the smaller backlog.
    #[arg(long, default_value_t = 100_000)]
    activities: usize,
    /// How much larger the other backlog is; 1 leaves it out.
    #[arg(long, default_value_t = 10)]
    times: usize,
    /// Only this one.
    #[arg(long)]
    database: Option<Database>,
    /// Passed on by cargo.
    #[arg(long, hide = true)]
    bench: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Database {
    Sqlite,
    Postgres,
}

/// One line of the table.
struct Row {
    database: &'static str,
    activities: usize,
    calls: f64,
    per_second: f64,
    peak_mib: f64,
    idle: Duration,
}

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let mut sizes = vec![arguments.activities];
    if arguments.times > 1 {
        sizes.push(arguments.activities * arguments.times);
    }
    println!("database  activities  calls/1000  activities/s  peak MiB  act to Task (median)");
    if arguments.database != Some(Database::Postgres) {
        for size in &sizes {
            print(&measure(None, *size).await?);
        }
    }
    if arguments.database != Some(Database::Sqlite) {
        let server = std::env::var("GATEHOUSE_TEST_POSTGRES_URL")
            .context("GATEHOUSE_TEST_POSTGRES_URL is not set: use `make bench`")?;
        for size in &sizes {
            print(&measure(Some(&server), *size).await?);
        }
    }
    Ok(())
}

fn print(row: &Row) {
    println!(
        "{:<9} {:>10}  {:>10.2}  {:>12.0}  {:>8.0}  {:>10.0} ms",
        row.database,
        row.activities,
        row.calls,
        row.per_second,
        row.peak_mib,
        row.idle.as_secs_f64() * 1000.0
    );
}

/// 5,000 people of 500 companies in one organization, connected to the sandbox.
async fn measure(postgres: Option<&str>, activities: usize) -> Result<Row> {
    let scene = Scene::set(postgres).await?;
    let running = Gatehouse::serve(&scene.settings).await?;
    scene.connect().await?;
    let idle = idle(&scene).await?;
    running.stop().await?;

    let before = scene.sandbox.task_count();
    scene.pile_up(activities).await?;
    scene.sandbox.reset_api_calls();
    let running = Gatehouse::serve(&scene.settings).await?;
    let began = Instant::now();
    let limit = Duration::from_secs(60) + Duration::from_millis(activities as u64 * 10);
    while scene.sandbox.task_count() < before + activities {
        ensure!(
            began.elapsed() < limit,
            "the backlog is not done after {limit:?}"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let took = began.elapsed();
    let peak_mib = running.peak_mib()?;
    running.stop().await?;
    scene
        .all_delivered(activities)
        .await
        .context("after the backlog")?;
    Ok(Row {
        database: if postgres.is_some() {
            "postgres"
        } else {
            "sqlite"
        },
        activities,
        calls: scene.sandbox.api_calls() as f64 * 1000.0 / activities as f64,
        per_second: activities as f64 / took.as_secs_f64(),
        peak_mib,
        idle,
    })
}

/// The median time from a visitor's click to the Task, one visitor after another.
async fn idle(scene: &Scene) -> Result<Duration> {
    let mut times = Vec::new();
    for n in 0..15 {
        let before = scene.sandbox.task_count();
        let began = Instant::now();
        scene.request_access(n).await?;
        while scene.sandbox.task_count() == before {
            ensure!(
                began.elapsed() < Duration::from_secs(20),
                "no Task after 20 seconds"
            );
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        times.push(began.elapsed());
    }
    times.sort_unstable();
    Ok(times[times.len() / 2])
}
