//! How many pages a second the program gives out, and how long one takes.
//!
//! `make bench-web` runs it; `BENCH_ARGS='--seconds 2'` chooses how long each is measured.

#![allow(
    unreachable_pub,
    reason = "a program of its own: nothing of it is reached from outside"
)]

mod load;
#[path = "../shared/organization.rs"]
mod organization;
#[allow(dead_code, reason = "the part that starts and stops a process is used")]
#[path = "../../tests/support/deployment/process.rs"]
mod process;

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use clap::Parser;
use load::{Measured, measure};
use process::Process;
use testkit::client::Client;
use url::Url;

const SECTIONS: usize = 3;
const ITEMS: usize = 8;
const PAGE: &str = "/trust/benchmark";

#[derive(Parser)]
struct Arguments {
    /// How long each row is measured.
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// Connections that ask at the same time.
    #[arg(long, default_value_t = 16)]
    connections: usize,
    /// Passed on by cargo.
    #[arg(long, hide = true)]
    bench: bool,
}

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    drop(rustls::crypto::ring::default_provider().install_default());
    let data = tempfile::tempdir()?;
    let (settings, url) = organization::create(&data).await?;
    let program = Process::start(&settings, &[], None).await?;
    publish(&url).await?;
    let html = Client::new(&url)?.open(PAGE).await?.html();
    let sheet = html.split("href=\"/static/").nth(2).context("a sheet")?;
    let sheet = format!("/static/{}", sheet.split('"').next().unwrap_or_default());

    println!("what                        requests/s       p50       p99  p50 alone  p99 alone");
    for (what, path, cookie) in [
        ("page, anonymous", PAGE, ""),
        ("page, with a cookie", PAGE, "Cookie: theme=dark\r\n"),
        ("style sheet", sheet.as_str(), ""),
        ("healthz", "/healthz", ""),
    ] {
        let time = Duration::from_secs(arguments.seconds);
        let many = measure(&url, path, cookie, arguments.connections, time).await?;
        let alone = measure(&url, path, cookie, 1, time).await?;
        print(what, &many, &alone);
    }
    println!("peak MiB: {:.0}", program.peak_mib()?);
    program.stop().await?;
    Ok(())
}

fn print(what: &str, many: &Measured, alone: &Measured) {
    println!(
        "{what:<26} {:>11.0} {:>6} µs {:>6} µs  {:>6} µs  {:>6} µs",
        many.per_second(),
        many.percentile(50).as_micros(),
        many.percentile(99).as_micros(),
        alone.percentile(50).as_micros(),
        alone.percentile(99).as_micros(),
    );
}

/// A trust center of a usual size.
async fn publish(url: &Url) -> Result<()> {
    let admin = organization::sign_in(url).await?;
    let content = "/dashboard/content";
    for section in 0..SECTIONS {
        let page = admin.open(&format!("{content}/sections/new")).await?;
        let title = format!("Reports of part {section}");
        let fields = [("kind", "items"), ("title", title.as_str())];
        let page = admin.submit(&page, "/sections", &fields).await?;
        let new = page.link("Add an item").context("no section")?;
        for item in 0..ITEMS {
            let page = admin.open(new.as_str()).await?;
            let title = format!("Document {item} of part {section}");
            let summary = "What an independent auditor found in the last period.";
            let visibility = if item % 2 == 0 { "public" } else { "locked" };
            let fields = [
                ("title", title.as_str()),
                ("summary", summary),
                ("visibility", visibility),
            ];
            let page = admin.submit(&page, "/items", &fields).await?;
            ensure!(page.status == 200, "no item: {}", page.summary());
        }
    }
    Ok(())
}
