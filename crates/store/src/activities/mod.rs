//! Table `activity`: append-only.

pub mod feed;

use domain::activities::{Activity, Details, NewActivity, Person};
use domain::deliveries::past::Past;
use domain::email::EmailAddress;
use domain::ids::{ActivityId, OrganizationId};
use domain::salesforce::Connection;
use jiff::Timestamp;

use crate::params;
use crate::{Result, Row, Tx, Value};

pub(crate) const COLUMNS: &str = "activity.id, activity.kind, activity.occurred_at, activity.email, \
     activity.first_name, activity.last_name, activity.company, activity.account_id, activity.item, \
     activity.file, activity.note, activity.page, activity.request_id";

/// Appends the activity. Its deliveries are inserted apart.
pub async fn insert(tx: &mut Tx, org: OrganizationId, activity: &Activity) -> Result<()> {
    let what = &activity.what;
    let person = what.person.as_ref();
    tx.execute(
        "INSERT INTO activity (id, org_id, kind, occurred_at, email, first_name, last_name, company,
             account_id, item, file, note, page, request_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        params![
            activity.id,
            org,
            what.kind,
            activity.occurred_at,
            person.map(|person| person.email.clone()),
            person.map_or("", |person| &person.first_name),
            person.map_or("", |person| &person.last_name),
            &what.company,
            what.account,
            what.details.item.clone(),
            what.details.file.clone(),
            what.details.text.clone(),
            what.details.page.clone(),
            activity.request.clone(),
        ],
    )
    .await?;
    Ok(())
}

/// The activity with that id.
pub async fn by_id(tx: &mut Tx, org: OrganizationId, id: ActivityId) -> Result<Option<Activity>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM activity WHERE org_id = $1 AND id = $2"
    ));
    let row = tx.optional(sql, params![org, id]).await?;
    row.as_ref().map(read).transpose()
}

/// Of the kinds `$6` in the time from `$2` to `$3`.
const OF_PAST: &str = "activity.org_id = $1 AND activity.occurred_at >= $2
     AND activity.occurred_at < $3 AND $6 LIKE '%,' || activity.kind || ',%'";

/// Without a delivery over the connection `$4`. One over an earlier connection to the same
/// org `$5` counts, unless it is certain that no Task came of it: it found no match, was
/// refused, or was waiting when that connection was uninstalled. What an Admin cancelled stays
/// cancelled.
const UNSENT: &str = "NOT EXISTS (
     SELECT 1 FROM delivery JOIN connection ON connection.id = delivery.connection_id
     WHERE delivery.activity_id = activity.id AND delivery.org_id = $1
       AND (delivery.connection_id = $4
            OR (substr(connection.sf_org_id, 1, 15) = $5
                AND NOT (delivery.state = 'unmatched'
                    OR (delivery.state = 'parked' AND delivery.error_code NOT IN
                        ('NO_ANSWER', 'SERVER_ERROR', 'WORKER_LOST', 'RESTORED',
                         'TASK_NOT_VISIBLE'))
                    OR (delivery.state = 'cancelled'
                        AND delivery.reason = 'The connection was uninstalled.')
                    OR (delivery.state = 'pending' AND delivery.sent_at IS NULL
                        AND delivery.error_code = '')))))";

/// How many activities there are, and how many of them never went out.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counted {
    /// All of those kinds in that time.
    pub all: i64,
    /// Those that never went out to this Salesforce org.
    pub unsent: i64,
}

/// Counts past activities.
pub async fn count_past(
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

pub(crate) fn read(row: &Row) -> Result<Activity> {
    let email: Option<EmailAddress> = row.get("email")?;
    let (first_name, last_name) = (row.get("first_name")?, row.get("last_name")?);
    Ok(Activity {
        id: row.get("id")?,
        occurred_at: row.get("occurred_at")?,
        request: row.get("request_id")?,
        what: NewActivity {
            kind: row.get("kind")?,
            person: email.map(|email| Person {
                email,
                first_name,
                last_name,
            }),
            company: row.get("company")?,
            account: row.get("account_id")?,
            details: Details {
                item: row.get("item")?,
                file: row.get("file")?,
                text: row.get("note")?,
                page: row.get("page")?,
            },
        },
    })
}
