//! Table `nda_text`: the NDA's text in its versions. Append-only.

use domain::ids::OrganizationId;
use domain::nda::NdaText;

use crate::params;
use crate::{Result, Row, Tx};

const COLUMNS: &str = "id, version, body, sha256, created_by, created_at";

/// Refused as a duplicate where the version exists: someone was faster.
pub async fn insert(tx: &mut Tx, org: OrganizationId, text: &NdaText) -> Result<()> {
    tx.execute(
        "INSERT INTO nda_text (id, org_id, version, body, sha256, created_by, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        params![
            text.id,
            org,
            text.version,
            &text.body,
            &text.sha256,
            &text.created_by,
            text.created_at
        ],
    )
    .await?;
    Ok(())
}

/// The newest version: the one that is signed now.
pub async fn current(tx: &mut Tx, org: OrganizationId) -> Result<Option<NdaText>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM nda_text WHERE org_id = $1 ORDER BY version DESC LIMIT 1"
    ));
    let row = tx.optional(sql, params![org]).await?;
    row.as_ref().map(read).transpose()
}

/// The text of that version.
pub async fn by_version(tx: &mut Tx, org: OrganizationId, version: i64) -> Result<Option<NdaText>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM nda_text WHERE org_id = $1 AND version = $2"
    ));
    let row = tx.optional(sql, params![org, version]).await?;
    row.as_ref().map(read).transpose()
}

/// Every version, the newest first, with how many accounts signed it.
pub async fn list(tx: &mut Tx, org: OrganizationId) -> Result<Vec<(NdaText, i64)>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS}, (SELECT COUNT(*) FROM nda_signature
             WHERE nda_signature.text_id = nda_text.id) AS signatures
         FROM nda_text WHERE org_id = $1 ORDER BY version DESC"
    ));
    let rows = tx.all(sql, params![org]).await?;
    rows.iter()
        .map(|row| Ok((read(row)?, row.get("signatures")?)))
        .collect()
}

fn read(row: &Row) -> Result<NdaText> {
    Ok(NdaText {
        id: row.get("id")?,
        version: row.get("version")?,
        body: row.get("body")?,
        sha256: row.get("sha256")?,
        created_by: row.get("created_by")?,
        created_at: row.get("created_at")?,
    })
}
