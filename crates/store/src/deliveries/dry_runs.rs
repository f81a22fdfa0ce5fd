//! Tables `dry_run` and `dry_run_line`: what past activity would become in Salesforce. A
//! connection has one dry run; another one takes its place.

use std::time::Duration;

use clock::Ambient;
use domain::activities::ActivityKind;
use domain::deliveries::past::{DryRunOutcome, JobState, Past, TriedOptions};
use domain::ids::{ConnectionId, DryRunId, OrganizationId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::db::json_rows::{self, Cells};
use crate::params;
use crate::{Result, Row, Tx, Value, Work};

const COLUMNS: &str = "id, org_id, connection_id, state, asked_by, asked_at, since, until, kinds, \
     options, checked, total, result, error, claimed_until, finished_at";

/// A dry run.
#[derive(Clone, PartialEq, Debug)]
pub struct DryRun {
    /// Its id.
    pub id: DryRunId,
    /// Whose it is.
    pub org: OrganizationId,
    /// Over which connection the org is asked.
    pub connection: ConnectionId,
    /// How far it is.
    pub state: JobState,
    /// Who asked for it.
    pub asked_by: String,
    /// When.
    pub asked_at: Timestamp,
    /// Which activities it is about.
    pub past: Past,
    /// Which options it tries.
    pub options: TriedOptions,
    /// How many activities were looked at so far.
    pub checked: i64,
    /// How many there are to look at.
    pub total: i64,
    /// What came of it, once it is done.
    pub result: Option<DryRunResult>,
    /// Why it couldn't be finished; empty where it could.
    pub error: String,
    /// Until when whoever works it has it for themselves.
    pub claimed_until: Timestamp,
    /// When it was over.
    pub finished_at: Option<Timestamp>,
}

/// What came of a dry run.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct DryRunResult {
    /// Activities of the kinds and the time.
    pub activities: i64,
    /// Of which so many went out before, or are on their way.
    pub sent_before: i64,
    /// Tasks that would be written.
    pub tasks: i64,
    /// Accounts that would have Tasks.
    pub accounts: i64,
    /// Contacts that would be created.
    pub new_contacts: i64,
    /// Leads that would be created.
    pub new_leads: i64,
    /// Contacts that would be given an Account.
    pub associated: i64,
    /// Activities that would find no match.
    pub no_match: i64,
    /// Activities whose linked Account is gone.
    pub link_broken: i64,
    /// Tasks that no owner of a record could be given.
    pub without_owner: i64,
    /// API calls that the dry run took.
    pub calls: i64,
    /// API calls that sending would take, about.
    pub calls_to_send: i64,
    /// What Salesforce would refuse, or leave out, as far as can be told.
    pub problems: Vec<String>,
    /// Whether there are more lines than were kept.
    pub is_cut: bool,
}

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

/// Begins one, in place of an earlier one.
pub async fn start(
    tx: &mut Tx,
    ambient: &Ambient,
    org: OrganizationId,
    connection: ConnectionId,
    asked_by: &str,
    (past, options): (&Past, TriedOptions),
) -> Result<DryRunId> {
    forget(tx, org, connection).await?;
    let id = ambient.id(DryRunId::from_uuid);
    tx.execute(
        "INSERT INTO dry_run (id, org_id, connection_id, state, asked_by, asked_at, since, until,
             kinds, options, checked, total, result, error, claimed_until)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, 0, '', '', 0)",
        params![
            id,
            org,
            connection,
            JobState::Running,
            asked_by,
            ambient.now(),
            past.since,
            past.until,
            past.kind_keys(),
            options.keys(),
        ],
    )
    .await?;
    tx.notify_on_commit(Work::PastActivity);
    Ok(id)
}

/// Deletes the connection's dry run with its lines.
pub async fn forget(tx: &mut Tx, org: OrganizationId, connection: ConnectionId) -> Result<()> {
    tx.execute(
        "DELETE FROM dry_run WHERE org_id = $1 AND connection_id = $2",
        params![org, connection],
    )
    .await?;
    Ok(())
}

/// Deletes those of all organizations that were asked for before then.
pub async fn sweep_across_tenants(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    tx.execute("DELETE FROM dry_run WHERE asked_at < $1", params![before])
        .await
}

/// The connection's dry run.
pub async fn latest(
    tx: &mut Tx,
    org: OrganizationId,
    connection: ConnectionId,
) -> Result<Option<DryRun>> {
    let sql = format!("SELECT {COLUMNS} FROM dry_run WHERE org_id = $1 AND connection_id = $2");
    let row = tx
        .optional(sqlx::AssertSqlSafe(sql), params![org, connection])
        .await?;
    row.as_ref().map(read).transpose()
}

/// Takes one that nobody works, of any organization, until then. Whoever took it and didn't
/// keep it loses it: it begins anew, without lines.
pub async fn claim_across_tenants(
    tx: &mut Tx,
    now: Timestamp,
    lease: Duration,
) -> Result<Option<DryRun>> {
    let until = now.checked_add(lease).unwrap_or(Timestamp::MAX);
    let sql = format!(
        "UPDATE dry_run SET claimed_until = $2, checked = 0
         WHERE state = 'running' AND claimed_until < $1
           AND id = (SELECT id FROM dry_run WHERE state = 'running' AND claimed_until < $1
                     ORDER BY claimed_until, id LIMIT 1)
         RETURNING {COLUMNS}"
    );
    let row = tx
        .optional(sqlx::AssertSqlSafe(sql), params![now, until])
        .await?;
    let Some(claimed) = row.as_ref().map(read).transpose()? else {
        return Ok(None);
    };
    tx.execute(
        "DELETE FROM dry_run_line WHERE dry_run_id = $1",
        params![claimed.id],
    )
    .await?;
    Ok(Some(claimed))
}

/// Says how far it is, and keeps it until then. `run` is it as it was claimed or kept last:
/// where someone else has taken it, or an Admin has asked for another one, nothing changes
/// and the answer is `false`.
pub async fn keep(tx: &mut Tx, run: &DryRun, until: Timestamp) -> Result<bool> {
    let changed = tx
        .execute(
            "UPDATE dry_run SET checked = $4, total = $5, claimed_until = $6
             WHERE org_id = $1 AND id = $2 AND state = 'running' AND claimed_until = $3",
            params![
                run.org,
                run.id,
                run.claimed_until,
                run.checked,
                run.total,
                until
            ],
        )
        .await?;
    Ok(changed > 0)
}

/// Ends it with what came of it, or with why nothing did. Answers whether it was still
/// whoever's it is.
pub async fn finish(
    tx: &mut Tx,
    run: &DryRun,
    result: std::result::Result<&DryRunResult, &str>,
    now: Timestamp,
) -> Result<bool> {
    let (state, result, error) = match result {
        Ok(result) => {
            let json = serde_json::to_string(result)
                .unwrap_or_else(|_| unreachable!("plain structs become JSON"));
            (JobState::Done, json, "")
        }
        Err(error) => (JobState::Failed, String::new(), error),
    };
    let changed = tx
        .execute(
            "UPDATE dry_run SET state = $4, result = $5, error = $6, finished_at = $7,
                 checked = $8, total = $9
             WHERE org_id = $1 AND id = $2 AND state = 'running' AND claimed_until = $3",
            params![
                run.org,
                run.id,
                run.claimed_until,
                state,
                result,
                error,
                now,
                run.checked,
                run.total
            ],
        )
        .await?;
    Ok(changed > 0)
}

const LINES: [(&str, Cells); 13] = [
    ("line", Cells::Int),
    ("kind", Cells::Text),
    ("email", Cells::Text),
    ("name", Cells::Text),
    ("company", Cells::Text),
    ("activities", Cells::Int),
    ("first_at", Cells::Int),
    ("last_at", Cells::Int),
    ("outcome", Cells::Text),
    ("who_id", Cells::Text),
    ("account_id", Cells::Text),
    ("account_name", Cells::Text),
    ("reason", Cells::Text),
];

/// Appends lines, the first with that number.
pub async fn put_lines(tx: &mut Tx, run: DryRunId, first: i64, lines: &[DryRunLine]) -> Result<()> {
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
    let names = LINES.map(|(name, _)| name).join(", ");
    let given = json_rows::table(tx.dialect(), "given_line", 2, &LINES);
    let sql = format!(
        "WITH {given} INSERT INTO dry_run_line (dry_run_id, {names})
         SELECT $1, {names} FROM given_line"
    );
    let values = params![run, json_rows::parameter(rows)];
    tx.execute(sqlx::AssertSqlSafe(sql), values).await?;
    Ok(())
}

/// The lines with greater numbers than `after`, in their order, with their numbers.
pub async fn lines(
    tx: &mut Tx,
    org: OrganizationId,
    run: DryRunId,
    after: i64,
    limit: usize,
) -> Result<Vec<(i64, DryRunLine)>> {
    tx.all(
        "SELECT line, kind, email, name, company, activities, first_at, last_at, outcome, who_id,
             account_id, account_name, reason
         FROM dry_run_line
         WHERE dry_run_id = $2 AND line > $3
           AND EXISTS (SELECT 1 FROM dry_run WHERE id = $2 AND org_id = $1)
         ORDER BY line LIMIT $4",
        params![org, run, after, i64::try_from(limit).unwrap_or(i64::MAX)],
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

fn read(row: &Row) -> Result<DryRun> {
    let result: String = row.get("result")?;
    Ok(DryRun {
        id: row.get("id")?,
        org: row.get("org_id")?,
        connection: row.get("connection_id")?,
        state: row.get("state")?,
        asked_by: row.get("asked_by")?,
        asked_at: row.get("asked_at")?,
        past: read_past(row)?,
        options: TriedOptions::from_keys(&row.get::<String>("options")?),
        checked: row.get("checked")?,
        total: row.get("total")?,
        result: serde_json::from_str(&result).ok(),
        error: row.get("error")?,
        claimed_until: row.get("claimed_until")?,
        finished_at: row.get("finished_at")?,
    })
}

pub(super) fn read_past(row: &Row) -> Result<Past> {
    Ok(Past {
        since: row.get("since")?,
        until: row.get("until")?,
        kinds: Past::kinds_from_keys(&row.get::<String>("kinds")?),
    })
}
