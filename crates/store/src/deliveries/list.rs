//! Table `delivery`, as people look at it: lists, counts, and the hours behind
//! the pictures.

use domain::activities::{Activity, ActivityKind};
use domain::deliveries::DeliveryState;
use domain::ids::{ActivityId, ConnectionId, DeliveryId, OrganizationId};
use domain::matching::candidates::RecordId;
use domain::salesforce::ConnectionState;
use jiff::Timestamp;

use crate::db::like;
use crate::params;
use crate::{Result, Row, Tx, Value, activities};

/// A delivery with its activity, and where in Salesforce to look.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeliveryView {
    /// The delivery's id; of two, the greater one's activity happened later.
    pub id: DeliveryId,
    /// The activity that is delivered.
    pub activity: Activity,
    /// How far it is.
    pub state: DeliveryState,
    /// When it was recorded to be sent.
    pub created_at: Timestamp,
    /// When it was last handed to Salesforce, by our clock; `None` where it never was.
    pub sent_at: Option<Timestamp>,
    /// When it is tried again, while it waits.
    pub due_at: Timestamp,
    /// How often it was tried again, for whichever cause.
    pub attempts: i64,
    /// The Contact or Lead.
    pub who: Option<RecordId>,
    /// The Account.
    pub what: Option<RecordId>,
    /// The owner that the Task was given; `None` where that is the connected user, where
    /// the Task was found after its answer was lost, and where there is none.
    pub owner: Option<RecordId>,
    /// The Task, once it is written.
    pub task: Option<RecordId>,
    /// Why it matched as it did, or why nothing did.
    pub reason: String,
    /// The code of its last error; empty where there was none.
    pub error_code: String,
    /// What Salesforce or the network said; empty where there was no error.
    pub error_message: String,
    /// When it was delivered, parked, cancelled or found to match nothing; `None` while it
    /// is open, except where a restore has opened it again.
    pub settled_at: Option<Timestamp>,
    /// The org's address, which every record's address begins with.
    pub instance_url: String,
    /// Whether its connection sends at all, and what holds it up.
    pub connection: ConnectionState,
    /// Before this time its connection sends nothing. It lies in the past where a hold has
    /// run out, and is 1970 where there was none or it was ended.
    pub hold_until: Timestamp,
    /// Why the connection is held, as [`domain::salesforce::Connection::hold_reason`].
    pub hold_reason: String,
}

/// API calls made and Tasks written in the hour that begins then.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hour {
    /// The beginning of the hour (UTC).
    pub begins: Timestamp,
    /// API calls that Gatehouse made.
    pub calls: i64,
    /// Tasks that were written.
    pub tasks: i64,
}

fn select(condition: &str) -> String {
    format!(
        "SELECT delivery.id AS delivery_id, delivery.state AS state, delivery.due_at AS due_at,
             delivery.created_at AS delivery_created_at, delivery.sent_at AS sent_at,
             delivery.attempts AS attempts, delivery.who_id AS who_id, delivery.what_id AS what_id,
             delivery.owner_id AS owner_id, delivery.task_id AS task_id,
             delivery.reason AS reason, delivery.error_code AS error_code,
             delivery.error_message AS error_message, delivery.settled_at AS settled_at,
             connection.instance_url AS instance_url, connection.state AS connection_state,
             connection.hold_until AS hold_until, connection.hold_reason AS hold_reason, {}
         FROM delivery JOIN activity ON activity.id = delivery.activity_id
             JOIN connection ON connection.id = delivery.connection_id
         WHERE delivery.org_id = $1 AND {condition}",
        activities::COLUMNS
    )
}

/// How many deliveries of the connection are in each state.
pub async fn counts(
    tx: &mut Tx,
    org: OrganizationId,
    connection: ConnectionId,
) -> Result<Vec<(DeliveryState, i64)>> {
    tx.all(
        "SELECT delivery.state AS state, COUNT(*) AS n FROM delivery
         WHERE connection_id = $2
           AND connection_id IN (SELECT id FROM connection WHERE org_id = $1)
         GROUP BY delivery.state",
        params![org, connection],
    )
    .await?
    .iter()
    .map(|row| Ok((row.get("state")?, row.get("n")?)))
    .collect()
}

/// Which deliveries are listed; what is empty or `None` leaves none out.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Filter {
    /// Only those in this state.
    pub state: Option<DeliveryState>,
    /// Only activities of this kind.
    pub kind: Option<ActivityKind>,
    /// Only those whose last error has this code.
    pub cause: String,
    /// Part of an address, a name or a company.
    pub search: String,
    /// Only those whose activity happened then or later, to the millisecond.
    pub since: Option<Timestamp>,
    /// Only those older than this one.
    pub before: Option<DeliveryId>,
}

/// The newest deliveries of the connection that the filter lets through.
pub async fn page(
    tx: &mut Tx,
    org: OrganizationId,
    connection: ConnectionId,
    filter: &Filter,
    limit: usize,
) -> Result<Vec<DeliveryView>> {
    // State by state, because that is how the index is sorted.
    let states = filter
        .state
        .map_or_else(|| DeliveryState::ALL.to_vec(), |state| vec![state]);
    let mut found = Vec::new();
    for state in states {
        let (condition, values) = conditions(org, connection, state, filter, limit);
        let sql = sqlx::AssertSqlSafe(select(&condition));
        for row in &tx.all(sql, &values).await? {
            found.push(read(row)?);
        }
    }
    found.sort_by_key(|view| std::cmp::Reverse(view.id));
    found.truncate(limit);
    Ok(found)
}

/// What follows `WHERE delivery.org_id = $1 AND`, with all values.
fn conditions(
    org: OrganizationId,
    connection: ConnectionId,
    state: DeliveryState,
    filter: &Filter,
    limit: usize,
) -> (String, Vec<Value>) {
    let mut values = vec![Value::from(org), connection.into(), state.into()];
    let mut conditions = vec!["delivery.connection_id = $2 AND delivery.state = $3".to_owned()];
    let mut mark = |value: Value| {
        values.push(value);
        format!("${}", values.len())
    };
    if let Some(kind) = filter.kind {
        conditions.push(format!("activity.kind = {}", mark(kind.into())));
    }
    if !filter.cause.is_empty() {
        let cause = mark(filter.cause.as_str().into());
        conditions.push(format!("delivery.error_code = {cause}"));
    }
    if !filter.search.trim().is_empty() {
        let like = mark(like::containing(&filter.search).into());
        let fields = [
            "activity.email",
            "activity.company",
            "activity.first_name || ' ' || activity.last_name",
        ];
        conditions.push(like::any_of(&fields, &like));
    }
    if let Some(since) = filter.since {
        conditions.push(format!(
            "delivery.id >= {}",
            mark(DeliveryId::first_of(since).into())
        ));
    }
    if let Some(before) = filter.before {
        conditions.push(format!("delivery.id < {}", mark(before.into())));
    }
    let limit = mark(i64::try_from(limit).unwrap_or(i64::MAX).into());
    let condition = format!(
        "{} ORDER BY delivery.id DESC LIMIT {limit}",
        conditions.join(" AND ")
    );
    (condition, values)
}

/// Why deliveries are in a state, and how many for each reason.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cause {
    /// The code of their last error.
    pub code: String,
    /// What Salesforce said about one of them.
    pub message: String,
    /// How many there are.
    pub count: i64,
}

/// The errors of the deliveries in that state, the most frequent first, `limit` of them.
pub async fn causes(
    tx: &mut Tx,
    org: OrganizationId,
    connection: ConnectionId,
    state: DeliveryState,
    limit: i64,
) -> Result<Vec<Cause>> {
    tx.all(
        "SELECT error_code, MAX(error_message) AS error_message, COUNT(*) AS n FROM delivery
         WHERE org_id = $1 AND connection_id = $2 AND state = $3 AND error_code <> ''
         GROUP BY error_code ORDER BY n DESC, error_code LIMIT $4",
        params![org, connection, state, limit],
    )
    .await?
    .iter()
    .map(|row| {
        Ok(Cause {
            code: row.get("error_code")?,
            message: row.get("error_message")?,
            count: row.get("n")?,
        })
    })
    .collect()
}

/// The delivery with that id.
pub async fn by_id(
    tx: &mut Tx,
    org: OrganizationId,
    id: DeliveryId,
) -> Result<Option<DeliveryView>> {
    let sql = sqlx::AssertSqlSafe(select("delivery.id = $2"));
    let row = tx.optional(sql, params![org, id]).await?;
    row.as_ref().map(read).transpose()
}

/// The deliveries of these activities, newest connection first.
pub async fn of_activities(
    tx: &mut Tx,
    org: OrganizationId,
    activities: &[ActivityId],
) -> Result<Vec<DeliveryView>> {
    if activities.is_empty() {
        return Ok(Vec::new());
    }
    let marks: Vec<_> = (2..=activities.len() + 1)
        .map(|n| format!("${n}"))
        .collect();
    let condition = format!(
        "delivery.activity_id IN ({})
         ORDER BY connection.created_at DESC, delivery.created_at DESC, delivery.id DESC",
        marks.join(", ")
    );
    let mut values = vec![Value::from(org)];
    values.extend(activities.iter().map(Value::from));
    let rows = tx
        .all(sqlx::AssertSqlSafe(select(&condition)), &values)
        .await?;
    rows.iter().map(read).collect()
}

/// What was done in each hour since then, oldest first; idle hours are absent.
pub async fn hours(
    tx: &mut Tx,
    org: OrganizationId,
    connection: ConnectionId,
    since: Timestamp,
) -> Result<Vec<Hour>> {
    tx.all(
        "SELECT hour, calls, tasks FROM api_usage
         WHERE connection_id IN (SELECT id FROM connection WHERE org_id = $1 AND id = $2)
           AND hour >= $3
         ORDER BY hour",
        params![org, connection, since],
    )
    .await?
    .iter()
    .map(|row| {
        Ok(Hour {
            begins: row.get("hour")?,
            calls: row.get("calls")?,
            tasks: row.get("tasks")?,
        })
    })
    .collect()
}

fn read(row: &Row) -> Result<DeliveryView> {
    Ok(DeliveryView {
        id: row.get("delivery_id")?,
        activity: activities::read(row)?,
        state: row.get("state")?,
        created_at: row.get("delivery_created_at")?,
        sent_at: row.get("sent_at")?,
        due_at: row.get("due_at")?,
        attempts: row.get("attempts")?,
        who: row.get("who_id")?,
        what: row.get("what_id")?,
        owner: row.get("owner_id")?,
        task: row.get("task_id")?,
        reason: row.get("reason")?,
        error_code: row.get("error_code")?,
        error_message: row.get("error_message")?,
        settled_at: row.get("settled_at")?,
        instance_url: row.get("instance_url")?,
        connection: row.get("connection_state")?,
        hold_until: row.get("hold_until")?,
        hold_reason: row.get("hold_reason")?,
    })
}
