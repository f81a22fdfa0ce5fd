//! Having further fields filled in, each checked against the org first.

use domain::audit::{Action, Changes};
use domain::deliveries::task::REFERENCE_FIELD;
use domain::salesforce::Connection;
use salesforce::writable_fields::{FieldKind, WritableField};
use store::Tx;
use tracing::instrument;

use super::save::keep;
use super::values::fixed;
use super::{MappedField, MappedObject, Mapping, Source};
use crate::app::App;
use crate::salesforce_connection::limits::MAPPED_FIELDS;
use crate::salesforce_connection::lookup::ask;
use crate::salesforce_connection::{InstallError, locked};
use crate::use_cases::StaffAction;

/// What Gatehouse fills in itself.
const OWN: [(MappedObject, &[&str]); 3] = [
    (
        MappedObject::Task,
        &[
            "Subject",
            "Status",
            "Priority",
            "OwnerId",
            "WhoId",
            "WhatId",
            "ActivityDate",
            "Description",
        ],
    ),
    (
        MappedObject::Contact,
        &["FirstName", "LastName", "Email", "AccountId"],
    ),
    (
        MappedObject::Lead,
        &["FirstName", "LastName", "Email", "Company"],
    ),
];

/// The path of an activity's address, in characters.
const LONGEST_PATH: usize = 64;

/// What was chosen in the form.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FieldForm {
    pub object: MappedObject,
    /// The API name as it was typed.
    pub name: String,
    pub source: Source,
    pub text: String,
}

/// Has a field filled in from now on, in place of what it got before. Answers it as the org
/// spells it.
///
/// # Errors
/// The object has no such field that the connected user may fill in, Gatehouse fills it in
/// itself, or it doesn't take such a value.
#[instrument(
    name = "salesforce.mapping.add_field",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id)
)]
pub async fn add_field(
    app: &App,
    act: StaffAction<'_>,
    form: FieldForm,
) -> Result<MappedField, InstallError> {
    let object = form.object.name();
    let fields = ask(app, act, |client, session| async move {
        client.writable_fields(&session, object).await
    })
    .await?;
    let field = checked(&fields, &form).map_err(InstallError::Invalid)?;
    let mut tx = app.db.begin().await?;
    put(&mut tx, act, std::slice::from_ref(&field)).await?;
    tx.commit().await?;
    Ok(field)
}

/// Has these filled in from now on, in place of what they got before.
#[instrument(name = "salesforce.mapping.put", skip_all, fields(org = %act.org.id))]
pub(super) async fn put(
    tx: &mut Tx,
    act: StaffAction<'_>,
    fields: &[MappedField],
) -> Result<(), InstallError> {
    let connection = locked(tx, act).await?;
    let mut mapping = Mapping::of(&connection);
    for field in fields {
        check_for_connection(act, &connection, field).map_err(InstallError::Invalid)?;
        let is_same = |one: &MappedField| one.object == field.object && one.name == field.name;
        let before = mapping.fields.iter().find(|one| is_same(one)).map(in_words);
        mapping.fields.retain(|one| !is_same(one));
        if mapping.fields.len() >= MAPPED_FIELDS {
            return Err(InstallError::Invalid(format!(
                "At most {MAPPED_FIELDS} fields can be filled in. Remove one first."
            )));
        }
        mapping.fields.push(field.clone());
        let mut changes = Changes::new("");
        changes.note_optional(&field.full_name(), before, Some(in_words(field)), "nothing");
        let detail = changes.to_string();
        act.audit(tx, Action::MappedField, &detail).await?;
    }
    mapping
        .fields
        .sort_by(|a, b| (a.object, &a.name).cmp(&(b.object, &b.name)));
    Ok(keep(tx, act, &connection, &mapping).await?)
}

/// What speaks against it here: the link is too long for it, or another option fills it in.
fn check_for_connection(
    act: StaffAction<'_>,
    connection: &Connection,
    field: &MappedField,
) -> Result<(), String> {
    let link = act.public_url.as_str().len() + LONGEST_PATH;
    if field.source == Source::Link && field.length < link {
        return Err(format!(
            "“{}” holds {} characters, and the link has up to {link}. Choose a longer field.",
            field.label, field.length
        ));
    }
    let link = connection.options.lead_account_field.as_deref();
    if field.object == MappedObject::Lead && link == Some(field.name.as_str()) {
        return Err(format!(
            "{} is the Lead’s link to an Account, which Gatehouse fills in itself.",
            field.name
        ));
    }
    Ok(())
}

/// Fills a field in no longer; does nothing where it wasn't.
///
/// # Errors
/// No org is connected.
#[instrument(
    name = "salesforce.mapping.remove_field",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id)
)]
pub async fn remove_field(
    app: &App,
    act: StaffAction<'_>,
    object: MappedObject,
    name: &str,
) -> Result<(), InstallError> {
    let mut tx = app.db.begin().await?;
    let connection = locked(&mut tx, act).await?;
    let mut mapping = Mapping::of(&connection);
    let before = mapping.fields.len();
    mapping
        .fields
        .retain(|one| one.object != object || one.name != name);
    if mapping.fields.len() < before {
        keep(&mut tx, act, &connection, &mapping).await?;
        let detail = format!("{}.{name}", object.name());
        act.audit(&mut tx, Action::UnmappedField, &detail).await?;
    }
    Ok(tx.commit().await?)
}

/// The field with its value, or what is wrong with it.
pub(super) fn checked(fields: &[WritableField], form: &FieldForm) -> Result<MappedField, String> {
    let (object, typed) = (form.object.name(), form.name.trim());
    let Some(field) = fields
        .iter()
        .find(|one| one.name.eq_ignore_ascii_case(typed))
    else {
        return Err(format!(
            "{object} has no field “{typed}” that the connected user may fill in. Type its API \
             name, for example Region__c; see Setup → Object Manager → {object} → Fields & \
             Relationships, and allow Edit Access for it."
        ));
    };
    if is_own(form.object, &field.name) {
        return Err(format!(
            "Gatehouse fills in {object}.{} itself.",
            field.name
        ));
    }
    if field.kind == FieldKind::Other {
        return Err(format!(
            "“{}” is of a kind that can’t be filled in from here, such as a lookup.",
            field.label
        ));
    }
    if field.is_unique {
        return Err(format!(
            "“{}” takes each value only once in your org, so it can’t be filled in from here.",
            field.label
        ));
    }
    let (text, length) = match form.source {
        Source::Fixed => (fixed_text(field, &form.text)?, field.length),
        _ if field.kind == FieldKind::Text => (String::new(), field.length),
        Source::VisitorEmail if field.kind == FieldKind::Email => (String::new(), field.length),
        _ if field.kind == FieldKind::Picklist && !field.is_restricted => {
            (String::new(), PICKLIST_VALUE)
        }
        source => {
            return Err(format!(
                "“{}” isn’t a text field, so it can’t hold {}. Choose a fixed value for it.",
                field.label,
                source.title().to_lowercase()
            ));
        }
    };
    Ok(MappedField {
        object: form.object,
        name: field.name.clone(),
        label: field.label.clone(),
        kind: field.kind,
        length,
        source: form.source,
        text,
        is_gone: false,
    })
}

/// Whether the org still takes it as it was chosen.
pub(in crate::salesforce_connection) fn still_fits(
    field: &MappedField,
    fields: &[WritableField],
) -> bool {
    let form = FieldForm {
        object: field.object,
        name: field.name.clone(),
        source: field.source,
        text: field.text.clone(),
    };
    checked(fields, &form).is_ok_and(|now| now.kind == field.kind && now.length >= field.length)
}

/// The longest value of a picklist.
const PICKLIST_VALUE: usize = 255;

fn is_own(object: MappedObject, name: &str) -> bool {
    let own = OWN.iter().find(|(one, _)| *one == object);
    let is_named = own.is_some_and(|(_, names)| names.contains(&name));
    // Also in a package's namespace.
    is_named || name.ends_with(REFERENCE_FIELD)
}

fn fixed_text(field: &WritableField, typed: &str) -> Result<String, String> {
    let (label, text) = (&field.label, typed.trim());
    if text.is_empty() {
        return Err(format!("Type the value that “{label}” gets."));
    }
    if field.kind == FieldKind::Picklist && field.is_restricted {
        let known = field
            .values
            .iter()
            .find(|one| one.eq_ignore_ascii_case(text));
        return known
            .cloned()
            .ok_or_else(|| format!("“{label}” takes one of these: {}.", field.values.join(", ")));
    }
    let has_length = matches!(field.kind, FieldKind::Text | FieldKind::Email);
    if has_length && text.encode_utf16().count() > field.length {
        let length = field.length;
        return Err(format!("“{label}” holds at most {length} characters."));
    }
    if fixed(field.kind, text).is_some() {
        return Ok(text.to_owned());
    }
    Err(match field.kind {
        FieldKind::Checkbox => format!("“{label}” takes true or false."),
        FieldKind::Integer => format!("“{label}” takes a whole number of at most nine digits."),
        FieldKind::Number => format!("“{label}” takes a number, for example 12 or 1.5."),
        FieldKind::Email => format!("“{label}” takes an email address."),
        FieldKind::Date => format!("“{label}” takes a date, for example 2026-02-28."),
        _ => format!("“{label}” doesn’t take that value."),
    })
}

/// For the audit log.
fn in_words(field: &MappedField) -> String {
    match field.source {
        Source::Fixed => format!("“{}”", field.text),
        source => source.title().to_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(name: &str, kind: FieldKind) -> WritableField {
        WritableField {
            name: name.to_owned(),
            label: "Region".to_owned(),
            kind,
            length: 20,
            values: vec!["EMEA".to_owned(), "APAC".to_owned()],
            is_restricted: true,
            is_unique: false,
        }
    }

    fn form(name: &str, source: Source, text: &str) -> FieldForm {
        FieldForm {
            object: MappedObject::Lead,
            name: name.to_owned(),
            source,
            text: text.to_owned(),
        }
    }

    #[test]
    fn each_mistake_is_told_with_what_would_do() {
        let fields = [
            field("Region__c", FieldKind::Picklist),
            field("Note__c", FieldKind::Text),
            field("Since__c", FieldKind::Date),
            field("Account__c", FieldKind::Other),
            field("LastName", FieldKind::Text),
            field("Mail__c", FieldKind::Email),
            WritableField {
                is_unique: true,
                ..field("Key__c", FieldKind::Text)
            },
            field("ns__Gatehouse_Reference__c", FieldKind::Text),
        ];
        for (name, source, text, told) in [
            (
                "Nothing__c",
                Source::Fixed,
                "x",
                "Lead has no field “Nothing__c”",
            ),
            (
                "lastname",
                Source::Fixed,
                "x",
                "fills in Lead.LastName itself",
            ),
            ("ns__Gatehouse_Reference__c", Source::Fixed, "x", "itself"),
            (
                "Region__c",
                Source::Fixed,
                "Mars",
                "one of these: EMEA, APAC.",
            ),
            ("Region__c", Source::Company, "", "can’t hold the company"),
            ("Key__c", Source::Company, "", "only once"),
            ("Mail__c", Source::Item, "", "isn’t a text field"),
            ("Mail__c", Source::Fixed, "nobody", "takes an email address"),
            ("Note__c", Source::Fixed, " ", "Type the value"),
            (
                "Note__c",
                Source::Fixed,
                "more than twenty characters",
                "at most 20",
            ),
            ("Since__c", Source::Fixed, "soon", "for example 2026-02-28"),
            (
                "Account__c",
                Source::Fixed,
                "001",
                "can’t be filled in from here",
            ),
        ] {
            let error = checked(&fields, &form(name, source, text)).unwrap_err();
            assert!(error.contains(told), "{name}: {error}");
        }
    }

    #[test]
    fn a_field_is_kept_as_the_org_spells_it_and_its_value() {
        let fields = [field("Region__c", FieldKind::Picklist)];
        let kept = checked(&fields, &form("REGION__C", Source::Fixed, "emea")).unwrap();
        assert_eq!(
            (kept.name.as_str(), kept.text.as_str()),
            ("Region__c", "EMEA")
        );
    }
}
