//! What Salesforce would refuse, or leave out, of what a dry run has found: as far as
//! permissions and the descriptions of objects tell.

use salesforce::preflight::{Need, Preflight};

use super::super::org_session::OrgSession;
use super::super::stop::Stop;
use super::lines::Lines;
use crate::salesforce_connection::{OwnFields, permission_name, reading_of, turns_off, unfilled};

/// A sentence for each.
pub(super) async fn find(session: &mut OrgSession<'_>, lines: &Lines) -> Result<Vec<String>, Stop> {
    let mut objects = Vec::new();
    if lines.writes_tasks() {
        objects.push("Task");
    }
    if lines.creates_contacts() {
        objects.push("Contact");
    }
    if lines.creates_leads() {
        objects.push("Lead");
    }
    let mut problems = missing(&session.connection.preflight, &objects);
    let asked = objects.as_slice();
    let required = session
        .read(|client, session| async move { client.required_fields(&session, asked).await })
        .await;
    let required = match required {
        Ok(required) => required,
        Err(Stop::Store(error)) => return Err(Stop::Store(error)),
        Err(stop) => {
            tracing::info!(?stop, "required fields are not known");
            problems.push(
                "Salesforce didn’t say which fields it requires, so some records may be refused."
                    .to_owned(),
            );
            Vec::new()
        }
    };
    problems.extend(validation_rules(session, &objects).await?);
    let own = OwnFields::of(&session.connection);
    let unfilled = required.iter().filter(|field| unfilled(field, &own));
    problems.extend(unfilled.map(|field| {
        format!(
            "{}: your org requires “{}” ({}), and Gatehouse leaves it empty. Give it a default \
             in Salesforce, or fill it in under Matching → Further fields; every new {} is refused \
             without.",
            field.object, field.label, field.name, field.object
        )
    }));
    Ok(problems)
}

/// Rules that may refuse some of what would be written, as far as the last look at the org
/// could see them.
async fn validation_rules(
    session: &OrgSession<'_>,
    written: &[&str],
) -> store::Result<Vec<String>> {
    let mut tx = session.app.db.read().await?;
    let id = session.connection.id;
    let check = store::salesforce::org_checks::latest(&mut tx, session.org, id).await?;
    let rules = reading_of(check.as_ref()).and_then(|reading| reading.setup.validation_rules);
    let rules = rules.unwrap_or_default().into_iter();
    let rules = rules.filter(|rule| written.contains(&rule.object.as_str()));
    Ok(rules
        .map(|rule| {
            format!(
                "{}: the validation rule {} may refuse some: “{}”.",
                rule.object, rule.name, rule.message
            )
        })
        .collect())
}

/// The permissions that the connected user lacked at the last check, and what that costs: of
/// what is read, and of what would be written.
fn missing(preflight: &str, written: &[&str]) -> Vec<String> {
    let preflight: Preflight = serde_json::from_str(preflight).unwrap_or_default();
    let counts = |object: &str, need: Need| need == Need::Read || written.contains(&object);
    let missing = preflight
        .missing()
        .filter(|check| counts(&check.object, check.need));
    missing
        .map(|check| {
            let costs = turns_off(&check.object, check.field.as_deref(), check.need);
            let (name, costs) = (permission_name(check), costs.unwrap_or_default());
            format!("Permission missing, {name}. {costs}")
        })
        .collect()
}
