//! Saving how the Tasks of a kind look.

use domain::activities::ActivityKind;
use domain::audit::{Action, Changes};
use domain::salesforce::Connection;
use store::Tx;
use store::deliveries::actions::begin_with_first_owner;
use tracing::instrument;

use super::owner::owner;
use super::{Mapping, TaskOptions};
use crate::app::App;
use crate::salesforce_connection::lookup::org_profile;
use crate::salesforce_connection::{InstallError, connected, json, locked};
use crate::use_cases::StaffAction;

/// What was chosen in the form; an empty Status or Priority stands for the usual one.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TaskForm {
    pub names_item: bool,
    pub status: String,
    pub priority: String,
    pub without_due_date: bool,
    /// The username or name of who is to own the Tasks; empty for the usual owners.
    pub owner: String,
}

/// Saves how Tasks of that kind look from now on.
///
/// # Errors
/// The org has no such Status, Priority or active user, or no org is connected.
#[instrument(
    name = "salesforce.mapping.save_task_options",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id)
)]
pub async fn save_task_options(
    app: &App,
    act: StaffAction<'_>,
    kind: ActivityKind,
    form: TaskForm,
) -> Result<(), InstallError> {
    let mut tx = app.db.read().await?;
    let asked = connected(&mut tx, act).await?;
    drop(tx);
    let before = Mapping::of(&asked).options(kind);
    let owner = Box::pin(owner(app, act, before.owner, &form.owner)).await?;
    let mut tx = app.db.begin().await?;
    let connection = locked(&mut tx, act).await?;
    if connection.id != asked.id {
        return Err(InstallError::Invalid(
            "Another org was connected meanwhile. Look at the form again, then save it.".to_owned(),
        ));
    }
    let chosen = |text: String| (!text.is_empty()).then_some(text);
    let options = TaskOptions {
        names_item: form.names_item,
        status: chosen(form.status),
        priority: chosen(form.priority),
        without_due_date: form.without_due_date,
        owner,
    };
    check(&connection, &options)?;
    let mut mapping = Mapping::of(&connection);
    let before = mapping.options(kind);
    if before != options {
        let is_other_owner = before.owner != options.owner;
        let changes = changes(kind, &before, &options).to_string();
        mapping.tasks.insert(kind.key().to_owned(), options);
        mapping.tasks.retain(|_, options| !options.is_usual());
        keep(&mut tx, act, &connection, &mapping).await?;
        if is_other_owner {
            begin_with_first_owner(&mut tx, act.org.id, connection.id).await?;
        }
        act.audit(&mut tx, Action::ChangedTaskOptions, &changes)
            .await?;
    }
    Ok(tx.commit().await?)
}

#[instrument(name = "salesforce.mapping.keep", skip_all, fields(org = %act.org.id))]
pub(super) async fn keep(
    tx: &mut Tx,
    act: StaffAction<'_>,
    connection: &Connection,
    mapping: &Mapping,
) -> store::Result<()> {
    let json = json(mapping);
    store::salesforce::connections::save_mapping(tx, act.org.id, connection.id, &json).await
}

fn check(connection: &Connection, options: &TaskOptions) -> Result<(), InstallError> {
    let Some(profile) = org_profile(connection) else {
        return Ok(());
    };
    let statuses = profile.statuses.iter();
    let statuses: Vec<&str> = statuses.map(|one| one.name.as_str()).collect();
    let priorities: Vec<&str> = profile.priorities.iter().map(String::as_str).collect();
    for (field, chosen, known) in [
        ("Status", &options.status, statuses),
        ("Priority", &options.priority, priorities),
    ] {
        if let Some(chosen) = chosen.as_deref().filter(|one| !known.contains(one)) {
            return Err(InstallError::Invalid(format!(
                "Your org’s Tasks have no {field} “{chosen}”. Choose Check again under \
                 Permissions if it is new, then choose it from the list."
            )));
        }
    }
    Ok(())
}

/// For the audit log: what is another than before.
fn changes(kind: ActivityKind, before: &TaskOptions, after: &TaskOptions) -> Changes {
    let mut changes = Changes::new(kind.title());
    changes.note_switch("Item in the Subject", before.names_item, after.names_item);
    let (old, new) = (before.status.as_deref(), after.status.as_deref());
    changes.note_optional("Status", old, new, "as usual");
    let (old, new) = (before.priority.as_deref(), after.priority.as_deref());
    changes.note_optional("Priority", old, new, "as usual");
    let (old, new) = (!before.without_due_date, !after.without_due_date);
    changes.note_switch("Due Date", old, new);
    let owner = |options: &TaskOptions| {
        let owner = options.owner.as_ref();
        owner.map(|owner| format!("{} ({})", owner.name, owner.id))
    };
    changes.note_optional("Assigned To", owner(before), owner(after), "as usual");
    changes
}
