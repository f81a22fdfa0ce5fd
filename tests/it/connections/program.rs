//! `gatehouse serve` as a separate process, on an embedded database.

use std::net::SocketAddr;
use std::process::Stdio;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::process::{Child, Command};

/// How long it may take to begin.
const START: Duration = Duration::from_secs(30);

/// Killed when dropped.
pub struct Program {
    pub address: SocketAddr,
    child: Child,
    _data: TempDir,
}

impl Program {
    /// Runs this shell command first, in the same process.
    pub async fn start(before: &str) -> Self {
        drop(rustls::crypto::ring::default_provider().install_default());
        let data = tempfile::tempdir().expect("a temporary directory");
        let free = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = free.local_addr().expect("an address");
        drop(free);
        let mut child = Command::new("sh")
            .arg("-c")
            .arg(format!("{before} && exec \"$0\" serve"))
            .arg(env!("CARGO_BIN_EXE_gatehouse"))
            .env("GATEHOUSE_LISTEN", address.to_string())
            .env("GATEHOUSE_PUBLIC_URL", format!("http://{address}"))
            .env("GATEHOUSE_DATA_DIR", data.path())
            .env(
                "GATEHOUSE_SECRET_KEY",
                "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
            )
            .env("GATEHOUSE_TRUSTED_PROXIES", "127.0.0.1")
            .env("RUST_LOG", "warn")
            .stdout(Stdio::null())
            .stderr(Stdio::inherit())
            .kill_on_drop(true)
            .spawn()
            .expect("the program");
        let begun = Instant::now();
        while tokio::net::TcpStream::connect(address).await.is_err() {
            assert!(begun.elapsed() < START, "it doesn't listen");
            assert!(child.try_wait().unwrap().is_none(), "it ended");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Self {
            address,
            child,
            _data: data,
        }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The private memory that it has now, in KiB: what it reads of files, such as
    /// the program itself, isn't counted.
    pub fn memory(&self) -> u64 {
        let id = self.child.id().expect("running");
        let status = std::fs::read_to_string(format!("/proc/{id}/status")).expect("Linux");
        let line = status.lines().find(|line| line.starts_with("RssAnon:"));
        let number = line.and_then(|line| line.split_whitespace().nth(1));
        number.expect("a figure").parse().expect("a number")
    }
}
