//! How full this machine's disk is.

use std::fmt;
use std::io;
use std::path::Path;
use std::sync::Arc;

type Read = dyn Fn(&Path) -> io::Result<u64> + Send + Sync;

/// Reads how much of the disk below a path is used, in percent. Tests give their
/// own, so that a machine with a full disk runs them as well.
#[derive(Clone)]
pub struct DiskUsage(Arc<Read>);

impl DiskUsage {
    /// What the operating system says.
    pub fn of_this_machine() -> Self {
        Self::read_by(|path| {
            let found = rustix::fs::statvfs(path)?;
            let used = found.f_blocks.saturating_sub(found.f_bfree);
            Ok(percent(used, found.f_bavail))
        })
    }

    /// What `read` says, in percent.
    pub fn read_by(read: impl Fn(&Path) -> io::Result<u64> + Send + Sync + 'static) -> Self {
        Self(Arc::new(read))
    }

    pub(super) fn percent(&self, path: &Path) -> io::Result<u64> {
        (self.0)(path)
    }
}

impl fmt::Debug for DiskUsage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DiskUsage")
    }
}

/// Of what Gatehouse can use, as `df` counts it: blocks that are kept for the
/// system's administrator are neither used nor available. A disk without any
/// block is full.
fn percent(used: u64, available: u64) -> u64 {
    let whole = used.saturating_add(available);
    used.saturating_mul(100)
        .checked_div(whole)
        .unwrap_or(100)
        .min(100)
}

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn blocks_kept_for_the_administrator_do_not_count() {
        // Of 1,000 blocks, 50 are kept.
        assert_eq!(percent(475, 475), 50);
        assert_eq!(percent(950, 0), 100);
        assert_eq!(percent(0, 0), 100);
    }
}
