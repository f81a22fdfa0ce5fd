//! The keys that seal what is secret in the database.

use anyhow::bail;
use clap::Subcommand;
use clock::Ambient;

use crate::config::Config;
use crate::use_cases::keys;

#[derive(Subcommand)]
pub(super) enum KeysCommand {
    /// Seal everything again with the first key of `GATEHOUSE_SECRET_KEY`, so that the ones
    /// after it can be taken away. The server may run meanwhile, with the same keys.
    Rotate,
}

pub(super) async fn run(config: &Config, command: KeysCommand) -> anyhow::Result<()> {
    match command {
        KeysCommand::Rotate => rotate(config).await,
    }
}

async fn rotate(config: &Config) -> anyhow::Result<()> {
    let db = super::database(config).await?;
    let random = Ambient::system().random;
    let before = keys::rotate(&db, &random, &config.keyring).await?;
    println!(
        "Sealed {} of {} secrets again; {} were sealed with the first key already.",
        before.older,
        before.count(),
        before.current
    );
    if before.unreadable.is_empty() {
        println!("Only the first key of GATEHOUSE_SECRET_KEY is needed now.");
        return Ok(());
    }
    for place in &before.unreadable {
        println!("Can’t be opened with any of the keys: {place}");
    }
    bail!(
        "{} secrets were left as they are: add the key that sealed them to GATEHOUSE_SECRET_KEY, \
         after a comma, and run this again",
        before.unreadable.len()
    )
}
