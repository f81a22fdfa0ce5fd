//! Table `document_version`: what an item offered and offers.

use domain::documents::{Document, DocumentVersion};
use domain::ids::{DocumentId, ItemId, OrganizationId};

use crate::{Result, Row, Tx, documents, params};

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

/// Forgets every version of an item with its document, and `current` where it is none of
/// them; the item may not refer to it anymore. Answers the documents, whose content is
/// the file storage's to delete, after commit.
pub async fn delete_all(
    tx: &mut Tx,
    org: OrganizationId,
    item: ItemId,
    current: Option<DocumentId>,
) -> Result<Vec<Document>> {
    let versions = of_item(tx, org, item).await?;
    let mut ids: Vec<_> = versions.iter().map(|version| version.document).collect();
    ids.extend(current.filter(|current| !ids.contains(current)));
    let mut deleted = Vec::new();
    for id in ids {
        deleted.extend(delete_with_document(tx, org, id).await?);
    }
    Ok(deleted)
}

/// Forgets a version with its document, to which no item may refer anymore. Answers the
/// document, whose content is the file storage's to delete, after commit.
pub async fn delete_with_document(
    tx: &mut Tx,
    org: OrganizationId,
    id: DocumentId,
) -> Result<Option<Document>> {
    delete(tx, org, id).await?;
    let document = documents::by_id(tx, org, id).await?;
    documents::delete(tx, org, id).await?;
    Ok(document)
}

/// The document is no version of anything anymore.
async fn delete(tx: &mut Tx, org: OrganizationId, document: DocumentId) -> Result<()> {
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
