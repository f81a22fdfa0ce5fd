//! Every limit and time-out of the client, in one place; those of collections are in
//! `composite` and `tasks`.

use std::time::Duration;

/// How long connecting may take.
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long an unused connection is kept: shorter than Salesforce keeps it, so that one it
/// has just closed is rarely used for a write.
pub(super) const IDLE_TIMEOUT: Duration = Duration::from_secs(30);
/// The most bytes of an answer.
pub(super) const MAX_BODY: usize = 32 * 1024 * 1024;
/// The guard is asked again for each part of this size, in bytes, so that a body that leaves
/// slowly is stopped in the middle, too.
pub(super) const GUARDED_PART: usize = 64 * 1024;
/// More pages than any question here should have; ends an endless answer.
pub(super) const MAX_PAGES: usize = 200;
/// The longest address of a query, in bytes; Salesforce takes 16,384 of the whole address.
/// A longer one goes into a composite call.
pub(super) const MAX_PATH: usize = 15_000;
/// The longest query that is written, in bytes; Salesforce takes 100,000 characters.
pub(super) const MAX_QUERY: usize = 90_000;
/// The most changed records of each kind; one page has no more either.
pub(super) const MAX_CHANGES: usize = 2_000;
/// The most pages of Leads, more than there can be: a thousand Leads are one page.
pub(super) const MAX_LEAD_PAGES: usize = 200;
/// The most records of each kind that suggestions are made from.
pub(super) const MAX_SUGGESTED: usize = 50;
