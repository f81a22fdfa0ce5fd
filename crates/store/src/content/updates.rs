//! Table `content_update`: updates, published and drafts.

use domain::content::update::{Update, UpdateTopic};
use domain::ids::{OrganizationId, UpdateId};
use jiff::Timestamp;

use crate::params;
use crate::{Result, Row, Tx};

const COLUMNS: &str =
    "id, title, body, topic, dated_on, published_at, mailed_at, version, updated_at";

/// Adds the update, as a draft or published.
pub async fn insert(tx: &mut Tx, org: OrganizationId, update: &Update) -> Result<()> {
    tx.execute(
        "INSERT INTO content_update (id, org_id, title, body, dated_on, published_at, mailed_at, version,
             updated_at, topic)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        params![
            update.id,
            org,
            &update.title,
            &update.body,
            update.dated_on,
            update.published_at,
            update.mailed_at,
            update.version,
            update.updated_at,
            update.topic
        ],
    )
    .await?;
    Ok(())
}

/// Saves everything. Answers false, and saves nothing, where it was changed or
/// deleted since `update` was read.
pub async fn update(tx: &mut Tx, org: OrganizationId, update: &Update) -> Result<bool> {
    let changed = tx
        .execute(
            "UPDATE content_update SET title = $4, body = $5, dated_on = $6, published_at = $7,
                 mailed_at = $8, updated_at = $9, topic = $10, version = version + 1
             WHERE org_id = $1 AND id = $2 AND version = $3",
            params![
                org,
                update.id,
                update.version,
                &update.title,
                &update.body,
                update.dated_on,
                update.published_at,
                update.mailed_at,
                update.updated_at,
                update.topic
            ],
        )
        .await?;
    Ok(changed == 1)
}

/// Deletes the update; a mailing of it ends with it.
pub async fn delete(tx: &mut Tx, org: OrganizationId, id: UpdateId) -> Result<()> {
    tx.execute(
        "DELETE FROM content_update WHERE org_id = $1 AND id = $2",
        params![org, id],
    )
    .await?;
    Ok(())
}

/// The update with that id, published or not.
pub async fn by_id(tx: &mut Tx, org: OrganizationId, id: UpdateId) -> Result<Option<Update>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM content_update WHERE org_id = $1 AND id = $2"
    ));
    let row = tx.optional(sql, params![org, id]).await?;
    row.as_ref().map(read).transpose()
}

/// Drafts and what is published, newest first.
pub async fn list(tx: &mut Tx, org: OrganizationId) -> Result<Vec<Update>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM content_update WHERE org_id = $1 ORDER BY dated_on DESC, id DESC"
    ));
    tx.all(sql, params![org]).await?.iter().map(read).collect()
}

/// What visitors see, newest first, at most `limit`.
pub async fn published(tx: &mut Tx, org: OrganizationId, limit: i64) -> Result<Vec<Update>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM content_update WHERE org_id = $1 AND published_at IS NOT NULL
         ORDER BY dated_on DESC, id DESC LIMIT $2"
    ));
    let rows = tx.all(sql, params![org, limit]).await?;
    rows.iter().map(read).collect()
}

/// The same of one topic.
pub async fn published_about(
    tx: &mut Tx,
    org: OrganizationId,
    topic: UpdateTopic,
    limit: i64,
) -> Result<Vec<Update>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM content_update
         WHERE org_id = $1 AND topic = $2 AND published_at IS NOT NULL
         ORDER BY dated_on DESC, id DESC LIMIT $3"
    ));
    let rows = tx.all(sql, params![org, topic, limit]).await?;
    rows.iter().map(read).collect()
}

fn read(row: &Row) -> Result<Update> {
    Ok(Update {
        id: row.get("id")?,
        title: row.get("title")?,
        body: row.get("body")?,
        topic: row.get("topic")?,
        dated_on: row.get("dated_on")?,
        published_at: row.get::<Option<Timestamp>>("published_at")?,
        mailed_at: row.get("mailed_at")?,
        version: row.get("version")?,
        updated_at: row.get("updated_at")?,
    })
}
