//! How fast a large document goes into the program and out of it again, over HTTP on
//! this machine, and how much memory that takes.
//!
//! `make bench-files` runs it; `BENCH_ARGS='--mib 256'` chooses another size.

#![allow(
    unreachable_pub,
    reason = "a program of its own: nothing of it is reached from outside"
)]

#[path = "../shared/organization.rs"]
mod organization;
#[allow(dead_code, reason = "the part that starts and stops a process is used")]
#[path = "../../tests/support/deployment/process.rs"]
mod process;

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use bytes::Bytes;
use clap::Parser;
use futures::StreamExt as _;
use process::Process;
use testkit::client::Client;
use url::Url;

const PIECE: usize = 64 * 1024;
const MIB: usize = 1024 * 1024;
/// Longer than `Client` waits for a page.
const LIMIT: Duration = Duration::from_mins(30);

#[derive(Parser)]
struct Arguments {
    /// The size of the document.
    #[arg(long, default_value_t = 1024)]
    mib: usize,
    /// Passed on by cargo.
    #[arg(long, hide = true)]
    bench: bool,
}

/// What was measured in one direction.
struct Row {
    what: &'static str,
    took: Duration,
    before_mib: f64,
    peak_mib: f64,
}

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    drop(rustls::crypto::ring::default_provider().install_default());
    let data = tempfile::tempdir()?;
    let (settings, url) = organization::create(&data).await?;

    let program = Process::start(&settings, &[], None).await?;
    let admin = organization::sign_in(&url).await?;
    let item = new_item(&admin).await?;
    let upload = measure("upload", &program, upload(&admin, &item, arguments.mib)).await?;
    program.stop().await?;

    // Another process, so that its peak is its own.
    let program = Process::start(&settings, &[], None).await?;
    let public = item.replace("/dashboard/content", "/trust/benchmark");
    let page = Client::new(&url)?.open(&public).await?;
    let file = page.link("Download").context("nothing to download")?;
    let size = arguments.mib * MIB;
    let download = measure("download", &program, download(&file, size)).await?;
    program.stop().await?;

    println!("direction      MiB  seconds   MiB/s  MiB before  peak MiB");
    for row in [upload, download] {
        let seconds = row.took.as_secs_f64();
        #[allow(clippy::cast_precision_loss, reason = "a speed")]
        let speed = arguments.mib as f64 / seconds;
        println!(
            "{:<9} {:>8} {seconds:>8.1} {speed:>7.0} {:>11.0} {:>9.0}",
            row.what, arguments.mib, row.before_mib, row.peak_mib
        );
    }
    Ok(())
}

async fn measure(
    what: &'static str,
    program: &Process,
    act: impl Future<Output = Result<()>>,
) -> Result<Row> {
    let before_mib = program.peak_mib()?;
    let began = Instant::now();
    act.await.context(what)?;
    Ok(Row {
        what,
        took: began.elapsed(),
        before_mib,
        peak_mib: program.peak_mib()?,
    })
}

/// A public item; the path of its form.
async fn new_item(admin: &Client) -> Result<String> {
    let content = "/dashboard/content";
    let page = admin.open(&format!("{content}/sections/new")).await?;
    let fields = [("kind", "items"), ("title", "Reports")];
    let page = admin.submit(&page, "/sections", &fields).await?;
    let new = page.link("Add an item").context("no section")?;
    let page = admin.open(new.as_str()).await?;
    let fields = [("title", "A large document"), ("visibility", "public")];
    let page = admin.submit(&page, "/items", &fields).await?;
    ensure!(page.status == 200, "no item: {}", page.summary());
    Ok(page.url.path().to_owned())
}

async fn upload(admin: &Client, item: &str, mib: usize) -> Result<()> {
    let piece = Bytes::from(vec![b'x'; PIECE]);
    let count = mib * MIB / PIECE;
    let pieces = (0..count).map(move |_| Ok::<_, std::io::Error>(piece.clone()));
    let body = reqwest::Body::wrap_stream(futures::stream::iter(pieces));
    let file = reqwest::multipart::Part::stream(body).file_name("large.txt");
    let form = reqwest::multipart::Form::new().part("file", file);
    let url = admin.url(&format!("{item}/document"))?;
    let request = admin.http().post(url).multipart(form).timeout(LIMIT);
    let status = request.send().await?.status();
    ensure!(status == 303, "refused: {status}");
    Ok(())
}

async fn download(file: &Url, size: usize) -> Result<()> {
    let client = reqwest::Client::builder().timeout(LIMIT).build()?;
    let mut content = client.get(file.clone()).send().await?.bytes_stream();
    let mut got = 0;
    while let Some(piece) = content.next().await {
        got += piece?.len();
    }
    ensure!(got == size, "{got} bytes instead of {size}");
    Ok(())
}
