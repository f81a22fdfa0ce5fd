//! Table `account_domain`: the email domains of an account. A domain belongs to one
//! account of an organization.

use domain::ids::{AccountId, OrganizationId};

use crate::params;
use crate::{Result, Tx};

/// The account's domains, the main one first.
pub async fn of(tx: &mut Tx, org: OrganizationId, account: AccountId) -> Result<Vec<String>> {
    let rows = tx
        .all(
            "SELECT domain FROM account_domain WHERE org_id = $1 AND account_id = $2
             ORDER BY position, domain",
            params![org, account],
        )
        .await?;
    rows.iter().map(|row| row.get("domain")).collect()
}

/// A domain, and the account that has it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DomainOfAccount {
    /// The email domain, in lower case and ASCII.
    pub domain: String,
    /// The account that has it.
    pub account: AccountId,
    /// The account's name.
    pub name: String,
}

/// The domains of all accounts that aren't archived, by the accounts' names.
pub async fn all(tx: &mut Tx, org: OrganizationId) -> Result<Vec<DomainOfAccount>> {
    let rows = tx
        .all(
            "SELECT domain.domain AS domain, account.id AS account_id, account.name AS name
             FROM account_domain domain JOIN account ON account.id = domain.account_id
             WHERE domain.org_id = $1 AND account.org_id = $1 AND account.archived_at IS NULL
             ORDER BY account.name, domain.domain",
            params![org],
        )
        .await?;
    let read = |row: &crate::Row| {
        Ok(DomainOfAccount {
            domain: row.get("domain")?,
            account: row.get("account_id")?,
            name: row.get("name")?,
        })
    };
    rows.iter().map(read).collect()
}

/// Gives the account these domains instead of those it has, the main one first.
/// One that another account has stays there.
pub async fn replace(
    tx: &mut Tx,
    org: OrganizationId,
    account: AccountId,
    domains: &[String],
) -> Result<()> {
    tx.execute(
        "DELETE FROM account_domain WHERE org_id = $1 AND account_id = $2",
        params![org, account],
    )
    .await?;
    for (position, domain) in (0..).zip(domains) {
        insert(tx, org, account, domain, position).await?;
    }
    Ok(())
}

/// Gives the domain to the account. Answers false where an account has it already.
pub async fn insert(
    tx: &mut Tx,
    org: OrganizationId,
    account: AccountId,
    domain: &str,
    position: i64,
) -> Result<bool> {
    let inserted = tx
        .execute(
            "INSERT INTO account_domain (org_id, domain, account_id, position)
             VALUES ($1, $2, $3, $4) ON CONFLICT (org_id, domain) DO NOTHING",
            params![org, domain, account, position],
        )
        .await?;
    Ok(inserted == 1)
}
