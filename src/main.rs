//! The program `gatehouse`.

use std::process::ExitCode;

use clap::Parser as _;
use gatehouse::{cli, files};

fn main() -> ExitCode {
    share_memory_between_threads();
    files::run_if_asked().unwrap_or_else(start)
}

/// glibc gives each new thread a heap of its own, eight for each core, and what is freed in
/// one stays there. One for each core is enough.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(
    unsafe_code,
    reason = "the allocator's number of pools has no safe setter"
)]
fn share_memory_between_threads() {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let cores = i32::try_from(cores).unwrap_or(i32::MAX);
    // SAFETY: sets a number of the allocator, before there is another thread.
    unsafe { libc::mallopt(libc::M_ARENA_MAX, cores) };
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn share_memory_between_threads() {}

#[tokio::main]
async fn start() -> ExitCode {
    let arguments = cli::Arguments::parse();
    if rustls::crypto::ring::default_provider()
        .install_default()
        .is_err()
    {
        eprintln!("gatehouse: a TLS provider was installed already");
    }
    match cli::run(arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("gatehouse: {error:#}");
            ExitCode::FAILURE
        }
    }
}
