//! Table `entry`.

use domain::content::entry::{Entry, Texts};
use domain::ids::{EntryId, OrganizationId, SectionId};
use jiff::Timestamp;

use crate::params;
use crate::{Result, Row, Tx};

const COLUMNS: &str = "id, section_id, title, body, state, category, period, location, data, link, \
     item, position, version, updated_at";

/// Adds the entry.
pub async fn insert(tx: &mut Tx, org: OrganizationId, entry: &Entry) -> Result<()> {
    let texts = &entry.texts;
    tx.execute(
        "INSERT INTO entry (id, org_id, section_id, title, body, state, category, period, location,
             data, link, item, position, version, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        params![
            entry.id,
            org,
            entry.section,
            &texts.title,
            &texts.body,
            &texts.state,
            &texts.category,
            &texts.period,
            &texts.location,
            &texts.data,
            &texts.link,
            &texts.item,
            entry.position,
            entry.version,
            entry.updated_at
        ],
    )
    .await?;
    Ok(())
}

/// Saves the texts. Answers false, and saves nothing, where it was changed or
/// deleted since `version`.
pub async fn update(
    tx: &mut Tx,
    org: OrganizationId,
    id: EntryId,
    version: i64,
    texts: &Texts,
    now: Timestamp,
) -> Result<bool> {
    let changed = tx
        .execute(
            "UPDATE entry SET title = $4, body = $5, state = $6, category = $7, period = $8,
                 location = $9, data = $10, link = $11, item = $12, updated_at = $13,
                 version = version + 1
             WHERE org_id = $1 AND id = $2 AND version = $3",
            params![
                org,
                id,
                version,
                &texts.title,
                &texts.body,
                &texts.state,
                &texts.category,
                &texts.period,
                &texts.location,
                &texts.data,
                &texts.link,
                &texts.item,
                now
            ],
        )
        .await?;
    Ok(changed == 1)
}

/// Moves the entry within its section; its version stays.
pub async fn set_position(
    tx: &mut Tx,
    org: OrganizationId,
    id: EntryId,
    position: i64,
) -> Result<()> {
    tx.execute(
        "UPDATE entry SET position = $3 WHERE org_id = $1 AND id = $2",
        params![org, id, position],
    )
    .await?;
    Ok(())
}

/// Deletes the entry; does nothing where it is gone.
pub async fn delete(tx: &mut Tx, org: OrganizationId, id: EntryId) -> Result<()> {
    tx.execute(
        "DELETE FROM entry WHERE org_id = $1 AND id = $2",
        params![org, id],
    )
    .await?;
    Ok(())
}

/// Deletes all entries of the section.
pub async fn delete_in_section(tx: &mut Tx, org: OrganizationId, section: SectionId) -> Result<()> {
    tx.execute(
        "DELETE FROM entry WHERE org_id = $1 AND section_id = $2",
        params![org, section],
    )
    .await?;
    Ok(())
}

/// The entry with that id.
pub async fn by_id(tx: &mut Tx, org: OrganizationId, id: EntryId) -> Result<Option<Entry>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM entry WHERE org_id = $1 AND id = $2"
    ));
    let row = tx.optional(sql, params![org, id]).await?;
    row.as_ref().map(read).transpose()
}

/// A section's entries, in the order in which they are shown.
pub async fn in_section(
    tx: &mut Tx,
    org: OrganizationId,
    section: SectionId,
) -> Result<Vec<Entry>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM entry WHERE org_id = $1 AND section_id = $2 ORDER BY position, id"
    ));
    let rows = tx.all(sql, params![org, section]).await?;
    rows.iter().map(read).collect()
}

/// All entries of the organization; within a section in the order in which they
/// are shown.
pub async fn list(tx: &mut Tx, org: OrganizationId) -> Result<Vec<Entry>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM entry WHERE org_id = $1 ORDER BY section_id, position, id"
    ));
    tx.all(sql, params![org]).await?.iter().map(read).collect()
}

fn read(row: &Row) -> Result<Entry> {
    Ok(Entry {
        id: row.get("id")?,
        section: row.get("section_id")?,
        texts: Texts {
            title: row.get("title")?,
            body: row.get("body")?,
            state: row.get("state")?,
            category: row.get("category")?,
            period: row.get("period")?,
            location: row.get("location")?,
            data: row.get("data")?,
            link: row.get("link")?,
            item: row.get("item")?,
        },
        position: row.get("position")?,
        version: row.get("version")?,
        updated_at: row.get("updated_at")?,
    })
}
