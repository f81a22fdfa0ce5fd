//! The built program, as a separate process.

use std::collections::{BTreeMap, VecDeque};
use std::net::TcpListener;
use std::os::fd::OwnedFd;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStderr, Command};

pub type Settings = BTreeMap<&'static str, String>;

/// How long starting and stopping may take on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// A running `gatehouse serve`; killed when it is dropped.
pub struct Process {
    child: Child,
    pid: u32,
    warnings: Arc<AtomicUsize>,
}

/// `by`: a program that starts it, and that program's arguments.
fn command(settings: &Settings, by: &[&str]) -> Command {
    let program = env!("CARGO_BIN_EXE_gatehouse");
    let mut command = match by {
        [] => Command::new(program),
        [first, others @ ..] => {
            let mut command = Command::new(first);
            command.args(others).arg(program);
            command
        }
    };
    command.envs(settings).kill_on_drop(true);
    command
}

/// Runs one command of the program to its end; answers what it printed.
pub async fn run(settings: &Settings, arguments: &[&str], input: &str) -> Result<String> {
    let mut child = command(settings, &[])
        .env("RUST_LOG", "error")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut stdin = child.stdin.take().context("no standard input")?;
    stdin.write_all(input.as_bytes()).await?;
    drop(stdin);
    let done = child.wait_with_output().await?;
    ensure!(
        done.status.success(),
        "gatehouse {arguments:?} ended with {}",
        done.status
    );
    Ok(String::from_utf8_lossy(&done.stdout).into_owned())
}

impl Process {
    /// Starts it and waits until it listens: on a socket that outlives it, as one of a
    /// service manager does, or where its settings say.
    pub async fn start(
        settings: &Settings,
        by: &[&str],
        socket: Option<&TcpListener>,
    ) -> Result<Self> {
        let mut command = command(settings, by);
        if let Some(socket) = socket {
            command
                .env("GATEHOUSE_LISTEN", "inherit")
                .stdin(Stdio::from(OwnedFd::from(socket.try_clone()?)));
        }
        let mut child = command
            .env("RUST_LOG", "gatehouse=info,warn")
            .env("NO_COLOR", "1")
            .arg("serve")
            .stderr(Stdio::piped())
            .spawn()?;
        let pid = child.id().context("it has ended at once")?;
        let stderr = child.stderr.take().context("no standard error")?;
        let mut lines = BufReader::new(stderr).lines();
        tokio::time::timeout(PATIENCE, until_listening(&mut lines))
            .await
            .context("it doesn't begin to listen")??;
        let warnings = Arc::new(AtomicUsize::new(0));
        tokio::spawn(pass_on_warnings(lines, pid, warnings.clone()));
        Ok(Self {
            child,
            pid,
            warnings,
        })
    }

    /// Sends a signal such as `STOP`.
    pub async fn signal(&self, name: &str) -> Result<()> {
        let pid = self.pid.to_string();
        let status = Command::new("kill")
            .args([&format!("-{name}"), &pid])
            .status()
            .await?;
        ensure!(status.success(), "SIG{name} could not be sent");
        Ok(())
    }

    /// SIGKILL: nothing can be finished.
    pub async fn kill(mut self) -> Result<()> {
        self.child.kill().await?;
        Ok(())
    }

    /// SIGTERM, and waits for its end.
    pub async fn stop(mut self) -> Result<()> {
        self.signal("TERM").await?;
        let ended = tokio::time::timeout(PATIENCE, self.child.wait()).await;
        let status = ended.context("it doesn't stop")??;
        ensure!(status.success(), "gatehouse ended with {status}");
        Ok(())
    }

    /// Whether it still runs.
    pub fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// How often it has logged a warning or an error.
    pub fn warnings(&self) -> usize {
        self.warnings.load(Ordering::SeqCst)
    }

    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// How long processors have worked for it.
    pub fn cpu_time(&self) -> Result<Duration> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.pid))?;
        // Behind the name, which may hold spaces: state is the first, and times in
        // hundredths of a second are the 12th and 13th.
        let fields = stat.rsplit(')').next().context("no fields")?;
        let times = fields.split_whitespace().skip(11).take(2);
        let ticks: Result<Vec<u64>, _> = times.map(str::parse).collect();
        Ok(Duration::from_millis(ticks?.iter().sum::<u64>() * 10))
    }

    /// The most memory it ever had resident, in MiB.
    pub fn peak_mib(&self) -> Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line
            .and_then(|line| line.split_whitespace().next())
            .context("no VmHWM")?;
        Ok(kib.parse::<f64>()? / 1024.0)
    }
}

async fn until_listening(lines: &mut Lines<BufReader<ChildStderr>>) -> Result<()> {
    let mut last = VecDeque::new();
    while let Some(line) = lines.next_line().await? {
        if line.contains("listening") {
            return Ok(());
        }
        last.push_back(line);
        last.truncate(20);
    }
    bail!("it ended before it listened: {last:?}")
}

async fn pass_on_warnings(
    mut lines: Lines<BufReader<ChildStderr>>,
    pid: u32,
    warnings: Arc<AtomicUsize>,
) {
    while let Ok(Some(line)) = lines.next_line().await {
        if !line.contains(" INFO ") {
            warnings.fetch_add(1, Ordering::SeqCst);
            eprintln!("{pid}: {line}");
        }
    }
}
