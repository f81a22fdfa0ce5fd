//! Table `update_mailing`: updates on their way to their subscribers.

use clock::Ambient;
use domain::content::update::{Update, UpdateTopic};
use domain::ids::{OrganizationId, UpdateId, UpdateMailingId};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::params;
use crate::{Result, Row, Tx, Work};

/// An update as it was published, and how far it has come.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UpdateMailing {
    /// The mailing's id; later mailings have greater ones.
    pub id: UpdateMailingId,
    /// The organization that published it.
    pub org: OrganizationId,
    /// The update itself, which may have changed since.
    pub update: UpdateId,
    /// The title when it was sent off.
    pub title: String,
    /// In Markdown.
    pub body: String,
    /// What it is about: only subscribers who want this topic get it.
    pub topic: UpdateTopic,
    /// The day that visitors read beside it.
    pub dated_on: Date,
    /// When it was sent off: subscribers who had confirmed by then get it.
    pub created_at: Timestamp,
    /// The last address that was written to; empty before the first.
    pub after_email: String,
}

/// Has the update emailed to all subscribers who have confirmed by now; the worker is woken
/// on commit.
pub async fn insert(
    tx: &mut Tx,
    ambient: &Ambient,
    org: OrganizationId,
    update: &Update,
) -> Result<()> {
    tx.execute(
        "INSERT INTO update_mailing (id, org_id, update_id, title, body, dated_on, created_at, topic)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        params![
            ambient.id(UpdateMailingId::from_uuid),
            org,
            update.id,
            &update.title,
            &update.body,
            update.dated_on,
            ambient.now(),
            update.topic
        ],
    )
    .await?;
    tx.notify_on_commit(Work::Updates);
    Ok(())
}

/// The oldest one that isn't through.
pub async fn oldest_across_tenants(tx: &mut Tx) -> Result<Option<UpdateMailing>> {
    let row = tx
        .optional(
            "SELECT id, org_id, update_id, title, body, topic, dated_on, created_at, after_email
             FROM update_mailing ORDER BY id LIMIT 1",
            &[],
        )
        .await?;
    row.as_ref().map(read).transpose()
}

/// Says that everyone up to this address was written to. Answers false where someone
/// else has said it, or the update was deleted meanwhile.
pub async fn advance(tx: &mut Tx, mailing: &UpdateMailing, to: &str) -> Result<bool> {
    let changed = tx
        .execute(
            "UPDATE update_mailing SET after_email = $4
             WHERE org_id = $1 AND id = $2 AND after_email = $3",
            params![mailing.org, mailing.id, &mailing.after_email, to],
        )
        .await?;
    Ok(changed == 1)
}

/// It is through.
pub async fn delete(tx: &mut Tx, mailing: &UpdateMailing) -> Result<()> {
    tx.execute(
        "DELETE FROM update_mailing WHERE org_id = $1 AND id = $2",
        params![mailing.org, mailing.id],
    )
    .await?;
    Ok(())
}

fn read(row: &Row) -> Result<UpdateMailing> {
    Ok(UpdateMailing {
        id: row.get("id")?,
        org: row.get("org_id")?,
        update: row.get("update_id")?,
        title: row.get("title")?,
        body: row.get("body")?,
        topic: row.get("topic")?,
        dated_on: row.get("dated_on")?,
        created_at: row.get("created_at")?,
        after_email: row.get("after_email")?,
    })
}
