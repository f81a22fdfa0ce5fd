//! The program `gatehouse`.

use std::process::ExitCode;

use clap::Parser as _;
use gatehouse::{cli, files, telemetry};

fn main() -> ExitCode {
    files::run_if_asked().unwrap_or_else(start)
}

#[tokio::main]
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
