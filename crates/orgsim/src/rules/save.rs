//! Creating and changing records through the API.

use serde_json::{Map, Value as Input};

use super::{
    RecordView,
    access::Permissions,
    coerce::{coerce, incorrect_type},
    derive, duplicates, task,
};
use crate::{
    Id,
    error::{ApiError, ApiResult},
    org::{Caller, Org},
    schema::{FieldNo, Kind, ObjectNo},
    store::{Pos, Row, Value},
};

/// The members of a record as the request gives them.
pub type Members = Map<String, Input>;

/// Creates a record.
pub fn create(org: &mut Org, caller: Caller, no: ObjectNo, members: &Members) -> ApiResult<Id> {
    let object = org.data.object(no);
    if !object.writable || !org.permissions(caller.user).object(no).create {
        return Err(ApiError::row(
            "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
            format!("entity type cannot be inserted: {}", object.label),
            &[],
        ));
    }
    let mut row = Row::default();
    let written = apply(org, caller, no, members, &mut row, true)?;
    fill_defaults(org, caller, no, &mut row);
    check_required(org, no, &row)?;
    derive::derive(org, no, &mut row, caller.now);
    check(org, caller, no, &row, &written, None)?;
    org.stamp_new(no, &mut row, Some(caller.user), caller.now);
    Ok(org.data.insert(no, row))
}

/// Changes a record.
pub fn update(
    org: &mut Org,
    caller: Caller,
    no: ObjectNo,
    pos: Pos,
    members: &Members,
) -> ApiResult<()> {
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

fn check_required(org: &Org, no: ObjectNo, row: &Row) -> ApiResult<()> {
    let missing: Vec<&str> = org
        .data
        .object(no)
        .fields
        .iter()
        .enumerate()
        .filter(|(field, spec)| {
            let needed = spec.createable && !spec.nillable && spec.kind != Kind::Bool;
            needed && row.get(*field).is_null()
        })
        .map(|(_, spec)| spec.name.as_str())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let message = format!("Required fields are missing: [{}]", missing.join(", "));
    Err(ApiError::row("REQUIRED_FIELD_MISSING", message, &missing))
}

fn check(
    org: &mut Org,
    caller: Caller,
    no: ObjectNo,
    row: &Row,
    written: &[FieldNo],
    before: Option<(Pos, &Row)>,
) -> ApiResult<()> {
    let changed: Vec<FieldNo> = match before {
        Some((_, old)) => written
            .iter()
            .copied()
            .filter(|f| old.get(*f) != row.get(*f))
            .collect(),
        None => (0..org.data.object(no).fields.len()).collect(),
    };
    for field in &changed {
        check_reference(org, caller, no, *field, row)?;
    }
    check_owner(org, no, row, &changed)?;
    if org.data.object(no).name == "Task" {
        task::check(org, row, &changed)?;
    }
    check_unique(org, no, row, &changed, before.map(|(pos, _)| pos))?;
    check_rules(org, no, row)?;
    if before.is_none() {
        duplicates::check(org, caller, no, row)?;
    }
    task::check_locks(org, no, row, before.is_none())
}

fn check_reference(
    org: &Org,
    caller: Caller,
    no: ObjectNo,
    field: FieldNo,
    row: &Row,
) -> ApiResult<()> {
    let spec = &org.data.object(no).fields[field];
    let (Kind::Reference, Some(id)) = (spec.kind, row.get(field).as_id()) else {
        return Ok(());
    };
    let gone = |code, message: &str| ApiError::row(code, message, &[&spec.name]);
    let known = org.data.schema.by_prefix(id.prefix());
    let fits = known.is_some_and(|o| spec.references.contains(&org.data.object(o).name));
    let elsewhere = known.is_none() && spec.references.len() > 2;
    if !fits && !elsewhere {
        return Err(incorrect_type(spec, &id.to_string()));
    }
    let Some((target, pos)) = org.data.locate(id) else {
        return Err(ApiError::row(
            "INVALID_CROSS_REFERENCE_KEY",
            "invalid cross reference id",
            &[],
        ));
    };
    if org.data.is_deleted(target, org.data.table(target).row(pos)) {
        return Err(gone("ENTITY_IS_DELETED", "entity is deleted"));
    }
    if org.permissions(caller.user).hides(id) {
        return Err(ApiError::row(
            "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
            format!(
                "insufficient access rights on cross-reference id: {}",
                id.short()
            ),
            &[],
        ));
    }
    Ok(())
}

fn check_owner(org: &Org, no: ObjectNo, row: &Row, changed: &[FieldNo]) -> ApiResult<()> {
    let object = org.data.object(no);
    let Some(field) = object.field_no("OwnerId").filter(|f| changed.contains(f)) else {
        return Ok(());
    };
    let Some(owner) = row.get(field).as_id() else {
        return Ok(());
    };
    if owner.prefix() == "005" && !org.data.value(owner, "IsActive").is_true() {
        return Err(ApiError::row(
            "INACTIVE_OWNER_OR_USER",
            format!(
                "operation performed with inactive user [{}] as owner of {}",
                owner.short(),
                object.name.to_lowercase()
            ),
            &[],
        ));
    }
    Ok(())
}

fn check_unique(
    org: &Org,
    no: ObjectNo,
    row: &Row,
    changed: &[FieldNo],
    own: Option<Pos>,
) -> ApiResult<()> {
    let (object, table) = (org.data.object(no), org.data.table(no));
    for field in changed.iter().filter(|f| object.fields[**f].unique) {
        let Some(key) = row.get(*field).key() else {
            continue;
        };
        let others = table.lookup(*field, &key).unwrap_or_default();
        let twin = others
            .iter()
            .find(|pos| Some(**pos) != own && !org.data.is_deleted(no, table.row(**pos)));
        if let Some(id) = twin.and_then(|pos| table.row(*pos).get(0).as_id()) {
            let name = &object.fields[*field].name;
            let message = format!(
                "duplicate value found: {name} duplicates value on record with id: {}",
                id.short()
            );
            return Err(ApiError::row("DUPLICATE_VALUE", message, &[]));
        }
    }
    Ok(())
}

fn check_rules(org: &Org, no: ObjectNo, row: &Row) -> ApiResult<()> {
    let view = RecordView {
        object: org.data.object(no),
        row,
    };
    let broken = org
        .rules
        .validation
        .iter()
        .find(|rule| rule.object == no && (rule.refuses)(&view));
    match broken {
        Some(rule) => Err(ApiError::row(
            "FIELD_CUSTOM_VALIDATION_EXCEPTION",
            rule.message.clone(),
            &[],
        )),
        None => Ok(()),
    }
}
