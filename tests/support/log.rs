//! What the program logs, kept for a test to read.

use std::io::Write;
use std::sync::{Arc, Mutex};

use gatehouse::config::LogFormat;
use gatehouse::telemetry;
use serde_json::Value;
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::util::SubscriberInitExt as _;

#[derive(Clone, Default)]
pub struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// Everything down to TRACE, from this thread, until the guard is dropped.
    pub fn listen() -> (Self, DefaultGuard) {
        let log = Self::default();
        let writer = log.clone();
        let listening = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_writer(move || writer.clone())
            .finish()
            .set_default();
        (log, listening)
    }

    /// What `RUST_LOG=debug` lets through from this thread, as programs get it, without
    /// what the tests' own browsers say of their cookies.
    pub fn listen_as_a_program() -> (Self, DefaultGuard) {
        let log = Self::default();
        let writer = log.clone();
        let filter = EnvFilter::new("debug,cookie_store=off");
        let lines = telemetry::subscriber(LogFormat::Json, filter, move || writer.clone());
        (log, lines.set_default())
    }

    /// The lines with these words, of a log for programs.
    pub fn lines(&self, message: &str) -> Vec<Value> {
        let text = self.text();
        let lines = text
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).expect("an object a line"));
        lines
            .filter(|line| line["fields"]["message"] == message)
            .collect()
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
