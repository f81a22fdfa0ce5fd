//! Logs: one line an event, filtered by `RUST_LOG`.

use tracing_subscriber::EnvFilter;

/// Starts logging to standard error; call once.
pub fn init() {
    let filter =
        EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("gatehouse=info,warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false)
        .init();
}
