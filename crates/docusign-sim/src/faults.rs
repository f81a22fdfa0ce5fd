//! What can be made to go wrong.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::connect::Message;

/// What meets one request to the REST API.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// 429, with the second since 1970 at which the limit is lifted.
    Limited(i64),
    /// A page of a gateway, and nothing was done.
    Status(u16),
    /// It is done, but the answer is a gateway's 502.
    Lost,
}

/// What becomes of messages to webhooks.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Webhooks {
    #[default]
    Sent,
    Dropped,
    Twice,
    /// Kept, for the test to send in its own order.
    Held,
}

#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    next: VecDeque<Fault>,
    webhooks: Webhooks,
    without_summary: bool,
    held: Vec<Message>,
}

impl Faults {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn fail_next(&self, faults: &[Fault]) {
        self.inner().next.extend(faults);
    }

    pub(crate) fn take(&self) -> Option<Fault> {
        self.inner().next.pop_front()
    }

    pub(crate) fn set_webhooks(&self, webhooks: Webhooks) {
        self.inner().webhooks = webhooks;
    }

    pub(crate) fn webhooks(&self) -> Webhooks {
        self.inner().webhooks
    }

    pub(crate) fn set_summaries(&self, given: bool) {
        self.inner().without_summary = !given;
    }

    pub(crate) fn summaries(&self) -> bool {
        !self.inner().without_summary
    }

    pub(crate) fn hold(&self, message: Message) {
        self.inner().held.push(message);
    }

    pub(crate) fn take_held(&self) -> Vec<Message> {
        std::mem::take(&mut self.inner().held)
    }
}
