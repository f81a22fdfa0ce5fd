//! Table `usage_salt`: what anonymous visitors' keys are hashed with, another one each
//! day. Once it is deleted nobody can tell whose key one was.

use crate::params;
use crate::{Result, Tx};

/// The salt of that day since 1970 (UTC), which is `new` where there was none yet.
pub async fn of_day_across_tenants(tx: &mut Tx, day: i64, new: &str) -> Result<String> {
    let known = tx
        .optional("SELECT salt FROM usage_salt WHERE day = $1", params![day])
        .await?;
    if let Some(row) = known {
        return row.get("salt");
    }
    // Of two first visitors at once both get the one that is kept.
    tx.one(
        "INSERT INTO usage_salt (day, salt) VALUES ($1, $2)
         ON CONFLICT (day) DO UPDATE SET salt = usage_salt.salt RETURNING salt",
        params![day, new],
    )
    .await?
    .get("salt")
}

/// Forgets the salts of days before that one.
pub async fn sweep_across_tenants(tx: &mut Tx, day: i64) -> Result<()> {
    tx.execute("DELETE FROM usage_salt WHERE day < $1", params![day])
        .await?;
    Ok(())
}
