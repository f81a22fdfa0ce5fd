//! Waking the workers of this process when there is something new to do.
//! [`crate::db::listen`] brings the same from the other processes.

use std::sync::Arc;

use tokio::sync::Notify;

/// What kind of work there is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Work {
    /// Deliveries that are due.
    Deliveries,
    /// Emails in the outbox.
    Mail,
    /// Envelopes about which DocuSign is to be asked.
    Envelopes,
    /// Updates on their way to their subscribers.
    Updates,
    /// Dry runs and backfills of past activity.
    PastActivity,
}

impl Work {
    /// Every kind.
    pub const ALL: [Self; 5] = [
        Self::Deliveries,
        Self::Mail,
        Self::Envelopes,
        Self::Updates,
        Self::PastActivity,
    ];

    /// What the processes on one database call it among themselves.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Deliveries => "deliveries",
            Self::Mail => "mail",
            Self::Envelopes => "envelopes",
            Self::Updates => "updates",
            Self::PastActivity => "past activity",
        }
    }
}

/// Tells workers that there may be work. Clones share it.
#[derive(Clone, Default, Debug)]
pub struct WorkSignal {
    deliveries: Arc<Notify>,
    mail: Arc<Notify>,
    envelopes: Arc<Notify>,
    updates: Arc<Notify>,
    past_activity: Arc<Notify>,
}

impl WorkSignal {
    /// Returns when there is work of this kind; at once if a notification came
    /// since the last call returned.
    pub async fn wait(&self, work: Work) {
        self.waiting_for(work).notified().await;
    }

    /// Wakes one waiting worker, or the next that comes to wait.
    pub fn notify(&self, work: Work) {
        self.waiting_for(work).notify_one();
    }

    fn waiting_for(&self, work: Work) -> &Notify {
        match work {
            Work::Deliveries => &self.deliveries,
            Work::Mail => &self.mail,
            Work::Envelopes => &self.envelopes,
            Work::Updates => &self.updates,
            Work::PastActivity => &self.past_activity,
        }
    }
}
