//! What is read of an org on connecting, every night, after errors and when an Admin asks:
//! its profile, what the connected user may do, and what may refuse or change new records.

mod changes;
mod findings;
mod required;

use clock::Ambient;
use domain::deliveries::task::{KEY_LENGTH, REFERENCE_FIELD};
use domain::ids::OrganizationId;
use domain::matching::candidates::RecordId;
use domain::salesforce::Connection;
use salesforce::org::OrgProfile;
use salesforce::org_setup::OrgSetup;
use salesforce::preflight::{Check, Preflight};
use salesforce::reference_fields::ReferenceFields;
use salesforce::{Answer, CallError, Client, Session};
use store::Tx;
use store::salesforce::org_checks::{OrgChange, OrgCheck};
use tracing::instrument;

use super::json;

pub use findings::{Finding, Level, findings, what_stops};
pub use required::{own_fields, unfilled};

/// What was read of an org.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OrgReading {
    pub profile: OrgProfile,
    pub preflight: Preflight,
    pub reference_fields: ReferenceFields,
    pub setup: OrgSetup,
}

/// Reads all of it, in about twelve calls.
///
/// # Errors
/// The session has ended, or the org can't be asked. That it doesn't tell its rules and
/// limits is none.
pub async fn read_org(
    client: &Client,
    session: &Session,
    user: &RecordId,
) -> Result<Answer<OrgReading>, CallError> {
    let mut cost = Answer::free(());
    let profile = cost.take(client.org_profile(session).await?);
    let preflight = cost.take(client.preflight(session, user).await?);
    let fields = client.reference_fields(session, REFERENCE_FIELD, KEY_LENGTH);
    let reference_fields = cost.take(fields.await?);
    let setup = cost.take(client.org_setup(session).await?);
    Ok(cost.map(|()| OrgReading {
        profile,
        preflight,
        reference_fields,
        setup,
    }))
}

/// Keeps what was read, and answers what is another than before, which is kept, too. Whoever
/// calls it holds the connection's row.
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
) -> store::Result<Vec<OrgChange>> {
    let (id, now) = (connection.id, ambient.now());
    let before = store::salesforce::org_checks::latest(tx, org, id).await?;
    let changes = changes::between(connection, before.as_ref(), reading, now);
    store::salesforce::org_checks::insert_changes(tx, ambient, org, id, &changes).await?;
    keep_setup(tx, org, connection, &reading.setup, ambient).await?;
    let fields = json(&reading.reference_fields);
    store::salesforce::sending::save_reference_fields(tx, org, id, &fields).await?;
    let (profile, preflight) = (json(&reading.profile), json(&reading.preflight));
    let save = store::salesforce::connections::save_findings;
    save(tx, org, id, &profile, &preflight, now).await?;
    Ok(changes)
}

/// Keeps rules and limits alone: after a login, of whose org nothing was known.
///
/// # Errors
/// The database.
#[instrument(name = "salesforce.org_check.keep_setup", skip_all, fields(%org))]
pub(super) async fn keep_setup(
    tx: &mut Tx,
    org: OrganizationId,
    connection: &Connection,
    setup: &OrgSetup,
    ambient: &Ambient,
) -> store::Result<()> {
    let check = OrgCheck {
        at: ambient.now(),
        setup: json(setup),
    };
    store::salesforce::org_checks::save(tx, org, connection.id, &check).await
}

/// Rules and limits as they were read last; `None` before the first time.
pub fn setup_of(check: Option<&OrgCheck>) -> Option<OrgSetup> {
    serde_json::from_str(&check?.setup).ok()
}

/// The permission's name on Salesforce's pages, such as `Create Task.Status`.
pub fn permission_name(check: &Check) -> String {
    let need = check.need.title();
    match &check.field {
        Some(field) => format!("{need} {}.{field}", check.object),
        None => format!("{need} {}", check.object),
    }
}
