//! Table `dry_run_line`: what a dry run found, and sums of it.

use domain::activities::ActivityKind;
use domain::deliveries::past::DryRunOutcome;
use domain::ids::{DryRunId, OrganizationId};
use jiff::Timestamp;

use crate::db::json_rows;
use crate::params;
use crate::{Dialect, Result, Row, Tx, Value};

/// Activities of one kind by one person that would become the same.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DryRunLine {
    /// What happened.
    pub kind: ActivityKind,
    /// The person's email address; empty where none is known.
    pub email: String,
    /// The person's name; may be empty.
    pub name: String,
    /// The company as typed, or the account's name.
    pub company: String,
    /// How many activities.
    pub activities: i64,
    /// When the first of them happened.
    pub first_at: Timestamp,
    /// When the last of them happened.
    pub last_at: Timestamp,
    /// What they would become.
    pub outcome: DryRunOutcome,
    /// The Contact or Lead of the Tasks; empty where there is none yet.
    pub who: String,
    /// The Account of the Tasks; empty for none.
    pub account: String,
    /// Its name; empty for none, or where it can't be read.
    pub account_name: String,
    /// Why, in sentences.
    pub reason: String,
}

/// An Account, or people without one, with what would be written there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DryRunGroup {
    /// The Account's id, or what pages name instead: an email address or a company.
    pub key: String,
    /// The Account's name, or the person's.
    pub name: String,
    /// The company as typed; empty for an Account.
    pub company: String,
    /// How many activities.
    pub activities: i64,
    /// By how many people.
    pub people: i64,
    /// When the last of them happened.
    pub last_at: Timestamp,
}

/// Appends lines, the first with that number.
pub async fn put(tx: &mut Tx, run: DryRunId, first: i64, lines: &[DryRunLine]) -> Result<()> {
    let rows = lines.iter().zip(first..).map(|(line, number)| {
        [
            Value::from(number),
            Value::from(line.kind),
            Value::from(&line.email),
            Value::from(&line.name),
            Value::from(&line.company),
            Value::from(line.activities),
            Value::from(line.first_at),
            Value::from(line.last_at),
            Value::from(line.outcome),
            Value::from(&line.who),
            Value::from(&line.account),
            Value::from(&line.account_name),
            Value::from(&line.reason),
        ]
    });
    let sql = match tx.dialect() {
        Dialect::Sqlite => {
            "INSERT INTO dry_run_line (dry_run_id, line, kind, email, name, company, activities,
                 first_at, last_at, outcome, who_id, account_id, account_name, reason)
             SELECT $1, CAST(value ->> 0 AS bigint), value ->> 1, value ->> 2, value ->> 3,
                 value ->> 4, CAST(value ->> 5 AS bigint), CAST(value ->> 6 AS bigint),
                 CAST(value ->> 7 AS bigint), value ->> 8, value ->> 9, value ->> 10, value ->> 11,
                 value ->> 12
             FROM json_each($2)"
        }
        Dialect::Postgres => {
            "INSERT INTO dry_run_line (dry_run_id, line, kind, email, name, company, activities,
                 first_at, last_at, outcome, who_id, account_id, account_name, reason)
             SELECT $1, CAST(value ->> 0 AS bigint), value ->> 1, value ->> 2, value ->> 3,
                 value ->> 4, CAST(value ->> 5 AS bigint), CAST(value ->> 6 AS bigint),
                 CAST(value ->> 7 AS bigint), value ->> 8, value ->> 9, value ->> 10, value ->> 11,
                 value ->> 12
             FROM jsonb_array_elements(CAST($2 AS jsonb)) AS given (value)"
        }
    };
    tx.execute(sql, params![run, json_rows::parameter(rows)])
        .await?;
    Ok(())
}

/// The lines with greater numbers than `number`, in their order, with their numbers.
pub async fn after(
    tx: &mut Tx,
    org: OrganizationId,
    run: DryRunId,
    number: i64,
    limit: usize,
) -> Result<Vec<(i64, DryRunLine)>> {
    tx.all(
        "SELECT line, kind, email, name, company, activities, first_at, last_at, outcome, who_id,
             account_id, account_name, reason
         FROM dry_run_line
         WHERE dry_run_id = $2 AND line > $3
           AND EXISTS (SELECT 1 FROM dry_run WHERE id = $2 AND org_id = $1)
         ORDER BY line LIMIT $4",
        params![org, run, number, i64::try_from(limit).unwrap_or(i64::MAX)],
    )
    .await?
    .iter()
    .map(|row| Ok((row.get("line")?, read_line(row)?)))
    .collect()
}

/// The Accounts that would have the most Tasks.
pub async fn accounts(
    tx: &mut Tx,
    org: OrganizationId,
    run: DryRunId,
    limit: i64,
) -> Result<Vec<DryRunGroup>> {
    let rows = tx
        .all(
            "SELECT account_id AS key, MAX(account_name) AS name, '' AS company,
                 CAST(SUM(activities) AS BIGINT) AS activities,
                 COUNT(DISTINCT NULLIF(email, '')) AS people, MAX(last_at) AS last_at
             FROM dry_run_line
             WHERE dry_run_id = $2 AND account_id <> ''
               AND EXISTS (SELECT 1 FROM dry_run WHERE id = $2 AND org_id = $1)
             GROUP BY account_id ORDER BY activities DESC, key LIMIT $3",
            params![org, run, limit],
        )
        .await?;
    rows.iter().map(read_group).collect()
}

/// The people whose activities would become that, those with the latest activity first.
pub async fn people(
    tx: &mut Tx,
    org: OrganizationId,
    run: DryRunId,
    outcome: DryRunOutcome,
    limit: i64,
) -> Result<Vec<DryRunGroup>> {
    let rows = tx
        .all(
            "SELECT email AS key, MAX(name) AS name, company AS company,
                 CAST(SUM(activities) AS BIGINT) AS activities, COUNT(DISTINCT email) AS people,
                 MAX(last_at) AS last_at
             FROM dry_run_line
             WHERE dry_run_id = $2 AND outcome = $3
               AND EXISTS (SELECT 1 FROM dry_run WHERE id = $2 AND org_id = $1)
             GROUP BY email, company ORDER BY MAX(last_at) DESC, email LIMIT $4",
            params![org, run, outcome, limit],
        )
        .await?;
    rows.iter().map(read_group).collect()
}

fn read_group(row: &Row) -> Result<DryRunGroup> {
    Ok(DryRunGroup {
        key: row.get("key")?,
        name: row.get("name")?,
        company: row.get("company")?,
        activities: row.get("activities")?,
        people: row.get("people")?,
        last_at: row.get("last_at")?,
    })
}

fn read_line(row: &Row) -> Result<DryRunLine> {
    Ok(DryRunLine {
        kind: row.get("kind")?,
        email: row.get("email")?,
        name: row.get("name")?,
        company: row.get("company")?,
        activities: row.get("activities")?,
        first_at: row.get("first_at")?,
        last_at: row.get("last_at")?,
        outcome: row.get("outcome")?,
        who: row.get("who_id")?,
        account: row.get("account_id")?,
        account_name: row.get("account_name")?,
        reason: row.get("reason")?,
    })
}
