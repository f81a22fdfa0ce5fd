//! Table `notification_choice`: how each of the staff wants to hear of a kind of event.

use std::collections::BTreeMap;

use domain::email::notification::{Choice, NotificationKind};
use domain::ids::{OrganizationId, StaffUserId};

use crate::params;
use crate::{Result, Tx};

/// What this user chose; what is missing is as by default.
pub async fn of_user(
    tx: &mut Tx,
    org: OrganizationId,
    user: StaffUserId,
) -> Result<BTreeMap<NotificationKind, Choice>> {
    let rows = tx
        .all(
            "SELECT kind, choice FROM notification_choice WHERE org_id = $1 AND user_id = $2",
            params![org, user],
        )
        .await?;
    rows.iter()
        .map(|row| Ok((row.get("kind")?, row.get("choice")?)))
        .collect()
}

/// How everyone who said something wants to hear of this kind.
pub async fn of_kind(
    tx: &mut Tx,
    org: OrganizationId,
    kind: NotificationKind,
) -> Result<BTreeMap<StaffUserId, Choice>> {
    let rows = tx
        .all(
            "SELECT user_id, choice FROM notification_choice WHERE org_id = $1 AND kind = $2",
            params![org, kind],
        )
        .await?;
    rows.iter()
        .map(|row| Ok((row.get("user_id")?, row.get("choice")?)))
        .collect()
}

/// Saves how this user wants to hear of a kind of event.
pub async fn set(
    tx: &mut Tx,
    org: OrganizationId,
    user: StaffUserId,
    kind: NotificationKind,
    choice: Choice,
) -> Result<()> {
    tx.execute(
        "INSERT INTO notification_choice (org_id, user_id, kind, choice) VALUES ($1, $2, $3, $4)
         ON CONFLICT (user_id, kind) DO UPDATE SET choice = $4",
        params![org, user, kind, choice],
    )
    .await?;
    Ok(())
}
