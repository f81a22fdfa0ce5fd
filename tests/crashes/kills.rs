//! Processes that are killed or paused, and a database that is, while strangers become
//! Leads and their acts become Tasks.

use std::time::Duration;

use anyhow::Result;
use salesforce_sim::{Fault, FaultKind};
use store::Db;

use super::cluster::Cluster;
use super::deployment::activities::{Who, record_all};
use super::deployment::process::Process;
use super::deployment::{Deployment, SLUG};
use super::outcome::{compare, settled};
use super::plan::{LATENCY, Plan};

/// How long everything may take to be settled once nothing breaks anymore: a lease
/// that has to run out, the quiet period, and a slow machine.
const PATIENCE: Duration = Duration::from_secs(100);
/// The local org commits what it was sent within this.
const QUIET_SECONDS: &str = "3";

/// Strangers become Leads in an org that takes its time.
pub async fn prepare(postgres: Option<&str>) -> Result<Deployment> {
    let mut deployment = Deployment::prepare(postgres).await?;
    let quiet = (
        "GATEHOUSE_SALESFORCE_QUIET_SECONDS",
        QUIET_SECONDS.to_owned(),
    );
    deployment.settings.extend([quiet]);
    let process = deployment.start().await?;
    deployment
        .connect(&["create_lead", "create_contact"])
        .await?;
    process.stop().await?;
    let slow = Fault::new(FaultKind::Latency { millis: LATENCY });
    deployment.sandbox.push_fault(slow.times(u32::MAX));
    Ok(deployment)
}

/// The activities that happen before the `round`th break.
async fn act(db: &Db, plan: &Plan, round: usize) -> Result<()> {
    let first = round * plan.between;
    record_all(db, SLUG, Who::Strangers, first..first + plan.between).await
}

pub async fn check(deployment: &Deployment) -> Result<()> {
    let all = settled(deployment, PATIENCE).await;
    let wrong = compare(deployment).await?;
    println!("{}", wrong.summary());
    all?;
    wrong.assert_nothing();
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_is_killed_while_it_writes_loses_and_doubles_nothing() -> Result<()> {
    let plan = Plan::draw("kills", (4, 1_200), (50, 20_000));
    let deployment = prepare(None).await?;
    let db = deployment.database().await?;
    let mut process = deployment.start().await?;
    for round in 0..plan.breaks {
        let calls = deployment.sandbox.api_calls();
        act(&db, &plan, round).await?;
        plan.moment(&deployment, calls).await?;
        process.kill().await?;
        process = deployment.start().await?;
    }
    act(&db, &plan, plan.breaks).await?;
    check(&deployment).await?;
    process.stop().await
}

/// Three replicas: one answers requests, too.
async fn replicas(deployment: &Deployment) -> Result<Vec<Process>> {
    Ok(vec![
        deployment.start().await?,
        deployment.start_sync().await?,
        deployment.start_sync().await?,
    ])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_crashes_under_three_replicas_loses_and_doubles_nothing() -> Result<()> {
    let plan = Plan::draw("database", (2, 900), (25, 20_000));
    let cluster = Cluster::start().await?;
    let deployment = prepare(Some(&cluster.url())).await?;
    let mut processes = replicas(&deployment).await?;
    for round in 0..plan.breaks {
        let calls = deployment.sandbox.api_calls();
        act(&deployment.database().await?, &plan, round).await?;
        plan.moment(&deployment, calls).await?;
        cluster.crash().await?;
        cluster.resume().await?;
    }
    act(&deployment.database().await?, &plan, plan.breaks).await?;
    check(&deployment).await?;
    for process in &mut processes {
        assert!(process.is_running(), "a replica ended with its database");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replicas_that_are_killed_in_turn_lose_and_double_nothing() -> Result<()> {
    let plan = Plan::draw("replicas", (3, 900), (50, 20_000));
    let deployment = prepare(Some(&super::test_postgres())).await?;
    let db = deployment.database().await?;
    let mut processes = replicas(&deployment).await?;
    for round in 0..plan.breaks {
        let calls = deployment.sandbox.api_calls();
        act(&db, &plan, round).await?;
        plan.moment(&deployment, calls).await?;
        processes.remove(0).kill().await?;
        processes.push(deployment.start_sync().await?);
    }
    act(&db, &plan, plan.breaks).await?;
    check(&deployment).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replica_that_is_paused_for_longer_than_its_lease_doubles_nothing() -> Result<()> {
    let plan = Plan::draw("paused", (1, 600), (10, 10_000));
    let deployment = prepare(Some(&super::test_postgres())).await?;
    let db = deployment.database().await?;
    let paused = deployment.start().await?;
    for round in 0..plan.breaks {
        let calls = deployment.sandbox.api_calls();
        act(&db, &plan, round).await?;
        plan.moment(&deployment, calls).await?;
        paused.signal("STOP").await?;
        // The other takes over what the paused one held, once its leases have run out.
        let other = deployment.start_sync().await?;
        let taken_over = settled(&deployment, PATIENCE).await;
        paused.signal("CONT").await?;
        taken_over?;
        other.stop().await?;
    }
    act(&db, &plan, plan.breaks).await?;
    check(&deployment).await?;
    paused.stop().await
}
