//! Waking the workers of this process when there is something new to do.
//! Other replicas notice by looking now and then.

use std::sync::Arc;

use tokio::sync::Notify;

/// Who is to be woken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Work {
    Deliveries,
    Mail,
    Envelopes,
}

#[derive(Clone, Default, Debug)]
pub struct Bell {
    deliveries: Arc<Notify>,
    mail: Arc<Notify>,
    envelopes: Arc<Notify>,
}

impl Bell {
    /// Returns when there is work of this kind; at once if it was rung since the
    /// last call returned.
    pub async fn heard(&self, work: Work) {
        self.of(work).notified().await;
    }

    /// Wakes one waiting worker, or the next that comes to wait.
    pub fn ring(&self, work: Work) {
        self.of(work).notify_one();
    }

    fn of(&self, work: Work) -> &Notify {
        match work {
            Work::Deliveries => &self.deliveries,
            Work::Mail => &self.mail,
            Work::Envelopes => &self.envelopes,
        }
    }
}
