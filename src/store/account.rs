//! Table `account`.

use super::{Result, Row, StoreError, Tx};
use crate::domain::access::Account;
use crate::domain::ids::{AccountId, OrganizationId};
use crate::domain::names::name_key;
use crate::domain::nda::AccountNda;
use crate::params;

pub(super) const COLUMNS: &str = "account.id, account.name, account.domain, account.nda, \
     account.nda_note, account.nda_completed_at, account.created_at";

/// Inserts the account unless there is one of that name: answers which it is, and
/// whether it is new.
pub async fn find_or_insert(
    tx: &mut Tx,
    org: OrganizationId,
    account: Account,
) -> Result<(Account, bool)> {
    let inserted = tx
        .execute(
            "INSERT INTO account (id, org_id, name, name_key, domain, nda, nda_note,
                 nda_completed_at, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             ON CONFLICT (org_id, name_key) DO NOTHING",
            params![
                account.id,
                org,
                &account.name,
                name_key(&account.name),
                &account.domain,
                account.nda.kind,
                &account.nda.note,
                account.nda.completed_at,
                account.created_at
            ],
        )
        .await?;
    if inserted == 1 {
        return Ok((account, true));
    }
    let found = by_name(tx, org, &account.name).await?;
    Ok((found.ok_or(StoreError::Busy)?, false))
}

pub async fn by_id(tx: &mut Tx, org: OrganizationId, id: AccountId) -> Result<Option<Account>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM account WHERE org_id = $1 AND id = $2"
    ));
    let row = tx.optional(sql, params![org, id]).await?;
    row.as_ref().map(read).transpose()
}

/// The account of that name, as [`name_key`] compares names.
pub async fn by_name(tx: &mut Tx, org: OrganizationId, name: &str) -> Result<Option<Account>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM account WHERE org_id = $1 AND name_key = $2"
    ));
    let row = tx.optional(sql, params![org, name_key(name)]).await?;
    row.as_ref().map(read).transpose()
}

/// Accounts of that email domain, oldest first.
pub async fn by_domain(tx: &mut Tx, org: OrganizationId, domain: &str) -> Result<Vec<Account>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM account WHERE org_id = $1 AND domain = $2 AND domain <> ''
         ORDER BY created_at, id"
    ));
    let rows = tx.all(sql, params![org, domain]).await?;
    rows.iter().map(read).collect()
}

/// Saves what the account needs, and whether it is done.
pub async fn set_nda(
    tx: &mut Tx,
    org: OrganizationId,
    id: AccountId,
    nda: &AccountNda,
) -> Result<()> {
    tx.execute(
        "UPDATE account SET nda = $3, nda_note = $4, nda_completed_at = $5
         WHERE org_id = $1 AND id = $2",
        params![org, id, nda.kind, &nda.note, nda.completed_at],
    )
    .await?;
    Ok(())
}

pub(super) fn read(row: &Row) -> Result<Account> {
    Ok(Account {
        id: row.get("id")?,
        name: row.get("name")?,
        domain: row.get("domain")?,
        nda: AccountNda {
            kind: row.get("nda")?,
            note: row.get("nda_note")?,
            completed_at: row.get("nda_completed_at")?,
        },
        created_at: row.get("created_at")?,
    })
}
