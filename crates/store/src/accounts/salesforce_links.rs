//! Table `salesforce_link`: which Salesforce Account an account is.

use domain::accounts::salesforce_link::SalesforceLink;
use domain::ids::{AccountId, OrganizationId};
use domain::matching::candidates::RecordId;

use crate::limits::LINKS_AT_ONCE;
use crate::params;
use crate::{Result, Row, Tx, Value};

const SELECT: &str = "SELECT link.account_id, account.name AS account_name, link.sf_org_id, \
     link.sf_account_id, link.sf_account_name, link.linked_by, link.linked_at \
     FROM salesforce_link link JOIN account ON account.id = link.account_id";

/// The account's link; `None` where it has none. Which Salesforce org it is for isn't
/// asked.
pub async fn of_account(
    tx: &mut Tx,
    org: OrganizationId,
    account: AccountId,
) -> Result<Option<SalesforceLink>> {
    let links = of_accounts(tx, org, &[account]).await?;
    Ok(links.into_iter().next())
}

/// The links of those among the accounts that have one.
pub async fn of_accounts(
    tx: &mut Tx,
    org: OrganizationId,
    accounts: &[AccountId],
) -> Result<Vec<SalesforceLink>> {
    let mut links = Vec::new();
    for accounts in accounts.chunks(LINKS_AT_ONCE) {
        let marks: Vec<_> = (2..accounts.len() + 2).map(|n| format!("${n}")).collect();
        let sql = format!(
            "{SELECT} WHERE link.org_id = $1 AND link.account_id IN ({})",
            marks.join(", ")
        );
        let mut values = params![org].to_vec();
        values.extend(accounts.iter().map(|id| Value::from(*id)));
        let rows = tx.all(sqlx::AssertSqlSafe(sql), &values).await?;
        for row in &rows {
            links.push(read(row)?);
        }
    }
    Ok(links)
}

/// Whether the organization has linked any account.
pub async fn any(tx: &mut Tx, org: OrganizationId) -> Result<bool> {
    let row = tx
        .optional(
            "SELECT account_id FROM salesforce_link WHERE org_id = $1 LIMIT 1",
            params![org],
        )
        .await?;
    Ok(row.is_some())
}

/// Links, in place of an earlier link.
pub async fn put(tx: &mut Tx, org: OrganizationId, link: &SalesforceLink) -> Result<()> {
    tx.execute(
        "INSERT INTO salesforce_link (account_id, org_id, sf_org_id, sf_account_id,
             sf_account_name, linked_by, linked_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (account_id) DO UPDATE SET
             sf_org_id = excluded.sf_org_id, sf_account_id = excluded.sf_account_id,
             sf_account_name = excluded.sf_account_name, linked_by = excluded.linked_by,
             linked_at = excluded.linked_at",
        params![
            link.account,
            org,
            &link.sf_org_id,
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
    link: &SalesforceLink,
    to: &RecordId,
    name: &str,
) -> Result<bool> {
    let changed = tx
        .execute(
            "UPDATE salesforce_link SET sf_account_id = $5, sf_account_name = $6
             WHERE org_id = $1 AND account_id = $2 AND sf_org_id = $3 AND sf_account_id = $4",
            params![
                org,
                link.account,
                &link.sf_org_id,
                link.sf_account.as_str(),
                to.as_str(),
                name
            ],
        )
        .await?;
    Ok(changed > 0)
}

/// Unlinks the account; does nothing where it has no link.
pub async fn delete(tx: &mut Tx, org: OrganizationId, account: AccountId) -> Result<()> {
    tx.execute(
        "DELETE FROM salesforce_link WHERE org_id = $1 AND account_id = $2",
        params![org, account],
    )
    .await?;
    Ok(())
}

fn read(row: &Row) -> Result<SalesforceLink> {
    Ok(SalesforceLink {
        account: row.get("account_id")?,
        account_name: row.get("account_name")?,
        sf_org_id: row.get("sf_org_id")?,
        sf_account: row.get("sf_account_id")?,
        sf_account_name: row.get("sf_account_name")?,
        linked_by: row.get("linked_by")?,
        linked_at: row.get("linked_at")?,
    })
}
