//! Table `activity`: append-only.

pub mod feed;

use domain::activities::{Activity, Details, NewActivity, Person};
use domain::email::EmailAddress;
use domain::ids::{ActivityId, OrganizationId};

use crate::params;
use crate::{Result, Row, Tx};

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
