//! Data to begin with: a believable demo, nothing, or a file.

mod demo;
mod file;
mod past;

use std::{fs, path::Path};

use anyhow::Context;

use crate::Sim;

pub use file::Seed;

/// How old the demo's org is, in milliseconds.
const FOUNDED: i64 = 480 * 24 * 3_600_000;

/// Plants `demo`, `empty`, or the JSON file of that name; gives the logins.
///
/// # Errors
/// If the file can't be read or says what the org refuses.
pub fn plant(sim: &Sim, what: &str) -> anyhow::Result<Vec<String>> {
    let text = match what {
        "empty" => demo::EMPTY.to_owned(),
        "demo" => demo::DEMO.to_owned(),
        path => fs::read_to_string(Path::new(path)).with_context(|| {
            format!("can't read the seed {path}; give `demo`, `empty` or a JSON file")
        })?,
    };
    let mut seed: Seed = serde_json::from_str(&text)
        .with_context(|| format!("the seed {what} is not as the README says"))?;
    if what != "demo" {
        return seed.plant(sim);
    }
    let now = sim.clock().now();
    sim.clock().set(now - FOUNDED);
    let logins = seed.logins();
    let left = std::mem::take(&mut seed.deactivated);
    let planted = seed.plant_keyed(sim)?;
    sim.clock().run();
    past::plant(sim, &planted)?;
    for user in left {
        sim.set_active(planted.id(&user)?, false);
    }
    Ok(logins)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::OrgConfig;

    #[test]
    fn the_demo_has_a_past_that_its_users_made() {
        let sim = Sim::new(OrgConfig::new("Northbeam", true, "http://127.0.0.1"));
        let logins = plant(&sim, "demo").unwrap();
        assert!(logins.iter().all(|login| !login.contains("peter.voss")));
        let accounts = sim.find("SELECT Id FROM Account").len();
        assert_eq!(accounts, 40);
        let tasks = sim.tasks();
        assert!(tasks.len() > 400, "{}", tasks.len());
        assert!(tasks.iter().any(|task| !task.is_closed));
        for task in &tasks {
            assert_eq!(task.owner, task.created_by, "{}", task.subject);
            assert!(!task.subject.contains('{'), "{}", task.subject);
            assert!(!task.owner_name.contains("Gatehouse"), "{}", task.subject);
        }
        let in_order = tasks.is_sorted_by(|a, b| a.created_date <= b.created_date);
        assert!(in_order, "the newest come last");
    }
}
