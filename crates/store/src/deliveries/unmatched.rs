//! Table `delivery`: what found no match, by person and company, and sending it after an
//! Admin has decided about a company.

use domain::deliveries::outcome::LINKED_ACCOUNT_GONE;
use domain::deliveries::unmatched::{CreatePerson, UnmatchedPerson};
use domain::email::EmailAddress;
use domain::ids::{ConnectionId, DeliveryId, OrganizationId};
use domain::matching::company_link::CompanyKey;
use domain::names::name_key;
use jiff::Timestamp;

use crate::db::{json_rows, like};
use crate::deliveries::actions::{from_the_beginning, wake_lanes};
use crate::params;
use crate::{Dialect, Result, Row, Tx};

/// The people whose activities wait for a match or for another link, each under each name
/// of a company, the latest first. Only `limit` of them are looked at, those of that
/// company's domain where one is given, and the ones of other companies left out then.
pub async fn people(
    tx: &mut Tx,
    org: OrganizationId,
    connection: ConnectionId,
    company: Option<&CompanyKey>,
    limit: i64,
) -> Result<Vec<UnmatchedPerson>> {
    let origin = company.map_or("", |key| key.origin.as_str());
    let of_domain = company.and_then(CompanyKey::domain);
    let of_domain = of_domain.map_or_else(String::new, |name| like::ending(&format!("@{name}")));
    let values = params![
        org,
        connection,
        LINKED_ACCOUNT_GONE,
        limit,
        company.is_none(),
        origin,
        of_domain
    ];
    let rows = tx
        .all(
            "SELECT activity.email AS email, activity.company AS company,
                 MAX(activity.first_name || ' ' || activity.last_name) AS name,
                 COUNT(*) AS activities,
                 CAST(SUM(CASE WHEN delivery.state = 'parked' THEN 1 ELSE 0 END) AS BIGINT)
                     AS broken,
                 MAX(activity.occurred_at) AS latest
             FROM delivery JOIN activity ON activity.id = delivery.activity_id
             WHERE delivery.org_id = $1 AND delivery.connection_id = $2
                 AND delivery.state IN ('unmatched', 'parked')
                 AND (delivery.state = 'unmatched' OR delivery.error_code = $3)
                 AND ($5 = 1 OR COALESCE(activity.email, '') = $6
                      OR activity.email LIKE $7 ESCAPE '\\')
             GROUP BY activity.email, activity.company
             ORDER BY latest DESC LIMIT $4",
            values,
        )
        .await?;
    let mut people = rows.iter().map(read).collect::<Result<Vec<_>>>()?;
    // Names are compared here as everywhere, which a database can't.
    people.retain(|person| company.is_none_or(|key| person.company_key() == *key));
    Ok(people)
}

/// Sends what waits of these people from the beginning, in its order. With `create`, whoever
/// still isn't found may be created, whatever the connection's options are. Answers how many.
pub async fn send(
    tx: &mut Tx,
    org: OrganizationId,
    connection: ConnectionId,
    people: &[UnmatchedPerson],
    create: Option<CreatePerson>,
    now: Timestamp,
) -> Result<u64> {
    let whose = people.iter().map(|person| {
        let email = person.email.as_ref().map_or("", EmailAddress::as_str);
        format!("{email} {}", person.company)
    });
    let is_theirs = match tx.dialect() {
        Dialect::Sqlite => "IN (SELECT value FROM json_each($5))",
        Dialect::Postgres => "IN (SELECT jsonb_array_elements_text(CAST($5 AS jsonb)))",
    };
    let sql = format!(
        "UPDATE delivery SET {}, create_person = $6
         WHERE org_id = $1 AND connection_id = $2 AND state IN ('unmatched', 'parked')
             AND (state = 'unmatched' OR error_code = $3)
             AND EXISTS (SELECT 1 FROM activity WHERE activity.id = delivery.activity_id
                 AND COALESCE(activity.email, '') || ' ' || activity.company {is_theirs})
             AND connection_id IN (SELECT id FROM connection WHERE state <> 'uninstalled')",
        from_the_beginning("$4"),
    );
    let values = params![
        org,
        connection,
        LINKED_ACCOUNT_GONE,
        now,
        json_rows::texts(whose),
        create.map_or("", CreatePerson::key)
    ];
    let changed = tx.execute(sqlx::AssertSqlSafe(sql), values).await?;
    if changed > 0 {
        wake_lanes(tx, org, connection, now).await?;
    }
    Ok(changed)
}

/// Takes back that people may be created for what of this company hasn't been settled.
pub async fn forget_creation(
    tx: &mut Tx,
    org: OrganizationId,
    connection: ConnectionId,
    key: &CompanyKey,
) -> Result<()> {
    let rows = tx
        .all(
            "SELECT delivery.id AS id, activity.email AS email, activity.company AS company
             FROM delivery JOIN activity ON activity.id = delivery.activity_id
             WHERE delivery.org_id = $1 AND delivery.connection_id = $2
                 AND delivery.state IN ('pending', 'sending', 'waiting', 'uncertain', 'parked')
                 AND delivery.create_person <> ''",
            params![org, connection],
        )
        .await?;
    for row in &rows {
        let email = row.get::<Option<String>>("email")?;
        let email = email.map(EmailAddress::from_stored);
        let origin = email.as_ref().map_or("", EmailAddress::company_key);
        let is_of = origin == key.origin && name_key(&row.get::<String>("company")?) == key.name;
        if is_of {
            let id: DeliveryId = row.get("id")?;
            tx.execute(
                "UPDATE delivery SET create_person = '' WHERE org_id = $1 AND id = $2",
                params![org, id],
            )
            .await?;
        }
    }
    Ok(())
}

fn read(row: &Row) -> Result<UnmatchedPerson> {
    Ok(UnmatchedPerson {
        email: row
            .get::<Option<String>>("email")?
            .map(EmailAddress::from_stored),
        name: row.get::<String>("name")?.trim().to_owned(),
        company: row.get("company")?,
        activities: row.get("activities")?,
        broken: row.get("broken")?,
        latest: row.get("latest")?,
    })
}
