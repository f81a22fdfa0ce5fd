//! Every limit, lifetime and wait of the engine, in one place.

use std::time::Duration;

/// Turns that one process works at once, over all connections: a turn mostly waits for
/// Salesforce, and an org that hangs must leave room for the others.
pub(super) const TURNS: usize = 64;
/// Turns of one connection at once at the most, over all replicas.
pub(super) const PER_CONNECTION: i64 = 4;
/// How long a turn lasts unless it is renewed: a dead worker's lanes are free then.
pub(super) const LEASE: Duration = Duration::from_secs(30);
/// How often a turn is renewed.
pub(super) const HEARTBEAT: Duration = Duration::from_secs(10);

/// How often to look for work that nobody told of: another replica's, or
/// deliveries whose waiting has ended.
pub(super) const LOOK: Duration = Duration::from_millis(500);
/// How long to leave a database alone that has just failed.
pub(super) const AFTER_ERROR: Duration = Duration::from_secs(2);

/// How long after it was journalled a call may begin. What is still going on when a
/// turn is lost is covered by the quiet period, which begins no earlier than this ends.
pub(super) const PERMIT: Duration = Duration::from_secs(20);
/// By how much the time of day and the time that has passed may differ before the
/// machine counts as having been suspended or its clock as corrected.
pub(super) const CLOCKS_AGREE: Duration = Duration::from_secs(5);

/// API calls that are counted for a turn before it makes them, and again when it has
/// made these. What it made is counted instead when it ends.
pub(super) const RESERVED_CALLS: i64 = 6;

/// Rows that one transaction journals, settles or keeps answers of: whoever waits to write
/// waits for these at the most, because an embedded database has one writer.
pub(super) const ROWS_AT_ONCE: usize = 200;

/// Under a stream of activities, how far apart batches are, so that they fill.
pub(super) const LINGER: Duration = Duration::from_millis(1_650);
/// How much of that a connection may be ahead, so that someone who does two or three
/// things in a row is not kept waiting.
pub(super) const LINGER_BURST: Duration = Duration::from_millis(3_300);
/// The same when most of the share of API calls has been used.
pub(super) const LINGER_UNDER_PRESSURE: Duration = Duration::from_secs(30);
/// How long activities that can wait do so when calls are short.
pub(super) const DEFERRED: Duration = Duration::from_mins(1);

/// The first hold of a connection whose org fails, doubled with each further one.
pub(super) const FIRST_HOLD: Duration = Duration::from_secs(5);
/// The longest of them: no org that works again waits longer.
pub(super) const LONGEST_HOLD: Duration = Duration::from_mins(1);
/// The longest hold of a connection whose quota is used up, or that an Admin of the
/// org has to mend.
pub(super) const LONGEST_REFUSED_HOLD: Duration = Duration::from_mins(5);

/// After so many matches that turned out to be gone, an Admin should look.
pub(super) const MATCHES: u32 = 5;
/// After so many passing refusals (about a day), an Admin should look.
pub(super) const RETRIES: u32 = 60;
/// Of them, so many come no further apart than a minute.
pub(super) const QUICK_RETRIES: u32 = 40;

/// New people of one turn: as many as one call creates.
pub(super) const NEW_PEOPLE: usize = 200;
/// Rounds of writing in one turn, where rows had to be rolled back for others' sake.
pub(super) const ROUNDS: usize = 4;

/// How long the org's statuses and time zone are believed.
pub(super) const PROFILE_FOR: Duration = Duration::from_hours(1);
/// How long an answer about a person or company is believed, as long as the org says
/// regularly what changed in it.
pub(super) const FOUND_FOR: Duration = Duration::from_hours(24);
/// How often it is asked what changed.
pub(super) const CHANGES_EVERY: Duration = Duration::from_mins(5);
/// Nothing found is believed for less: someone may just be adding the record.
pub(super) const MISSING_FOR: Duration = Duration::from_secs(30);
/// With more changes than these, all answers are dropped instead of some.
pub(super) const CHANGES_APART: usize = 50;

/// How far the org's clock may be from ours where it was never heard, with a jump of
/// an hour on either side.
pub(super) const SKEW: Duration = Duration::from_mins(90);
/// Where Salesforce answered with a failure of its own, its work on the request has
/// ended; this much later anything it wrote can be found.
pub(super) const AFTER_ANSWER: Duration = Duration::from_mins(1);
/// The first wait before an uncertain delivery is asked about.
pub(super) const FIRST_QUESTION: Duration = Duration::from_secs(2);
/// The longest wait between two questions about one.
pub(super) const LONGEST_BETWEEN_QUESTIONS: Duration = Duration::from_mins(1);
/// Pages of 2,000 Tasks that one question may have.
pub(super) const PAGES: usize = 5;
/// The same for a question that is narrowed to kinds and days already.
pub(super) const NARROW_PAGES: usize = 25;

/// How often it is looked for dry runs and backfills that another process left, or that wait.
pub(super) const PAST_POLL: Duration = Duration::from_secs(2);
/// Dry runs and backfills that one process works at once.
pub(super) const PAST_AT_ONCE: usize = 3;
/// How long a part of one may take, before another process takes it over.
pub(super) const PAST_LEASE: Duration = Duration::from_mins(2);
/// Activities that a dry run looks up at once.
pub(super) const DRY_RUN_PART: usize = 1_000;
/// Lines of a dry run that are kept.
pub(super) const DRY_RUN_LINES: usize = 50_000;
/// A backfill waits while so many deliveries of its connection are on their way, so that what
/// happens now is sent soon.
pub(super) const MOST_OPEN: i64 = 4_000;
/// Activities that a backfill queues at once.
pub(super) const BACKFILL_PART: usize = 500;

/// How often it is looked for orgs to look at, and for test Tasks to clear.
pub(super) const ORG_CHECK_POLL: Duration = Duration::from_mins(1);
/// Orgs that one process looks at at once.
pub(super) const CHECKS_AT_ONCE: usize = 4;
/// How long after a look that an error asked for the next error leads to another one.
pub(super) const AFTER_ERROR_CHECK: Duration = Duration::from_hours(1);
/// An org that was looked at within this time isn't looked at again for an error.
pub(super) const JUST_CHECKED: Duration = Duration::from_mins(5);
/// How long after a test Task couldn't be cleared it is tried again.
pub(super) const TEST_TASK_AGAIN: Duration = Duration::from_mins(10);
