//! Every limit, lifetime and wait of an Admin's side of the connection, in one place.

use std::time::Duration;

use jiff::SignedDuration;

/// How long a login may take.
pub const LOGIN: SignedDuration = SignedDuration::from_mins(15);
/// How long a renewal may be under way before another replica takes over:
/// longer than the client waits for an answer.
pub const RENEWAL_LEASE: SignedDuration = SignedDuration::from_secs(180);
/// How long to wait for the renewal by another process.
pub const RENEWAL_WAIT: Duration = Duration::from_secs(30);
/// How often to check whether that renewal is done.
pub const RENEWAL_POLL: Duration = Duration::from_millis(50);
/// How often to try to store a new pair of tokens: losing it would end the connection.
pub const TOKEN_SAVES: u32 = 8;
/// When an unused refresh token is renewed: Salesforce may end one that is idle for 30 days.
pub const IDLE_TOKEN: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How long an Admin waits for Salesforce when uninstalling.
pub const REVOCATION: Duration = Duration::from_secs(10);
/// The most characters of a Subject's prefix. A Subject has 255; the longest title and the
/// separator need 24.
pub const SUBJECT_PREFIX: usize = 60;
/// How many Accounts a search shows.
pub const ACCOUNTS_FOUND: usize = 10;
/// How many users a search shows.
pub const USERS_FOUND: usize = 20;
/// The fewest characters of a search for an Account: fewer find too many.
pub const SHORTEST_SEARCH: usize = 2;
/// How often one person may search Salesforce in the time below: faster than anyone types.
pub const SEARCHES: i64 = 60;
/// The time in which searches are counted.
pub const SEARCH_WINDOW: Duration = Duration::from_mins(1);
