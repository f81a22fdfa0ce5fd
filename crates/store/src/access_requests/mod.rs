//! Table `access_request`.

pub mod policy;
pub mod unconfirmed;

use domain::access_requests::{AccessRequest, Decision, RequestState, RequestedItem};
use domain::ids::{AccessRequestId, OrganizationId, VisitorId};
use jiff::Timestamp;

use crate::params;
use crate::{Result, Row, Tx};

const COLUMNS: &str = "id, visitor_id, email, first_name, last_name, company, reason, state, \
     created_at, decided_at, decided_by, account_id, message, held_back, item_id,
     (SELECT title FROM item WHERE item.org_id = access_request.org_id
          AND item.id = access_request.item_id) AS item_title";

/// Appends a pending request.
pub async fn insert(tx: &mut Tx, org: OrganizationId, request: &AccessRequest) -> Result<()> {
    tx.execute(
        "INSERT INTO access_request (id, org_id, visitor_id, email, first_name, last_name, company,
             reason, state, created_at, held_back, item_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        params![
            request.id,
            org,
            request.visitor,
            &request.email,
            &request.first_name,
            &request.last_name,
            &request.company,
            &request.reason,
            request.state,
            request.created_at,
            held_back(request),
            request.item.as_ref().map(|item| item.id)
        ],
    )
    .await?;
    Ok(())
}

/// Decides a pending request. Answers false where someone has decided it already.
pub async fn decide(
    tx: &mut Tx,
    org: OrganizationId,
    id: AccessRequestId,
    state: RequestState,
    decision: &Decision,
) -> Result<bool> {
    let changed = tx
        .execute(
            "UPDATE access_request SET state = $3, decided_at = $4, decided_by = $5,
                 account_id = $6, message = $7
             WHERE org_id = $1 AND id = $2 AND state = 'pending'",
            params![
                org,
                id,
                state,
                decision.at,
                decision.by,
                decision.account,
                &decision.message
            ],
        )
        .await?;
    Ok(changed == 1)
}

/// Lets a denied request wait again, as if it hadn't been decided. Answers false where it
/// isn't denied.
pub async fn reopen(tx: &mut Tx, org: OrganizationId, id: AccessRequestId) -> Result<bool> {
    let changed = tx
        .execute(
            "UPDATE access_request SET state = 'pending', decided_at = NULL, decided_by = NULL,
                 message = ''
             WHERE org_id = $1 AND id = $2 AND state = 'denied'",
            params![org, id],
        )
        .await?;
    Ok(changed == 1)
}

/// The request with that id, decided or not.
pub async fn by_id(
    tx: &mut Tx,
    org: OrganizationId,
    id: AccessRequestId,
) -> Result<Option<AccessRequest>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM access_request WHERE org_id = $1 AND id = $2"
    ));
    let row = tx.optional(sql, params![org, id]).await?;
    row.as_ref().map(read).transpose()
}

/// What waits for a decision, oldest first.
pub async fn pending(tx: &mut Tx, org: OrganizationId) -> Result<Vec<AccessRequest>> {
    pending_after(tx, org, None, i64::MAX).await
}

/// What waits for a decision, oldest first, later than `after` where one is given.
pub async fn pending_after(
    tx: &mut Tx,
    org: OrganizationId,
    after: Option<AccessRequestId>,
    limit: i64,
) -> Result<Vec<AccessRequest>> {
    // Ids are UUIDv7: their order is the order in time.
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM access_request
         WHERE org_id = $1 AND state = 'pending' AND ($2 = '' OR id > $2)
         ORDER BY id LIMIT $3"
    ));
    let after = after.map_or_else(String::new, |id| id.to_string());
    let rows = tx.all(sql, params![org, after, limit]).await?;
    rows.iter().map(read).collect()
}

/// Whether the visitor was denied, or lost access to an account, before: under any
/// address of the same mailbox.
pub async fn was_turned_away(tx: &mut Tx, org: OrganizationId, visitor: VisitorId) -> Result<bool> {
    let same = "SELECT alias.id FROM visitor JOIN visitor alias
                    ON alias.org_id = visitor.org_id AND alias.mailbox = visitor.mailbox
                WHERE visitor.org_id = $1 AND visitor.id = $2";
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT (SELECT COUNT(*) FROM access_request
                 WHERE org_id = $1 AND state = 'denied' AND visitor_id IN ({same}))
             + (SELECT COUNT(*) FROM member
                 WHERE org_id = $1 AND revoked_at IS NOT NULL AND visitor_id IN ({same})) AS n"
    ));
    let row = tx.one(sql, params![org, visitor]).await?;
    Ok(row.get::<i64>("n")? > 0)
}

/// What was decided, newest request first, older than `before` where one is given.
pub async fn decided(
    tx: &mut Tx,
    org: OrganizationId,
    before: Option<AccessRequestId>,
    limit: i64,
) -> Result<Vec<AccessRequest>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM access_request
         WHERE org_id = $1 AND state <> 'pending' AND ($2 = '' OR id < $2)
         ORDER BY id DESC LIMIT $3"
    ));
    let before = before.map_or_else(String::new, |id| id.to_string());
    let rows = tx.all(sql, params![org, before, limit]).await?;
    rows.iter().map(read).collect()
}

/// Gives a pending request the words of its visitor's latest form.
pub async fn update_words(tx: &mut Tx, org: OrganizationId, request: &AccessRequest) -> Result<()> {
    tx.execute(
        "UPDATE access_request SET first_name = $3, last_name = $4, company = $5, reason = $6,
             held_back = $7, item_id = $8
         WHERE org_id = $1 AND id = $2 AND state = 'pending'",
        params![
            org,
            request.id,
            &request.first_name,
            &request.last_name,
            &request.company,
            &request.reason,
            held_back(request),
            request.item.as_ref().map(|item| item.id)
        ],
    )
    .await?;
    Ok(())
}

/// The visitor's newest request that waits for a decision.
pub async fn pending_of(
    tx: &mut Tx,
    org: OrganizationId,
    visitor: VisitorId,
) -> Result<Option<AccessRequest>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM access_request
         WHERE org_id = $1 AND visitor_id = $2 AND state = 'pending'
         ORDER BY created_at DESC, id DESC LIMIT 1"
    ));
    let row = tx.optional(sql, params![org, visitor]).await?;
    row.as_ref().map(read).transpose()
}

fn held_back(request: &AccessRequest) -> String {
    request
        .held_back
        .map_or_else(String::new, |reason| reason.to_string())
}

/// The item of a row with `item_id` and `item_title`, where it still exists.
fn requested_item(row: &Row) -> Result<Option<RequestedItem>> {
    let (id, title) = (row.get("item_id")?, row.get("item_title")?);
    Ok(Option::zip(id, title).map(|(id, title)| RequestedItem { id, title }))
}

fn read(row: &Row) -> Result<AccessRequest> {
    let decided_at: Option<Timestamp> = row.get("decided_at")?;
    let by = row.get("decided_by")?;
    let account = row.get("account_id")?;
    let message = row.get("message")?;
    let decision = decided_at.map(|at| Decision {
        at,
        by,
        account,
        message,
    });
    let held_back: String = row.get("held_back")?;
    Ok(AccessRequest {
        id: row.get("id")?,
        visitor: row.get("visitor_id")?,
        email: row.get("email")?,
        first_name: row.get("first_name")?,
        last_name: row.get("last_name")?,
        company: row.get("company")?,
        reason: row.get("reason")?,
        item: requested_item(row)?,
        state: row.get("state")?,
        created_at: row.get("created_at")?,
        held_back: held_back.parse().ok(),
        decision,
    })
}
