//! Table `dry_run`: what past activity would become in Salesforce. A connection has one dry
//! run; another one takes its place. [`crate::deliveries::dry_run_lines`] has what it found.

use std::time::Duration;

use clock::Ambient;
use domain::deliveries::past::{JobState, Past, TriedOptions};
use domain::ids::{ConnectionId, DryRunId, OrganizationId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::params;
use crate::{Result, Row, Tx, Work};

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

/// Whether any organization has one that nobody works. Asked before
/// [`claim_across_tenants`], so that looking keeps nobody from writing.
pub async fn any_to_claim_across_tenants(tx: &mut Tx, now: Timestamp) -> Result<bool> {
    let row = tx
        .optional(
            "SELECT id FROM dry_run WHERE state = 'running' AND claimed_until < $1 LIMIT 1",
            params![now],
        )
        .await?;
    Ok(row.is_some())
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
