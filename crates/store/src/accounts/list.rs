//! Table `account`, as the dashboard lists it.

use domain::accounts::{Account, ReviewStatus};
use domain::ids::{OrganizationId, StaffUserId};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::accounts::order::{Order, Position};
use crate::accounts::{COLUMNS, read};
use crate::db::like;
use crate::params;
use crate::{Result, Tx, Value};

/// An account with what a list shows of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AccountRow {
    /// The account itself.
    pub account: Account,
    /// The owner's name; empty where nobody looks after it.
    pub owner: String,
    /// The name of its own permission profile; empty where it has the default.
    pub profile: String,
    /// Members who have access on the day that was asked for: nobody of an account that is
    /// archived, rejected or whose access has ended.
    pub members: i64,
    /// When its latest activity happened; `None` where there was none.
    pub last_activity: Option<Timestamp>,
    /// Where a page ends whose last account this is.
    pub position: Position,
}

/// Which accounts are listed; what is empty or `None` leaves none out.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// A part of the name or of a domain.
    pub search: String,
    /// Only those that this person looks after, or that nobody does.
    pub owner: Option<Owner>,
    /// Only those with this review status.
    pub review: Option<ReviewStatus>,
    /// Whether its NDA is settled.
    pub nda_settled: Option<bool>,
    /// Only those whose own access ends then; those without an end are left out.
    pub ends: Option<Ends>,
    /// Those that are archived, instead of those that aren't.
    pub archived: bool,
}

/// Who looks after it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Owner {
    /// It has no owner.
    Nobody,
    /// This person.
    User(StaffUserId),
}

/// How its end of access stands to a day (UTC).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ends {
    /// Access ended before that day.
    Before(Date),
    /// Both days are within.
    Within(Date, Date),
}

/// Whether a `member` has access to the `account` that it belongs to, on the day `$2` (UTC).
pub(super) const HAS_ACCESS: &str = "member.revoked_at IS NULL
     AND (member.access_until IS NULL OR member.access_until >= $2)
     AND account.archived_at IS NULL AND account.review <> 'rejected'
     AND (account.access_until IS NULL OR account.access_until >= $2)";

/// Accounts in this order, those after `after` where a position is given. Members are counted
/// who have access on `today` (UTC).
pub async fn page(
    tx: &mut Tx,
    org: OrganizationId,
    filter: &Filter,
    today: Date,
    order: Order,
    after: Option<&Position>,
    limit: i64,
) -> Result<Vec<AccountRow>> {
    let (mut values, mut conditions) = conditions(filter, vec![org.into(), today.into()]);
    let mut mark = |value: Value| {
        values.push(value);
        format!("${}", values.len())
    };
    conditions.extend(after.and_then(|after| order.after(after, &mut mark)));
    let limit = mark(limit.into());
    let by = order.by();
    // What only the list shows is looked up for the accounts of the page.
    let sql = format!(
        "SELECT {COLUMNS}, listed.sort_key AS sort_key,
             COALESCE(staff_user.name, '') AS owner_name,
             COALESCE(profile.name, '') AS profile_name,
             (SELECT COUNT(*) FROM member WHERE member.org_id = $1
                  AND member.account_id = account.id AND {HAS_ACCESS}) AS members,
             (SELECT MAX(occurred_at) FROM activity
              WHERE activity.org_id = $1 AND activity.account_id = account.id)
                 AS last_activity
         FROM (SELECT account.id AS id, {} AS sort_key
               FROM account LEFT JOIN staff_user ON staff_user.id = account.owner_id
               WHERE {} ORDER BY {by} LIMIT {limit}) AS listed
         JOIN account ON account.id = listed.id
         LEFT JOIN staff_user ON staff_user.id = account.owner_id
         LEFT JOIN profile ON profile.id = account.profile_id
         ORDER BY {by}",
        order.column.expression(),
        conditions.join(" AND ")
    );
    let rows = tx.all(sqlx::AssertSqlSafe(sql), &values).await?;
    rows.iter()
        .map(|row| {
            let account = read(row)?;
            Ok(AccountRow {
                owner: row.get("owner_name")?,
                profile: row.get("profile_name")?,
                members: row.get("members")?,
                last_activity: row.get("last_activity")?,
                position: Position {
                    key: order.column.read(row)?,
                    name: account.name.clone(),
                },
                account,
            })
        })
        .collect()
}

/// How many accounts the filter leaves.
pub async fn count(tx: &mut Tx, org: OrganizationId, filter: &Filter) -> Result<i64> {
    let (values, conditions) = conditions(filter, vec![org.into()]);
    let sql = format!(
        "SELECT COUNT(*) AS n FROM account WHERE {}",
        conditions.join(" AND ")
    );
    tx.one(sqlx::AssertSqlSafe(sql), &values).await?.get("n")
}

/// What the filter asks for, with its values after `values`, of which the first is the
/// organization.
fn conditions(filter: &Filter, mut values: Vec<Value>) -> (Vec<Value>, Vec<String>) {
    let is = if filter.archived { "IS NOT" } else { "IS" };
    let mut conditions = vec![
        "account.org_id = $1".to_owned(),
        format!("account.archived_at {is} NULL"),
    ];
    let mut mark = |value: Value| {
        values.push(value);
        format!("${}", values.len())
    };
    if !filter.search.trim().is_empty() {
        let pattern = mark(like::containing(&filter.search).into());
        conditions.push(format!(
            "({} OR EXISTS (SELECT 1 FROM account_domain
                 WHERE account_domain.account_id = account.id AND {}))",
            like::any_of(&["account.name_key"], &pattern),
            like::any_of(&["account_domain.domain"], &pattern)
        ));
    }
    match filter.owner {
        Some(Owner::Nobody) => conditions.push("account.owner_id IS NULL".to_owned()),
        Some(Owner::User(id)) => {
            let id = mark(id.into());
            conditions.push(format!("account.owner_id = {id}"));
        }
        None => {}
    }
    if let Some(review) = filter.review {
        let review = mark(review.into());
        conditions.push(format!("account.review = {review}"));
    }
    if let Some(settled) = filter.nda_settled {
        let not = if settled { "" } else { "NOT " };
        conditions.push(format!(
            "{not}(account.nda = 'none' OR account.nda_completed_at IS NOT NULL)"
        ));
    }
    match filter.ends {
        Some(Ends::Before(day)) => {
            let day = mark(day.into());
            conditions.push(format!("account.access_until < {day}"));
        }
        Some(Ends::Within(first, last)) => {
            let first = mark(first.into());
            let last = mark(last.into());
            conditions.push(format!(
                "account.access_until >= {first} AND account.access_until <= {last}"
            ));
        }
        None => {}
    }
    (values, conditions)
}

/// The names of accounts that aren't archived, for suggestions while typing.
pub async fn names(tx: &mut Tx, org: OrganizationId, limit: i64) -> Result<Vec<String>> {
    let rows = tx
        .all(
            "SELECT name FROM account WHERE org_id = $1 AND archived_at IS NULL
             ORDER BY name_key LIMIT $2",
            params![org, limit],
        )
        .await?;
    rows.iter().map(|row| row.get("name")).collect()
}

/// How many accounts there are, and how many people have access to one on `today` (UTC).
/// What is archived doesn't count.
pub async fn totals(tx: &mut Tx, org: OrganizationId, today: Date) -> Result<(i64, i64)> {
    let row = tx
        .one(
            "SELECT (SELECT COUNT(*) FROM account
                     WHERE org_id = $1 AND archived_at IS NULL) AS accounts,
                 (SELECT COUNT(DISTINCT visitor_id) FROM member
                  WHERE org_id = $1 AND revoked_at IS NULL
                      AND (access_until IS NULL OR access_until >= $2)
                      AND account_id NOT IN (SELECT id FROM account
                          WHERE org_id = $1 AND (archived_at IS NOT NULL OR review = 'rejected'
                              OR access_until < $2))) AS people",
            params![org, today],
        )
        .await?;
    Ok((row.get("accounts")?, row.get("people")?))
}
