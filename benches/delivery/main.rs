//! How cheaply, how fast and how fairly activities become Tasks in the local org, on
//! both databases, beside clients that were written with jsforce.
//!
//! `make bench` runs it; it isn't part of the tests, because it measures time.
//! `BENCH_ARGS='--short'` is done in a few minutes.

#![allow(
    unreachable_pub,
    reason = "a program of its own: nothing of it is reached from outside"
)]

#[path = "../../tests/support/deployment/mod.rs"]
mod deployment;

mod backlog;
mod fairness;
mod fairness_chart;
mod peers;
mod server;
mod stream;
mod tenants;

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::Parser;

#[derive(Parser)]
struct Arguments {
    /// Smaller backlogs and shorter streams.
    #[arg(long)]
    short: bool,
    /// Only this part; may be repeated.
    #[arg(long)]
    only: Vec<Part>,
    /// Only on this database.
    #[arg(long)]
    database: Option<Database>,
    /// Activities of a backlog.
    #[arg(long)]
    activities: Option<usize>,
    /// How long a stream lasts.
    #[arg(long)]
    seconds: Option<u64>,
    /// How long the org takes to answer the calls of streams, in milliseconds.
    #[arg(long, default_value_t = 50)]
    latency: u64,
    /// Where to draw the picture of fairness.
    #[arg(long)]
    draw: Option<PathBuf>,
    /// Passed on by cargo.
    #[arg(long, hide = true)]
    bench: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// A full backlog, with an org that answers after 0, 50 and 200 ms.
    Backlog,
    /// The same through clients that were written with jsforce.
    Peers,
    /// 2, 10 and 50 activities a second, of people whom the org knows and of strangers.
    Streams,
    /// A thousand organizations, of which one floods and ten have broken orgs.
    Fairness,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub enum Database {
    Sqlite,
    Postgres,
}

impl Database {
    /// The server for [`deployment::Deployment::prepare`].
    pub fn server(self) -> Result<Option<String>> {
        match self {
            Self::Sqlite => Ok(None),
            Self::Postgres => std::env::var("GATEHOUSE_TEST_POSTGRES_URL")
                .map(Some)
                .context("GATEHOUSE_TEST_POSTGRES_URL is not set: use `make bench`"),
        }
    }

    pub const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

/// How long the org takes to answer, in milliseconds.
pub const LATENCIES: [u64; 3] = [0, 50, 200];

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let wanted = |part| arguments.only.is_empty() || arguments.only.contains(&part);
    let databases: Vec<Database> = [Database::Sqlite, Database::Postgres]
        .into_iter()
        .filter(|one| arguments.database.is_none_or(|only| only == *one))
        .collect();
    let (activities, seconds) = if arguments.short {
        (5_000, 5)
    } else {
        (20_000, 30)
    };
    let activities = arguments.activities.unwrap_or(activities);
    let seconds = arguments.seconds.unwrap_or(seconds);
    if wanted(Part::Backlog) || wanted(Part::Peers) {
        backlog::title();
    }
    for database in &databases {
        if wanted(Part::Backlog) {
            backlog::measure(*database, activities).await?;
        }
    }
    if wanted(Part::Peers) {
        peers::measure(activities).await?;
    }
    if wanted(Part::Streams) {
        stream::title(seconds, arguments.latency);
        for database in &databases {
            stream::measure(*database, seconds, arguments.latency).await?;
        }
    }
    if wanted(Part::Fairness) {
        let mut measured = Vec::new();
        fairness::title();
        for database in &databases {
            measured.push(fairness::measure(*database, seconds, activities).await?);
        }
        if let Some(file) = &arguments.draw {
            std::fs::write(file, fairness_chart::draw(&measured))?;
        }
    }
    Ok(())
}
