//! How much is done and how often it is disturbed: short in `make test`, long in
//! `make crashes`. Every moment is drawn from a seed, which is printed.

use std::time::Duration;

use anyhow::Result;
use clock::{Ambient, Random};

use super::deployment::Deployment;
use super::until;

/// How long the org takes to answer, so that calls are under way most of the time.
pub const LATENCY: u64 = 25;
const PATIENCE: Duration = Duration::from_mins(1);
/// Who isn't asked for so long has nothing to answer anymore.
const DONE: Duration = Duration::from_secs(4);

pub struct Plan {
    random: Random,
    /// How often something breaks.
    pub breaks: usize,
    /// Activities between two of them.
    pub between: usize,
}

impl Plan {
    /// `short` and `long`: how often something breaks, and how many activities there
    /// are in all.
    pub fn draw(name: &str, short: (usize, usize), long: (usize, usize)) -> Self {
        let is_long = std::env::var("GATEHOUSE_CRASHES").is_ok_and(|form| form == "long");
        let (breaks, activities) = if is_long { long } else { short };
        let given = std::env::var("GATEHOUSE_CRASH_SEED").ok();
        let seed = given
            .and_then(|seed| seed.parse().ok())
            .unwrap_or_else(|| Ambient::system().random.below(1 << 32));
        println!("{name}: GATEHOUSE_CRASH_SEED={seed}, {breaks} breaks, {activities} activities");
        Self {
            random: Random::seeded(seed),
            breaks,
            between: activities / (breaks + 1) / 3 * 3,
        }
    }

    pub fn below(&self, limit: u64) -> u64 {
        self.random.below(limit)
    }

    /// A moment while calls are under way: when the org has been asked once or a few
    /// times since `calls` were counted, or has nothing to answer anymore, and some
    /// milliseconds later.
    pub async fn moment(&self, deployment: &Deployment, calls: u64) -> Result<()> {
        let goal = calls + 1 + self.below(4);
        let late = self.below(LATENCY + 5);
        let asked = || deployment.sandbox.api_calls();
        until("the org is asked", PATIENCE, || async {
            Ok(asked() > calls)
        })
        .await?;
        let few = until("", DONE, || async { Ok(asked() >= goal) }).await;
        if few.is_err() {
            println!("everything was sent in fewer calls");
        }
        tokio::time::sleep(Duration::from_millis(late)).await;
        Ok(())
    }
}
