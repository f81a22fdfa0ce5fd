//! Table `unconfirmed_request`: requests for access whose address isn't confirmed yet. Of
//! the link that confirms it only the SHA-256 of its token is kept.

use domain::access_requests::form::NewRequest;
use domain::activities::Person;
use domain::ids::OrganizationId;
use jiff::Timestamp;

use crate::params;
use crate::{Result, Row, Tx};

/// Keeps a request until then.
pub async fn insert(
    tx: &mut Tx,
    org: OrganizationId,
    request: &NewRequest,
    token_hash: &str,
    (now, expires_at): (Timestamp, Timestamp),
) -> Result<()> {
    let person = &request.person;
    tx.execute(
        "INSERT INTO unconfirmed_request (token_hash, org_id, email, first_name, last_name,
             company, reason, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        params![
            token_hash,
            org,
            &person.email,
            &person.first_name,
            &person.last_name,
            &request.company,
            &request.reason,
            now,
            expires_at
        ],
    )
    .await?;
    Ok(())
}

/// What the link would send, if it still works.
pub async fn find(
    tx: &mut Tx,
    org: OrganizationId,
    token_hash: &str,
    now: Timestamp,
) -> Result<Option<NewRequest>> {
    let row = tx
        .optional(
            "SELECT email, first_name, last_name, company, reason FROM unconfirmed_request
             WHERE org_id = $1 AND token_hash = $2 AND expires_at > $3",
            params![org, token_hash, now],
        )
        .await?;
    row.as_ref().map(read).transpose()
}

/// Uses the link up: `None` where it was used, has expired, or never existed.
pub async fn take(
    tx: &mut Tx,
    org: OrganizationId,
    token_hash: &str,
    now: Timestamp,
) -> Result<Option<NewRequest>> {
    let row = tx
        .optional(
            "DELETE FROM unconfirmed_request
             WHERE org_id = $1 AND token_hash = $2 AND expires_at > $3
             RETURNING email, first_name, last_name, company, reason",
            params![org, token_hash, now],
        )
        .await?;
    row.as_ref().map(read).transpose()
}

/// Forgets the requests whose link has expired, of all organizations.
pub async fn delete_expired_across_tenants(tx: &mut Tx, now: Timestamp) -> Result<()> {
    tx.execute(
        "DELETE FROM unconfirmed_request WHERE expires_at <= $1",
        params![now],
    )
    .await?;
    Ok(())
}

fn read(row: &Row) -> Result<NewRequest> {
    Ok(NewRequest {
        person: Person {
            email: row.get("email")?,
            first_name: row.get("first_name")?,
            last_name: row.get("last_name")?,
        },
        company: row.get("company")?,
        reason: row.get("reason")?,
    })
}
