//! Table `notification_daily`: what waits for a user's next daily email.

use clock::Ambient;
use domain::email::notification::NotificationKind;
use domain::ids::{NotificationId, OrganizationId, StaffUserId};
use jiff::Timestamp;

use crate::params;
use crate::{Result, Tx};

/// One line of a daily email.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Waiting {
    /// What kind of event it was.
    pub kind: NotificationKind,
    /// When it happened.
    pub at: Timestamp,
    /// What happened, in one line.
    pub subject: String,
    /// The address of the dashboard's page about it.
    pub link: String,
}

/// Lets an event wait for this user's next daily email.
pub async fn insert(
    tx: &mut Tx,
    ambient: &Ambient,
    org: OrganizationId,
    user: StaffUserId,
    kind: NotificationKind,
    subject: &str,
    link: &str,
) -> Result<()> {
    tx.execute(
        "INSERT INTO notification_daily (id, org_id, user_id, kind, at, subject, link)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        params![
            ambient.id(NotificationId::from_uuid),
            org,
            user,
            kind,
            ambient.now(),
            subject,
            link
        ],
    )
    .await?;
    Ok(())
}

/// Who has something that came before then.
pub async fn users_across_tenants(
    tx: &mut Tx,
    before: Timestamp,
) -> Result<Vec<(OrganizationId, StaffUserId)>> {
    let rows = tx
        .all(
            "SELECT DISTINCT org_id, user_id FROM notification_daily WHERE at < $1",
            params![before],
        )
        .await?;
    rows.iter()
        .map(|row| Ok((row.get("org_id")?, row.get("user_id")?)))
        .collect()
}

/// Takes what came before then out of the table, oldest first: of two who take at
/// once, one gets each line.
pub async fn take(
    tx: &mut Tx,
    org: OrganizationId,
    user: StaffUserId,
    before: Timestamp,
) -> Result<Vec<Waiting>> {
    let rows = tx
        .all(
            "DELETE FROM notification_daily WHERE org_id = $1 AND user_id = $2 AND at < $3
             RETURNING kind, at, subject, link",
            params![org, user, before],
        )
        .await?;
    let mut taken = rows
        .iter()
        .map(|row| {
            Ok(Waiting {
                kind: row.get("kind")?,
                at: row.get("at")?,
                subject: row.get("subject")?,
                link: row.get("link")?,
            })
        })
        .collect::<Result<Vec<_>>>()?;
    taken.sort_by_key(|waiting| waiting.at);
    Ok(taken)
}

/// Forgets what waits for someone who left.
pub async fn forget(tx: &mut Tx, org: OrganizationId, user: StaffUserId) -> Result<()> {
    tx.execute(
        "DELETE FROM notification_daily WHERE org_id = $1 AND user_id = $2",
        params![org, user],
    )
    .await?;
    Ok(())
}
