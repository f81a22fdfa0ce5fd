//! Table `account`.

pub mod access_ends;
pub mod document_groups;
pub mod domains;
pub mod list;
pub mod members;
pub mod order;
pub mod people_search;
pub mod profiles;
pub mod salesforce_links;

use domain::accounts::Account;
use domain::ids::{AccountId, OrganizationId, StaffUserId};
use domain::names::name_key;
use domain::nda::AccountNda;
use jiff::Timestamp;

use crate::db::json_rows;
use crate::params;
use crate::{Result, Row, StoreError, Tx};

pub(crate) const COLUMNS: &str = "account.id, account.name, account.description, \
     COALESCE((SELECT account_domain.domain FROM account_domain
         WHERE account_domain.account_id = account.id ORDER BY account_domain.position LIMIT 1),
         '') AS domain, \
     account.owner_id, account.review, account.profile_id, account.nda, account.nda_note, \
     account.nda_completed_at, account.access_until, account.archived_at, account.version, account.created_at";

/// Inserts the account unless there is one of that name: answers which it is, and
/// whether it is new. Its domain stays another account's where that has it.
pub async fn find_or_insert(
    tx: &mut Tx,
    org: OrganizationId,
    account: Account,
) -> Result<(Account, bool)> {
    let inserted = tx
        .execute(
            "INSERT INTO account (id, org_id, name, name_key, description, owner_id, review,
                 profile_id, nda, nda_note, nda_completed_at, access_until, version, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
             ON CONFLICT (org_id, name_key) DO NOTHING",
            params![
                account.id,
                org,
                &account.name,
                name_key(&account.name),
                &account.description,
                account.owner,
                account.review,
                account.profile,
                account.nda.kind,
                &account.nda.note,
                account.nda.completed_at,
                account.access_until,
                account.version,
                account.created_at
            ],
        )
        .await?;
    if inserted == 1 {
        let mut account = account;
        if !account.domain.is_empty()
            && !domains::insert(tx, org, account.id, &account.domain, 0).await?
        {
            account.domain.clear();
        }
        return Ok((account, true));
    }
    let found = by_name(tx, org, &account.name).await?;
    Ok((found.ok_or(StoreError::Busy)?, false))
}

/// The account with that id, archived or not.
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

/// The accounts with these names, each with its name as it is compared.
pub async fn by_names(
    tx: &mut Tx,
    org: OrganizationId,
    names: &[&str],
) -> Result<Vec<(String, Account)>> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let keys = json_rows::texts(names.iter().map(|name| name_key(name)));
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT name_key AS looked_for, {COLUMNS} FROM account
         WHERE org_id = $1 AND {}",
        json_rows::one_of(tx.dialect(), "name_key", 2)
    ));
    let rows = tx.all(sql, params![org, keys]).await?;
    rows.iter().map(read_looked_for).collect()
}

/// The accounts with these ids.
pub async fn by_ids(tx: &mut Tx, org: OrganizationId, ids: &[AccountId]) -> Result<Vec<Account>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM account WHERE org_id = $1 AND {}",
        json_rows::one_of(tx.dialect(), "id", 2)
    ));
    let rows = tx.all(sql, params![org, json_rows::texts(ids)]).await?;
    rows.iter().map(read).collect()
}

/// The accounts of these email domains, oldest first, each with its domain.
pub async fn by_domains(
    tx: &mut Tx,
    org: OrganizationId,
    domains: &[&str],
) -> Result<Vec<(String, Account)>> {
    if domains.is_empty() {
        return Ok(Vec::new());
    }
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT account_domain.domain AS looked_for, {COLUMNS}
         FROM account_domain JOIN account ON account.id = account_domain.account_id
         WHERE account_domain.org_id = $1 AND {}
         ORDER BY account.created_at, account.id",
        json_rows::one_of(tx.dialect(), "account_domain.domain", 2)
    ));
    let rows = tx.all(sql, params![org, json_rows::texts(domains)]).await?;
    rows.iter().map(read_looked_for).collect()
}

/// An account, and what it was looked for by.
pub(crate) fn read_looked_for(row: &Row) -> Result<(String, Account)> {
    Ok((row.get("looked_for")?, read(row)?))
}

/// Accounts of that email domain, oldest first.
pub async fn by_domain(tx: &mut Tx, org: OrganizationId, domain: &str) -> Result<Vec<Account>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM account WHERE org_id = $1 AND id IN
             (SELECT account_id FROM account_domain WHERE org_id = $1 AND domain = $2)
         ORDER BY created_at, id"
    ));
    let rows = tx.all(sql, params![org, domain]).await?;
    rows.iter().map(read).collect()
}

/// Saves what staff may edit of it, but its domains and its NDA. Answers false, and
/// saves nothing, where it was changed since `account` was read.
pub async fn update(tx: &mut Tx, org: OrganizationId, account: &Account) -> Result<bool> {
    let changed = tx
        .execute(
            "UPDATE account SET name = $4, name_key = $5, description = $6, owner_id = $7,
                 review = $8, profile_id = $9, access_until = $10, version = version + 1
             WHERE org_id = $1 AND id = $2 AND version = $3",
            params![
                org,
                account.id,
                account.version,
                &account.name,
                name_key(&account.name),
                &account.description,
                account.owner,
                account.review,
                account.profile,
                account.access_until
            ],
        )
        .await?;
    Ok(changed == 1)
}

/// How many accounts this person looks after.
pub async fn count_owned(tx: &mut Tx, org: OrganizationId, owner: StaffUserId) -> Result<i64> {
    tx.one(
        "SELECT COUNT(*) AS n FROM account WHERE org_id = $1 AND owner_id = $2",
        params![org, owner],
    )
    .await?
    .get("n")
}

/// Gives one person's accounts to another. Forms that were opened before are stale.
pub async fn hand_over(
    tx: &mut Tx,
    org: OrganizationId,
    from: StaffUserId,
    to: StaffUserId,
) -> Result<()> {
    tx.execute(
        "UPDATE account SET owner_id = $3, version = version + 1
         WHERE org_id = $1 AND owner_id = $2",
        params![org, from, to],
    )
    .await?;
    Ok(())
}

/// Archives the account (`Some` moment) or brings it back. Answers false where it is
/// so already.
pub async fn set_archived(
    tx: &mut Tx,
    org: OrganizationId,
    id: AccountId,
    at: Option<Timestamp>,
) -> Result<bool> {
    let sql = if at.is_some() {
        "UPDATE account SET archived_at = $3, version = version + 1
         WHERE org_id = $1 AND id = $2 AND archived_at IS NULL"
    } else {
        "UPDATE account SET archived_at = $3, version = version + 1
         WHERE org_id = $1 AND id = $2 AND archived_at IS NOT NULL"
    };
    Ok(tx.execute(sql, params![org, id, at]).await? == 1)
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

/// Notes that the account's NDA is recorded. Answers false where it was already.
pub async fn note_nda_recorded(tx: &mut Tx, org: OrganizationId, id: AccountId) -> Result<bool> {
    let changed = tx
        .execute(
            "UPDATE account SET nda_recorded = 1
             WHERE org_id = $1 AND id = $2 AND nda_recorded = 0",
            params![org, id],
        )
        .await?;
    Ok(changed == 1)
}

pub(crate) fn read(row: &Row) -> Result<Account> {
    Ok(Account {
        id: row.get("id")?,
        name: row.get("name")?,
        description: row.get("description")?,
        domain: row.get("domain")?,
        owner: row.get("owner_id")?,
        review: row.get("review")?,
        profile: row.get("profile_id")?,
        nda: AccountNda {
            kind: row.get("nda")?,
            note: row.get("nda_note")?,
            completed_at: row.get("nda_completed_at")?,
        },
        access_until: row.get("access_until")?,
        archived_at: row.get("archived_at")?,
        version: row.get("version")?,
        created_at: row.get("created_at")?,
    })
}
