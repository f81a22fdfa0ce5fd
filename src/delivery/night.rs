//! What is done once in an org's night, when nobody waits for its API calls.

use std::time::Duration;

use domain::ids::ConnectionId;
use domain::salesforce::{Connection, ConnectionState};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::app::App;
use crate::salesforce_connection::org_profile;

/// The hours of the night.
const NIGHT: std::ops::Range<i8> = 1..5;
/// Not twice in a night, over all replicas.
const ONCE: Duration = Duration::from_hours(20);

/// Whether it is night where the org is, and the connection works.
pub(super) fn is_night(connection: &Connection, now: Timestamp) -> bool {
    let zone = org_profile(connection).map_or(TimeZone::UTC, |profile| profile.zone());
    let hour = now.to_zoned(zone).hour();
    connection.state == ConnectionState::Active && NIGHT.contains(&hour)
}

/// Whether nobody has begun this work for the connection in this night.
pub(super) async fn is_first(
    app: &App,
    work: &str,
    connection: ConnectionId,
) -> store::Result<bool> {
    let mut tx = app.db.begin().await?;
    let key = format!("{work}:{connection}");
    let first = store::rate_limits::allow(&mut tx, &key, 1, ONCE, app.ambient.now()).await?;
    tx.commit().await?;
    Ok(first)
}

/// The work wasn't done after all, and may begin again in this night.
pub(super) async fn forget(app: &App, work: &str, connection: ConnectionId) -> store::Result<()> {
    let mut tx = app.db.begin().await?;
    store::rate_limits::forget(&mut tx, &format!("{work}:{connection}")).await?;
    tx.commit().await
}
