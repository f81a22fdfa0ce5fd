//! Requests whose answer is lost and that are carried out later.

use std::sync::{Mutex, PoisonError};

use crate::org::Org;

/// What is done to the org at its moment.
pub(crate) type Work = Box<dyn FnOnce(&mut Org, i64) + Send>;

/// What is still to happen, each with its moment of the org's clock.
#[derive(Default)]
pub(super) struct Late(Mutex<Vec<(i64, Work)>>);

impl Late {
    pub(crate) fn push(&self, due: i64, work: Work) {
        self.lock().push((due, work));
    }

    /// Takes what is due, in the order of its moments.
    pub(crate) fn due(&self, now: i64) -> Vec<(i64, Work)> {
        let mut waiting = self.lock();
        let (mut due, rest): (Vec<_>, Vec<_>) = waiting.drain(..).partition(|(at, _)| *at <= now);
        *waiting = rest;
        due.sort_by_key(|(at, _)| *at);
        due
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<(i64, Work)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
