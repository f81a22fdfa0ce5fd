//! A disk on which nothing more can be written. A limit of the process's file size
//! simulates it: it needs no rights, and writing fails in the same places.

use std::time::Duration;

use anyhow::{Result, ensure};
use tokio::process::Command;

use super::deployment::SLUG;
use super::deployment::activities::{Who, record_all};
use super::deployment::process::Process;
use super::kills::{check, prepare};
use super::plan::Plan;
use super::until;

const PATIENCE: Duration = Duration::from_mins(1);
/// Neither the log nor the file of the embedded database takes a page more.
const NOTHING: &str = "1";
/// Lets writing fail instead of ending the process.
const IGNORING_THE_SIGNAL: [&str; 4] = ["sh", "-c", "trap '' XFSZ; exec \"$@\"", "sh"];

async fn limit(process: &Process, bytes: &str) -> Result<()> {
    let mut command = Command::new("prlimit");
    // The soft limit only, which can be raised again without rights.
    command.args([
        "--pid",
        &process.pid().to_string(),
        &format!("--fsize={bytes}:"),
    ]);
    ensure!(command.status().await?.success(), "prlimit failed");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_fills_loses_and_doubles_nothing() -> Result<()> {
    let plan = Plan::draw("disk", (2, 900), (20, 10_000));
    let deployment = prepare(None).await?;
    let db = deployment.database().await?;
    let process = deployment.start_by(&IGNORING_THE_SIGNAL).await?;
    let half = plan.between / 6 * 3;
    for round in 0..plan.breaks {
        let calls = deployment.sandbox.api_calls();
        let first = round * 2 * half;
        record_all(&db, SLUG, Who::Strangers, first..first + half).await?;
        plan.moment(&deployment, calls).await?;
        let warnings = process.warnings();
        limit(&process, NOTHING).await?;
        record_all(&db, SLUG, Who::Strangers, first + half..first + 2 * half).await?;
        until("it says that it can't write", PATIENCE, || async {
            Ok(process.warnings() > warnings)
        })
        .await?;
        limit(&process, "unlimited").await?;
    }
    check(&deployment).await?;
    process.stop().await
}
