//! What the child process takes from itself before it opens a file.

use std::io;

use rustix::process::{Resource, Rlimit, setrlimit};

use crate::files::limits::{
    INSPECTION_CPU_SECONDS, INSPECTION_MEMORY, INSPECTION_OPEN_FILES, INSPECTION_WRITTEN,
};

/// The child's exit code where it can't limit itself.
pub(super) const FAILED: u8 = 2;

/// Limits this process for good; on Linux from 5.13 it can't open any path either.
pub(super) fn confine() -> io::Result<()> {
    for (resource, most) in [
        (Resource::As, INSPECTION_MEMORY),
        (Resource::Cpu, INSPECTION_CPU_SECONDS),
        (Resource::Nofile, INSPECTION_OPEN_FILES),
        (Resource::Fsize, INSPECTION_WRITTEN),
        (Resource::Core, 0),
    ] {
        let limit = Rlimit {
            current: Some(most),
            maximum: Some(most),
        };
        setrlimit(resource, limit)?;
    }
    close_paths()
}

/// No rule allows anything. Kernels without this leave it at the limits above.
#[cfg(target_os = "linux")]
fn close_paths() -> io::Result<()> {
    use landlock::{ABI, Access as _, AccessFs, AccessNet, Ruleset, RulesetAttr as _};

    let closed = Ruleset::default()
        .handle_access(AccessFs::from_all(ABI::V5))
        .and_then(|rules| rules.handle_access(AccessNet::from_all(ABI::V5)))
        .and_then(Ruleset::create)
        .and_then(landlock::RulesetCreated::restrict_self);
    closed.map(drop).map_err(io::Error::other)
}

#[cfg(not(target_os = "linux"))]
fn close_paths() -> io::Result<()> {
    Ok(())
}
