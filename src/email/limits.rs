//! Every limit and wait of the outbox's worker, in one place.

use std::time::Duration;

/// How many emails are claimed at a time.
pub(super) const BATCH: i64 = 10;
/// How long a claim keeps other workers away: longer than a batch can take.
pub(super) const LEASE: Duration = Duration::from_mins(10);
/// How often to check for emails of other replicas and for postponed ones.
pub(super) const POLL: Duration = Duration::from_secs(5);
/// How often an email is tried: with the growing waits, for two days.
pub(super) const ATTEMPTS: i64 = 50;
