//! Tables `member` and `visitor`: finding members by a part of their name or address.

use domain::ids::{AccountId, OrganizationId};

use crate::db::like;
use crate::params;
use crate::{Result, Tx};

/// A member, and the account they belong to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FoundPerson {
    /// The account's id.
    pub account: AccountId,
    /// The account's name.
    pub account_name: String,
    /// The person's address.
    pub email: String,
    /// Their first name; may be empty.
    pub first_name: String,
    /// Their last name; may be empty.
    pub last_name: String,
}

/// Members of accounts that aren't archived, whose access nobody has taken away (it may have
/// ended by its date) and whose name or address contains `part`: by address, `limit` of them.
pub async fn search(
    tx: &mut Tx,
    org: OrganizationId,
    part: &str,
    limit: usize,
) -> Result<Vec<FoundPerson>> {
    let sql = "SELECT visitor.email AS email, visitor.first_name AS first_name,
             visitor.last_name AS last_name, account.id AS account_id, account.name AS account_name
         FROM member JOIN visitor ON visitor.id = member.visitor_id
             JOIN account ON account.id = member.account_id
         WHERE member.org_id = $1 AND member.revoked_at IS NULL
           AND account.archived_at IS NULL
           AND (LOWER(visitor.email) LIKE $2 ESCAPE '\\'
             OR LOWER(visitor.first_name || ' ' || visitor.last_name) LIKE $2 ESCAPE '\\')
         ORDER BY visitor.email, member.id LIMIT $3";
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = tx
        .all(sql, params![org, like::containing(part), limit])
        .await?;
    rows.iter()
        .map(|row| {
            Ok(FoundPerson {
                account: row.get("account_id")?,
                account_name: row.get("account_name")?,
                email: row.get("email")?,
                first_name: row.get("first_name")?,
                last_name: row.get("last_name")?,
            })
        })
        .collect()
}
