//! Further fields of Tasks, Contacts and Leads: what is filled in, and the form for more.

use axum::extract::State;
use domain::salesforce::Connection;
use serde::Deserialize;

use super::answer::Reply;
use super::gate::SalesforceAdmin;
use crate::app::App;
use crate::salesforce_connection::{
    self, FieldForm, MappedField, MappedObject, Mapping, Source, has_report_fields,
};
use crate::web::error::{WebError, WebResult};
use crate::web::http::form::Form;

/// A field that is filled in.
pub(super) struct FieldRow {
    pub object: &'static str,
    pub name: String,
    pub label: String,
    /// “a fixed value” or what it gets of the activity.
    pub gets: String,
    /// The org doesn't take it anymore, so it is left out.
    pub is_gone: bool,
}

pub(super) fn rows(connection: &Connection) -> Vec<FieldRow> {
    let fields = Mapping::of(connection).fields.into_iter();
    fields.map(row).collect()
}

fn row(field: MappedField) -> FieldRow {
    FieldRow {
        object: field.object.name(),
        is_gone: field.is_gone,
        gets: match field.source {
            Source::Fixed => format!("“{}”", field.text),
            source => source.title().to_owned(),
        },
        name: field.name,
        label: field.label,
    }
}

/// The form as it is sent, and, where it failed, as it is shown again.
#[derive(Deserialize, Default)]
pub(super) struct Added {
    #[serde(default)]
    pub object: String,
    #[serde(default)]
    pub field: String,
    #[serde(default)]
    pub source: String,
    #[serde(default)]
    pub value: String,
}

pub(super) async fn add(
    State(app): State<App>,
    admin: SalesforceAdmin,
    reply: Reply,
    Form(added): Form<Added>,
) -> WebResult {
    let form = FieldForm {
        object: object(&added.object)?,
        name: added.field.clone(),
        source: Source::from_key(&added.source).ok_or(WebError::NotFound)?,
        text: added.value.clone(),
    };
    let done = salesforce_connection::add_field(&app, admin.staff.action(&app), form).await;
    let words = |field: MappedField| {
        let row = row(field);
        format!("New {} records get {}: {}.", row.object, row.name, row.gets)
    };
    let typed = [
        ("object", added.object.as_str()),
        ("field", &added.field),
        ("source", &added.source),
        ("value", &added.value),
    ];
    reply.to_form("fields", done.map(words), &typed)
}

/// Whether the form for the fields that come with Gatehouse has anything to do.
pub(super) fn lacks_report_fields(connection: &Connection) -> bool {
    !has_report_fields(&Mapping::of(connection))
}

pub(super) async fn add_for_reports(
    State(app): State<App>,
    admin: SalesforceAdmin,
    reply: Reply,
) -> WebResult {
    let act = admin.staff.action(&app);
    let done = salesforce_connection::add_report_fields(&app, act).await;
    let words = |names: Vec<String>| format!("New Tasks get {}.", names.join(", "));
    reply.to("fields", done.map(words))
}

#[derive(Deserialize)]
pub(super) struct Removed {
    #[serde(default)]
    object: String,
    #[serde(default)]
    field: String,
}

pub(super) async fn remove(
    State(app): State<App>,
    admin: SalesforceAdmin,
    reply: Reply,
    Form(removed): Form<Removed>,
) -> WebResult {
    let object = object(&removed.object)?;
    let act = admin.staff.action(&app);
    let done = salesforce_connection::remove_field(&app, act, object, &removed.field).await;
    let message = format!(
        "Gatehouse no longer fills in {}.{}.",
        object.name(),
        removed.field
    );
    reply.to("fields", done.map(|()| message))
}

fn object(name: &str) -> WebResult<MappedObject> {
    let found = MappedObject::ALL.into_iter().find(|one| one.name() == name);
    found.ok_or(WebError::NotFound)
}
