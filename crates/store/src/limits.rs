//! Every limit and time-out of the databases, in one place.

use std::time::Duration;

/// How long to wait for a free connection before saying that the database is busy.
pub(crate) const CONNECTION_WAIT: Duration = Duration::from_secs(10);
/// How long opening or checking a connection may take.
pub(crate) const OPENING: Duration = Duration::from_secs(10);
/// How long connecting the listener may take.
pub(crate) const LISTENER_CONNECT: Duration = Duration::from_secs(10);
/// After how long without a notification the listener checks its connection.
pub(crate) const LISTENER_SILENCE: Duration = Duration::from_secs(30);
/// How long the listener waits before it connects again.
pub(crate) const LISTENER_RETRY: Duration = Duration::from_secs(1);
/// How long to wait for another process that writes to the embedded database.
pub(crate) const WRITER_WAIT: Duration = Duration::from_secs(10);
/// How long until that is tried again.
pub(crate) const WRITER_RETRY: Duration = Duration::from_millis(5);
/// How many statements of a connection are kept prepared.
pub(crate) const PREPARED: usize = 256;
/// Rows that are sealed at a time when a database is migrated.
pub(crate) const SEALED_AT_ONCE: i64 = 200;
/// Emails of one statement; each takes four parameters, of which SQLite allows 32,766.
pub(crate) const EMAILS_AT_ONCE: usize = 200;
/// Accounts of one statement that reads their links.
pub(crate) const LINKS_AT_ONCE: usize = 500;
