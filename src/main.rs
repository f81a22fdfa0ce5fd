//! The program `gatehouse`.

use std::process::ExitCode;

use clap::Parser as _;
use gatehouse::{cli, files, telemetry};

/// Threads for what takes long, beside one for each core. Each keeps some memory once it
/// was busy; where all are, the next piece of work waits for one.
const BLOCKING_THREADS: usize = 16;

fn main() -> ExitCode {
    files::run_if_asked().unwrap_or_else(|| {
        let mut runtime = tokio::runtime::Builder::new_multi_thread();
        runtime.enable_all().max_blocking_threads(BLOCKING_THREADS);
        match runtime.build() {
            Ok(runtime) => runtime.block_on(start()),
            Err(error) => {
                eprintln!("gatehouse: threads can't be started: {error}");
                ExitCode::FAILURE
            }
        }
    })
}

async fn start() -> ExitCode {
    let arguments = cli::Arguments::parse();
    telemetry::init();
    if rustls::crypto::ring::default_provider()
        .install_default()
        .is_err()
    {
        tracing::warn!("a TLS provider was installed already");
    }
    match cli::run(arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("gatehouse: {error:#}");
            ExitCode::FAILURE
        }
    }
}
