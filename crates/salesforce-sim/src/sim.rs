//! One org, and what its administrators, its users and fate can do to it.

mod admin;
mod late;
mod records;
mod seeds;
mod view;

use std::sync::{Arc, Mutex, PoisonError};

pub use admin::FieldSeed;
use late::Late;
pub(crate) use late::Work;
pub use seeds::{AccountSeed, ContactSeed, LeadSeed, UserSeed};
pub use view::TaskView;

use crate::{
    Clock, OrgConfig,
    faults::{Fault, FaultKind, Faults},
    org::Org,
};

/// One org.
pub struct Sim {
    org: Mutex<Org>,
    clock: Clock,
    faults: Faults,
    late: Late,
}

impl Sim {
    /// An org without users or records.
    pub fn new(config: OrgConfig) -> Arc<Self> {
        let clock = Clock::default();
        Arc::new(Self {
            org: Mutex::new(Org::new(config, clock.now())),
            clock,
            faults: Faults::default(),
            late: Late::default(),
        })
    }

    /// The org's clock.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Lets `fault` happen to the next requests that match it.
    ///
    /// A [`FaultKind::LockRows`] holds its record at once.
    pub fn push_fault(&self, fault: Fault) {
        match &fault.kind {
            FaultKind::LockRows { id } => {
                if let Ok(id) = id.parse() {
                    self.with(|org, _| org.rules.lock(id, fault.times));
                }
            }
            _ => self.faults.push(fault),
        }
    }

    /// Forgets the faults that wait.
    pub fn clear_faults(&self) {
        self.faults.clear();
    }

    /// How many faults wait.
    pub fn faults_waiting(&self) -> usize {
        self.faults.waiting()
    }

    pub(crate) fn faults(&self) -> &Faults {
        &self.faults
    }

    /// Whatever is late and due by now happens first, so that nobody sees the org
    /// without it.
    pub(crate) fn with<R>(&self, work: impl FnOnce(&mut Org, i64) -> R) -> R {
        let now = self.clock.now();
        let mut org = self.org.lock().unwrap_or_else(PoisonError::into_inner);
        for (due, late) in self.late.due(now) {
            late(&mut org, due);
        }
        work(&mut org, now)
    }

    /// Lets `work` happen at a moment of the org's clock.
    pub(crate) fn later(&self, due: i64, work: Work) {
        self.late.push(due, work);
    }
}
