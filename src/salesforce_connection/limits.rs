//! Every limit, lifetime and wait of an Admin's side of the connection, in one place.

use std::time::Duration;

use jiff::SignedDuration;

/// How long a login may take.
pub(super) const LOGIN: SignedDuration = SignedDuration::from_mins(15);
/// How long a renewal may be under way before another replica takes over:
/// longer than the client waits for an answer.
pub(super) const RENEWAL_LEASE: SignedDuration = SignedDuration::from_secs(180);
/// How long to wait for the renewal by another process.
pub(super) const RENEWAL_WAIT: Duration = Duration::from_secs(30);
/// How often to check whether that renewal is done.
pub(super) const RENEWAL_POLL: Duration = Duration::from_millis(50);
/// How often to try to store a new pair of tokens: losing it would end the connection.
pub(super) const TOKEN_SAVES: u32 = 8;
/// When an unused refresh token is renewed: Salesforce may end one that is idle for 30 days.
pub(super) const IDLE_TOKEN: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How long an Admin waits for Salesforce when uninstalling.
pub(super) const REVOCATION: Duration = Duration::from_secs(10);
/// The most characters of a Subject's prefix. A Subject has 255; the longest title and the
/// separator need 24.
pub(super) const SUBJECT_PREFIX: usize = 60;
/// How many Accounts a search shows.
pub(super) const ACCOUNTS_FOUND: usize = 10;
/// How many users a search shows.
pub(super) const USERS_FOUND: usize = 20;
/// The fewest characters of a search for an Account: fewer find too many.
pub(super) const SHORTEST_SEARCH: usize = 2;
/// How often one person may search Salesforce in the time below: faster than anyone types.
pub(super) const SEARCHES: i64 = 60;
/// The time in which searches are counted.
pub(super) const SEARCH_WINDOW: Duration = Duration::from_mins(1);
/// How many people of a domain are looked at when what waits of a company is sent.
pub(super) const PEOPLE_AT_ONCE: i64 = 1_000_000;
/// How long an Admin waits for suggestions by domain, which no index of Salesforce's has.
pub(super) const DOMAIN_SEARCH: Duration = Duration::from_secs(12);
/// How many further fields can be filled in.
pub(super) const MAPPED_FIELDS: usize = 40;
/// How many test Tasks an organization may write in the time below.
pub(super) const TEST_TASKS: i64 = 20;
/// The time in which test Tasks are counted.
pub(super) const TEST_TASK_WINDOW: Duration = Duration::from_hours(1);
/// How long after it was written down a test Task may be sent: later it is looked for.
pub(super) const TEST_TASK_SENT: Duration = Duration::from_mins(1);
/// How many dry runs of past activity an organization may start in the time below.
pub(super) const DRY_RUNS: i64 = 30;
/// The time in which dry runs are counted.
pub(super) const DRY_RUN_WINDOW: Duration = Duration::from_hours(1);
