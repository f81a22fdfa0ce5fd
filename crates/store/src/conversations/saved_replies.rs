//! Table `saved_reply`: answers that staff keep to use again.

use domain::conversations::SavedReply;
use domain::ids::{OrganizationId, SavedReplyId};
use jiff::Timestamp;

use crate::params;
use crate::{Result, Row, Tx};

/// Adds it; refused as a duplicate where the organization has one of that title.
pub async fn insert(
    tx: &mut Tx,
    org: OrganizationId,
    reply: &SavedReply,
    now: Timestamp,
) -> Result<()> {
    tx.execute(
        "INSERT INTO saved_reply (id, org_id, title, text, version, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        params![reply.id, org, &reply.title, &reply.text, reply.version, now],
    )
    .await?;
    Ok(())
}

/// Saves title and text. Answers false where it is gone or was changed since that version;
/// refused as a duplicate where another one has the title.
pub async fn update(
    tx: &mut Tx,
    org: OrganizationId,
    reply: &SavedReply,
    now: Timestamp,
) -> Result<bool> {
    let changed = tx
        .execute(
            "UPDATE saved_reply SET title = $3, text = $4, updated_at = $5,
                 version = version + 1
             WHERE org_id = $1 AND id = $2 AND version = $6",
            params![org, reply.id, &reply.title, &reply.text, now, reply.version],
        )
        .await?;
    Ok(changed == 1)
}

/// Deletes it, and answers its title; `None` where it is gone.
pub async fn delete(tx: &mut Tx, org: OrganizationId, id: SavedReplyId) -> Result<Option<String>> {
    let sql = "DELETE FROM saved_reply WHERE org_id = $1 AND id = $2 RETURNING title";
    let row = tx.optional(sql, params![org, id]).await?;
    row.map(|row| row.get("title")).transpose()
}

/// The text of one.
pub async fn text(tx: &mut Tx, org: OrganizationId, id: SavedReplyId) -> Result<Option<String>> {
    let sql = "SELECT text FROM saved_reply WHERE org_id = $1 AND id = $2";
    let row = tx.optional(sql, params![org, id]).await?;
    row.map(|row| row.get("text")).transpose()
}

/// All of them, by title.
pub async fn list(tx: &mut Tx, org: OrganizationId) -> Result<Vec<SavedReply>> {
    let sql = "SELECT id, title, text, version FROM saved_reply WHERE org_id = $1 ORDER BY title";
    let rows = tx.all(sql, params![org]).await?;
    rows.iter().map(read).collect()
}

fn read(row: &Row) -> Result<SavedReply> {
    Ok(SavedReply {
        id: row.get("id")?,
        title: row.get("title")?,
        text: row.get("text")?,
        version: row.get("version")?,
    })
}
