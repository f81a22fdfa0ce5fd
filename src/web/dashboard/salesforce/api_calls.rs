//! How many API calls were made, and how many there will be.

use jiff::{SignedDuration, Timestamp};

use domain::salesforce::Connection;
use domain::salesforce::api_calls::{ApiCalls, per_day};
use store::Tx;
use store::salesforce::api_usage;

/// The time whose rate is the present one: long enough for a quiet hour not to matter.
const RECENT: SignedDuration = SignedDuration::from_hours(6);
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// `None` until the org has said how many calls it has.
pub(super) async fn read(
    tx: &mut Tx,
    connection: &Connection,
    now: Timestamp,
) -> store::Result<Option<ApiCalls>> {
    if connection.api_max <= 0 {
        return Ok(None);
    }
    let since = |ago| now.checked_sub(ago).unwrap_or(Timestamp::MIN);
    let used = api_usage::calls_since(tx, connection.id, since(DAY)).await?;
    let recent = api_usage::calls_since(tx, connection.id, since(RECENT)).await?;
    let begins = api_usage::counted_from(since(RECENT)).max(connection.created_at);
    Ok(Some(ApiCalls {
        org_used: connection.api_used,
        org_limit: connection.api_max,
        share: connection.quota_share,
        used,
        per_day: per_day(recent, now.duration_since(begins)),
    }))
}
