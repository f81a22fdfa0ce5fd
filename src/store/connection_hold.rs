//! Table `connection`: the end of a hold that an Admin asked for.

use super::{Result, Tx};
use crate::domain::ids::{ConnectionId, OrganizationId};
use crate::params;

/// Ends a hold before its time. Answers whether there was one.
pub async fn end(tx: &mut Tx, org: OrganizationId, connection: ConnectionId) -> Result<bool> {
    let changed = tx
        .execute(
            "UPDATE connection SET hold_until = 0, hold_reason = '', hold_streak = 0
             WHERE org_id = $1 AND id = $2 AND hold_until > 0",
            params![org, connection],
        )
        .await?;
    Ok(changed > 0)
}
