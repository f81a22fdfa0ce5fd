//! References, owners, unique values and the administrator's rules.

use super::{RecordView, coerce::incorrect_type, duplicates, task};
use crate::error::{ApiError, ApiResult};
use crate::org::{Caller, Org};
use crate::schema::{FieldNo, Kind, ObjectNo};
use crate::store::{Pos, Row};

/// Refuses a record without a value where one is needed.
pub(super) fn check_required(org: &Org, no: ObjectNo, row: &Row) -> ApiResult<()> {
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

/// Refuses a record that breaks a rule; `before` is what a change starts from.
pub(super) fn check(
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
