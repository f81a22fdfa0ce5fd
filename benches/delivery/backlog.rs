//! A full backlog: from the start of a stopped Gatehouse until the last Task is there.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use salesforce_sim::{Fault, FaultKind, Sim};

use super::deployment::activities::{Who, introduce, record_all};
use super::deployment::{Deployment, SLUG};
use super::{Database, LATENCIES};

pub fn title() {
    println!("\nBacklog");
    println!(
        "client                    org ms  activities  calls/1000  activities/s  CPU ms/1000  peak MiB"
    );
}

/// One line of the table. What can't be said of a client is left out.
pub struct Row<'a> {
    pub client: &'a str,
    pub latency: u64,
    pub activities: usize,
    pub calls: u64,
    pub took: Duration,
    pub cpu: Option<Duration>,
    pub peak_mib: Option<f64>,
}

impl Row<'_> {
    pub fn print(&self) {
        let thousands = self.activities as f64 / 1000.0;
        let cpu = self.cpu.map(|cpu| cpu.as_secs_f64() * 1000.0 / thousands);
        let or_nothing = |value: Option<f64>| value.map_or("-".to_owned(), |v| format!("{v:.0}"));
        println!(
            "{:<25} {:>6} {:>11} {:>11.1} {:>13.0} {:>12} {:>9}",
            self.client,
            self.latency,
            self.activities,
            self.calls as f64 / thousands,
            self.activities as f64 / self.took.as_secs_f64(),
            or_nothing(cpu),
            or_nothing(self.peak_mib),
        );
    }
}

/// Lets every call of the org take so long from now on.
pub fn slow_down(org: &Sim, millis: u64) {
    org.clear_faults();
    if millis > 0 {
        let slow = Fault::new(FaultKind::Latency { millis });
        org.push_fault(slow.times(u32::MAX));
    }
}

/// Until the org has so many Tasks.
pub async fn until_written(org: &Sim, tasks: usize) -> Result<()> {
    let began = Instant::now();
    let limit = Duration::from_mins(2) + Duration::from_millis(tasks as u64 * 20);
    while org.task_count() < tasks {
        ensure!(
            began.elapsed() < limit,
            "{} of {tasks} Tasks after {limit:?}",
            org.task_count()
        );
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    Ok(())
}

pub async fn measure(database: Database, activities: usize) -> Result<()> {
    let deployment = Deployment::prepare(database.server()?.as_deref()).await?;
    introduce(&deployment.sandbox);
    let process = deployment.start().await?;
    deployment.connect(&[]).await?;
    process.stop().await?;
    for latency in LATENCIES {
        let written = deployment.sandbox.task_count();
        record_all(
            &deployment.database().await?,
            SLUG,
            Who::Known,
            0..activities,
        )
        .await?;
        slow_down(&deployment.sandbox, latency);
        deployment.sandbox.reset_api_calls();
        let began = Instant::now();
        let process = deployment.start().await?;
        until_written(&deployment.sandbox, written + activities).await?;
        let took = began.elapsed();
        Row {
            client: &format!("Gatehouse on {}", database.name()),
            latency,
            activities,
            calls: deployment.sandbox.api_calls(),
            took,
            cpu: Some(process.cpu_time()?),
            peak_mib: Some(process.peak_mib()?),
        }
        .print();
        process.stop().await?;
    }
    Ok(())
}
