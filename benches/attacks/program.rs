//! The program under measurement, as a process of its own.

use std::collections::BTreeMap;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, Command};

pub type Settings = BTreeMap<&'static str, String>;

/// A running `gatehouse serve`.
pub struct Gatehouse {
    child: Child,
    pid: u32,
}

fn command(settings: &Settings) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gatehouse"));
    command
        .envs(settings)
        .env("RUST_LOG", "error")
        .kill_on_drop(true);
    command
}

/// Runs one command to its end.
pub async fn run(settings: &Settings, arguments: &[&str], input: &str) -> Result<()> {
    let mut child = command(settings)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()?;
    let mut stdin = child.stdin.take().context("no standard input")?;
    stdin.write_all(input.as_bytes()).await?;
    drop(stdin);
    let status = child.wait().await?;
    ensure!(
        status.success(),
        "gatehouse {arguments:?} ended with {status}"
    );
    Ok(())
}

impl Gatehouse {
    /// Starts it and waits until it answers.
    pub async fn serve(settings: &Settings) -> Result<Self> {
        let child = command(settings).arg("serve").spawn()?;
        let pid = child.id().context("it has ended at once")?;
        let url = format!("{}/healthz", settings["GATEHOUSE_PUBLIC_URL"]);
        let began = Instant::now();
        while reqwest::get(&url).await.is_err() {
            ensure!(
                began.elapsed() < Duration::from_secs(30),
                "it doesn't answer"
            );
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Ok(Self { child, pid })
    }

    /// The most memory it ever had resident, in MiB.
    pub fn peak_mib(&self) -> Result<f64> {
        self.memory("VmHWM:")
    }

    /// The memory that it has resident now, in MiB.
    pub fn resident_mib(&self) -> Result<f64> {
        self.memory("VmRSS:")
    }

    fn memory(&self, which: &'static str) -> Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid))?;
        let line = status.lines().find_map(|line| line.strip_prefix(which));
        let kib = line
            .and_then(|line| line.split_whitespace().next())
            .context(which)?;
        Ok(kib.parse::<f64>()? / 1024.0)
    }

    /// SIGTERM, and waits for its end.
    pub async fn stop(mut self) -> Result<()> {
        let pid = self.pid.to_string();
        Command::new("kill").args(["-TERM", &pid]).status().await?;
        let status = self.child.wait().await?;
        ensure!(status.success(), "gatehouse ended with {status}");
        Ok(())
    }
}
