//! How many deliveries a batch may have: fewer when an org struggles, more again
//! as it answers well.

use std::collections::HashMap;
use std::sync::Mutex;

use domain::ids::ConnectionId;
use salesforce::tasks::MAX_TASKS;

const SMALLEST: usize = 10;

/// The batch size of each connection that this process has served.
#[derive(Debug, Default)]
pub(super) struct BatchSizes(Mutex<HashMap<ConnectionId, usize>>);

impl BatchSizes {
    pub(super) fn of(&self, connection: ConnectionId) -> usize {
        self.with(connection, |size| *size)
    }

    /// A whole batch went through: add a tenth.
    pub(super) fn went_well(&self, connection: ConnectionId) {
        self.with(connection, |size| {
            *size = (*size + MAX_TASKS / 10).min(MAX_TASKS);
        });
    }

    /// The org timed out, or a request was too long: halve.
    pub(super) fn struggled(&self, connection: ConnectionId) {
        self.with(connection, |size| *size = (*size / 2).max(SMALLEST));
    }

    fn with<T>(&self, connection: ConnectionId, change: impl FnOnce(&mut usize) -> T) -> T {
        // Sizes are always valid, whatever panicked while holding the lock.
        let mut sizes = self
            .0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        change(sizes.entry(connection).or_insert(MAX_TASKS))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_struggling_org_gets_smaller_batches_until_it_does_well_again() {
        let sizes = BatchSizes::default();
        let one = ConnectionId::from_uuid(uuid::Uuid::from_u128(1));
        let other = ConnectionId::from_uuid(uuid::Uuid::from_u128(2));
        assert_eq!(sizes.of(one), 1000);
        sizes.struggled(one);
        assert_eq!((sizes.of(one), sizes.of(other)), (500, 1000));
        sizes.went_well(one);
        assert_eq!(sizes.of(one), 600);
        for _ in 0..20 {
            sizes.struggled(one);
        }
        assert_eq!(sizes.of(one), 10);
    }
}
