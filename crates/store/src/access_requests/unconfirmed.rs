//! Table `unconfirmed_request`: requests for access whose address isn't confirmed yet. Of
//! the link that confirms it only the SHA-256 of its token is kept.

use domain::access_requests::form::NewRequest;
use domain::activities::Person;
use domain::ids::OrganizationId;
use domain::nda::acceptance::AgreedNda;
use jiff::Timestamp;

use super::requested_item;
use crate::params;
use crate::{Result, Row, Tx};

const COLUMNS: &str = "email, first_name, last_name, company, reason, item_id, created_at,
     nda_version, nda_name,
     (SELECT title FROM item WHERE item.org_id = unconfirmed_request.org_id
          AND item.id = unconfirmed_request.item_id) AS item_title";

/// Keeps a request until then.
pub async fn insert(
    tx: &mut Tx,
    org: OrganizationId,
    request: &NewRequest,
    token_hash: &str,
    (now, expires_at): (Timestamp, Timestamp),
) -> Result<()> {
    let (person, nda) = (&request.person, request.nda.as_ref());
    tx.execute(
        "INSERT INTO unconfirmed_request (token_hash, org_id, email, first_name, last_name,
             company, reason, created_at, expires_at, item_id, nda_version, nda_name)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        params![
            token_hash,
            org,
            &person.email,
            &person.first_name,
            &person.last_name,
            &request.company,
            &request.reason,
            now,
            expires_at,
            request.item.as_ref().map(|item| item.id),
            nda.map(|nda| nda.version),
            nda.map_or("", |nda| nda.full_name.as_str())
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
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM unconfirmed_request
         WHERE org_id = $1 AND token_hash = $2 AND expires_at > $3"
    ));
    let row = tx.optional(sql, params![org, token_hash, now]).await?;
    row.as_ref().map(read).transpose()
}

/// Uses the link up: `None` where it was used, has expired, or never existed.
pub async fn take(
    tx: &mut Tx,
    org: OrganizationId,
    token_hash: &str,
    now: Timestamp,
) -> Result<Option<NewRequest>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "DELETE FROM unconfirmed_request
         WHERE org_id = $1 AND token_hash = $2 AND expires_at > $3
         RETURNING {COLUMNS}"
    ));
    let row = tx.optional(sql, params![org, token_hash, now]).await?;
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
        item: requested_item(row)?,
        nda: agreed(row)?,
    })
}

/// What whoever filled in the form meant to sign. It is signed with the confirmation, which
/// has its own address and browser.
fn agreed(row: &Row) -> Result<Option<AgreedNda>> {
    let Some(version) = row.get("nda_version")? else {
        return Ok(None);
    };
    Ok(Some(AgreedNda {
        version,
        full_name: row.get("nda_name")?,
        agreed_at: row.get("created_at")?,
        ip_address: String::new(),
        user_agent: String::new(),
    }))
}
