//! Creating and changing records through the API.

use serde_json::{Map, Value as Input};

use super::{
    access::Permissions,
    check::{check, check_required},
    coerce::coerce,
    derive,
};
use crate::Id;
use crate::error::{ApiError, ApiResult};
use crate::org::{Caller, Org};
use crate::schema::{FieldNo, Kind, ObjectNo};
use crate::store::{Pos, Row, Value};

/// The members of a record as the request gives them.
pub(crate) type Members = Map<String, Input>;

/// Creates a record.
pub(crate) fn create(
    org: &mut Org,
    caller: Caller,
    no: ObjectNo,
    members: &Members,
) -> ApiResult<Id> {
    check_writable(caller)?;
    let object = org.data.object(no);
    if !object.writable || !org.permissions(caller.user).object(no).create {
        return Err(ApiError::row(
            org.config.create_refusal,
            format!("entity type cannot be inserted: {}", object.label),
            &[],
        ));
    }
    if org.storage_full {
        return Err(ApiError::row(
            "STORAGE_LIMIT_EXCEEDED",
            "storage limit exceeded",
            &[],
        ));
    }
    let mut row = Row::default();
    let written = apply(org, caller, no, members, &mut row, true)?;
    fill_defaults(org, caller, no, &mut row);
    assign(org, caller, no, &mut row);
    check_required(org, no, &row)?;
    derive::derive(org, no, &mut row, caller.now);
    check(org, caller, no, &row, &written, None)?;
    org.stamp_new(no, &mut row, Some(caller.user), caller.now);
    Ok(org.data.insert(no, row))
}

/// Changes a record.
pub(crate) fn update(
    org: &mut Org,
    caller: Caller,
    no: ObjectNo,
    pos: Pos,
    members: &Members,
) -> ApiResult<()> {
    check_writable(caller)?;
    let before = org.data.table(no).row(pos).clone();
    let object = org.data.object(no);
    if !object.writable || !org.permissions(caller.user).object(no).edit {
        let message = "insufficient access rights on object id";
        return Err(ApiError::row("INSUFFICIENT_ACCESS_OR_READONLY", message, &[]).status(403));
    }
    if object.name == "Lead" && before.get(object.no("IsConverted")).is_true() {
        return Err(ApiError::row(
            "CANNOT_UPDATE_CONVERTED_LEAD",
            "cannot update converted lead",
            &[],
        ));
    }
    let mut row = before.clone();
    let written = apply(org, caller, no, members, &mut row, false)?;
    check_required(org, no, &row)?;
    derive::derive(org, no, &mut row, caller.now);
    check(org, caller, no, &row, &written, Some((pos, &before)))?;
    let object = org.data.object(no);
    let moment = Value::Time(caller.now - caller.now.rem_euclid(1000));
    row.set(object.no("LastModifiedDate"), moment.clone());
    row.set(object.no("SystemModstamp"), moment);
    row.set(object.no("LastModifiedById"), Value::Id(caller.user));
    org.data.replace(no, pos, row);
    Ok(())
}

/// Refuses all writes while the org is in maintenance.
pub(super) fn check_writable(caller: Caller) -> ApiResult<()> {
    match caller.trouble.read_only {
        None => Ok(()),
        Some(status) => Err(ApiError::row(
            "INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE",
            "Salesforce is in read only mode for maintenance.",
            &[],
        )
        .status(status)),
    }
}

/// Gives a new lead to whom the assignment rule says, whoever the request names.
fn assign(org: &Org, caller: Caller, no: ObjectNo, row: &mut Row) {
    let object = org.data.object(no);
    if object.name == "Lead"
        && caller.assigns_leads
        && let Some(owner) = org.lead_assignment
    {
        row.set(object.no("OwnerId"), Value::Id(owner));
    }
}

/// Puts the request's values into the row and says which fields it wrote.
fn apply(
    org: &mut Org,
    caller: Caller,
    no: ObjectNo,
    members: &Members,
    row: &mut Row,
    new: bool,
) -> ApiResult<Vec<FieldNo>> {
    let fields = resolve(org, caller, no, members)?;
    let permissions = org.permissions(caller.user);
    let object = org.data.object(no);
    let refused: Vec<&str> = fields
        .iter()
        .filter(|(field, _)| !may_write(org, permissions, no, *field, new))
        .map(|(field, _)| object.fields[*field].name.as_str())
        .collect();
    if !refused.is_empty() {
        let message = format!(
            "Unable to create/update fields: {}. Please check the security settings of this field and verify that it is read/write for your profile or permission set.",
            refused.join(", ")
        );
        return Err(ApiError::row(
            "INVALID_FIELD_FOR_INSERT_UPDATE",
            message,
            &refused,
        ));
    }
    for (field, input) in &fields {
        let spec = &org.data.object(no).fields[*field];
        let mut value = coerce(spec, input)?;
        if matches!(spec.kind, Kind::Picklist | Kind::Combobox)
            && let Value::Text(text) = &value
        {
            value = org.data.intern(&text.clone());
        }
        row.set(*field, value);
    }
    Ok(fields.into_iter().map(|(field, _)| field).collect())
}

fn resolve<'a>(
    org: &Org,
    caller: Caller,
    no: ObjectNo,
    members: &'a Members,
) -> ApiResult<Vec<(FieldNo, &'a Input)>> {
    let object = org.data.object(no);
    let permissions = org.permissions(caller.user);
    members
        .iter()
        .filter(|(name, _)| *name != "attributes")
        .map(|(name, input)| {
            let field = object
                .field_no(name)
                .filter(|field| permissions.sees(no, *field));
            field.map(|field| (field, input)).ok_or_else(|| {
                let message = format!("No such column '{name}' on sobject of type {}", object.name);
                ApiError::new("INVALID_FIELD", message)
            })
        })
        .collect()
}

fn may_write(
    org: &Org,
    permissions: &Permissions,
    no: ObjectNo,
    field: FieldNo,
    new: bool,
) -> bool {
    let spec = &org.data.object(no).fields[field];
    let by_schema = if new {
        spec.createable
    } else {
        spec.updateable
    };
    by_schema && permissions.edits(no, field)
}

fn fill_defaults(org: &Org, caller: Caller, no: ObjectNo, row: &mut Row) {
    let object = org.data.object(no);
    for (field, spec) in object.fields.iter().enumerate() {
        if !row.get(field).is_null() || !spec.defaulted {
            continue;
        }
        if let Some(entry) = spec.picklist.iter().find(|entry| entry.default) {
            row.set(field, Value::text(&entry.value));
        } else if spec.name == "OwnerId" {
            row.set(field, Value::Id(caller.user));
        }
    }
}
