//! Table `account`, as the dashboard lists it.

use jiff::Timestamp;

use super::account::{COLUMNS, read};
use super::{Result, Tx, Value, like};
use crate::domain::access::Account;
use crate::domain::ids::OrganizationId;
use crate::domain::names::name_key;
use crate::params;

/// An account with what a list shows of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AccountRow {
    pub account: Account,
    /// People who have access now.
    pub members: i64,
    pub last_activity: Option<Timestamp>,
}

/// Accounts by name, those after `after` where a name is given.
pub async fn page(
    tx: &mut Tx,
    org: OrganizationId,
    search: &str,
    after: Option<&str>,
    limit: i64,
) -> Result<Vec<AccountRow>> {
    let mut values = vec![Value::from(org)];
    let mut conditions = vec!["account.org_id = $1".to_owned()];
    let mut mark = |value: Value| {
        values.push(value);
        format!("${}", values.len())
    };
    if !search.trim().is_empty() {
        let pattern = mark(like::containing(search).into());
        conditions.push(format!(
            "({} OR EXISTS (SELECT 1 FROM account_domain
                 WHERE account_domain.account_id = account.id AND {}))",
            like::any_of(&["account.name_key"], &pattern),
            like::any_of(&["account_domain.domain"], &pattern)
        ));
    }
    if let Some(after) = after {
        conditions.push(format!(
            "account.name_key > {}",
            mark(name_key(after).into())
        ));
    }
    let limit = mark(limit.into());
    let sql = format!(
        "SELECT {COLUMNS},
             (SELECT COUNT(*) FROM member
              WHERE member.account_id = account.id AND member.revoked_at IS NULL) AS members,
             (SELECT MAX(occurred_at) FROM activity
              WHERE activity.account_id = account.id) AS last_activity
         FROM account WHERE {} ORDER BY account.name_key LIMIT {limit}",
        conditions.join(" AND ")
    );
    let rows = tx.all(sqlx::AssertSqlSafe(sql), &values).await?;
    rows.iter()
        .map(|row| {
            Ok(AccountRow {
                account: read(row)?,
                members: row.get("members")?,
                last_activity: row.get("last_activity")?,
            })
        })
        .collect()
}

/// The names of accounts, for suggestions while typing.
pub async fn names(tx: &mut Tx, org: OrganizationId, limit: i64) -> Result<Vec<String>> {
    let rows = tx
        .all(
            "SELECT name FROM account WHERE org_id = $1 ORDER BY name_key LIMIT $2",
            params![org, limit],
        )
        .await?;
    rows.iter().map(|row| row.get("name")).collect()
}

/// How many accounts there are, and how many people have access to one.
pub async fn totals(tx: &mut Tx, org: OrganizationId) -> Result<(i64, i64)> {
    let row = tx
        .one(
            "SELECT (SELECT COUNT(*) FROM account WHERE org_id = $1) AS accounts,
                 (SELECT COUNT(DISTINCT visitor_id) FROM member
                  WHERE org_id = $1 AND revoked_at IS NULL) AS people",
            params![org],
        )
        .await?;
    Ok((row.get("accounts")?, row.get("people")?))
}
