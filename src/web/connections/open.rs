//! The connections that are open, and what each of them is doing.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::limits::Limits;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Phase {
    /// For a request's header.
    Waiting,
    /// A request: whoever answers it has limits of its own.
    Handling,
    /// Its answer is being sent.
    Answering,
}

#[derive(Debug)]
struct State {
    phase: Phase,
    since: Instant,
    /// When something of an answer was last taken.
    moved: Instant,
    /// When the first byte of the next request came.
    heard: Option<Instant>,
    had_request: bool,
}

#[derive(Debug)]
pub(super) struct Connection {
    id: u64,
    peer: IpAddr,
    state: Mutex<State>,
    close: CancellationToken,
}

impl Connection {
    fn new(id: u64, peer: IpAddr) -> Self {
        let now = Instant::now();
        Self {
            id,
            peer,
            state: Mutex::new(State {
                phase: Phase::Waiting,
                since: now,
                moved: now,
                heard: None,
                had_request: false,
            }),
            close: CancellationToken::new(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn enter(&self, phase: Phase) {
        let now = Instant::now();
        let mut state = self.state();
        state.phase = phase;
        state.since = now;
        state.moved = now;
        state.heard = None;
        state.had_request = true;
    }

    /// Something came.
    pub(super) fn heard(&self) {
        let now = Instant::now();
        let mut state = self.state();
        state.heard = state.heard.or(Some(now));
    }

    /// Something went.
    pub(super) fn sent(&self) {
        self.state().moved = Instant::now();
    }

    pub(super) async fn closed(&self) {
        self.close.cancelled().await;
    }

    /// Since when it has done nothing for anyone.
    fn waiting_since(&self) -> Option<Instant> {
        let state = self.state();
        (state.phase == Phase::Waiting).then_some(state.since)
    }

    /// From when it may be closed where the process stops: `grace` after it was opened
    /// if it had no request yet, else at once.
    pub(super) fn may_close_from(&self, grace: Duration) -> Instant {
        let state = self.state();
        if state.had_request {
            Instant::now()
        } else {
            state.since + grace
        }
    }

    fn deadline(&self, limits: &Limits) -> Option<Instant> {
        let state = self.state();
        match (state.phase, state.heard) {
            (Phase::Waiting, Some(heard)) => Some(heard + limits.header),
            (Phase::Waiting, None) if state.had_request => Some(state.since + limits.idle),
            (Phase::Waiting, None) => Some(state.since + limits.header),
            (Phase::Handling, _) => None,
            (Phase::Answering, _) => Some(state.moved + limits.stalled),
        }
    }

    pub(super) fn is_overdue(&self, limits: &Limits) -> bool {
        let deadline = self.deadline(limits);
        deadline.is_some_and(|deadline| deadline <= Instant::now())
    }

    /// When to look whether it is overdue.
    pub(super) fn look_again(&self, limits: &Limits) -> Instant {
        let soon = Instant::now() + limits.header;
        self.deadline(limits).map_or(soon, |at| at.min(soon))
    }
}

#[derive(Debug)]
pub(super) struct Open {
    limits: Limits,
    last: AtomicU64,
    connections: Mutex<BTreeMap<u64, Arc<Connection>>>,
}

impl Open {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            limits,
            last: AtomicU64::new(0),
            connections: Mutex::default(),
        }
    }

    pub(super) fn limits(&self) -> &Limits {
        &self.limits
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<u64, Arc<Connection>>> {
        self.connections
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// A new connection. Where there are too many, the one that has waited longest is
    /// closed for it; it is refused where all of them are being answered.
    pub(super) fn admit(&self, peer: IpAddr) -> Option<Arc<Connection>> {
        let peer = network(peer);
        let mut all = self.lock();
        if !self.limits.is_proxy(peer) {
            let own = all.values().filter(|one| one.peer == peer).count();
            if own >= self.limits.per_peer && !close_one(&mut all, |one| one.peer == peer) {
                return None;
            }
        }
        if all.len() >= self.limits.total && !close_one(&mut all, |_| true) {
            return None;
        }
        let id = self.last.fetch_add(1, Ordering::Relaxed);
        let connection = Arc::new(Connection::new(id, peer));
        all.insert(id, connection.clone());
        Some(connection)
    }

    pub(super) fn close_longest_waiting(&self) {
        close_one(&mut self.lock(), |_| true);
    }

    pub(super) fn remove(&self, connection: &Connection) {
        self.lock().remove(&connection.id);
    }
}

/// Closes the one among these that has waited longest for a request.
fn close_one(
    all: &mut BTreeMap<u64, Arc<Connection>>,
    which: impl Fn(&Connection) -> bool,
) -> bool {
    let waiting = all.values().filter(|one| which(one));
    let waiting = waiting.filter_map(|one| Some((one.waiting_since()?, one.id)));
    let Some((_, id)) = waiting.min() else {
        return false;
    };
    if let Some(connection) = all.remove(&id) {
        connection.close.cancel();
    }
    true
}

/// One home or host has 64 bits of IPv6 to itself.
fn network(peer: IpAddr) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V6(peer) => {
            let [a, b, c, d, ..] = peer.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        IpAddr::V4(peer) => IpAddr::V4(peer),
    }
}
