//! Every limit and lifetime of the client, in one place.

use std::time::Duration;

/// How long connecting may take.
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a whole call may take.
pub(super) const TIMEOUT: Duration = Duration::from_mins(1);
/// The most of an answer that is read, in bytes: a signed agreement with everything.
pub(super) const MAX_BODY: usize = 50 * 1024 * 1024;
/// How long an assertion may be redeemed, in seconds; DocuSign takes an hour at most.
pub(super) const ASSERTION_SECONDS: i64 = 15 * 60;
/// How long before its end a token is no longer used.
pub(super) const TOKEN_MARGIN: Duration = Duration::from_mins(5);
/// How many signatures of one webhook message are compared.
pub(super) const SIGNATURES: usize = 100;
