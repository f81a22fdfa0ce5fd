//! Create or change, found by an external id.

use super::save::{Members, create, update};
use crate::Id;
use crate::error::{ApiError, ApiResult};
use crate::org::{Caller, Org};
use crate::schema::{FieldNo, Kind, ObjectNo};
use crate::store::{Pos, Value};

/// What an upsert did.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Upserted {
    /// There was no such record.
    Created(Id),
    /// There was one.
    Updated(Id),
    /// There were several; nothing was done.
    Ambiguous(Vec<Pos>),
}

/// Creates the record whose external id `field` is `value`, or changes it.
pub(crate) fn upsert(
    org: &mut Org,
    caller: Caller,
    no: ObjectNo,
    field: &str,
    value: &str,
    members: &Members,
) -> ApiResult<Upserted> {
    let field = key_field(org, caller, no, field)?;
    let matches = find(org, caller, no, field, value)?;
    let name = org.data.object(no).fields[field].name.clone();
    if members.keys().any(|key| key.eq_ignore_ascii_case(&name)) {
        return Err(ApiError::row(
            "INVALID_FIELD",
            format!("The {name} field should not be specified in the sobject data."),
            &[],
        ));
    }
    match matches.as_slice() {
        [] if field == 0 => Err(ApiError::not_found()),
        [] => {
            let mut members = members.clone();
            members.insert(name, value.into());
            create(org, caller, no, &members).map(Upserted::Created)
        }
        [pos] => {
            update(org, caller, no, *pos, members)?;
            let id = org.data.table(no).row(*pos).get(0).as_id();
            id.map(Upserted::Updated).ok_or_else(ApiError::not_found)
        }
        many => Ok(Upserted::Ambiguous(many.to_vec())),
    }
}

/// The records whose external id `field` is `value`.
pub(crate) fn find_by_key(
    org: &Org,
    caller: Caller,
    no: ObjectNo,
    field: &str,
    value: &str,
) -> ApiResult<Vec<Pos>> {
    let field = key_field(org, caller, no, field)?;
    find(org, caller, no, field, value)
}

fn key_field(org: &Org, caller: Caller, no: ObjectNo, name: &str) -> ApiResult<FieldNo> {
    let object = org.data.object(no);
    let field = object.field_no(name).filter(|f| {
        let spec = &object.fields[*f];
        let visible = org.permissions(caller.user).sees(no, *f);
        visible && (spec.external_id || spec.kind == Kind::Id)
    });
    field.ok_or_else(|| {
        ApiError::new(
            "NOT_FOUND",
            format!("Provided external ID field does not exist or is not accessible: {name}"),
        )
        .status(404)
    })
}

fn find(
    org: &Org,
    caller: Caller,
    no: ObjectNo,
    field: FieldNo,
    value: &str,
) -> ApiResult<Vec<Pos>> {
    let table = org.data.table(no);
    let wanted = if field == 0 {
        let id = value.parse().map_err(|_| ApiError::not_found())?;
        return Ok(table.position(id).into_iter().collect());
    } else {
        Value::text(value)
    };
    let Some(key) = wanted.key() else {
        return Err(ApiError::row(
            "MISSING_ARGUMENT",
            "external id not specified",
            &[],
        ));
    };
    let places = table
        .lookup(field, &key)
        .unwrap_or_default()
        .iter()
        .copied();
    Ok(places
        .filter(|pos| !org.data.is_deleted(no, table.row(*pos)))
        // Whoever can't see it would create it again, and meets its uniqueness.
        .filter(|pos| !org.hides(caller.user, no, table.row(*pos)))
        .collect())
}
