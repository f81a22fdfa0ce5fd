//! Table `backfill`: past activity that an Admin sends after all, on its way into the queue
//! of deliveries.

use std::time::Duration;

use clock::Ambient;
use domain::deliveries::past::{JobState, Past};
use domain::ids::{ActivityId, BackfillId, ConnectionId, OrganizationId};
use jiff::Timestamp;

use crate::deliveries::dry_runs::read_past;
use crate::params;
use crate::{Result, Row, Tx, Work};

const COLUMNS: &str = "id, org_id, connection_id, state, started_by, started_at, since, until, \
     kinds, total, queued, after_at, after_id, claimed_until, finished_at";

/// Past activity that is sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Backfill {
    /// Its id.
    pub id: BackfillId,
    /// Whose it is.
    pub org: OrganizationId,
    /// Over which connection.
    pub connection: ConnectionId,
    /// How far it is.
    pub state: JobState,
    /// Who began it.
    pub started_by: String,
    /// When.
    pub started_at: Timestamp,
    /// Which activities it is about.
    pub past: Past,
    /// How many there were to send when it began.
    pub total: i64,
    /// How many were queued so far.
    pub queued: i64,
    /// The last activity that was looked at; `None` at the beginning.
    pub after: Option<(Timestamp, ActivityId)>,
    /// Until when whoever works it has it for themselves.
    pub claimed_until: Timestamp,
    /// When it was over.
    pub finished_at: Option<Timestamp>,
}

/// Begins one.
///
/// # Errors
/// [`crate::StoreError::Duplicate`] while another one of the connection is under way.
pub async fn start(
    tx: &mut Tx,
    ambient: &Ambient,
    org: OrganizationId,
    connection: ConnectionId,
    started_by: &str,
    (past, total): (&Past, i64),
) -> Result<BackfillId> {
    let id = ambient.id(BackfillId::from_uuid);
    tx.execute(
        "INSERT INTO backfill (id, org_id, connection_id, state, started_by, started_at, since,
             until, kinds, total, queued, after_at, after_id, claimed_until)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, 0, '', 0)",
        params![
            id,
            org,
            connection,
            JobState::Running,
            started_by,
            ambient.now(),
            past.since,
            past.until,
            past.kind_keys(),
            total,
        ],
    )
    .await?;
    tx.notify_on_commit(Work::PastActivity);
    Ok(id)
}

/// The connection's last one.
pub async fn latest(
    tx: &mut Tx,
    org: OrganizationId,
    connection: ConnectionId,
) -> Result<Option<Backfill>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM backfill WHERE org_id = $1 AND connection_id = $2
         ORDER BY started_at DESC, id DESC LIMIT 1"
    );
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
            "SELECT id FROM backfill WHERE state = 'running' AND claimed_until <= $1 LIMIT 1",
            params![now],
        )
        .await?;
    Ok(row.is_some())
}

/// Takes one that nobody works, of any organization, until then.
pub async fn claim_across_tenants(
    tx: &mut Tx,
    now: Timestamp,
    lease: Duration,
) -> Result<Option<Backfill>> {
    let until = now.checked_add(lease).unwrap_or(Timestamp::MAX);
    let sql = format!(
        "UPDATE backfill SET claimed_until = $2
         WHERE state = 'running' AND claimed_until <= $1
           AND id = (SELECT id FROM backfill WHERE state = 'running' AND claimed_until <= $1
                     ORDER BY claimed_until, id LIMIT 1)
         RETURNING {COLUMNS}"
    );
    let row = tx
        .optional(sqlx::AssertSqlSafe(sql), params![now, until])
        .await?;
    row.as_ref().map(read).transpose()
}

/// Whether it is still under way, and whoever's it is; holds it until commit, so that an
/// Admin who stops it waits for what is being queued.
pub async fn hold(tx: &mut Tx, backfill: &Backfill) -> Result<bool> {
    // Writing takes the row's lock on either database.
    let held = tx
        .execute(
            "UPDATE backfill SET claimed_until = $3
             WHERE org_id = $1 AND id = $2 AND state = 'running' AND claimed_until = $3",
            params![backfill.org, backfill.id, backfill.claimed_until],
        )
        .await?;
    Ok(held > 0)
}

/// Counts what was queued.
pub async fn add_queued(tx: &mut Tx, backfill: &Backfill, queued: u64) -> Result<()> {
    tx.execute(
        "UPDATE backfill SET queued = queued + $3 WHERE org_id = $1 AND id = $2",
        params![
            backfill.org,
            backfill.id,
            i64::try_from(queued).unwrap_or(i64::MAX)
        ],
    )
    .await?;
    Ok(())
}

/// Remembers that everything up to that activity was looked at, and leaves it to whoever
/// claims it from then on. Answers whether it was still whoever's it is.
pub async fn advance(
    tx: &mut Tx,
    backfill: &Backfill,
    after: Option<(Timestamp, ActivityId)>,
    from: Timestamp,
) -> Result<bool> {
    let at = after.map_or(Timestamp::UNIX_EPOCH, |(at, _)| at);
    let id = after.map_or_else(String::new, |(_, id)| id.to_string());
    let changed = tx
        .execute(
            "UPDATE backfill SET after_at = $4, after_id = $5, claimed_until = $6
             WHERE org_id = $1 AND id = $2 AND state = 'running' AND claimed_until = $3",
            params![
                backfill.org,
                backfill.id,
                backfill.claimed_until,
                at,
                id,
                from
            ],
        )
        .await?;
    Ok(changed > 0)
}

/// Ends the one of the connection that is under way. Answers whether there was one.
pub async fn end(
    tx: &mut Tx,
    org: OrganizationId,
    connection: ConnectionId,
    state: JobState,
    now: Timestamp,
) -> Result<bool> {
    let changed = tx
        .execute(
            "UPDATE backfill SET state = $3, finished_at = $4
             WHERE org_id = $1 AND connection_id = $2 AND state = 'running'",
            params![org, connection, state, now],
        )
        .await?;
    Ok(changed > 0)
}

fn read(row: &Row) -> Result<Backfill> {
    let after: String = row.get("after_id")?;
    let at: Timestamp = row.get("after_at")?;
    Ok(Backfill {
        id: row.get("id")?,
        org: row.get("org_id")?,
        connection: row.get("connection_id")?,
        state: row.get("state")?,
        started_by: row.get("started_by")?,
        started_at: row.get("started_at")?,
        past: read_past(row)?,
        total: row.get("total")?,
        queued: row.get("queued")?,
        after: ActivityId::parse(&after).map(|id| (at, id)),
        claimed_until: row.get("claimed_until")?,
        finished_at: row.get("finished_at")?,
    })
}
