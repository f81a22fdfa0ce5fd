//! Single records.

use super::{Call, Reply, allow, resources::visible_object};
use crate::Id;
use crate::error::{ApiError, ApiResult};
use crate::json::{Json, obj};
use crate::org::{Caller, Org};
use crate::rules::{self, Upserted};
use crate::schema::{FieldNo, Kind, ObjectNo};
use crate::store::Pos;

/// `POST /sobjects/X` creates; `GET` says a little about the object.
pub(crate) fn object(org: &mut Org, caller: Caller, call: &Call, name: &str) -> ApiResult<Reply> {
    let no = visible_object(org, caller, name)?;
    allow(call, &["GET", "POST"])?;
    if call.method == "GET" {
        let about = crate::schema::describe::summary(org.data.object(no), &call.version);
        let body = obj! { "objectDescribe" => about, "recentItems" => Json::Arr(Vec::new()) };
        return Ok(Reply::json(200, body));
    }
    let members = call.object()?;
    let id = org.attempt(|org| rules::create(org, caller, no, &members))?;
    Ok(created(org, call, no, id))
}

fn created(org: &Org, call: &Call, no: ObjectNo, id: Id) -> Reply {
    let mut reply = Reply::json(201, saved(id, None));
    let name = org.data.object(no).name;
    reply.location = Some(format!(
        "/services/data/v{}/sobjects/{name}/{id}",
        call.version
    ));
    reply
}

fn saved(id: Id, created: Option<bool>) -> Json {
    let mut members: Vec<(std::borrow::Cow<'static, str>, Json)> = vec![
        ("id".into(), id.into()),
        ("success".into(), true.into()),
        ("errors".into(), Json::Arr(Vec::new())),
    ];
    if let Some(created) = created {
        members.push(("created".into(), created.into()));
    }
    Json::Obj(members)
}

/// `GET`, `PATCH` and `DELETE /sobjects/X/id`.
pub(crate) fn record(
    org: &mut Org,
    caller: Caller,
    call: &Call,
    name: &str,
    id: &str,
) -> ApiResult<Reply> {
    let no = visible_object(org, caller, name)?;
    allow(call, &["GET", "PATCH", "DELETE"])?;
    let id: Id = id.parse().map_err(|_| {
        let message =
            format!("Provided external ID field does not exist or is not accessible: {id}");
        ApiError::new("NOT_FOUND", message).status(404)
    })?;
    let pos = find(org, caller, no, id)?;
    act(org, caller, call, no, pos)
}

fn act(org: &mut Org, caller: Caller, call: &Call, no: ObjectNo, pos: Pos) -> ApiResult<Reply> {
    match call.method.as_str() {
        "GET" => read(org, caller, call, no, pos),
        "PATCH" => {
            let members = call.object()?;
            org.attempt(|org| rules::update(org, caller, no, pos, &members))?;
            Ok(Reply::empty())
        }
        _ => {
            org.attempt(|org| rules::delete(org, caller, no, pos))?;
            Ok(Reply::empty())
        }
    }
}

/// The place of a record that is there and that the user may see.
pub(crate) fn find(org: &Org, caller: Caller, no: ObjectNo, id: Id) -> ApiResult<Pos> {
    let pos = org
        .data
        .table(no)
        .position(id)
        .ok_or_else(ApiError::not_found)?;
    if org.hides(caller.user, no, org.data.table(no).row(pos)) {
        return Err(ApiError::not_found());
    }
    if org.data.is_deleted(no, org.data.table(no).row(pos)) {
        return Err(ApiError::row("ENTITY_IS_DELETED", "entity is deleted", &[]).status(404));
    }
    Ok(pos)
}

fn read(org: &Org, caller: Caller, call: &Call, no: ObjectNo, pos: Pos) -> ApiResult<Reply> {
    let fields = wanted(org, caller, call, no)?;
    let (object, row) = (org.data.object(no), org.data.table(no).row(pos));
    let id = row
        .get(0)
        .as_id()
        .map(|id| id.to_string())
        .unwrap_or_default();
    let mut members: Vec<(std::borrow::Cow<'static, str>, Json)> = vec![(
        "attributes".into(),
        obj! {
            "type" => object.name,
            "url" => format!("/services/data/v{}/sobjects/{}/{id}", call.version, object.name),
        },
    )];
    for field in fields {
        let spec = &object.fields[field];
        let value = row.get(field).to_json(spec.kind == Kind::Int);
        members.push((spec.name.clone().into(), value));
    }
    Ok(Reply::json(200, Json::Obj(members)))
}

fn wanted(org: &Org, caller: Caller, call: &Call, no: ObjectNo) -> ApiResult<Vec<FieldNo>> {
    let object = org.data.object(no);
    let permissions = org.permissions(caller.user);
    let Some(names) = call.param("fields") else {
        let all = 0..object.fields.len();
        return Ok(all.filter(|field| permissions.sees(no, *field)).collect());
    };
    let mut fields: Vec<FieldNo> = names
        .split(',')
        .map(|name| {
            let name = name.trim();
            let field = object
                .field_no(name)
                .filter(|field| permissions.sees(no, *field));
            field.ok_or_else(|| {
                let message = format!("No such column '{name}' on sobject of type {}", object.name);
                ApiError::new("INVALID_FIELD", message)
            })
        })
        .collect::<ApiResult<_>>()?;
    if !fields.contains(&0) {
        fields.push(0);
    }
    Ok(fields)
}

/// `GET`, `PATCH` and `DELETE /sobjects/X/Field__c/value`.
pub(crate) fn by_key(
    org: &mut Org,
    caller: Caller,
    call: &Call,
    name: &str,
    field: &str,
    value: &str,
) -> ApiResult<Reply> {
    let no = visible_object(org, caller, name)?;
    allow(call, &["GET", "PATCH", "DELETE"])?;
    if call.method != "PATCH" {
        let matches = rules::find_by_key(org, caller, no, field, value)?;
        return match matches.as_slice() {
            [] => Err(ApiError::not_found()),
            [pos] => act(org, caller, call, no, *pos),
            many => Ok(choices(org, call, no, many)),
        };
    }
    let members = call.object()?;
    let done = org.attempt(|org| rules::upsert(org, caller, no, field, value, &members))?;
    Ok(match done {
        Upserted::Created(id) => {
            let mut reply = created(org, call, no, id);
            reply.body = Some(saved(id, Some(true)));
            reply
        }
        Upserted::Updated(id) => Reply::json(200, saved(id, Some(false))),
        Upserted::Ambiguous(places) => choices(org, call, no, &places),
    })
}

/// 300: the key is not unique.
fn choices(org: &Org, call: &Call, no: ObjectNo, places: &[Pos]) -> Reply {
    let object = org.data.object(no);
    let urls = places
        .iter()
        .filter_map(|pos| org.data.table(no).row(*pos).get(0).as_id());
    let urls = urls.map(|id| {
        Json::from(format!(
            "/services/data/v{}/sobjects/{}/{id}",
            call.version, object.name
        ))
    });
    Reply::json(300, Json::Arr(urls.collect()))
}
