//! Table `visitor`.

pub mod magic_links;
pub mod sessions;
pub mod visits;

use clock::Ambient;
use domain::activities::Person;
use domain::email::EmailAddress;
use domain::ids::{OrganizationId, VisitorId};
use domain::visitors::Visitor;
use jiff::Timestamp;

use crate::params;
use crate::{Result, Row, Tx};

const COLUMNS: &str = "id, email, first_name, last_name, company, confirmed_at";

/// Lets others who write about this visitor wait until the transaction ends.
pub async fn lock(tx: &mut Tx, org: OrganizationId, id: VisitorId) -> Result<()> {
    tx.execute(
        "UPDATE visitor SET company = company WHERE org_id = $1 AND id = $2",
        params![org, id],
    )
    .await?;
    Ok(())
}

/// The visitor of that address, made if new. Anyone can type an address into a
/// form, so the names of a visitor who has confirmed theirs, or whom staff invited, are
/// kept, unless there are none; and an address alone takes no name away.
pub async fn upsert(
    tx: &mut Tx,
    ambient: &Ambient,
    org: OrganizationId,
    person: &Person,
    company: &str,
) -> Result<Visitor> {
    let keep_company = "visitor.last_name <> '' AND (visitor.confirmed_at IS NOT NULL
         OR EXISTS (SELECT 1 FROM member WHERE member.visitor_id = visitor.id))";
    let keep =
        format!("({keep_company}) OR (excluded.first_name = '' AND excluded.last_name = '')");
    let sql = sqlx::AssertSqlSafe(format!(
        "INSERT INTO visitor (id, org_id, email, first_name, last_name, company, created_at,
             domain, mailbox)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (org_id, email) DO UPDATE SET
             first_name = CASE WHEN {keep} THEN visitor.first_name ELSE excluded.first_name END,
             last_name = CASE WHEN {keep} THEN visitor.last_name ELSE excluded.last_name END,
             company = CASE WHEN {keep_company} THEN visitor.company ELSE excluded.company END
         RETURNING {COLUMNS}"
    ));
    let row = tx
        .one(
            sql,
            params![
                ambient.id(VisitorId::from_uuid),
                org,
                &person.email,
                &person.first_name,
                &person.last_name,
                company,
                ambient.now(),
                person.email.domain(),
                person.email.mailbox()
            ],
        )
        .await?;
    read(&row)
}

/// The visitor with that id.
pub async fn by_id(tx: &mut Tx, org: OrganizationId, id: VisitorId) -> Result<Option<Visitor>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM visitor WHERE org_id = $1 AND id = $2"
    ));
    let row = tx.optional(sql, params![org, id]).await?;
    row.as_ref().map(read).transpose()
}

/// The visitor with exactly this address.
pub async fn by_email(
    tx: &mut Tx,
    org: OrganizationId,
    email: &EmailAddress,
) -> Result<Option<Visitor>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM visitor WHERE org_id = $1 AND email = $2"
    ));
    let row = tx.optional(sql, params![org, email]).await?;
    row.as_ref().map(read).transpose()
}

/// Notes that the address is theirs; the first time counts.
pub async fn confirm(
    tx: &mut Tx,
    org: OrganizationId,
    id: VisitorId,
    now: Timestamp,
) -> Result<()> {
    tx.execute(
        "UPDATE visitor SET confirmed_at = $3
         WHERE org_id = $1 AND id = $2 AND confirmed_at IS NULL",
        params![org, id, now],
    )
    .await?;
    Ok(())
}

pub(crate) fn read(row: &Row) -> Result<Visitor> {
    Ok(Visitor {
        id: row.get("id")?,
        email: row.get("email")?,
        first_name: row.get("first_name")?,
        last_name: row.get("last_name")?,
        company: row.get("company")?,
        confirmed_at: row.get("confirmed_at")?,
    })
}
