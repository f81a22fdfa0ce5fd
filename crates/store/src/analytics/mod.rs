//! Tables `usage_day`, `day_total`, `usage` and `activity`, summed up for the analytics:
//! over time, by account, by item, and by person.

pub mod anonymous_visits;
pub mod day_totals;
pub mod engagement;
pub mod page_reading;
pub mod usage;
pub mod usage_days;
pub mod usage_salts;

use std::collections::BTreeMap;

use domain::activities::ActivityKind;
use domain::analytics::usage::{Audience, UsageKind};
use domain::analytics::{Metric, Sums};
use domain::ids::{AccountId, ItemId, OrganizationId};
use jiff::Timestamp;

use crate::analytics::usage_days::MICROS_PER_DAY;
use crate::params;
use crate::{Result, Row, Tx, Value};

/// Sums of whatever is identified by `id`: an account, an item, a person.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AnalyticsRow {
    /// The id of the account, item or visitor.
    pub id: String,
    /// The account's name, the item's title, or the visitor's address.
    pub name: String,
    /// What was counted in the period.
    pub sums: Sums,
    /// When something was last counted in the period.
    pub last_seen: Option<Timestamp>,
}

/// From when on, and whose; nothing for everyone's.
#[derive(Clone, Copy, Debug)]
pub struct Scope {
    /// Days since 1970 (UTC).
    pub from_day: i64,
    /// Only what the members of this account did.
    pub account: Option<AccountId>,
}

impl Scope {
    fn since(self) -> i64 {
        self.from_day.saturating_mul(MICROS_PER_DAY)
    }

    fn values(self, org: OrganizationId, from: i64) -> Vec<Value> {
        let mut values = vec![Value::from(org), Value::from(from)];
        values.extend(self.account.map(Value::from));
        values
    }

    fn condition(self) -> &'static str {
        match self.account {
            Some(_) => "AND account_id = $3",
            None => "",
        }
    }
}

/// The sums of each day that has any.
pub async fn days(tx: &mut Tx, org: OrganizationId, scope: Scope) -> Result<BTreeMap<i64, Sums>> {
    match scope.account {
        Some(_) => days_of_account(tx, org, scope).await,
        None => days_of_everyone(tx, org, scope.from_day).await,
    }
}

async fn days_of_everyone(
    tx: &mut Tx,
    org: OrganizationId,
    from_day: i64,
) -> Result<BTreeMap<i64, Sums>> {
    let mut days: BTreeMap<i64, Sums> = BTreeMap::new();
    for (day, kind, audience, n) in day_totals::usage(tx, org, from_day).await? {
        days.entry(day).or_default().add(metric(kind, audience), n);
    }
    for (day, kind, n) in day_totals::activities(tx, org, from_day).await? {
        if let Some(metric) = Metric::of_activity(kind) {
            days.entry(day).or_default().add(metric, n);
        }
    }
    Ok(days)
}

async fn days_of_account(
    tx: &mut Tx,
    org: OrganizationId,
    scope: Scope,
) -> Result<BTreeMap<i64, Sums>> {
    let sql = format!(
        "SELECT day, kind, audience, CAST(SUM(n) AS BIGINT) AS n FROM usage_day
         WHERE org_id = $1 AND day >= $2 {} GROUP BY day, kind, audience",
        scope.condition()
    );
    let values = scope.values(org, scope.from_day);
    let mut days: BTreeMap<i64, Sums> = BTreeMap::new();
    for row in tx.all(sqlx::AssertSqlSafe(sql), &values).await? {
        add_usage(days.entry(row.get("day")?).or_default(), &row)?;
    }
    let sql = format!(
        "SELECT occurred_at / 86400000000 AS day, kind, COUNT(*) AS n FROM activity
         WHERE org_id = $1 AND kind IN ({}) AND occurred_at >= $2 {}
         GROUP BY occurred_at / 86400000000, kind",
        told(),
        scope.condition()
    );
    let values = scope.values(org, scope.since());
    for row in tx.all(sqlx::AssertSqlSafe(sql), &values).await? {
        add_activity(days.entry(row.get("day")?).or_default(), &row)?;
    }
    Ok(days)
}

/// From so many days on it is faster to read the sums of all days in the order of accounts
/// than those of the period in the order of days.
const LONG_PERIOD: i64 = 100;

/// Every account that was seen or did something between these days, by name.
pub async fn accounts(
    tx: &mut Tx,
    org: OrganizationId,
    (from_day, today): (i64, i64),
) -> Result<Vec<AnalyticsRow>> {
    let mut lines: BTreeMap<String, AnalyticsRow> = BTreeMap::new();
    // Of the two conditions, which mean the same, only the first is the one of the index by
    // account, so that only with it the databases use that index.
    let of_accounts = if today - from_day >= LONG_PERIOD {
        "account_id <> ''"
    } else {
        "account_id > ''"
    };
    // Summed up before names are looked up.
    let sql = format!(
        "SELECT account.id, account.name, kind, audience, n, last_at
         FROM (SELECT account_id, kind, audience, CAST(SUM(n) AS BIGINT) AS n,
                   MAX(last_at) AS last_at
               FROM usage_day WHERE org_id = $1 AND day >= $2 AND {of_accounts}
               GROUP BY account_id, kind, audience) AS summed
         JOIN account ON account.id = summed.account_id"
    );
    let values = params![org, from_day];
    for row in &tx.all(sqlx::AssertSqlSafe(sql), values).await? {
        add_usage(&mut line(&mut lines, row)?.sums, row)?;
    }
    let sql = format!(
        "SELECT account.id, account.name, kind, n, last_at
         FROM (SELECT account_id, kind, COUNT(*) AS n, MAX(occurred_at) AS last_at
               FROM activity WHERE org_id = $1 AND kind IN ({}) AND occurred_at >= $2
               GROUP BY account_id, kind) AS summed
         JOIN account ON account.id = summed.account_id",
        told()
    );
    let since = from_day.saturating_mul(MICROS_PER_DAY);
    for row in tx
        .all(sqlx::AssertSqlSafe(sql), params![org, since])
        .await?
    {
        add_activity(&mut line(&mut lines, &row)?.sums, &row)?;
    }
    let mut lines: Vec<_> = lines.into_values().collect();
    lines.sort_by_cached_key(|line| line.name.to_lowercase());
    Ok(lines)
}

/// Every item that was looked at; one that is gone under the title it had.
pub async fn items(tx: &mut Tx, org: OrganizationId, scope: Scope) -> Result<Vec<AnalyticsRow>> {
    let sql = format!(
        "SELECT item_id AS id, kind, audience, n, last_at,
             COALESCE(item.title, (SELECT item_title FROM usage_day AS known
                 WHERE known.org_id = $1 AND known.item_id = summed.item_id
                 ORDER BY day DESC LIMIT 1)) AS name
         FROM (SELECT item_id, kind, audience, CAST(SUM(n) AS BIGINT) AS n,
                   MAX(last_at) AS last_at
               FROM usage_day WHERE org_id = $1 AND day >= $2 {} AND item_id <> ''
               GROUP BY item_id, kind, audience) AS summed
         LEFT JOIN item ON item.id = summed.item_id",
        scope.condition()
    );
    let values = scope.values(org, scope.from_day);
    let mut lines = BTreeMap::new();
    for row in tx.all(sqlx::AssertSqlSafe(sql), &values).await? {
        add_usage(&mut line(&mut lines, &row)?.sums, &row)?;
    }
    Ok(lines.into_values().collect())
}

/// How an item was looked at, since there are numbers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ItemUse {
    /// What was counted, by anyone.
    pub sums: Sums,
    /// Accounts whose people looked at it.
    pub accounts: i64,
    /// When the item was last looked at; `None` where nobody has yet.
    pub last_seen: Option<Timestamp>,
}

/// How this item was looked at, by members, guests and anonymous visitors together.
pub async fn item(tx: &mut Tx, org: OrganizationId, item: ItemId) -> Result<ItemUse> {
    let rows = tx
        .all(
            "SELECT kind, audience, CAST(SUM(n) AS BIGINT) AS n, MAX(last_at) AS last_at
             FROM usage_day WHERE org_id = $1 AND item_id = $2 GROUP BY kind, audience",
            params![org, item],
        )
        .await?;
    let accounts = tx
        .one(
            "SELECT COUNT(DISTINCT account_id) AS n FROM usage_day
             WHERE org_id = $1 AND item_id = $2 AND account_id <> ''",
            params![org, item],
        )
        .await?;
    let mut usage = ItemUse {
        sums: Sums::default(),
        accounts: accounts.get("n")?,
        last_seen: None,
    };
    for row in &rows {
        add_usage(&mut usage.sums, row)?;
        usage.last_seen = usage.last_seen.max(row.get("last_at")?);
    }
    Ok(usage)
}

/// What each person of an account did, as far as rows are kept: `name` is the address.
pub async fn people(
    tx: &mut Tx,
    org: OrganizationId,
    account: AccountId,
    from_day: i64,
) -> Result<Vec<AnalyticsRow>> {
    let rows = tx
        .all(
            "SELECT visitor.id, visitor.email AS name, kind, audience, COUNT(*) AS n,
                 MAX(at) AS last_at
             FROM usage JOIN visitor ON visitor.id = usage.visitor_id
             WHERE usage.org_id = $1 AND usage.account_id = $2 AND at >= $3
             GROUP BY visitor.id, visitor.email, kind, audience",
            params![org, account, from_day.saturating_mul(MICROS_PER_DAY)],
        )
        .await?;
    let mut lines = BTreeMap::new();
    for row in &rows {
        add_usage(&mut line(&mut lines, row)?.sums, row)?;
    }
    Ok(lines.into_values().collect())
}

fn line<'a>(
    lines: &'a mut BTreeMap<String, AnalyticsRow>,
    row: &Row,
) -> Result<&'a mut AnalyticsRow> {
    let (id, name): (String, String) = (row.get("id")?, row.get("name")?);
    let last: Option<Timestamp> = row.get("last_at")?;
    let line = lines.entry(id.clone()).or_insert_with(|| AnalyticsRow {
        id,
        name,
        sums: Sums::default(),
        last_seen: None,
    });
    line.last_seen = line.last_seen.max(last);
    Ok(line)
}

fn add_usage(sums: &mut Sums, row: &Row) -> Result<()> {
    let (kind, audience): (UsageKind, Audience) = (row.get("kind")?, row.get("audience")?);
    sums.add(metric(kind, audience), row.get("n")?);
    Ok(())
}

fn metric(kind: UsageKind, audience: Audience) -> Metric {
    match (kind, audience) {
        (UsageKind::Visit, Audience::Member) => Metric::MemberVisits,
        (UsageKind::Visit, _) => Metric::OtherVisits,
        (UsageKind::Page, _) => Metric::Pages,
        (UsageKind::Preview, _) => Metric::Previews,
        (UsageKind::Download, _) => Metric::Downloads,
    }
}

fn add_activity(sums: &mut Sums, row: &Row) -> Result<()> {
    if let Some(metric) = Metric::of_activity(row.get("kind")?) {
        sums.add(metric, row.get("n")?);
    }
    Ok(())
}

/// The kinds of activity that are summed up from `activity`, for an IN.
fn told() -> String {
    let told = ActivityKind::ALL
        .into_iter()
        .filter(|kind| Metric::of_activity(*kind).is_some());
    let quoted: Vec<_> = told.map(|kind| format!("'{}'", kind.key())).collect();
    quoted.join(", ")
}
