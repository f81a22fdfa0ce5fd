//! Tables `lane` and `delivery`: queueing past activity that never went out.

use clock::Ambient;
use domain::activities::Activity;
use domain::deliveries::past::delivery_id;
use domain::deliveries::{DeliveryState, RESTORED};
use domain::ids::{ConnectionId, OrganizationId};
use domain::salesforce::Connection;
use jiff::Timestamp;

use crate::db::json_rows;
use crate::deliveries::{bucket_of, next_in_lane, person_of};
use crate::params;
use crate::{Dialect, Result, Tx, Value, Work};

/// How many deliveries of the connection are on their way.
pub async fn open(tx: &mut Tx, org: OrganizationId, connection: ConnectionId) -> Result<i64> {
    tx.one(
        "SELECT COUNT(*) AS n FROM delivery
         WHERE org_id = $1 AND connection_id = $2
           AND state IN ('pending', 'sending', 'waiting', 'uncertain')",
        params![org, connection],
    )
    .await?
    .get("n")
}

/// The lane of an activity's delivery.
pub fn bucket(activity: &Activity) -> i64 {
    bucket_of(activity)
}

/// Appends deliveries of these activities, all of one lane, in their order; those that have
/// one by now are left out. Activities from before `restored` may have gone out since the
/// copy was made that was restored then: the org is asked about them first. Answers how many
/// were appended.
pub async fn queue(
    tx: &mut Tx,
    ambient: &Ambient,
    org: OrganizationId,
    connection: &Connection,
    activities: &[&Activity],
    restored: Option<Timestamp>,
) -> Result<u64> {
    let Some(first) = activities.first() else {
        return Ok(0);
    };
    let now = ambient.now();
    let count = i64::try_from(activities.len()).unwrap_or(i64::MAX);
    let lane = (bucket_of(first), count);
    let (lane, first) = next_in_lane(tx, ambient, org, connection.id, lane, now).await?;
    let rows = activities.iter().zip(first..).map(|(activity, seq)| {
        let is_in_doubt = restored.is_some_and(|restored| activity.occurred_at < restored);
        let (state, created_at) = if is_in_doubt {
            // No Task of it can be older than the activity.
            (DeliveryState::Uncertain, activity.occurred_at)
        } else {
            (DeliveryState::Pending, now)
        };
        [
            Value::from(delivery_id(connection.id, activity)),
            Value::from(activity.id),
            Value::from(seq),
            Value::from(person_of(activity)),
            Value::from(state),
            Value::from(created_at),
        ]
    });
    let sql = match tx.dialect() {
        Dialect::Sqlite => {
            "INSERT INTO delivery (id, org_id, connection_id, activity_id, lane_id, seq, person,
                 state, due_at, attempts, skipped_owners, reason, error_code, error_message,
                 created_at)
             SELECT value ->> 0, $1, $2, value ->> 1, $3, CAST(value ->> 2 AS bigint), value ->> 3,
                 value ->> 4, $4, 0, 0, '',
                 CASE WHEN value ->> 4 = 'uncertain' THEN $6 ELSE '' END, '',
                 CAST(value ->> 5 AS bigint)
             FROM json_each($5) WHERE true ON CONFLICT DO NOTHING"
        }
        Dialect::Postgres => {
            "INSERT INTO delivery (id, org_id, connection_id, activity_id, lane_id, seq, person,
                 state, due_at, attempts, skipped_owners, reason, error_code, error_message,
                 created_at)
             SELECT value ->> 0, $1, $2, value ->> 1, $3, CAST(value ->> 2 AS bigint), value ->> 3,
                 value ->> 4, $4, 0, 0, '',
                 CASE WHEN value ->> 4 = 'uncertain' THEN CAST($6 AS text) ELSE '' END, '',
                 CAST(value ->> 5 AS bigint)
             FROM jsonb_array_elements(CAST($5 AS jsonb)) AS given (value)
             ON CONFLICT DO NOTHING"
        }
    };
    let rows = json_rows::parameter(rows);
    let values = params![org, connection.id, lane, now, rows, RESTORED];
    let appended = tx.execute(sql, values).await?;
    if appended > 0 {
        tx.notify_on_commit(Work::Deliveries);
    }
    Ok(appended)
}
