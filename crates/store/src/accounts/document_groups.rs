//! Table `document_group`: what locked items are grouped by.

use domain::accounts::profile::DocumentGroup;
use domain::ids::{DocumentGroupId, OrganizationId};
use domain::names::name_key;
use jiff::Timestamp;

use crate::params;
use crate::{Result, Row, Tx};

const COLUMNS: &str = "id, name, description, version";

/// Answers false, and saves nothing, where there is one of that name.
pub async fn insert(
    tx: &mut Tx,
    org: OrganizationId,
    group: &DocumentGroup,
    now: Timestamp,
) -> Result<bool> {
    let inserted = tx
        .execute(
            "INSERT INTO document_group (id, org_id, name, name_key, description, version,
                 created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (org_id, name_key) DO NOTHING",
            params![
                group.id,
                org,
                &group.name,
                name_key(&group.name),
                &group.description,
                group.version,
                now
            ],
        )
        .await?;
    Ok(inserted == 1)
}

/// Saves name and description. Answers false, and saves nothing, where it was
/// changed or deleted since `group` was read.
pub async fn update(tx: &mut Tx, org: OrganizationId, group: &DocumentGroup) -> Result<bool> {
    let changed = tx
        .execute(
            "UPDATE document_group SET name = $4, name_key = $5, description = $6,
                 version = version + 1
             WHERE org_id = $1 AND id = $2 AND version = $3",
            params![
                org,
                group.id,
                group.version,
                &group.name,
                name_key(&group.name),
                &group.description
            ],
        )
        .await?;
    Ok(changed == 1)
}

/// Deletes the group: its items are in none afterwards, and profiles forget it.
pub async fn delete(tx: &mut Tx, org: OrganizationId, id: DocumentGroupId) -> Result<()> {
    for statement in [
        "UPDATE item SET group_id = NULL, version = version + 1 WHERE org_id = $1 AND group_id = $2",
        "DELETE FROM profile_group WHERE group_id IN
             (SELECT id FROM document_group WHERE org_id = $1 AND id = $2)",
        "DELETE FROM document_group WHERE org_id = $1 AND id = $2",
    ] {
        tx.execute(statement, params![org, id]).await?;
    }
    Ok(())
}

/// The group with that id.
pub async fn by_id(
    tx: &mut Tx,
    org: OrganizationId,
    id: DocumentGroupId,
) -> Result<Option<DocumentGroup>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM document_group WHERE org_id = $1 AND id = $2"
    ));
    let row = tx.optional(sql, params![org, id]).await?;
    row.as_ref().map(read).transpose()
}

/// The group of that name, as [`name_key`] compares names.
pub async fn by_name(
    tx: &mut Tx,
    org: OrganizationId,
    name: &str,
) -> Result<Option<DocumentGroup>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM document_group WHERE org_id = $1 AND name_key = $2"
    ));
    let row = tx.optional(sql, params![org, name_key(name)]).await?;
    row.as_ref().map(read).transpose()
}

/// All groups by name.
pub async fn list(tx: &mut Tx, org: OrganizationId) -> Result<Vec<DocumentGroup>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM document_group WHERE org_id = $1 ORDER BY name_key"
    ));
    tx.all(sql, params![org]).await?.iter().map(read).collect()
}

fn read(row: &Row) -> Result<DocumentGroup> {
    Ok(DocumentGroup {
        id: row.get("id")?,
        name: row.get("name")?,
        description: row.get("description")?,
        version: row.get("version")?,
    })
}
