//! Table `item`.

use domain::content::Item;
use domain::ids::{DocumentId, ItemId, OrganizationId, SectionId};

use crate::params;
use crate::{Result, Row, Tx};

const COLUMNS: &str = "item.id, item.section_id, item.title, item.summary, item.body, \
     item.visibility, item.group_id, item.document_id, item.position, item.version, item.updated_at";

/// Adds the item. Its watermark is off until [`set_watermark`], and its
/// document can be downloaded until [`set_view_only`].
pub async fn insert(tx: &mut Tx, org: OrganizationId, item: &Item) -> Result<()> {
    tx.execute(
        "INSERT INTO item (id, org_id, section_id, title, summary, body, visibility, document_id,
             position, version, updated_at, group_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        params![
            item.id,
            org,
            item.section,
            &item.title,
            &item.summary,
            &item.body,
            item.visibility,
            item.document,
            item.position,
            item.version,
            item.updated_at,
            item.group
        ],
    )
    .await?;
    Ok(())
}

/// Saves everything but the position. Answers false, and saves nothing, where it
/// was changed or deleted since `item` was read.
pub async fn update(tx: &mut Tx, org: OrganizationId, item: &Item) -> Result<bool> {
    let changed = tx
        .execute(
            "UPDATE item SET section_id = $4, title = $5, summary = $6, body = $7, visibility = $8,
                 document_id = $9, updated_at = $10, group_id = $11, version = version + 1
             WHERE org_id = $1 AND id = $2 AND version = $3",
            params![
                org,
                item.id,
                item.version,
                item.section,
                &item.title,
                &item.summary,
                &item.body,
                item.visibility,
                item.document,
                item.updated_at,
                item.group
            ],
        )
        .await?;
    Ok(changed == 1)
}

/// Moves the item within its section; its version stays.
pub async fn set_position(
    tx: &mut Tx,
    org: OrganizationId,
    id: ItemId,
    position: i64,
) -> Result<()> {
    tx.execute(
        "UPDATE item SET position = $3 WHERE org_id = $1 AND id = $2",
        params![org, id, position],
    )
    .await?;
    Ok(())
}

/// Whether locked PDFs of the item are marked with their reader's address.
pub async fn is_watermarked(tx: &mut Tx, org: OrganizationId, id: ItemId) -> Result<bool> {
    let row = tx
        .optional(
            "SELECT watermark FROM item WHERE org_id = $1 AND id = $2",
            params![org, id],
        )
        .await?;
    row.map_or(Ok(false), |row| row.get("watermark"))
}

/// Says whether locked PDFs of the item are marked with their reader's address.
pub async fn set_watermark(tx: &mut Tx, org: OrganizationId, id: ItemId, on: bool) -> Result<()> {
    tx.execute(
        "UPDATE item SET watermark = $3 WHERE org_id = $1 AND id = $2",
        params![org, id, on],
    )
    .await?;
    Ok(())
}

/// Whether readers get the item's PDF in the viewer only.
pub async fn is_view_only(tx: &mut Tx, org: OrganizationId, id: ItemId) -> Result<bool> {
    let row = tx
        .optional(
            "SELECT view_only FROM item WHERE org_id = $1 AND id = $2",
            params![org, id],
        )
        .await?;
    row.map_or(Ok(false), |row| row.get("view_only"))
}

/// Says whether readers get the item's PDF in the viewer only.
pub async fn set_view_only(tx: &mut Tx, org: OrganizationId, id: ItemId, on: bool) -> Result<()> {
    tx.execute(
        "UPDATE item SET view_only = $3 WHERE org_id = $1 AND id = $2",
        params![org, id, on],
    )
    .await?;
    Ok(())
}

/// Deletes the item; the versions of its document must be gone before.
pub async fn delete(tx: &mut Tx, org: OrganizationId, id: ItemId) -> Result<()> {
    tx.execute(
        "DELETE FROM item WHERE org_id = $1 AND id = $2",
        params![org, id],
    )
    .await?;
    Ok(())
}

/// The item with that id, public or locked.
pub async fn by_id(tx: &mut Tx, org: OrganizationId, id: ItemId) -> Result<Option<Item>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM item WHERE org_id = $1 AND id = $2"
    ));
    let row = tx.optional(sql, params![org, id]).await?;
    row.as_ref().map(read).transpose()
}

/// A section's items, in the order in which they are shown.
pub async fn in_section(tx: &mut Tx, org: OrganizationId, section: SectionId) -> Result<Vec<Item>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM item WHERE org_id = $1 AND section_id = $2 ORDER BY position, id"
    ));
    let rows = tx.all(sql, params![org, section]).await?;
    rows.iter().map(read).collect()
}

/// All items of the organization; within a section in the order in which they
/// are shown.
pub async fn list(tx: &mut Tx, org: OrganizationId) -> Result<Vec<Item>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM item WHERE org_id = $1 ORDER BY section_id, position, id"
    ));
    tx.all(sql, params![org]).await?.iter().map(read).collect()
}

/// The items that offer this document; those that anyone may read come first.
pub async fn of_document(
    tx: &mut Tx,
    org: OrganizationId,
    document: DocumentId,
) -> Result<Vec<Item>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM item WHERE org_id = $1 AND document_id = $2
         ORDER BY CASE WHEN visibility = 'public' THEN 0 ELSE 1 END, id"
    ));
    let rows = tx.all(sql, params![org, document]).await?;
    rows.iter().map(read).collect()
}

fn read(row: &Row) -> Result<Item> {
    Ok(Item {
        id: row.get("id")?,
        section: row.get("section_id")?,
        title: row.get("title")?,
        summary: row.get("summary")?,
        body: row.get("body")?,
        visibility: row.get("visibility")?,
        group: row.get("group_id")?,
        document: row.get("document_id")?,
        position: row.get("position")?,
        version: row.get("version")?,
        updated_at: row.get("updated_at")?,
    })
}
