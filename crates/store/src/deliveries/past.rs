//! Tables `activity` and `delivery`: activities that never went out, and queueing them after
//! all.

use clock::Ambient;
use domain::activities::Activity;
use domain::deliveries::past::{Past, delivery_id};
use domain::deliveries::{DeliveryState, RESTORED};
use domain::ids::{ActivityId, OrganizationId};
use domain::salesforce::Connection;
use jiff::Timestamp;

use crate::activities::{COLUMNS, read};
use crate::db::json_rows::{self, Cells};
use crate::deliveries::{bucket_of, next_in_lane, person_of};
use crate::params;
use crate::{Result, Tx, Value, Work};

/// Of the kinds `$6` in the time from `$2` to `$3`.
const OF_PAST: &str = "activity.org_id = $1 AND activity.occurred_at >= $2
     AND activity.occurred_at < $3 AND $6 LIKE '%,' || activity.kind || ',%'";

/// Without a delivery over the connection `$4`. One over an earlier connection to the same
/// org `$5` counts, unless it is certain that no Task came of it: it found no match, was
/// refused, or was cancelled before it was handed over.
const UNSENT: &str = "NOT EXISTS (
     SELECT 1 FROM delivery JOIN connection ON connection.id = delivery.connection_id
     WHERE delivery.activity_id = activity.id AND delivery.org_id = $1
       AND (delivery.connection_id = $4
            OR (substr(connection.sf_org_id, 1, 15) = $5
                AND NOT (delivery.state = 'unmatched'
                    OR (delivery.state = 'parked' AND delivery.error_code NOT IN
                        ('NO_ANSWER', 'SERVER_ERROR', 'WORKER_LOST', 'RESTORED',
                         'TASK_NOT_VISIBLE'))
                    OR (delivery.state = 'cancelled' AND delivery.sent_at IS NULL
                        AND delivery.error_code = '')))))";

/// How many activities there are, and how many of them never went out.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counted {
    /// All of those kinds in that time.
    pub all: i64,
    /// Those that never went out to this Salesforce org.
    pub unsent: i64,
}

/// Counts.
pub async fn count(
    tx: &mut Tx,
    org: OrganizationId,
    connection: &Connection,
    past: &Past,
) -> Result<Counted> {
    let sql = format!(
        "SELECT COUNT(*) AS n,
             CAST(COALESCE(SUM(CASE WHEN {UNSENT} THEN 1 ELSE 0 END), 0) AS BIGINT) AS unsent
         FROM activity WHERE {OF_PAST}"
    );
    let values = values(org, connection, past);
    let row = tx.one(sqlx::AssertSqlSafe(sql), &values).await?;
    Ok(Counted {
        all: row.get("n")?,
        unsent: row.get("unsent")?,
    })
}

/// Those that never went out, in the order in which they happened, after that one.
pub async fn unsent(
    tx: &mut Tx,
    org: OrganizationId,
    connection: &Connection,
    past: &Past,
    after: Option<(Timestamp, ActivityId)>,
    limit: usize,
) -> Result<Vec<Activity>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM activity
         WHERE {OF_PAST} AND (activity.occurred_at, activity.id) > ($7, $8) AND {UNSENT}
         ORDER BY activity.occurred_at, activity.id LIMIT $9"
    );
    let mut values = values(org, connection, past);
    values.extend(match after {
        Some((at, id)) => [Value::from(at), Value::from(id)],
        None => [Value::from(past.since), Value::from("")],
    });
    values.push(Value::from(i64::try_from(limit).unwrap_or(i64::MAX)));
    let rows = tx.all(sqlx::AssertSqlSafe(sql), &values).await?;
    rows.iter().map(read).collect()
}

fn values(org: OrganizationId, connection: &Connection, past: &Past) -> Vec<Value> {
    let sf_org = connection.sf_org_id.as_str();
    vec![
        Value::from(org),
        Value::from(past.since),
        Value::from(past.until),
        Value::from(connection.id),
        // Ids of 15 and of 18 characters name the same Salesforce org.
        Value::from(sf_org.get(..15).unwrap_or(sf_org)),
        Value::from(format!(",{},", past.kind_keys())),
    ]
}

/// The lane of an activity's delivery.
pub fn bucket(activity: &Activity) -> i64 {
    bucket_of(activity)
}

const QUEUED: [(&str, Cells); 6] = [
    ("id", Cells::Text),
    ("activity_id", Cells::Text),
    ("seq", Cells::Int),
    ("person", Cells::Text),
    ("state", Cells::Text),
    ("created_at", Cells::Int),
];

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
    let queued = json_rows::table(tx.dialect(), "queued", 5, &QUEUED);
    let sql = format!(
        "WITH {queued}
         INSERT INTO delivery (id, org_id, connection_id, activity_id, lane_id, seq, person, state,
             due_at, attempts, skipped_owners, reason, error_code, error_message, created_at)
         SELECT id, $1, $2, activity_id, $3, seq, person, state, $4, 0, 0, '',
             CASE WHEN state = 'uncertain' THEN '{RESTORED}' ELSE '' END, '', created_at
         FROM queued WHERE true ON CONFLICT DO NOTHING"
    );
    let values = params![org, connection.id, lane, now, json_rows::parameter(rows)];
    let appended = tx.execute(sqlx::AssertSqlSafe(sql), values).await?;
    if appended > 0 {
        tx.notify_on_commit(Work::Deliveries);
    }
    Ok(appended)
}
