//! What is read of an org on connecting, every night, after errors and when an Admin asks:
//! its profile, what the connected user may do, and what may refuse or change new records.

mod changes;
mod findings;
mod known;
mod required;

use clock::Ambient;
use domain::deliveries::task::{KEY_LENGTH, REFERENCE_FIELD};
use domain::ids::{ConnectionId, OrganizationId};
use domain::matching::candidates::RecordId;
use domain::salesforce::Connection;
use jiff::Timestamp;
use salesforce::org::OrgProfile;
use salesforce::org_setup::OrgSetup;
use salesforce::preflight::{Check, Preflight};
use salesforce::reference_fields::ReferenceFields;
use salesforce::{Answer, CallError, Client, Session};
use serde::{Deserialize, Serialize};
use store::Tx;
use store::salesforce::org_checks::{OrgChange, OrgCheck};
use tracing::instrument;

use super::json;
use super::mapping::{MappedField, MappedObject, Mapping, still_fits};

pub use findings::{Finding, Level, findings, what_stops};
pub use required::{OwnFields, unfilled};

/// What was read of an org.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OrgReading {
    pub profile: OrgProfile,
    pub preflight: Preflight,
    pub reference_fields: ReferenceFields,
    pub setup: OrgSetup,
    /// Further fields that an Admin has filled in and that the org doesn't take anymore, such as
    /// `Lead.Region__c`.
    #[serde(default)]
    pub unwritable: Vec<String>,
}

/// Reads all of it, in about twelve calls, and one more for each object of the further fields
/// that are filled in.
///
/// # Errors
/// The session has ended, or the org can't be asked. That it doesn't tell its rules and
/// limits is none.
pub async fn read_org(
    client: &Client,
    session: &Session,
    user: &RecordId,
    mapped: &[MappedField],
) -> Result<Answer<OrgReading>, CallError> {
    let mut cost = Answer::free(());
    let profile = cost.take(client.org_profile(session).await?);
    let preflight = cost.take(client.preflight(session, user).await?);
    let fields = client.reference_fields(session, REFERENCE_FIELD, KEY_LENGTH);
    let reference_fields = cost.take(fields.await?);
    let setup = cost.take(client.org_setup(session).await?);
    let unwritable = cost.take(unwritable(client, session, mapped).await?);
    Ok(cost.map(|()| OrgReading {
        profile,
        preflight,
        reference_fields,
        setup,
        unwritable,
    }))
}

/// Those of the fields that a new record can't have.
#[instrument(name = "salesforce.org_check.unwritable", skip_all)]
async fn unwritable(
    client: &Client,
    session: &Session,
    mapped: &[MappedField],
) -> Result<Answer<Vec<String>>, CallError> {
    let mut answer = Answer::free(Vec::new());
    for object in MappedObject::ALL {
        let fields: Vec<_> = mapped.iter().filter(|one| one.object == object).collect();
        if fields.is_empty() {
            continue;
        }
        let found = client.writable_fields(session, object.name()).await?;
        let found = answer.take(found);
        let gone = fields.iter().filter(|one| !still_fits(one, &found));
        let names = gone.map(|one| one.full_name());
        answer.value.extend(names);
    }
    Ok(answer)
}

/// Keeps what was read, and answers what is another than before, which is kept, too. The
/// caller holds the connection's row; `began` is when reading began.
///
/// # Errors
/// The database.
#[instrument(name = "salesforce.org_check.keep", skip_all, fields(%org, connection = %connection.id))]
pub async fn keep_reading(
    tx: &mut Tx,
    ambient: &Ambient,
    org: OrganizationId,
    connection: &Connection,
    reading: &OrgReading,
    began: Timestamp,
) -> store::Result<Vec<OrgChange>> {
    let (id, now) = (connection.id, ambient.now());
    let before = store::salesforce::org_checks::latest(tx, org, id).await?;
    let before = reading_of(before.as_ref());
    let changes = before.as_ref().map_or_else(Vec::new, |before| {
        changes::between(before, reading, connection, now)
    });
    store::salesforce::org_checks::insert_changes(tx, ambient, org, id, &changes).await?;
    let known = known::merged(before, reading.clone());
    keep_first(tx, org, id, &known, (began, now)).await?;
    let fields = json(&reading.reference_fields);
    store::salesforce::sending::save_reference_fields(tx, org, id, &fields).await?;
    let (profile, preflight) = (json(&reading.profile), json(&reading.preflight));
    let save = store::salesforce::connections::save_findings;
    save(tx, org, id, &profile, &preflight, now).await?;
    leave_out(tx, org, connection, &reading.unwritable).await?;
    Ok(changes)
}

/// Further fields that the org doesn't take are left out from now on, because Salesforce would
/// refuse every record with them; those that it takes again are filled in again.
#[instrument(name = "salesforce.org_check.leave_out", skip_all, fields(%org))]
async fn leave_out(
    tx: &mut Tx,
    org: OrganizationId,
    connection: &Connection,
    unwritable: &[String],
) -> store::Result<()> {
    let before = Mapping::of(connection);
    let mut mapping = before.clone();
    for field in &mut mapping.fields {
        field.is_gone = unwritable.contains(&field.full_name());
    }
    if mapping == before {
        return Ok(());
    }
    let json = json(&mapping);
    store::salesforce::connections::save_mapping(tx, org, connection.id, &json).await
}

/// Keeps what was read without comparing it: after a login, which may be another user's.
/// `times` are when reading began and when it ended.
///
/// # Errors
/// The database.
#[instrument(name = "salesforce.org_check.keep_first", skip_all, fields(%org, %connection))]
pub(super) async fn keep_first(
    tx: &mut Tx,
    org: OrganizationId,
    connection: ConnectionId,
    reading: &OrgReading,
    (began, at): (Timestamp, Timestamp),
) -> store::Result<()> {
    let check = OrgCheck {
        at,
        reading: json(reading),
    };
    store::salesforce::org_checks::save(tx, org, connection, &check, began).await
}

/// What was read last; `None` before the first time.
pub fn reading_of(check: Option<&OrgCheck>) -> Option<OrgReading> {
    serde_json::from_str(&check?.reading).ok()
}

/// The permission's name on Salesforce's pages, such as `Create Task.Status`.
pub fn permission_name(check: &Check) -> String {
    let need = check.need.title();
    match &check.field {
        Some(field) => format!("{need} {}.{field}", check.object),
        None => format!("{need} {}", check.object),
    }
}
