//! `make demo`: Gatehouse on embedded SQLite with a local Salesforce org, to
//! click through; `--once` sends scripted visitors and checks what became of them.

mod access;
mod brand;
mod calendar;
mod content;
mod docusign;
mod expected;
mod groups;
mod history;
mod mailbox;
mod sample_documents;
mod sample_updates;
mod script;
mod seed;
mod stage;
mod team;
mod trust;
mod welcome;

use std::process::ExitCode;

use clap::Parser;
use stage::Stage;
use tracing_subscriber::EnvFilter;

/// Gatehouse with a local Salesforce org.
#[derive(Parser)]
struct Arguments {
    /// Play it through with scripted visitors, print the Tasks, and stop: exit 0
    /// only if they are the expected ones.
    #[arg(long)]
    once: bool,
}

fn main() -> ExitCode {
    gatehouse::files::run_if_asked().unwrap_or_else(start)
}

#[tokio::main]
async fn start() -> ExitCode {
    let arguments = Arguments::parse();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false)
        .init();
    let done = if arguments.once {
        once().await
    } else {
        stay().await
    };
    match done {
        Ok(code) => code,
        Err(error) => {
            eprintln!("demo: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Until Ctrl-C.
async fn stay() -> anyhow::Result<ExitCode> {
    let folder = stage::Folder::fresh()?;
    let stage = Stage::set(folder.path()).await?;
    welcome::print(&stage);
    tokio::signal::ctrl_c().await?;
    stage.strike().await?;
    println!("\nStopped.");
    Ok(ExitCode::SUCCESS)
}

async fn once() -> anyhow::Result<ExitCode> {
    let folder = tempfile::tempdir()?;
    let stage = Stage::set(folder.path()).await?;
    let played = script::play(&stage).await;
    // Also after a failure: what is there helps to find out why.
    let tasks = expected::Row::from_org(&stage.sandbox.sim);
    println!("\n{}", expected::table(&tasks));
    let played = played?;
    stage.strike().await?;
    let differences = expected::differences(&tasks, &played);
    if differences.is_empty() {
        println!("{} Tasks, all as expected.", tasks.len());
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("The Tasks are not the expected ones:\n{differences}");
    Ok(ExitCode::FAILURE)
}
