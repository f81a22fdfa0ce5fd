//! Tables `company_link` and `ignored_company`: what an Admin decided about companies that
//! matched nothing in Salesforce.

use domain::ids::OrganizationId;
use domain::matching::candidates::RecordId;
use domain::matching::company_link::{CompanyKey, CompanyLink};
use jiff::Timestamp;

use crate::db::json_rows;
use crate::params;
use crate::{Dialect, Result, Row, Tx, Value};

/// Ids of 15 and of 18 characters name the same Salesforce org.
fn org_key(sf_org_id: &str) -> &str {
    sf_org_id.get(..15).unwrap_or(sf_org_id)
}

/// Whether the organization has linked any company.
pub async fn any(tx: &mut Tx, org: OrganizationId) -> Result<bool> {
    let row = tx
        .optional(
            "SELECT origin FROM company_link WHERE org_id = $1 LIMIT 1",
            params![org],
        )
        .await?;
    Ok(row.is_some())
}

/// The links of those among the companies that have one in this Salesforce org.
pub async fn find(
    tx: &mut Tx,
    org: OrganizationId,
    sf_org_id: &str,
    companies: impl IntoIterator<Item = &CompanyKey>,
) -> Result<Vec<CompanyLink>> {
    let sql = match tx.dialect() {
        Dialect::Sqlite => {
            "SELECT link.origin, link.company_key, link.company, link.sf_org_id,
                 link.sf_account_id, link.sf_account_name, link.linked_by, link.linked_at
             FROM json_each($3) AS new CROSS JOIN company_link link
             WHERE link.org_id = $1 AND link.sf_org_id = $2 AND link.origin = new.value ->> 0
                 AND link.company_key = new.value ->> 1"
        }
        Dialect::Postgres => {
            "SELECT link.origin, link.company_key, link.company, link.sf_org_id,
                 link.sf_account_id, link.sf_account_name, link.linked_by, link.linked_at
             FROM jsonb_array_elements(CAST($3 AS jsonb)) AS wanted (value)
             JOIN company_link link ON link.org_id = $1 AND link.sf_org_id = $2
                 AND link.origin = wanted.value ->> 0 AND link.company_key = wanted.value ->> 1"
        }
    };
    let keys = companies.into_iter();
    let keys = keys.map(|key| [Value::from(&key.origin), Value::from(&key.name)]);
    let values = params![org, org_key(sf_org_id), json_rows::parameter(keys)];
    tx.all(sql, values).await?.iter().map(read).collect()
}

/// The organization's links in this Salesforce org, the newest first, at most `limit`.
pub async fn newest(
    tx: &mut Tx,
    org: OrganizationId,
    sf_org_id: &str,
    limit: i64,
) -> Result<Vec<CompanyLink>> {
    tx.all(
        "SELECT origin, company_key, company, sf_org_id, sf_account_id, sf_account_name,
             linked_by, linked_at
         FROM company_link WHERE org_id = $1 AND sf_org_id = $2
         ORDER BY linked_at DESC, origin, company_key LIMIT $3",
        params![org, org_key(sf_org_id), limit],
    )
    .await?
    .iter()
    .map(read)
    .collect()
}

/// Links, in place of an earlier link; the company isn't ignored anymore.
pub async fn put(tx: &mut Tx, org: OrganizationId, link: &CompanyLink) -> Result<()> {
    let sf_org = org_key(&link.sf_org_id);
    stop_ignoring(tx, org, sf_org, &link.key).await?;
    tx.execute(
        "INSERT INTO company_link (org_id, sf_org_id, origin, company_key, company,
             sf_account_id, sf_account_name, linked_by, linked_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (org_id, sf_org_id, origin, company_key) DO UPDATE SET
             company = excluded.company, sf_account_id = excluded.sf_account_id,
             sf_account_name = excluded.sf_account_name, linked_by = excluded.linked_by,
             linked_at = excluded.linked_at",
        params![
            org,
            sf_org,
            &link.key.origin,
            &link.key.name,
            &link.company,
            link.sf_account.as_str(),
            &link.sf_account_name,
            &link.linked_by,
            link.linked_at
        ],
    )
    .await?;
    Ok(())
}

/// Leads the link to the Account that survived a merge, unless someone has
/// changed it meanwhile. Answers whether it did.
pub async fn follow(
    tx: &mut Tx,
    org: OrganizationId,
    link: &CompanyLink,
    to: &RecordId,
    name: &str,
) -> Result<bool> {
    let changed = tx
        .execute(
            "UPDATE company_link SET sf_account_id = $6, sf_account_name = $7
             WHERE org_id = $1 AND sf_org_id = $2 AND origin = $3 AND company_key = $4
                 AND sf_account_id = $5",
            params![
                org,
                org_key(&link.sf_org_id),
                &link.key.origin,
                &link.key.name,
                link.sf_account.as_str(),
                to.as_str(),
                name
            ],
        )
        .await?;
    Ok(changed > 0)
}

/// Takes the link away. Answers whether there was one.
pub async fn delete(
    tx: &mut Tx,
    org: OrganizationId,
    sf_org_id: &str,
    key: &CompanyKey,
) -> Result<bool> {
    let changed = tx
        .execute(
            "DELETE FROM company_link
             WHERE org_id = $1 AND sf_org_id = $2 AND origin = $3 AND company_key = $4",
            params![org, org_key(sf_org_id), &key.origin, &key.name],
        )
        .await?;
    Ok(changed > 0)
}

/// The companies that nobody wants to be asked about, with their names, by name.
pub async fn ignored(
    tx: &mut Tx,
    org: OrganizationId,
    sf_org_id: &str,
) -> Result<Vec<(CompanyKey, String)>> {
    tx.all(
        "SELECT origin, company_key, company FROM ignored_company
         WHERE org_id = $1 AND sf_org_id = $2 ORDER BY company_key, origin",
        params![org, org_key(sf_org_id)],
    )
    .await?
    .iter()
    .map(|row| {
        let key = CompanyKey {
            origin: row.get("origin")?,
            name: row.get("company_key")?,
        };
        Ok((key, row.get("company")?))
    })
    .collect()
}

/// Asks nobody about the company anymore. Answers whether it wasn't so already.
pub async fn ignore(
    tx: &mut Tx,
    org: OrganizationId,
    sf_org_id: &str,
    (key, company): (&CompanyKey, &str),
    (by, at): (&str, Timestamp),
) -> Result<bool> {
    let changed = tx
        .execute(
            "INSERT INTO ignored_company (org_id, sf_org_id, origin, company_key, company,
                 ignored_by, ignored_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (org_id, sf_org_id, origin, company_key) DO NOTHING",
            params![
                org,
                org_key(sf_org_id),
                &key.origin,
                &key.name,
                company.trim(),
                by,
                at
            ],
        )
        .await?;
    Ok(changed > 0)
}

/// Asks about the company again. Answers whether it was ignored.
pub async fn stop_ignoring(
    tx: &mut Tx,
    org: OrganizationId,
    sf_org_id: &str,
    key: &CompanyKey,
) -> Result<bool> {
    let changed = tx
        .execute(
            "DELETE FROM ignored_company
             WHERE org_id = $1 AND sf_org_id = $2 AND origin = $3 AND company_key = $4",
            params![org, org_key(sf_org_id), &key.origin, &key.name],
        )
        .await?;
    Ok(changed > 0)
}

fn read(row: &Row) -> Result<CompanyLink> {
    Ok(CompanyLink {
        key: CompanyKey {
            origin: row.get("origin")?,
            name: row.get("company_key")?,
        },
        company: row.get("company")?,
        sf_org_id: row.get("sf_org_id")?,
        sf_account: row.get("sf_account_id")?,
        sf_account_name: row.get("sf_account_name")?,
        linked_by: row.get("linked_by")?,
        linked_at: row.get("linked_at")?,
    })
}
