//! How many connections, and how long each may do nothing.

use std::net::IpAddr;
use std::time::Duration;

use ipnet::IpNet;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::web::limits::{CONNECTIONS, OPEN_FILES, RESERVED_FILES};

#[derive(Clone, Debug)]
pub struct Limits {
    /// Connections in all, and of one peer (of an IPv6 network of 64 bits).
    pub total: usize,
    pub per_peer: usize,
    /// Who brings the connections of many: no peer of their own.
    pub proxies: Vec<IpNet>,
    /// From a request's first byte, or from the beginning, to the end of its header.
    pub header: Duration,
    /// From an answer to the next request.
    pub idle: Duration,
    /// How long nothing of an answer may be taken.
    pub stalled: Duration,
}

impl Limits {
    /// What the process can carry by its limit on open files, which is raised as far
    /// as it may be.
    pub fn of_process(proxies: Vec<IpNet>) -> Self {
        let files = open_files();
        let total = (files.saturating_sub(RESERVED_FILES) * 7 / 8).clamp(16, CONNECTIONS);
        let total = usize::try_from(total).unwrap_or(usize::MAX);
        Self {
            total,
            per_peer: (total / 4).clamp(16, 1024),
            proxies,
            header: Duration::from_secs(15),
            // More than load balancers keep one: they close first.
            idle: Duration::from_secs(75),
            stalled: Duration::from_mins(1),
        }
    }

    pub(super) fn is_proxy(&self, peer: IpAddr) -> bool {
        let peer = peer.to_canonical();
        self.proxies.iter().any(|network| network.contains(&peer))
    }
}

fn open_files() -> u64 {
    let had = getrlimit(Resource::Nofile);
    let wanted = had.maximum.unwrap_or(OPEN_FILES).min(OPEN_FILES);
    let current = had.current.unwrap_or(OPEN_FILES);
    if current >= wanted {
        return current;
    }
    let raised = Rlimit {
        current: Some(wanted),
        maximum: had.maximum,
    };
    match setrlimit(Resource::Nofile, raised) {
        Ok(()) => wanted,
        Err(_) => current,
    }
}
