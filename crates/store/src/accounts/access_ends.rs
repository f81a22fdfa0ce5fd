//! Tables `account` and `member`: whose access ends soon, and of which end staff
//! were told.

use domain::ids::{AccountId, MemberId, OrganizationId, StaffUserId};
use jiff::civil::Date;

use crate::params;
use crate::{Result, Row, Tx};

/// An end of access of which staff were not told yet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct End {
    /// The organization whose staff are to be told.
    pub org: OrganizationId,
    /// The account whose access, or whose member's access, ends.
    pub account: AccountId,
    /// The account's name.
    pub account_name: String,
    /// Who of the staff looks after the account; `None` where nobody does.
    pub owner: Option<StaffUserId>,
    /// Whose own access ends, with their address; `None` where it is the account's.
    pub member: Option<(MemberId, String)>,
    /// The last day of the access (UTC).
    pub until: Date,
}

/// The ends between these days (UTC) of which staff were not told.
pub async fn due_across_tenants(tx: &mut Tx, from: Date, to: Date) -> Result<Vec<End>> {
    let accounts = tx
        .all(
            "SELECT org_id, id AS account_id, name, owner_id, access_until,
                 NULL AS member_id, NULL AS email
             FROM account
             WHERE access_until >= $1 AND access_until <= $2 AND review <> 'rejected'
                 AND archived_at IS NULL AND (reminded_for IS NULL OR reminded_for <> access_until)
             ORDER BY access_until, id",
            params![from, to],
        )
        .await?;
    let members = tx
        .all(
            "SELECT member.org_id, account.id AS account_id, account.name, account.owner_id,
                 member.access_until, member.id AS member_id, visitor.email
             FROM member JOIN account ON account.id = member.account_id
                 JOIN visitor ON visitor.id = member.visitor_id
             WHERE member.access_until >= $1 AND member.access_until <= $2
                 AND member.revoked_at IS NULL AND account.review <> 'rejected'
                 AND account.archived_at IS NULL AND (member.reminded_for IS NULL OR member.reminded_for <> member.access_until)
             ORDER BY member.access_until, member.id",
            params![from, to],
        )
        .await?;
    accounts.iter().chain(&members).map(read).collect()
}

/// Notes that staff are told of this end. Answers false where they were meanwhile.
pub async fn note(tx: &mut Tx, end: &End) -> Result<bool> {
    let changed = match &end.member {
        Some((member, _)) => {
            tx.execute(
                "UPDATE member SET reminded_for = $3 WHERE org_id = $1 AND id = $2
                     AND access_until = $3 AND (reminded_for IS NULL OR reminded_for <> $3)",
                params![end.org, member, end.until],
            )
            .await?
        }
        None => {
            tx.execute(
                "UPDATE account SET reminded_for = $3 WHERE org_id = $1 AND id = $2
                     AND access_until = $3 AND (reminded_for IS NULL OR reminded_for <> $3)",
                params![end.org, end.account, end.until],
            )
            .await?
        }
    };
    Ok(changed == 1)
}

fn read(row: &Row) -> Result<End> {
    let member: Option<MemberId> = row.get("member_id")?;
    let email: Option<String> = row.get("email")?;
    Ok(End {
        org: row.get("org_id")?,
        account: row.get("account_id")?,
        account_name: row.get("name")?,
        owner: row.get("owner_id")?,
        member: member.zip(email),
        until: row.get("access_until")?,
    })
}
