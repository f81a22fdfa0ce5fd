//! How long pages of the dashboard take as an organization's data grows: with a thousand,
//! a hundred thousand and a million activities of a hundredth as many accounts, in an
//! embedded database.
//!
//! `make bench-growth` runs it; `BENCH_ARGS='--activities 1000,100000'` chooses the sizes.

#![allow(
    unreachable_pub,
    reason = "a program of its own: nothing of it is reached from outside"
)]

#[path = "../shared/organization.rs"]
mod organization;
#[allow(dead_code, reason = "the part that starts and stops a process is used")]
#[path = "../../tests/support/deployment/process.rs"]
mod process;
mod rows;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use clap::Parser;
use process::Process;
use testkit::client::Client;

/// How long the program may take to sum up the days.
const SUMMED_UP: Duration = Duration::from_mins(5);
/// How often each page is asked for, after once without counting.
const TIMES: usize = 15;

/// `{account}` stands for the first account of the list.
const PAGES: [&str; 13] = [
    "/dashboard",
    "/dashboard?kind=file_downloaded",
    "/dashboard?q=company%2077",
    "/dashboard/requests",
    "/dashboard/accounts",
    "/dashboard/accounts?q=company%2077",
    "/dashboard/accounts/{account}",
    "/dashboard/conversations",
    "/dashboard/analytics",
    "/dashboard/analytics?days=365",
    "/dashboard/content",
    "/dashboard/settings/audit",
    "/trust/benchmark",
];

#[derive(Parser)]
struct Arguments {
    /// How many activities there are, smallest first.
    #[arg(long, value_delimiter = ',', default_values_t = [1_000, 100_000, 1_000_000])]
    activities: Vec<i64>,
    /// Passed on by cargo.
    #[arg(long, hide = true)]
    bench: bool,
}

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    drop(rustls::crypto::ring::default_provider().install_default());
    let mut medians: BTreeMap<&str, Vec<Duration>> = BTreeMap::new();
    let mut peaks = Vec::new();
    for activities in &arguments.activities {
        let (taken, peak) = measure(*activities).await?;
        for (page, median) in taken {
            medians.entry(page).or_default().push(median);
        }
        peaks.push(peak);
    }
    print!("{:<38}", "median alone, ms");
    for activities in &arguments.activities {
        print!("{activities:>12}");
    }
    println!();
    for page in PAGES {
        print!("{page:<38}");
        for median in &medians[page] {
            print!("{:>12.1}", median.as_secs_f64() * 1_000.0);
        }
        println!();
    }
    print!("{:<38}", "peak MiB after all pages");
    for peak in peaks {
        print!("{peak:>12.0}");
    }
    println!();
    Ok(())
}

/// The median of each page with so many activities, and the process's peak memory in MiB.
async fn measure(activities: i64) -> Result<(Vec<(&'static str, Duration)>, f64)> {
    let data = tempfile::tempdir()?;
    let (settings, url) = organization::create(&data).await?;
    let now = clock::Ambient::system().now().as_microsecond();
    let database = data.path().join("gatehouse.db");
    rows::fill(&database, activities, now)?;
    let program = Process::start(&settings, &[], None).await?;
    // Soon after its start the program sums up the days that are over, once.
    let begun = Instant::now();
    while !rows::is_summed_up(&database, now)? {
        ensure!(begun.elapsed() < SUMMED_UP, "the days are not summed up");
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    let admin = organization::sign_in(&url).await?;
    let accounts = admin.open("/dashboard/accounts").await?;
    let account = accounts.link("Company 0").context("an account")?;
    let mut taken = Vec::new();
    for page in PAGES {
        let id = account.path().rsplit('/').next().unwrap_or_default();
        let path = page.replace("{account}", id);
        taken.push((page, median(&admin, &path).await?));
    }
    let peak = program.peak_mib()?;
    program.stop().await?;
    Ok((taken, peak))
}

async fn median(admin: &Client, path: &str) -> Result<Duration> {
    let mut times = Vec::new();
    for _ in 0..=TIMES {
        let begun = Instant::now();
        let page = admin.get(path).await?;
        times.push(begun.elapsed());
        ensure!(page.status == 200, "{path}: {}", page.summary());
    }
    let mut times = times.split_off(1);
    times.sort();
    Ok(times[TIMES / 2])
}
