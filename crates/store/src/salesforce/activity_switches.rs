//! Table `activity_switch`: which kinds of activity go to Salesforce.

use std::collections::BTreeSet;

use domain::activities::ActivityKind;
use domain::ids::{ConnectionId, OrganizationId};
use jiff::Timestamp;

use crate::params;
use crate::{Result, Tx};

/// The kinds that are on.
pub async fn enabled(
    tx: &mut Tx,
    org: OrganizationId,
    connection: ConnectionId,
) -> Result<BTreeSet<ActivityKind>> {
    tx.all(
        "SELECT kind FROM activity_switch
         JOIN connection ON connection.id = activity_switch.connection_id
         WHERE connection.org_id = $1 AND connection.id = $2",
        params![org, connection],
    )
    .await?
    .iter()
    .map(|row| row.get("kind"))
    .collect()
}

/// Turns a kind on from now on, or off; saying it again changes nothing.
pub async fn set(
    tx: &mut Tx,
    org: OrganizationId,
    connection: ConnectionId,
    kind: ActivityKind,
    on: bool,
    now: Timestamp,
) -> Result<()> {
    if on {
        tx.execute(
            "INSERT INTO activity_switch (connection_id, kind, enabled_at)
             SELECT id, $3, $4 FROM connection
             WHERE org_id = $1 AND id = $2 AND state <> 'uninstalled'
             ON CONFLICT (connection_id, kind) DO NOTHING",
            params![org, connection, kind, now],
        )
        .await?;
    } else {
        tx.execute(
            "DELETE FROM activity_switch WHERE kind = $3 AND connection_id IN
                 (SELECT id FROM connection WHERE org_id = $1 AND id = $2)",
            params![org, connection, kind],
        )
        .await?;
    }
    Ok(())
}
