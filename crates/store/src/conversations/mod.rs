//! Table `thread`: one an item and account.

pub mod comments;
pub mod saved_replies;

use clock::Ambient;
use domain::content::Item;
use domain::conversations::Thread;
use domain::ids::{AccountId, CommentId, ItemId, OrganizationId, ThreadId};
use jiff::Timestamp;

use crate::params;
use crate::{Result, Row, Tx};

const SELECT: &str = "SELECT thread.id, thread.account_id, account.name AS account_name,
         account.archived_at, thread.item_id, COALESCE(item.title, thread.item_title) AS item_title,
         thread.waiting_since, thread.last_at
     FROM thread JOIN account ON account.id = thread.account_id
         LEFT JOIN item ON item.id = thread.item_id";

/// The thread of this item and account, which is made if there is none, and now
/// waits for an answer.
pub async fn touch(
    tx: &mut Tx,
    ambient: &Ambient,
    org: OrganizationId,
    item: &Item,
    account: AccountId,
) -> Result<ThreadId> {
    tx.one(
        "INSERT INTO thread (id, org_id, account_id, item_id, item_title, waiting_since, last_at)
         VALUES ($1, $2, $3, $4, $5, $6, $6)
         ON CONFLICT (item_id, account_id) DO UPDATE SET item_title = $5, last_at = $6,
             waiting_since = COALESCE(thread.waiting_since, $6)
         RETURNING id",
        params![
            ambient.id(ThreadId::from_uuid),
            org,
            account,
            item.id,
            &item.title,
            ambient.now()
        ],
    )
    .await?
    .get("id")
}

/// Notes that staff have dealt with everything up to the comment `seen`. What
/// was written after it still waits.
pub async fn settle(
    tx: &mut Tx,
    org: OrganizationId,
    id: ThreadId,
    seen: CommentId,
    now: Timestamp,
) -> Result<()> {
    tx.execute(
        "UPDATE thread SET last_at = $4, waiting_since =
             (SELECT MIN(created_at) FROM comment
              WHERE thread_id = $2 AND visitor_id IS NOT NULL AND created_at > COALESCE(
                  (SELECT created_at FROM comment WHERE thread_id = $2 AND id = $3), 0))
         WHERE org_id = $1 AND id = $2",
        params![org, id, seen, now],
    )
    .await?;
    Ok(())
}

/// The thread with that id.
pub async fn by_id(tx: &mut Tx, org: OrganizationId, id: ThreadId) -> Result<Option<Thread>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "{SELECT} WHERE thread.org_id = $1 AND thread.id = $2"
    ));
    let row = tx.optional(sql, params![org, id]).await?;
    row.as_ref().map(read).transpose()
}

/// What this account and staff said about this item.
pub async fn of(
    tx: &mut Tx,
    org: OrganizationId,
    item: ItemId,
    account: AccountId,
) -> Result<Option<Thread>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "{SELECT} WHERE thread.org_id = $1 AND thread.item_id = $2 AND thread.account_id = $3"
    ));
    let row = tx.optional(sql, params![org, item, account]).await?;
    row.as_ref().map(read).transpose()
}

/// What waits for an answer, whoever has waited longest first. An archived account
/// waits for none.
pub async fn waiting(tx: &mut Tx, org: OrganizationId) -> Result<Vec<Thread>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "{SELECT} WHERE thread.org_id = $1 AND thread.waiting_since IS NOT NULL
             AND account.archived_at IS NULL
         ORDER BY thread.waiting_since, thread.id"
    ));
    tx.all(sql, params![org]).await?.iter().map(read).collect()
}

/// What waits for nobody, the latest first; only what is older than `before`
/// where one is given.
pub async fn answered(
    tx: &mut Tx,
    org: OrganizationId,
    before: Option<ThreadId>,
    limit: i64,
) -> Result<Vec<Thread>> {
    let before = before.map_or_else(String::new, |id| id.to_string());
    let sql = sqlx::AssertSqlSafe(format!(
        "{SELECT} WHERE thread.org_id = $1
             AND (thread.waiting_since IS NULL OR account.archived_at IS NOT NULL)
             AND ($2 = '' OR (thread.last_at, thread.id) <
                 (SELECT last_at, id FROM thread WHERE org_id = $1 AND id = $2))
         ORDER BY thread.last_at DESC, thread.id DESC LIMIT $3"
    ));
    let rows = tx.all(sql, params![org, before, limit]).await?;
    rows.iter().map(read).collect()
}

fn read(row: &Row) -> Result<Thread> {
    let archived_at: Option<Timestamp> = row.get("archived_at")?;
    Ok(Thread {
        id: row.get("id")?,
        account: row.get("account_id")?,
        account_name: row.get("account_name")?,
        account_is_archived: archived_at.is_some(),
        item: row.get("item_id")?,
        item_title: row.get("item_title")?,
        waiting_since: row.get("waiting_since")?,
        last_at: row.get("last_at")?,
    })
}
