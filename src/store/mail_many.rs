//! Table `mail`: many letters of one occasion at once.

use super::{Result, Tx, Value, Work};
use crate::clock::Ambient;
use crate::domain::ids::{MailId, OrganizationId};
use crate::domain::mail::Letter;
use crate::params;

/// Letters a statement; each takes four parameters, of which SQLite allows 32,766.
const BATCH: usize = 200;

/// Appends the letters, in as few statements as possible; the worker is woken on
/// commit.
pub async fn insert(
    tx: &mut Tx,
    ambient: &Ambient,
    org: OrganizationId,
    letters: &[Letter],
) -> Result<()> {
    for batch in letters.chunks(BATCH) {
        let mut values: Vec<Value> = params![org, ambient.now()].to_vec();
        let mut rows = Vec::with_capacity(batch.len());
        for letter in batch {
            let first = values.len() + 1;
            let [id, to, subject, text, html, leave] = std::array::from_fn(|i| first + i);
            rows.push(format!(
                "(${id}, $1, ${to}, ${subject}, ${text}, ${html}, ${leave}, 'pending', 0, $2, '', $2)"
            ));
            let message = &letter.message;
            values.extend_from_slice(params![
                ambient.id(MailId::from_uuid),
                &message.to,
                &message.subject,
                &message.text,
                &message.html,
                &letter.unsubscribe
            ]);
        }
        let sql = sqlx::AssertSqlSafe(format!(
            "INSERT INTO mail (id, org_id, recipient, subject, body_text, body_html, unsubscribe,
                 state, attempts, due_at, last_error, created_at)
             VALUES {}",
            rows.join(", ")
        ));
        tx.execute(sql, &values).await?;
    }
    tx.notify_on_commit(Work::Mail);
    Ok(())
}
