//! Table `subscriber`: who gets updates by email. Of the link that confirms an
//! address only the SHA-256 of its token is kept.

use clock::Ambient;
use domain::content::update::{Subscriber, UnwantedTopics, UpdateTopic};
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

/// What the subscriber whom the link would confirm does without; `None` where it doesn't
/// work anymore.
pub async fn is_open(
    tx: &mut Tx,
    org: OrganizationId,
    token_hash: &str,
    now: Timestamp,
) -> Result<Option<UnwantedTopics>> {
    let sql = "SELECT unwanted FROM subscriber
         WHERE org_id = $1 AND token_hash = $2 AND token_expires_at > $3";
    let row = tx.optional(sql, params![org, token_hash, now]).await?;
    row.map(|row| row.get("unwanted")).transpose()
}

/// Uses the link up: from now on the address gets updates of all topics but those. False where the link was
/// used, has expired, or never existed.
pub async fn confirm(
    tx: &mut Tx,
    org: OrganizationId,
    token_hash: &str,
    now: Timestamp,
    unwanted: &UnwantedTopics,
) -> Result<bool> {
    let changed = tx
        .execute(
            "UPDATE subscriber SET confirmed_at = COALESCE(confirmed_at, $3), token_hash = NULL,
                 token_expires_at = NULL, unwanted = $4
             WHERE org_id = $1 AND token_hash = $2 AND token_expires_at > $3",
            params![org, token_hash, now, unwanted],
        )
        .await?;
    Ok(changed == 1)
}

/// The subscriber whom the unsubscribe link names, if anyone who has confirmed.
pub async fn by_leave_token(
    tx: &mut Tx,
    org: OrganizationId,
    leave_token: &str,
) -> Result<Option<Subscriber>> {
    let sql = "SELECT id, email, confirmed_at, leave_token, unwanted FROM subscriber
         WHERE org_id = $1 AND leave_token = $2 AND confirmed_at IS NOT NULL";
    let row = tx.optional(sql, params![org, leave_token]).await?;
    row.as_ref().map(read).transpose()
}

/// Gives the subscriber whom the unsubscribe link names another choice of topics. Answers
/// false where the link names nobody.
pub async fn choose(
    tx: &mut Tx,
    org: OrganizationId,
    leave_token: &str,
    unwanted: &UnwantedTopics,
) -> Result<bool> {
    let changed = tx
        .execute(
            "UPDATE subscriber SET unwanted = $3
             WHERE org_id = $1 AND leave_token = $2 AND confirmed_at IS NOT NULL",
            params![org, leave_token, unwanted],
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

/// Who wants that topic, had confirmed by then, and whose address comes after that one, in
/// the order of addresses.
pub async fn confirmed_after(
    tx: &mut Tx,
    org: OrganizationId,
    topic: UpdateTopic,
    (after, by): (&str, Timestamp),
    limit: i64,
) -> Result<Vec<Subscriber>> {
    let sql = "SELECT id, email, confirmed_at, leave_token, unwanted FROM subscriber
         WHERE org_id = $1 AND confirmed_at <= $3 AND email > $2 AND unwanted NOT LIKE $5
         ORDER BY email LIMIT $4";
    let unwanted = pattern(topic);
    let rows = tx
        .all(sql, params![org, after, by, limit, unwanted])
        .await?;
    rows.iter().map(read).collect()
}

/// Who has confirmed, by address.
pub async fn confirmed(tx: &mut Tx, org: OrganizationId) -> Result<Vec<Subscriber>> {
    let sql = "SELECT id, email, confirmed_at, leave_token, unwanted FROM subscriber
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

/// How many of them want that topic.
pub async fn count_wanting(tx: &mut Tx, org: OrganizationId, topic: UpdateTopic) -> Result<i64> {
    let sql = "SELECT COUNT(*) AS n FROM subscriber
         WHERE org_id = $1 AND confirmed_at IS NOT NULL AND unwanted NOT LIKE $2";
    let row = tx.one(sql, params![org, pattern(topic)]).await?;
    row.get("n")
}

/// What the choices look like of those who don't want a topic.
fn pattern(topic: UpdateTopic) -> String {
    format!("% {topic} %")
}

fn read(row: &Row) -> Result<Subscriber> {
    Ok(Subscriber {
        id: row.get("id")?,
        email: row.get("email")?,
        confirmed_at: row.get("confirmed_at")?,
        leave_token: row.get("leave_token")?,
        unwanted: row.get("unwanted")?,
    })
}
