//! The same activities through clients that were written with jsforce: one that looks
//! up and writes each by itself, and one that was batched by hand. Neither keeps a
//! journal: what they were sending when they crash is lost or doubled.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use secrecy::ExposeSecret as _;
use serde::Deserialize;
use tokio::process::Command;

use super::LATENCIES;
use super::backlog::{Row, slow_down};
use super::deployment::Deployment;
use super::deployment::activities::{introduce, known};
use super::server::Server;
use super::stream::organization;

/// Where scripts/install-bench-peers puts jsforce.
const INSTALLED: &str = "target/bench-peers";

/// What a client prints when it is done.
#[derive(Deserialize)]
struct Report {
    seconds: f64,
    cpu_seconds: f64,
}

pub async fn measure(activities: usize) -> Result<()> {
    ensure!(
        Path::new(INSTALLED).join("node_modules/jsforce").exists(),
        "jsforce is missing: run scripts/install-bench-peers, or use `make bench`"
    );
    let deployment = Deployment::prepare(None).await?;
    introduce(&deployment.sandbox);
    let server = Server::start(&deployment).await?;
    deployment.connect(&[]).await?;
    let (instance, token) = login(&server).await?;
    server.stop().await?;
    for (client, file, share) in [
        ("jsforce, one by one", "one_by_one.mjs", 10),
        ("jsforce, batched by hand", "batched.mjs", 1),
    ] {
        for latency in LATENCIES {
            // One by one takes long: a tenth of them says how fast it is.
            let activities = activities / share;
            slow_down(&deployment.sandbox, latency);
            deployment.sandbox.reset_api_calls();
            let before = deployment.sandbox.task_count();
            let report = run(file, &instance, &token, activities).await?;
            ensure!(
                deployment.sandbox.task_count() == before + activities,
                "{client} wrote {} of {activities} Tasks",
                deployment.sandbox.task_count() - before
            );
            Row {
                client,
                latency,
                activities,
                calls: deployment.sandbox.api_calls(),
                took: Duration::from_secs_f64(report.seconds),
                cpu: Some(Duration::from_secs_f64(report.cpu_seconds)),
                peak_mib: None,
            }
            .print();
        }
    }
    Ok(())
}

/// The address and the token of the org that Gatehouse was connected to.
async fn login(server: &Server) -> Result<(String, String)> {
    let app = &server.app;
    let org = organization(&app.db).await?;
    let mut tx = app.db.read().await?;
    let connection = ::store::salesforce::connections::live(&mut tx, org).await?;
    drop(tx);
    let connection = connection.context("not connected")?;
    let access = gatehouse::salesforce_connection::tokens::session(app, org, connection.id).await?;
    let token = access.session.access_token.expose_secret().to_owned();
    Ok((connection.instance_url, token))
}

async fn run(file: &str, instance: &str, token: &str, activities: usize) -> Result<Report> {
    let people: Vec<_> = (0..activities)
        .map(|n| serde_json::json!({ "email": known(n).0, "company": known(n).1 }))
        .collect();
    let input = tempfile::NamedTempFile::new()?;
    std::fs::write(input.path(), serde_json::to_vec(&people)?)?;
    // Beside its modules, where node looks for them.
    let script = Path::new(INSTALLED).join(file);
    std::fs::copy(Path::new("benches/peers").join(file), &script)?;
    let done = Command::new("node")
        .arg(&script)
        .args([
            instance.trim_end_matches('/'),
            &input.path().display().to_string(),
        ])
        .env("SALESFORCE_TOKEN", token)
        .stderr(Stdio::inherit())
        .output()
        .await
        .context("node can't be run")?;
    ensure!(done.status.success(), "{file} ended with {}", done.status);
    Ok(serde_json::from_slice(&done.stdout)?)
}
