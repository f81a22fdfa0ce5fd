//! Table `comment`.

use clock::Ambient;
use domain::activities::Person;
use domain::conversations::{Author, Comment, CommentText};
use domain::ids::{CommentId, OrganizationId, ThreadId};
use domain::visitors::Visitor;

use crate::params;
use crate::{Result, Row, StoreError, Tx};

const SELECT: &str = "SELECT comment.id, comment.visitor_id, comment.staff_id, comment.body,
         comment.created_at, visitor.email, visitor.first_name, visitor.last_name,
         staff_user.name AS staff_name
     FROM comment LEFT JOIN visitor ON visitor.id = comment.visitor_id
         LEFT JOIN staff_user ON staff_user.id = comment.staff_id";

/// Appends a comment to the thread, written now, and answers its id.
pub async fn insert(
    tx: &mut Tx,
    ambient: &Ambient,
    org: OrganizationId,
    thread: ThreadId,
    author: Author,
    text: &CommentText,
) -> Result<CommentId> {
    let id = ambient.id(CommentId::from_uuid);
    let (visitor, staff) = match author {
        Author::Visitor(id) => (Some(id), None),
        Author::Staff(id) => (None, Some(id)),
    };
    tx.execute(
        "INSERT INTO comment (id, org_id, thread_id, visitor_id, staff_id, body, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        params![
            id,
            org,
            thread,
            visitor,
            staff,
            text.as_str(),
            ambient.now()
        ],
    )
    .await?;
    Ok(id)
}

/// A thread's comments, oldest first.
pub async fn of_thread(tx: &mut Tx, org: OrganizationId, thread: ThreadId) -> Result<Vec<Comment>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "{SELECT} WHERE comment.org_id = $1 AND comment.thread_id = $2
         ORDER BY comment.created_at, comment.id"
    ));
    let rows = tx.all(sql, params![org, thread]).await?;
    rows.iter().map(read).collect()
}

/// The newest comment of a thread, for a list of threads.
pub async fn newest(tx: &mut Tx, org: OrganizationId, thread: ThreadId) -> Result<Option<Comment>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "{SELECT} WHERE comment.org_id = $1 AND comment.thread_id = $2
         ORDER BY comment.created_at DESC, comment.id DESC LIMIT 1"
    ));
    let row = tx.optional(sql, params![org, thread]).await?;
    row.as_ref().map(read).transpose()
}

/// Everyone of the account who wrote in the thread and still has access.
pub async fn visitors_in(
    tx: &mut Tx,
    org: OrganizationId,
    thread: ThreadId,
) -> Result<Vec<Visitor>> {
    let rows = tx
        .all(
            "SELECT visitor.id, visitor.email, visitor.first_name, visitor.last_name,
                 visitor.company, visitor.confirmed_at
             FROM thread JOIN member ON member.account_id = thread.account_id
                 JOIN visitor ON visitor.id = member.visitor_id
             WHERE thread.org_id = $1 AND thread.id = $2 AND member.revoked_at IS NULL
                 AND EXISTS (SELECT 1 FROM comment
                     WHERE comment.thread_id = thread.id AND comment.visitor_id = visitor.id)
             ORDER BY visitor.id",
            params![org, thread],
        )
        .await?;
    rows.iter().map(crate::visitors::read).collect()
}

fn read(row: &Row) -> Result<Comment> {
    let author = match (row.get("visitor_id")?, row.get("staff_id")?) {
        (Some(id), None) => Author::Visitor(id),
        (None, Some(id)) => Author::Staff(id),
        _ => {
            let problem = "a comment has one author".to_owned();
            let column = "visitor_id".to_owned();
            return Err(StoreError::Corrupt { column, problem });
        }
    };
    let author_name = match author {
        Author::Staff(_) => row.get("staff_name")?,
        Author::Visitor(_) => Person {
            email: row.get("email")?,
            first_name: row.get("first_name")?,
            last_name: row.get("last_name")?,
        }
        .display_name(),
    };
    Ok(Comment {
        id: row.get("id")?,
        author,
        author_name,
        text: row.get("body")?,
        created_at: row.get("created_at")?,
    })
}
