//! Table `email`, as Admins look at it. What the emails say is sealed.

use domain::email::message::EmailState;
use domain::ids::{EmailId, OrganizationId};
use jiff::Timestamp;

use crate::params;
use crate::{Result, Tx, Value, Work};

/// An email without its text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ListEmail {
    /// The email's id; later emails have greater ones.
    pub id: EmailId,
    /// The address that it goes to.
    pub recipient: String,
    /// Its subject line.
    pub subject: String,
    /// Where it stands.
    pub state: EmailState,
    /// How often it was tried since it was written, or since an Admin had it tried again.
    pub attempts: i64,
    /// When it is tried next, while it waits.
    pub due_at: Timestamp,
    /// Why the last attempt failed; empty where it didn't, and before the first.
    pub last_error: String,
    /// When it was written.
    pub created_at: Timestamp,
    /// Whether it has failed, and its text is still there to be sent again.
    pub can_retry: bool,
}

/// The newest emails in that state, or in any.
pub async fn page(
    tx: &mut Tx,
    org: OrganizationId,
    state: Option<EmailState>,
    before: Option<EmailId>,
    limit: i64,
) -> Result<Vec<ListEmail>> {
    let mut values = vec![Value::from(org), Value::from(limit)];
    let mut conditions = vec!["org_id = $1".to_owned()];
    if let Some(state) = state {
        values.push(state.key().into());
        conditions.push(format!("state = ${}", values.len()));
    }
    if let Some(before) = before {
        values.push(before.into());
        conditions.push(format!("id < ${}", values.len()));
    }
    let sql = format!(
        "SELECT id, recipient, subject, state, attempts, due_at, last_error, created_at,
             CAST(CASE WHEN state = 'failed' AND contents IS NOT NULL THEN 1 ELSE 0 END AS BIGINT)
                 AS can_retry
         FROM email WHERE {} ORDER BY id DESC LIMIT $2",
        conditions.join(" AND ")
    );
    let rows = tx.all(sqlx::AssertSqlSafe(sql), &values).await?;
    rows.iter()
        .map(|row| {
            let can_retry: i64 = row.get("can_retry")?;
            Ok(ListEmail {
                id: row.get("id")?,
                recipient: row.get("recipient")?,
                subject: row.get("subject")?,
                state: row.get("state")?,
                attempts: row.get("attempts")?,
                due_at: row.get("due_at")?,
                last_error: row.get("last_error")?,
                created_at: row.get("created_at")?,
                can_retry: can_retry == 1,
            })
        })
        .collect()
}

/// Lets an email that has failed wait for its turn again, from the first attempt.
/// Answers its recipient and subject; nothing where it has not failed.
pub async fn retry(
    tx: &mut Tx,
    org: OrganizationId,
    id: EmailId,
    now: Timestamp,
) -> Result<Option<(String, String)>> {
    let row = tx
        .optional(
            "UPDATE email SET state = 'pending', attempts = 0, due_at = $3
             WHERE org_id = $1 AND id = $2 AND state = 'failed' AND contents IS NOT NULL
             RETURNING recipient, subject",
            params![org, id, now],
        )
        .await?;
    tx.notify_on_commit(Work::Mail);
    row.map(|row| Ok((row.get("recipient")?, row.get("subject")?)))
        .transpose()
}

/// Gives an email up that has not been sent, and forgets its text. Answers its
/// recipient and subject; nothing where it was sent.
pub async fn cancel(
    tx: &mut Tx,
    org: OrganizationId,
    id: EmailId,
) -> Result<Option<(String, String)>> {
    let row = tx
        .optional(
            "UPDATE email SET state = 'cancelled', contents = NULL
             WHERE org_id = $1 AND id = $2 AND state IN ('pending', 'failed')
             RETURNING recipient, subject",
            params![org, id],
        )
        .await?;
    row.map(|row| Ok((row.get("recipient")?, row.get("subject")?)))
        .transpose()
}

/// Forgets the text of emails that failed and were created before then.
pub async fn forget_failed_across_tenants(tx: &mut Tx, before: Timestamp) -> Result<()> {
    tx.execute(
        "UPDATE email SET contents = NULL
         WHERE state = 'failed' AND created_at < $1 AND contents IS NOT NULL",
        params![before],
    )
    .await?;
    Ok(())
}
