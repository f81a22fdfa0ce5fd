//! Table `delivery_turn`: a worker's right to work some lanes of a connection.
//!
//! A turn is kept alive by its worker. One that isn't renewed in time is over: its
//! lanes are free, and nothing is journalled or settled under it anymore.

use std::time::Duration;

use domain::ids::{ConnectionId, LaneId, OrganizationId};
use domain::organizations::Plan;
use jiff::Timestamp;

use crate::deliveries::due;
use crate::params;
use crate::{Db, Dialect, Result, Tx};

/// The lanes that one worker has, all of one connection.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Turn {
    /// Different for every turn that ever was.
    pub token: String,
    /// The organization whose deliveries are sent.
    pub org: OrganizationId,
    /// The connection that they go to.
    pub connection: ConnectionId,
    /// The lanes, those that waited longest first.
    pub lanes: Vec<LaneId>,
    /// When it began.
    pub began: Timestamp,
}

/// Who asks for a turn, and under which terms.
#[derive(Clone, Debug)]
pub struct Terms {
    /// What the turn is to be named by; never used before.
    pub token: String,
    /// The time by the worker's clock.
    pub now: Timestamp,
    /// How long it lasts unless it is renewed.
    pub lease: Duration,
    /// How many turns of one connection there may be at once, so that a slow org
    /// leaves workers for the others. A connection whose org struggles has fewer.
    pub per_connection: i64,
    /// How many deliveries are wanted: lanes are added until they have as many.
    pub batch: i64,
    /// How far ahead of its pace a connection may be under a stream of activities,
    /// which is gathered into batches; `None` where batches aren't waited for.
    pub burst: Option<Duration>,
}

impl Terms {
    /// Connections that linger no longer than this may send now.
    fn lingering_until(&self) -> Timestamp {
        self.burst
            .map_or(Timestamp::MAX, |burst| after(self.now, burst))
    }
}

/// What makes a lane free to be worked at time `$1` over a connection that may send,
/// with the plan as `$2` and the end of lingering as `$3`.
const FREE: &str = "lane.due_at <= $1 AND connection.state = 'active'
    AND connection.hold_until <= $1 AND connection.linger_until <= $3
    AND organization.plan = $2
    AND NOT EXISTS (SELECT 1 FROM delivery_turn
                    WHERE delivery_turn.token = lane.turn AND delivery_turn.lease_until > $1)";

/// Begins a turn for the connection whose lane has waited longest. Deliveries that
/// were being sent under an earlier turn become uncertain: whoever had it is gone,
/// and nobody knows how far it came.
pub async fn begin_across_tenants(tx: &mut Tx, terms: &Terms) -> Result<Option<Turn>> {
    let Some((org, connection)) = longest_waiting(tx, terms).await? else {
        return Ok(None);
    };
    // Whoever asks for the same connection waits here, so that the turns under way
    // are counted for certain.
    let sql = format!(
        "SELECT lanes FROM connection WHERE id = $1{}",
        tx.dialect().for_update()
    );
    let row = tx
        .one(sqlx::AssertSqlSafe(sql), params![connection])
        .await?;
    let most = row.get::<i64>("lanes")?.clamp(1, terms.per_connection);
    if under_way(tx, connection, terms.now).await? >= most {
        return Ok(None);
    }
    let lanes = free_lanes(tx, connection, terms).await?;
    if lanes.is_empty() {
        return Ok(None);
    }
    end_turns_of(tx, &lanes).await?;
    for lane in &lanes {
        tx.execute(
            "UPDATE lane SET turn = $2, served_at = $3 WHERE id = $1",
            params![*lane, &terms.token, terms.now],
        )
        .await?;
        due::doubt_what_was_sending(tx, *lane, terms.now).await?;
    }
    tx.execute(
        "INSERT INTO delivery_turn (token, connection_id, lease_until) VALUES ($1, $2, $3)",
        params![&terms.token, connection, after(terms.now, terms.lease)],
    )
    .await?;
    Ok(Some(Turn {
        token: terms.token.clone(),
        org,
        connection,
        lanes,
        began: terms.now,
    }))
}

async fn longest_waiting(
    tx: &mut Tx,
    terms: &Terms,
) -> Result<Option<(OrganizationId, ConnectionId)>> {
    let sql = format!(
        "SELECT lane.org_id AS org_id, lane.connection_id AS connection_id
         FROM lane JOIN connection ON connection.id = lane.connection_id
         JOIN organization ON organization.id = lane.org_id
         WHERE {FREE}
           AND (SELECT COUNT(*) FROM delivery_turn busy
                WHERE busy.connection_id = lane.connection_id AND busy.lease_until > $1)
               < CASE WHEN connection.lanes < $4 THEN connection.lanes ELSE $4 END
         ORDER BY lane.served_at, lane.id LIMIT 1"
    );
    let values = params![
        terms.now,
        Plan::Enterprise,
        terms.lingering_until(),
        terms.per_connection
    ];
    let row = tx.optional(sqlx::AssertSqlSafe(sql), values).await?;
    row.map(|row| Ok((row.get("org_id")?, row.get("connection_id")?)))
        .transpose()
}

async fn under_way(tx: &mut Tx, connection: ConnectionId, now: Timestamp) -> Result<i64> {
    tx.one(
        "SELECT COUNT(*) AS n FROM delivery_turn WHERE connection_id = $1 AND lease_until > $2",
        params![connection, now],
    )
    .await?
    .get("n")
}

/// The connection's free lanes, those that have waited longest first, as many as it
/// takes to fill a batch.
async fn free_lanes(tx: &mut Tx, connection: ConnectionId, terms: &Terms) -> Result<Vec<LaneId>> {
    let sql = format!(
        "SELECT lane.id AS id FROM lane JOIN connection ON connection.id = lane.connection_id
         JOIN organization ON organization.id = lane.org_id
         WHERE lane.connection_id = $4 AND {FREE}
         ORDER BY lane.served_at, lane.id {}",
        // Whoever appends to a lane just now says so when that is done.
        match tx.dialect() {
            Dialect::Sqlite => "",
            Dialect::Postgres => "FOR UPDATE OF lane SKIP LOCKED",
        }
    );
    let values = params![
        terms.now,
        Plan::Enterprise,
        terms.lingering_until(),
        connection
    ];
    let rows = tx.all(sqlx::AssertSqlSafe(sql), values).await?;
    let mut lanes = Vec::new();
    let mut wanted = terms.batch;
    for row in rows {
        if wanted <= 0 {
            break;
        }
        let lane = row.get("id")?;
        wanted -= due::count_open(tx, lane, wanted).await?;
        lanes.push(lane);
    }
    Ok(lanes)
}

/// Ends the turns that had these lanes, which have run out: on the clock of whoever
/// takes over, which may be ahead of the clock of whoever still works.
async fn end_turns_of(tx: &mut Tx, lanes: &[LaneId]) -> Result<()> {
    for lane in lanes {
        tx.execute(
            "DELETE FROM delivery_turn WHERE token IN (SELECT turn FROM lane WHERE id = $1)",
            params![*lane],
        )
        .await?;
    }
    Ok(())
}

/// When there may next be something to do, of what is due before `horizon`: a cheap
/// look before a turn is begun.
pub async fn next_due_across_tenants(
    tx: &mut Tx,
    now: Timestamp,
    horizon: Duration,
    burst: Option<Duration>,
) -> Result<Option<Timestamp>> {
    let lingering = if burst.is_some() {
        ", connection.linger_until - $3"
    } else {
        ", $3 - $3"
    };
    let latest = tx
        .dialect()
        .greatest(&format!("lane.due_at, connection.hold_until{lingering}"));
    let sql = format!(
        "SELECT MIN({latest}) AS due
         FROM lane JOIN connection ON connection.id = lane.connection_id
         JOIN organization ON organization.id = lane.org_id AND organization.plan = $2
         WHERE lane.due_at <= $4 AND connection.state = 'active'
           AND NOT EXISTS (SELECT 1 FROM delivery_turn
                           WHERE delivery_turn.token = lane.turn
                             AND delivery_turn.lease_until > $1)"
    );
    let burst = burst.unwrap_or_default().as_micros();
    let burst = i64::try_from(burst).unwrap_or(i64::MAX);
    let values = params![now, Plan::Enterprise, burst, after(now, horizon)];
    let row = tx.one(sqlx::AssertSqlSafe(sql), values).await?;
    row.get("due")
}

/// Holds the turn's row until commit, and answers whether it is still going on. False
/// means: someone else took over, leave everything alone.
pub async fn confirm(tx: &mut Tx, turn: &Turn, now: Timestamp) -> Result<bool> {
    let sql = format!(
        "SELECT token FROM delivery_turn WHERE token = $1 AND lease_until > $2{}",
        tx.dialect().for_update()
    );
    let row = tx
        .optional(sqlx::AssertSqlSafe(sql), params![&turn.token, now])
        .await?;
    Ok(row.is_some())
}

/// Gives a turn that is going on more time. False where it was over.
pub async fn renew(tx: &mut Tx, token: &str, now: Timestamp, lease: Duration) -> Result<bool> {
    let changed = tx
        .execute(
            "UPDATE delivery_turn SET lease_until = $3 WHERE token = $1 AND lease_until > $2",
            params![token, now, after(now, lease)],
        )
        .await?;
    Ok(changed > 0)
}

/// Gives the lanes of a turn back, and says when each is due again: at once where a
/// delivery can go now, else with the earliest that waits.
///
/// On PostgreSQL each lane has a transaction of its own: an act that appends to two
/// lanes would otherwise meet this one in the other order.
pub async fn give_back(db: &Db, turn: &Turn, now: Timestamp) -> Result<()> {
    let at_once = match db.dialect() {
        Dialect::Sqlite => turn.lanes.len(),
        Dialect::Postgres => 1,
    };
    let mut left = turn.lanes.len();
    for lanes in turn.lanes.chunks(at_once) {
        let mut tx = db.begin().await?;
        for lane in lanes {
            give_lane_back(&mut tx, turn, *lane, now).await?;
        }
        left -= lanes.len();
        if left == 0 {
            tx.execute(
                "DELETE FROM delivery_turn WHERE token = $1",
                params![&turn.token],
            )
            .await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

async fn give_lane_back(tx: &mut Tx, turn: &Turn, lane: LaneId, now: Timestamp) -> Result<()> {
    // Locked first, so that nothing is appended between looking and writing.
    let sql = format!(
        "SELECT id FROM lane WHERE id = $1 AND turn = $2{}",
        tx.dialect().for_update()
    );
    let ours = tx
        .optional(sqlx::AssertSqlSafe(sql), params![lane, &turn.token])
        .await?;
    if ours.is_none() {
        return Ok(());
    }
    let due = due::next_due(tx, lane, now).await?;
    tx.execute(
        "UPDATE lane SET turn = '', due_at = $2 WHERE id = $1",
        params![lane, due],
    )
    .await?;
    Ok(())
}

/// Ends every turn: for a database that only this process uses, when it starts.
pub async fn end_all_across_tenants(tx: &mut Tx) -> Result<u64> {
    tx.execute("DELETE FROM delivery_turn", &[]).await
}

fn after(now: Timestamp, by: Duration) -> Timestamp {
    now.checked_add(by).unwrap_or(Timestamp::MAX)
}
