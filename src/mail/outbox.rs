//! Queueing mail.

/// Queues a message in the transaction of the act that sends it; the worker is
/// woken on commit.
pub use crate::store::email::insert as queue;
