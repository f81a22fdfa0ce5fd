//! Table `section`.

use domain::content::Section;
use domain::ids::{OrganizationId, SectionId};
use jiff::Timestamp;

use crate::params;
use crate::{Result, Row, Tx};

const COLUMNS: &str = "id, kind, title, description, position, version, changed_at";

/// Adds the section.
pub async fn insert(tx: &mut Tx, org: OrganizationId, section: &Section) -> Result<()> {
    tx.execute(
        "INSERT INTO section (id, org_id, kind, title, description, position, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        params![
            section.id,
            org,
            section.kind,
            &section.title,
            &section.description,
            section.position,
            section.version
        ],
    )
    .await?;
    Ok(())
}

/// Saves title and description. Answers false, and saves nothing, where it was
/// changed or deleted since `section` was read.
pub async fn update(tx: &mut Tx, org: OrganizationId, section: &Section) -> Result<bool> {
    let changed = tx
        .execute(
            "UPDATE section SET title = $4, description = $5, version = version + 1
             WHERE org_id = $1 AND id = $2 AND version = $3",
            params![
                org,
                section.id,
                section.version,
                &section.title,
                &section.description
            ],
        )
        .await?;
    Ok(changed == 1)
}

/// Moves the section on the page; its version stays.
pub async fn set_position(
    tx: &mut Tx,
    org: OrganizationId,
    id: SectionId,
    position: i64,
) -> Result<()> {
    tx.execute(
        "UPDATE section SET position = $3 WHERE org_id = $1 AND id = $2",
        params![org, id, position],
    )
    .await?;
    Ok(())
}

/// Notes that its entries were changed now.
pub async fn touch(tx: &mut Tx, org: OrganizationId, id: SectionId, now: Timestamp) -> Result<()> {
    tx.execute(
        "UPDATE section SET changed_at = $3 WHERE org_id = $1 AND id = $2",
        params![org, id, now],
    )
    .await?;
    Ok(())
}

/// Its items and entries must be gone before.
pub async fn delete(tx: &mut Tx, org: OrganizationId, id: SectionId) -> Result<()> {
    tx.execute(
        "DELETE FROM section WHERE org_id = $1 AND id = $2",
        params![org, id],
    )
    .await?;
    Ok(())
}

/// The section with that id.
pub async fn by_id(tx: &mut Tx, org: OrganizationId, id: SectionId) -> Result<Option<Section>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM section WHERE org_id = $1 AND id = $2"
    ));
    let row = tx.optional(sql, params![org, id]).await?;
    row.as_ref().map(read).transpose()
}

/// All sections, in the order in which they are shown.
pub async fn list(tx: &mut Tx, org: OrganizationId) -> Result<Vec<Section>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM section WHERE org_id = $1 ORDER BY position, id"
    ));
    tx.all(sql, params![org]).await?.iter().map(read).collect()
}

fn read(row: &Row) -> Result<Section> {
    Ok(Section {
        id: row.get("id")?,
        kind: row.get("kind")?,
        title: row.get("title")?,
        description: row.get("description")?,
        position: row.get("position")?,
        version: row.get("version")?,
        changed_at: row.get("changed_at")?,
    })
}
