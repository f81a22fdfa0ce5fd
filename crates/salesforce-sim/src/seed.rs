//! Data to begin with: a believable demo, nothing, or a file.

mod demo;
mod file;

use std::{fs, path::Path};

use anyhow::Context;

use crate::Sim;

pub use file::Seed;

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
    let seed: Seed = serde_json::from_str(&text)
        .with_context(|| format!("the seed {what} is not as the README says"))?;
    seed.plant(sim)
}
