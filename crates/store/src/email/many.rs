//! Table `email`: many emails of one occasion at once.

use clock::Ambient;
use domain::email::message::ListEmail;
use domain::ids::{EmailId, OrganizationId};

use crate::email::contents::Contents;
use crate::limits::EMAILS_AT_ONCE;
use crate::params;
use crate::{Result, Tx, Value, Work};

/// Appends the emails, in as few statements as possible; the worker is woken on
/// commit.
pub async fn insert(
    tx: &mut Tx,
    ambient: &Ambient,
    org: OrganizationId,
    emails: &[ListEmail],
) -> Result<()> {
    let keyring = tx.keyring()?;
    for batch in emails.chunks(EMAILS_AT_ONCE) {
        let mut values: Vec<Value> = params![org, ambient.now()].to_vec();
        let mut rows = Vec::with_capacity(batch.len());
        for email in batch {
            let first = values.len() + 1;
            let [row, to, subject, contents] = std::array::from_fn(|i| first + i);
            rows.push(format!(
                "(${row}, $1, ${to}, ${subject}, ${contents}, 'pending', 0, $2, '', $2)"
            ));
            let message = &email.message;
            let id = ambient.id(EmailId::from_uuid);
            let contents = Contents {
                text: message.text.clone(),
                html: message.html.clone(),
                unsubscribe: email.unsubscribe.clone(),
            };
            let sealed = contents.seal(&keyring, &ambient.random, (org, id));
            values.extend_from_slice(params![id, &message.to, &message.subject, sealed]);
        }
        let sql = sqlx::AssertSqlSafe(format!(
            "INSERT INTO email (id, org_id, recipient, subject, contents, state, attempts, due_at,
                 last_error, created_at)
             VALUES {}",
            rows.join(", ")
        ));
        tx.execute(sql, &values).await?;
    }
    tx.notify_on_commit(Work::Mail);
    Ok(())
}
