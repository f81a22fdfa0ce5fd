//! Every limit, lifetime and wait of signing through DocuSign, in one place.

use std::time::Duration;

/// How long sending an envelope may take before another process does it.
pub(super) const SENDING: Duration = Duration::from_secs(90);
/// How often a second click checks whether the first has sent the envelope.
pub(super) const SENDING_CHECKS: usize = 100;
/// The time between two of these checks.
pub(super) const SENDING_PAUSE: Duration = Duration::from_millis(100);
/// How often one member may start signing.
pub(super) const STARTS_PER_MEMBER: (i64, Duration) = (10, Duration::from_hours(1));
/// How often all members of an account together may start signing.
pub(super) const STARTS_PER_ACCOUNT: (i64, Duration) = (100, Duration::from_hours(24));
/// The most characters that DocuSign takes of a name and of a subject.
pub(super) const NAME: usize = 100;
/// The largest PDF that DocuSign takes, in bytes.
pub(super) const LARGEST_PDF: u64 = 25 * 1024 * 1024;
/// DocuSign asks not to be asked about an envelope more often.
pub(super) const CHECK_EVERY: Duration = Duration::from_mins(15);
/// How long to wait after a first error.
pub(super) const FIRST_RETRY: Duration = Duration::from_mins(1);
/// Waits double up to this.
pub(super) const LONGEST_RETRY: Duration = Duration::from_hours(12);
/// How often a change of an envelope's status is tried while other processes change it.
pub(super) const STATUS_TRIES: usize = 5;
/// How many envelopes are claimed at a time; DocuSign is asked about all of an organization
/// at once.
pub(super) const BATCH: i64 = 50;
/// How long a claim keeps other workers away: longer than a batch can take.
pub(super) const LEASE: Duration = Duration::from_mins(10);
/// How often to check for due envelopes.
pub(super) const POLL: Duration = Duration::from_secs(30);
