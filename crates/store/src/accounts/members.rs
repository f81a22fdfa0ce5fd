//! Table `member`: which visitor may see what is shared with which account.

use clock::Ambient;
use domain::accounts::{Account, Member, Membership, Standing};
use domain::ids::{AccountId, MemberId, OrganizationId, VisitorId};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::db::json_rows;
use crate::params;
use crate::{Result, Row, Tx, accounts};

/// Gives access. Answers false where the visitor has it already; someone whose
/// access was taken away, or ended by their own date, gets it back without an end.
pub async fn add(
    tx: &mut Tx,
    ambient: &Ambient,
    org: OrganizationId,
    account: AccountId,
    visitor: VisitorId,
) -> Result<bool> {
    let changed = tx
        .execute(
            "INSERT INTO member (id, org_id, account_id, visitor_id, created_at)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (account_id, visitor_id) DO UPDATE
                 SET revoked_at = NULL, created_at = $5, access_until = NULL
             WHERE member.revoked_at IS NOT NULL OR member.access_until < $6",
            params![
                ambient.id(MemberId::from_uuid),
                org,
                account,
                visitor,
                ambient.now(),
                ambient.today()
            ],
        )
        .await?;
    Ok(changed == 1)
}

/// Takes access away. Answers false where it was gone already.
pub async fn revoke(
    tx: &mut Tx,
    org: OrganizationId,
    id: MemberId,
    now: Timestamp,
) -> Result<bool> {
    let changed = tx
        .execute(
            "UPDATE member SET revoked_at = $3
             WHERE org_id = $1 AND id = $2 AND revoked_at IS NULL",
            params![org, id, now],
        )
        .await?;
    Ok(changed == 1)
}

/// Gives the person's access another last day, or none.
pub async fn set_end(
    tx: &mut Tx,
    org: OrganizationId,
    id: MemberId,
    until: Option<Date>,
) -> Result<()> {
    tx.execute(
        "UPDATE member SET access_until = $3 WHERE org_id = $1 AND id = $2",
        params![org, id, until],
    )
    .await?;
    Ok(())
}

/// Everyone who has or had access to the account; those who have it first.
pub async fn of_account(
    tx: &mut Tx,
    org: OrganizationId,
    account: AccountId,
) -> Result<Vec<Member>> {
    let rows = tx
        .all(
            "SELECT member.id, member.account_id, member.visitor_id, visitor.email,
                 visitor.first_name, visitor.last_name, member.created_at, member.revoked_at,
                 member.access_until
             FROM member JOIN visitor ON visitor.id = member.visitor_id
             WHERE member.org_id = $1 AND member.account_id = $2
             ORDER BY CASE WHEN member.revoked_at IS NULL THEN 0 ELSE 1 END,
                 member.created_at, member.id",
            params![org, account],
        )
        .await?;
    rows.iter().map(read).collect()
}

/// The visitor's memberships that nobody has taken away, the oldest first. They may
/// have ended by their date.
pub async fn memberships_of(
    tx: &mut Tx,
    org: OrganizationId,
    visitor: VisitorId,
) -> Result<Vec<Membership>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT {}, member.access_until AS member_until
         FROM member JOIN account ON account.id = member.account_id
         WHERE member.org_id = $1 AND member.visitor_id = $2 AND member.revoked_at IS NULL
         ORDER BY member.created_at, member.id",
        accounts::COLUMNS
    ));
    let rows = tx.all(sql, params![org, visitor]).await?;
    rows.iter()
        .map(|row| {
            Ok(Membership {
                account: accounts::read(row)?,
                access_until: row.get("member_until")?,
            })
        })
        .collect()
}

/// The accounts that let the visitor in on this day (UTC), oldest membership first.
pub async fn accounts_of(
    tx: &mut Tx,
    org: OrganizationId,
    visitor: VisitorId,
    today: Date,
) -> Result<Vec<Account>> {
    let all = memberships_of(tx, org, visitor).await?;
    let open = all
        .into_iter()
        .filter(|one| one.standing(today) == Standing::Open);
    Ok(open.map(|one| one.account).collect())
}

/// The accounts with members who have an address at exactly one of these domains, oldest
/// first, each with the domain.
pub async fn accounts_by_domains(
    tx: &mut Tx,
    org: OrganizationId,
    domains: &[&str],
) -> Result<Vec<(String, Account)>> {
    if domains.is_empty() {
        return Ok(Vec::new());
    }
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT DISTINCT visitor.domain AS looked_for, {}
         FROM visitor JOIN member ON member.visitor_id = visitor.id
         JOIN account ON account.id = member.account_id
         WHERE visitor.org_id = $1 AND member.revoked_at IS NULL AND {}
         ORDER BY account.created_at, account.id",
        accounts::COLUMNS,
        json_rows::one_of(tx.dialect(), "visitor.domain", 2)
    ));
    let rows = tx.all(sql, params![org, json_rows::texts(domains)]).await?;
    rows.iter().map(accounts::read_looked_for).collect()
}

/// Whether someone with an address at exactly this domain lost access since then.
pub async fn was_revoked_since(
    tx: &mut Tx,
    org: OrganizationId,
    domain: &str,
    since: Timestamp,
) -> Result<bool> {
    let row = tx
        .optional(
            "SELECT member.id FROM visitor JOIN member ON member.visitor_id = visitor.id
             WHERE visitor.org_id = $1 AND visitor.domain = $2 AND member.revoked_at >= $3
             LIMIT 1",
            params![org, domain, since],
        )
        .await?;
    Ok(row.is_some())
}

fn read(row: &Row) -> Result<Member> {
    Ok(Member {
        id: row.get("id")?,
        account: row.get("account_id")?,
        visitor: row.get("visitor_id")?,
        email: row.get("email")?,
        first_name: row.get("first_name")?,
        last_name: row.get("last_name")?,
        created_at: row.get("created_at")?,
        revoked_at: row.get("revoked_at")?,
        access_until: row.get("access_until")?,
    })
}
