//! A PostgreSQL of a test's own, which can be stopped at once and started again.

use std::path::{Path, PathBuf};
use std::process::Output;

use anyhow::{Context as _, Result, ensure};
use tempfile::TempDir;
use tokio::process::Command;

/// Stopped and removed when it is dropped.
pub struct Cluster {
    bin: PathBuf,
    dir: TempDir,
}

impl Cluster {
    pub async fn start() -> Result<Self> {
        let dir = tempfile::Builder::new()
            .prefix("gatehouse-crashes.")
            .tempdir()?;
        let cluster = Self {
            bin: programs()?,
            dir,
        };
        if is_root() {
            // PostgreSQL refuses to run as root.
            let mut owner = Command::new("chown");
            owner.arg("postgres:").arg(cluster.dir.path());
            ensure!(owner.status().await?.success(), "there is no user postgres");
        }
        let data = cluster.data().display().to_string();
        let initdb = [
            "--no-sync",
            "-U",
            "gatehouse",
            "--auth=trust",
            "-E",
            "UTF8",
            "-D",
            &data,
        ];
        cluster.run("initdb", &initdb).await?;
        cluster.resume().await?;
        Ok(cluster)
    }

    fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    /// Where it is reached.
    pub fn url(&self) -> String {
        let socket = self.dir.path().display();
        format!("postgres://gatehouse@localhost/postgres?host={socket}")
    }

    /// Stops it as a crash does: connections break, nothing is finished.
    pub async fn crash(&self) -> Result<()> {
        let data = self.data().display().to_string();
        self.run("pg_ctl", &["-D", &data, "-m", "immediate", "-w", "stop"])
            .await
    }

    pub async fn resume(&self) -> Result<()> {
        let data = self.data().display().to_string();
        let log = self.dir.path().join("log").display().to_string();
        // What was committed has to survive the crash, as it would for an operator; the
        // machine itself doesn't crash.
        let options = format!(
            "-c listen_addresses= -c unix_socket_directories={} -c fsync=off -c max_connections=150",
            self.dir.path().display()
        );
        self.run(
            "pg_ctl",
            &["-D", &data, "-w", "-l", &log, "-o", &options, "start"],
        )
        .await
    }

    async fn run(&self, program: &str, arguments: &[&str]) -> Result<()> {
        let mut command = as_owner(&self.bin.join(program));
        command.args(arguments).current_dir(self.dir.path());
        let done = output_in_files(command, self.dir.path()).await?;
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        ensure!(done.status.success(), "{program} {arguments:?}: {said}");
        Ok(())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let mut command = as_owner(&self.bin.join("pg_ctl")).into_std();
        let stopped = command
            .args(["-m", "immediate", "stop", "-D"])
            .arg(self.data())
            .current_dir(self.dir.path())
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .status();
        drop(stopped);
    }
}

/// Not by pipes: the server that `pg_ctl` leaves behind would keep them open.
async fn output_in_files(mut command: Command, dir: &Path) -> Result<Output> {
    let said = dir.join("said");
    let file = std::fs::File::create(&said)?;
    let status = command
        .stdout(file.try_clone()?)
        .stderr(file)
        .status()
        .await?;
    Ok(Output {
        status,
        stdout: Vec::new(),
        stderr: std::fs::read(said)?,
    })
}

fn as_owner(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("runuser");
    command.args(["-u", "postgres", "--"]).arg(program);
    command
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|own| {
        use std::os::unix::fs::MetadataExt as _;
        own.uid() == 0
    })
}

/// The newest server that is installed.
fn programs() -> Result<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .chain(std::env::split_paths(
            &std::env::var_os("PATH").unwrap_or_default(),
        ))
        .filter(|dir| dir.join("initdb").exists())
        .collect();
    found.sort();
    found
        .pop()
        .context("PostgreSQL's server is missing: run scripts/install-test-tools")
}
