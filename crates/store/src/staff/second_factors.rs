//! Tables `staff_second_factor` and `staff_recovery_code`: what else is asked of a person
//! who signs in. The secret is sealed; of recovery codes only the SHA-256 is kept.

use std::collections::BTreeSet;

use domain::ids::{OrganizationId, StaffUserId};
use jiff::Timestamp;

use crate::params;
use crate::{Result, Tx};

/// What the database holds of an authenticator app.
#[derive(Clone, Debug)]
pub struct StoredFactor {
    /// Encrypted.
    pub secret: Vec<u8>,
    /// Whether a code has shown that the app has the secret.
    pub is_confirmed: bool,
}

/// Begins anew with this secret, unless one is confirmed already.
pub async fn begin(
    tx: &mut Tx,
    org: OrganizationId,
    user: StaffUserId,
    secret: Vec<u8>,
    now: Timestamp,
) -> Result<()> {
    tx.execute(
        "INSERT INTO staff_second_factor (user_id, org_id, secret, created_at, last_step)
         VALUES ($1, $2, $3, $4, 0)
         ON CONFLICT (user_id) DO UPDATE SET secret = excluded.secret,
             created_at = excluded.created_at, last_step = 0
             WHERE staff_second_factor.confirmed_at IS NULL",
        params![user, org, secret, now],
    )
    .await?;
    Ok(())
}

/// The person's authenticator app, confirmed or not; `None` where none was set up.
pub async fn find(
    tx: &mut Tx,
    org: OrganizationId,
    user: StaffUserId,
) -> Result<Option<StoredFactor>> {
    let row = tx
        .optional(
            "SELECT secret, confirmed_at FROM staff_second_factor
             WHERE org_id = $1 AND user_id = $2",
            params![org, user],
        )
        .await?;
    row.map(|row| {
        Ok(StoredFactor {
            secret: row.get("secret")?,
            is_confirmed: row.get::<Option<Timestamp>>("confirmed_at")?.is_some(),
        })
    })
    .transpose()
}

/// Whether this person is asked for it.
pub async fn is_confirmed(tx: &mut Tx, org: OrganizationId, user: StaffUserId) -> Result<bool> {
    let found = find(tx, org, user).await?;
    Ok(found.is_some_and(|factor| factor.is_confirmed))
}

/// Who is asked for it.
pub async fn users(tx: &mut Tx, org: OrganizationId) -> Result<BTreeSet<StaffUserId>> {
    let rows = tx
        .all(
            "SELECT user_id FROM staff_second_factor
             WHERE org_id = $1 AND confirmed_at IS NOT NULL",
            params![org],
        )
        .await?;
    rows.iter().map(|row| row.get("user_id")).collect()
}

/// Uses up the code of this half minute: false where it, or one after it, was used
/// before. Of two who try at once, one gets it.
pub async fn use_step(
    tx: &mut Tx,
    org: OrganizationId,
    user: StaffUserId,
    step: i64,
) -> Result<bool> {
    let changed = tx
        .execute(
            "UPDATE staff_second_factor SET last_step = $3
             WHERE org_id = $1 AND user_id = $2 AND last_step < $3",
            params![org, user, step],
        )
        .await?;
    Ok(changed == 1)
}

/// From now on the person is asked for it. Answers false where they were already.
pub async fn confirm(
    tx: &mut Tx,
    org: OrganizationId,
    user: StaffUserId,
    now: Timestamp,
) -> Result<bool> {
    let changed = tx
        .execute(
            "UPDATE staff_second_factor SET confirmed_at = $3
             WHERE org_id = $1 AND user_id = $2 AND confirmed_at IS NULL",
            params![org, user, now],
        )
        .await?;
    Ok(changed == 1)
}

/// Nothing else is asked of this person anymore. Answers whether anything was.
pub async fn delete(tx: &mut Tx, org: OrganizationId, user: StaffUserId) -> Result<bool> {
    tx.execute(
        "DELETE FROM staff_recovery_code WHERE org_id = $1 AND user_id = $2",
        params![org, user],
    )
    .await?;
    let deleted = tx
        .execute(
            "DELETE FROM staff_second_factor WHERE org_id = $1 AND user_id = $2",
            params![org, user],
        )
        .await?;
    Ok(deleted > 0)
}

/// The recovery codes are these and no others.
pub async fn set_recovery_codes(
    tx: &mut Tx,
    org: OrganizationId,
    user: StaffUserId,
    hashes: &[String],
) -> Result<()> {
    tx.execute(
        "DELETE FROM staff_recovery_code WHERE org_id = $1 AND user_id = $2",
        params![org, user],
    )
    .await?;
    for hash in hashes {
        tx.execute(
            "INSERT INTO staff_recovery_code (user_id, code_hash, org_id) VALUES ($1, $2, $3)",
            params![user, hash, org],
        )
        .await?;
    }
    Ok(())
}

/// Uses up a recovery code: false where it is none, or was used.
pub async fn use_recovery_code(
    tx: &mut Tx,
    org: OrganizationId,
    user: StaffUserId,
    hash: &str,
) -> Result<bool> {
    let deleted = tx
        .execute(
            "DELETE FROM staff_recovery_code
             WHERE org_id = $1 AND user_id = $2 AND code_hash = $3",
            params![org, user, hash],
        )
        .await?;
    Ok(deleted == 1)
}

/// How many recovery codes the person has not used.
pub async fn count_recovery_codes(
    tx: &mut Tx,
    org: OrganizationId,
    user: StaffUserId,
) -> Result<i64> {
    tx.one(
        "SELECT COUNT(*) AS n FROM staff_recovery_code WHERE org_id = $1 AND user_id = $2",
        params![org, user],
    )
    .await?
    .get("n")
}

/// Whether the organization requires one of everyone.
pub async fn is_required(tx: &mut Tx, org: OrganizationId) -> Result<bool> {
    let row = tx
        .optional(
            "SELECT requires_second_factor AS required FROM organization WHERE id = $1",
            params![org],
        )
        .await?;
    Ok(row
        .map(|row| row.get::<bool>("required"))
        .transpose()?
        .unwrap_or(false))
}

/// Says whether the organization requires a second factor of everyone.
pub async fn set_required(tx: &mut Tx, org: OrganizationId, required: bool) -> Result<()> {
    tx.execute(
        "UPDATE organization SET requires_second_factor = $2 WHERE id = $1",
        params![org, required],
    )
    .await?;
    Ok(())
}
