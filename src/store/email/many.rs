//! Table `mail`: many letters of one occasion at once.

use crate::clock::Ambient;
use crate::domain::email::message::Letter;
use crate::domain::ids::{MailId, OrganizationId};
use crate::params;
use crate::store::email::contents::Contents;
use crate::store::{Result, Tx, Value, Work};

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
    let keyring = tx.keyring()?;
    for batch in letters.chunks(BATCH) {
        let mut values: Vec<Value> = params![org, ambient.now()].to_vec();
        let mut rows = Vec::with_capacity(batch.len());
        for letter in batch {
            let first = values.len() + 1;
            let [row, to, subject, contents] = std::array::from_fn(|i| first + i);
            rows.push(format!(
                "(${row}, $1, ${to}, ${subject}, ${contents}, 'pending', 0, $2, '', $2)"
            ));
            let message = &letter.message;
            let id = ambient.id(MailId::from_uuid);
            let contents = Contents {
                text: message.text.clone(),
                html: message.html.clone(),
                unsubscribe: letter.unsubscribe.clone(),
            };
            let sealed = contents.seal(&keyring, &ambient.random, (org, id));
            values.extend_from_slice(params![id, &message.to, &message.subject, sealed]);
        }
        let sql = sqlx::AssertSqlSafe(format!(
            "INSERT INTO mail (id, org_id, recipient, subject, contents, state, attempts, due_at,
                 last_error, created_at)
             VALUES {}",
            rows.join(", ")
        ));
        tx.execute(sql, &values).await?;
    }
    tx.notify_on_commit(Work::Mail);
    Ok(())
}
