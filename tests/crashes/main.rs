//! Gatehouse as real processes that are killed, stopped, restarted or run out of
//! disk, and what the org has in the end: one Task for each activity, nobody twice,
//! each person's in order.
//!
//! `make crashes` runs the long form; docs/reliability.md says what came of it.

#![allow(
    unreachable_pub,
    reason = "a program of its own: nothing of it is reached from outside"
)]

#[path = "../support/deployment/mod.rs"]
mod deployment;

mod cluster;
mod disk;
mod kills;
mod outcome;
mod plan;
mod restart;

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

/// Asks again and again until it is so, or fails.
async fn until<F: Future<Output = Result<bool>>>(
    what: &str,
    limit: Duration,
    mut holds: impl FnMut() -> F,
) -> Result<()> {
    let began = Instant::now();
    while !holds().await? {
        ensure!(began.elapsed() < limit, "after {limit:?} still not: {what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}

/// The PostgreSQL that `make test` starts.
fn test_postgres() -> String {
    std::env::var("GATEHOUSE_TEST_POSTGRES_URL").expect(
        "GATEHOUSE_TEST_POSTGRES_URL is not set: run these with \
         `scripts/with-postgres cargo nextest run --test crashes`",
    )
}
