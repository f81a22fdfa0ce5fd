//! Every interval and lifetime of the scheduled work, in one place.

use std::time::Duration;

/// How often idle tokens are renewed and old rows are deleted.
pub(super) const UPKEEP: Duration = Duration::from_hours(1);
/// How long after its end a day is summed up: clocks may be wrong by an hour.
pub(super) const DAY_IS_OVER: Duration = Duration::from_hours(2);
/// How often to check whether daily emails are due.
pub(super) const DAILY_EMAILS: Duration = Duration::from_mins(1);
/// How often to check whether another replica published an update that is being emailed.
pub(super) const UPDATE_EMAILS: Duration = Duration::from_secs(5);
/// How often views of anonymous visitors are written.
pub(super) const ANONYMOUS_VIEWS: Duration = Duration::from_secs(3);
/// No rate limit counts over a longer time.
pub(super) const LONGEST_WINDOW: Duration = Duration::from_hours(48);
/// How long an email that failed can be tried again.
pub(super) const FAILED_EMAIL: Duration = Duration::from_hours(14 * 24);
/// How long anonymous visitors are told apart; a visit may last past midnight.
pub(super) const ANONYMOUS_VISITORS: Duration = Duration::from_hours(24);
/// How long a dry run of past activity is kept: its lines name people.
pub(super) const DRY_RUNS: Duration = Duration::from_hours(30 * 24);
/// How long what changed in a Salesforce org is shown.
pub(super) const ORG_CHANGES: Duration = Duration::from_hours(90 * 24);
/// How many rows of usage are deleted in one transaction.
pub(super) const USAGE_ROWS_AT_ONCE: i64 = 2_000;
/// How old a copy of the database has to be for a restore to be noticed.
pub(super) const EPOCH: Duration = Duration::from_mins(1);
