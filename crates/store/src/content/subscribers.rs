//! Table `subscriber`: who gets updates by email. Of the link that confirms an
//! address only the SHA-256 of its token is kept.

use clock::Ambient;
use domain::content::update::Subscriber;
use domain::email::EmailAddress;
use domain::ids::{OrganizationId, SubscriberId};
use jiff::Timestamp;

use crate::params;
use crate::{Result, Row, Tx};

/// Notes that someone asked with this address; whoever opens the link confirms it.
/// Asking again replaces the link, and changes nothing for a subscriber.
pub async fn ask(
    tx: &mut Tx,
    ambient: &Ambient,
    org: OrganizationId,
    email: &EmailAddress,
    leave_token: &str,
    (token_hash, expires_at): (&str, Timestamp),
) -> Result<()> {
    tx.execute(
        "INSERT INTO subscriber (id, org_id, email, leave_token, token_hash, token_expires_at,
             created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (org_id, email)
         DO UPDATE SET token_hash = excluded.token_hash,
             token_expires_at = excluded.token_expires_at",
        params![
            ambient.id(SubscriberId::from_uuid),
            org,
            email,
            leave_token,
            token_hash,
            expires_at,
            ambient.now()
        ],
    )
    .await?;
    Ok(())
}

/// Whether the link would still work.
pub async fn is_open(
    tx: &mut Tx,
    org: OrganizationId,
    token_hash: &str,
    now: Timestamp,
) -> Result<bool> {
    let sql = "SELECT id FROM subscriber
         WHERE org_id = $1 AND token_hash = $2 AND token_expires_at > $3";
    let row = tx.optional(sql, params![org, token_hash, now]).await?;
    Ok(row.is_some())
}

/// Uses the link up: from now on the address gets updates. False where the link was
/// used, has expired, or never existed.
pub async fn confirm(
    tx: &mut Tx,
    org: OrganizationId,
    token_hash: &str,
    now: Timestamp,
) -> Result<bool> {
    let changed = tx
        .execute(
            "UPDATE subscriber SET confirmed_at = COALESCE(confirmed_at, $3), token_hash = NULL,
                 token_expires_at = NULL
             WHERE org_id = $1 AND token_hash = $2 AND token_expires_at > $3",
            params![org, token_hash, now],
        )
        .await?;
    Ok(changed == 1)
}

/// Forgets whom the unsubscribe link names, if anyone.
pub async fn leave(tx: &mut Tx, org: OrganizationId, leave_token: &str) -> Result<()> {
    tx.execute(
        "DELETE FROM subscriber WHERE org_id = $1 AND leave_token = $2",
        params![org, leave_token],
    )
    .await?;
    Ok(())
}

/// Forgets one; answers the address, or `None` where it is gone already.
pub async fn remove(
    tx: &mut Tx,
    org: OrganizationId,
    id: SubscriberId,
) -> Result<Option<EmailAddress>> {
    let sql = "DELETE FROM subscriber WHERE org_id = $1 AND id = $2 RETURNING email";
    let row = tx.optional(sql, params![org, id]).await?;
    row.map(|row| row.get("email")).transpose()
}

/// Who had confirmed by then and whose address comes after that one, in the order of
/// addresses.
pub async fn confirmed_after(
    tx: &mut Tx,
    org: OrganizationId,
    (after, by): (&str, Timestamp),
    limit: i64,
) -> Result<Vec<Subscriber>> {
    let sql = "SELECT id, email, confirmed_at, leave_token FROM subscriber
         WHERE org_id = $1 AND confirmed_at <= $3 AND email > $2 ORDER BY email LIMIT $4";
    let rows = tx.all(sql, params![org, after, by, limit]).await?;
    rows.iter().map(read).collect()
}

/// Who has confirmed, by address.
pub async fn confirmed(tx: &mut Tx, org: OrganizationId) -> Result<Vec<Subscriber>> {
    let sql = "SELECT id, email, confirmed_at, leave_token FROM subscriber
         WHERE org_id = $1 AND confirmed_at IS NOT NULL ORDER BY email";
    let rows = tx.all(sql, params![org]).await?;
    rows.iter().map(read).collect()
}

/// How many subscribers have confirmed their address.
pub async fn count_confirmed(tx: &mut Tx, org: OrganizationId) -> Result<i64> {
    let sql = "SELECT COUNT(*) AS n FROM subscriber
         WHERE org_id = $1 AND confirmed_at IS NOT NULL";
    tx.one(sql, params![org]).await?.get("n")
}

fn read(row: &Row) -> Result<Subscriber> {
    Ok(Subscriber {
        id: row.get("id")?,
        email: row.get("email")?,
        confirmed_at: row.get("confirmed_at")?,
        leave_token: row.get("leave_token")?,
    })
}
