//! Table `document`.

pub mod versions;

use domain::documents::Document;
use domain::ids::{AccountId, DocumentId, OrganizationId};

use crate::params;
use crate::{Result, Row, Tx};

const COLUMNS: &str = "id, file_name, content_type, size, sha256, storage_key, created_at";

/// Adds the row; the content is in the file storage already.
pub async fn insert(tx: &mut Tx, org: OrganizationId, document: &Document) -> Result<()> {
    tx.execute(
        "INSERT INTO document (id, org_id, file_name, content_type, size, sha256, storage_key,
             created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        params![
            document.id,
            org,
            &document.file_name,
            &document.content_type,
            i64::try_from(document.size).unwrap_or(i64::MAX),
            &document.sha256,
            &document.storage_key,
            document.created_at
        ],
    )
    .await?;
    Ok(())
}

/// The document with that id.
pub async fn by_id(tx: &mut Tx, org: OrganizationId, id: DocumentId) -> Result<Option<Document>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM document WHERE org_id = $1 AND id = $2"
    ));
    let row = tx.optional(sql, params![org, id]).await?;
    row.as_ref().map(read).transpose()
}

/// All documents of the organization, for pages that list items.
pub async fn list(tx: &mut Tx, org: OrganizationId) -> Result<Vec<Document>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM document WHERE org_id = $1 ORDER BY id"
    ));
    tx.all(sql, params![org]).await?.iter().map(read).collect()
}

/// The bytes of all documents of the organization.
pub async fn size_of_all(tx: &mut Tx, org: OrganizationId) -> Result<u64> {
    let row = tx
        .one(
            "SELECT CAST(COALESCE(SUM(size), 0) AS BIGINT) AS total FROM document
             WHERE org_id = $1",
            params![org],
        )
        .await?;
    Ok(u64::try_from(row.get::<i64>("total")?).unwrap_or(0))
}

/// The bytes of what an account's members sent.
pub async fn size_of_account(tx: &mut Tx, org: OrganizationId, account: AccountId) -> Result<u64> {
    let row = tx
        .one(
            "SELECT CAST(COALESCE(SUM(document.size), 0) AS BIGINT) AS total
             FROM document JOIN questionnaire ON questionnaire.document_id = document.id
             WHERE questionnaire.org_id = $1 AND questionnaire.account_id = $2",
            params![org, account],
        )
        .await?;
    Ok(u64::try_from(row.get::<i64>("total")?).unwrap_or(0))
}

/// Forgets the row; no item may refer to it anymore. The content is the files
/// storage's to delete, after commit.
pub async fn delete(tx: &mut Tx, org: OrganizationId, id: DocumentId) -> Result<()> {
    tx.execute(
        "DELETE FROM document WHERE org_id = $1 AND id = $2",
        params![org, id],
    )
    .await?;
    Ok(())
}

fn read(row: &Row) -> Result<Document> {
    let size: i64 = row.get("size")?;
    Ok(Document {
        id: row.get("id")?,
        file_name: row.get("file_name")?,
        content_type: row.get("content_type")?,
        size: u64::try_from(size).unwrap_or(0),
        sha256: row.get("sha256")?,
        storage_key: row.get("storage_key")?,
        created_at: row.get("created_at")?,
    })
}
