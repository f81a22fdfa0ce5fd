//! The fields for reports that an Admin deploys from the folder `salesforce/reporting`, filled
//! in with one click.

use salesforce::writable_fields::WritableField;
use tracing::instrument;

use super::fields::{FieldForm, checked, put};
use super::{MappedField, MappedObject, Mapping, Source};
use crate::app::App;
use crate::salesforce_connection::InstallError;
use crate::salesforce_connection::lookup::ask;
use crate::use_cases::StaffAction;

/// The fields of Task, and what each gets.
const REPORT_FIELDS: [(&str, Source); 4] = [
    ("Gatehouse_Activity__c", Source::Activity),
    ("Gatehouse_Document__c", Source::Item),
    ("Gatehouse_Visitor__c", Source::VisitorEmail),
    ("Gatehouse_Link__c", Source::Link),
];

/// Whether all of them are filled in already.
pub fn has_report_fields(mapping: &Mapping) -> bool {
    REPORT_FIELDS.iter().all(|(name, _)| {
        let mut fields = mapping.fields.iter();
        fields.any(|field| field.object == MappedObject::Task && field.name == *name)
    })
}

/// Has those filled in that the org has, as they are meant; answers their API names.
///
/// # Errors
/// The org has none of them that the connected user may fill in, one of them was changed so
/// that it can't hold its value, or no org is connected.
#[instrument(
    name = "salesforce.mapping.add_report_fields",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id)
)]
pub async fn add_report_fields(
    app: &App,
    act: StaffAction<'_>,
) -> Result<Vec<String>, InstallError> {
    let object = MappedObject::Task.name();
    let fields = ask(app, act, |client, session| async move {
        client.writable_fields(&session, object).await
    })
    .await?;
    let found = in_org(&fields).map_err(InstallError::Invalid)?;
    let mut tx = app.db.begin().await?;
    put(&mut tx, act, &found).await?;
    tx.commit().await?;
    Ok(found.into_iter().map(|field| field.name).collect())
}

fn in_org(fields: &[WritableField]) -> Result<Vec<MappedField>, String> {
    let is_there = |name: &str| fields.iter().any(|field| field.name == name);
    let there = REPORT_FIELDS.iter().filter(|(name, _)| is_there(name));
    let found: Vec<MappedField> = there
        .map(|(name, source)| {
            let form = FieldForm {
                object: MappedObject::Task,
                name: (*name).to_owned(),
                source: *source,
                text: String::new(),
            };
            checked(fields, &form)
        })
        .collect::<Result<_, _>>()?;
    if found.is_empty() {
        return Err(
            "Your org has none of Gatehouse’s fields for reports, or the connected user may not \
             edit them. Deploy them and assign the permission set first: salesforce/README.md says \
             how."
                .to_owned(),
        );
    }
    Ok(found)
}
