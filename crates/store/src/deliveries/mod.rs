//! Tables `lane` and `delivery`: putting an activity on its way.

pub mod actions;
pub mod backfills;
pub mod dry_run_lines;
pub mod dry_runs;
pub mod due;
pub mod journal;
pub mod list;
pub mod match_cache;
pub mod past;
pub mod restore;
pub mod task_audits;
pub mod turns;
pub mod unmatched;

use clock::Ambient;
use domain::activities::Activity;
use domain::deliveries::{DeliveryState, lane_of};
use domain::ids::{ConnectionId, DeliveryId, LaneId, OrganizationId};
use domain::organizations::Plan;
use jiff::Timestamp;

use crate::params;
use crate::{Result, Tx, Work};

/// Appends a delivery of this activity for the organization's connection, if
/// there is one, the plan includes it, and the kind's switch is on. Answers whether it did.
///
/// The lane's row is locked until commit, so that a lane's order is the order
/// of commits.
pub async fn enqueue(
    tx: &mut Tx,
    ambient: &Ambient,
    org: OrganizationId,
    activity: &Activity,
) -> Result<bool> {
    let live = tx
        .optional(
            "SELECT connection.id AS id FROM connection
             JOIN activity_switch ON activity_switch.connection_id = connection.id
             JOIN organization ON organization.id = connection.org_id
             WHERE connection.org_id = $1 AND connection.state <> 'uninstalled'
               AND activity_switch.kind = $2 AND organization.plan = $3",
            params![org, activity.what.kind, Plan::Enterprise],
        )
        .await?;
    let Some(connection) = live.map(|row| row.get::<ConnectionId>("id")).transpose()? else {
        return Ok(false);
    };
    let now = ambient.now();
    let bucket = bucket_of(activity);
    let (lane, seq) = next_in_lane(tx, ambient, org, connection, (bucket, 1), now).await?;
    tx.execute(
        "INSERT INTO delivery (id, org_id, connection_id, activity_id, lane_id, seq, person, state,
             due_at, attempts, skipped_owners, reason, error_code, error_message, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 0, '', '', '', $9)",
        params![
            ambient.id(DeliveryId::from_uuid),
            org,
            connection,
            activity.id,
            lane,
            seq,
            person_of(activity),
            DeliveryState::Pending,
            now,
        ],
    )
    .await?;
    tx.notify_on_commit(Work::Deliveries);
    Ok(true)
}

/// Whose deliveries are sent one after the other.
fn person_of(activity: &Activity) -> &str {
    let person = activity.what.person.as_ref();
    person.map_or(&activity.what.company, |person| person.email.as_str())
}

/// Which of the connection's lanes it belongs to.
fn bucket_of(activity: &Activity) -> i64 {
    let person = activity.what.person.as_ref();
    lane_of(person.map_or(&activity.what.company, |person| person.email.company_key()))
}

/// Takes the lane's next numbers, as many as are asked for, making the lane on its first
/// use. Answers the first of them.
async fn next_in_lane(
    tx: &mut Tx,
    ambient: &Ambient,
    org: OrganizationId,
    connection: ConnectionId,
    (bucket, count): (i64, i64),
    now: Timestamp,
) -> Result<(LaneId, i64)> {
    let row = tx
        .one(
            "INSERT INTO lane (id, connection_id, org_id, bucket, next_seq, due_at, served_at)
             VALUES ($1, $2, $3, $4, $6, $5, 0)
             ON CONFLICT (connection_id, bucket) DO UPDATE
             SET next_seq = lane.next_seq + $6,
                 due_at = CASE WHEN lane.due_at < $5 THEN lane.due_at ELSE $5 END
             RETURNING id, next_seq",
            params![
                ambient.id(LaneId::from_uuid),
                connection,
                org,
                bucket,
                now,
                count
            ],
        )
        .await?;
    let last: i64 = row.get("next_seq")?;
    Ok((row.get("id")?, last - count + 1))
}
