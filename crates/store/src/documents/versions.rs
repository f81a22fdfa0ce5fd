//! Table `document_version`: what an item offered and offers.

use domain::documents::DocumentVersion;
use domain::ids::{DocumentId, ItemId, OrganizationId};

use crate::params;
use crate::{Result, Row, Tx};

const COLUMNS: &str = "document_id, item_id, number, note, uploaded_by, uploaded_at";

/// Adds a version; refused as a duplicate where the item has one of that number.
pub async fn insert(tx: &mut Tx, org: OrganizationId, version: &DocumentVersion) -> Result<()> {
    tx.execute(
        "INSERT INTO document_version (document_id, org_id, item_id, number, note, uploaded_by,
             uploaded_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        params![
            version.document,
            org,
            version.item,
            version.number,
            &version.note,
            &version.uploaded_by,
            version.uploaded_at
        ],
    )
    .await?;
    Ok(())
}

/// All versions of an item's document, newest first.
pub async fn of_item(
    tx: &mut Tx,
    org: OrganizationId,
    item: ItemId,
) -> Result<Vec<DocumentVersion>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM document_version WHERE org_id = $1 AND item_id = $2
         ORDER BY number DESC"
    ));
    let rows = tx.all(sql, params![org, item]).await?;
    rows.iter().map(read).collect()
}

/// Which version of which item the document is; `None` where it is no item's.
pub async fn by_document(
    tx: &mut Tx,
    org: OrganizationId,
    document: DocumentId,
) -> Result<Option<DocumentVersion>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM document_version WHERE org_id = $1 AND document_id = $2"
    ));
    let row = tx.optional(sql, params![org, document]).await?;
    row.as_ref().map(read).transpose()
}

/// The document is no version of anything anymore.
pub async fn delete(tx: &mut Tx, org: OrganizationId, document: DocumentId) -> Result<()> {
    tx.execute(
        "DELETE FROM document_version WHERE org_id = $1 AND document_id = $2",
        params![org, document],
    )
    .await?;
    Ok(())
}

fn read(row: &Row) -> Result<DocumentVersion> {
    Ok(DocumentVersion {
        item: row.get("item_id")?,
        document: row.get("document_id")?,
        number: row.get("number")?,
        note: row.get("note")?,
        uploaded_by: row.get("uploaded_by")?,
        uploaded_at: row.get("uploaded_at")?,
    })
}
