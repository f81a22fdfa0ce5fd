//! The program `gatehouse`.

use std::process::ExitCode;

use clap::Parser as _;
use gatehouse::{cli, telemetry};

#[tokio::main]
async fn main() -> ExitCode {
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
