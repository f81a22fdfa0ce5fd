//! Up to 200 records at once.

use std::borrow::Cow;

use serde_json::Value as Input;

use super::{Call, Reply, allow, sobject::find};
use crate::{
    Id,
    error::{ApiError, ApiResult},
    json::{Json, obj},
    org::{Caller, Org},
    rules::{self, Members, Upserted},
    schema::ObjectNo,
};

const MOST_RECORDS: usize = 200;
const MOST_RUNS: usize = 10;

struct Saved {
    id: Id,
    created: Option<bool>,
}

/// `POST`, `PATCH` and `DELETE /composite/sobjects`.
pub(crate) fn collection(org: &mut Org, caller: Caller, call: &Call) -> ApiResult<Reply> {
    allow(call, &["POST", "PATCH", "DELETE"])?;
    if call.method == "DELETE" {
        return delete(org, caller, call);
    }
    let (records, all_or_none) = records(org, caller, call)?;
    let create = call.method == "POST";
    let results = each(org, all_or_none, &records, |org, (no, members)| {
        if create {
            let id = rules::create(org, caller, *no, members)?;
            return Ok(Saved { id, created: None });
        }
        update(org, caller, *no, members)
    })?;
    Ok(Reply::json(200, results))
}

/// `PATCH /composite/sobjects/X/Field__c`.
pub(crate) fn upsert(
    org: &mut Org,
    caller: Caller,
    call: &Call,
    object: &str,
    field: &str,
) -> ApiResult<Reply> {
    allow(call, &["PATCH"])?;
    let (records, all_or_none) = records(org, caller, call)?;
    let wanted = org
        .data
        .schema
        .find(object)
        .ok_or_else(ApiError::not_found)?;
    if records.iter().any(|(no, _)| *no != wanted) {
        let message = format!("All records must be of type {object}");
        return Err(ApiError::new("INVALID_TYPE", message));
    }
    let results = each(org, all_or_none, &records, |org, (no, members)| {
        let mut members = members.clone();
        let key = members
            .keys()
            .find(|k| k.eq_ignore_ascii_case(field))
            .cloned();
        let value = key.and_then(|key| members.remove(&key));
        let text = match &value {
            Some(Input::String(text)) => text.clone(),
            Some(Input::Number(number)) => number.to_string(),
            _ => String::new(),
        };
        match rules::upsert(org, caller, *no, field, &text, &members)? {
            Upserted::Created(id) => Ok(Saved {
                id,
                created: Some(true),
            }),
            Upserted::Updated(id) => Ok(Saved {
                id,
                created: Some(false),
            }),
            Upserted::Ambiguous(_) => Err(ApiError::row(
                "DUPLICATE_EXTERNAL_ID",
                format!("More than one record found for external id {field}: {text}"),
                &[],
            )),
        }
    })?;
    Ok(Reply::json(200, results))
}

fn update(org: &mut Org, caller: Caller, no: ObjectNo, members: &Members) -> ApiResult<Saved> {
    let mut members = members.clone();
    let key = members
        .keys()
        .find(|k| k.eq_ignore_ascii_case("id"))
        .cloned();
    let id = key.and_then(|key| members.remove(&key));
    let Some(Input::String(text)) = id else {
        return Err(ApiError::row(
            "MISSING_ARGUMENT",
            "Id not specified in an update call",
            &[],
        ));
    };
    let id: Id = text
        .parse()
        .map_err(|_| ApiError::row("MALFORMED_ID", format!("malformed id {text}"), &["Id"]))?;
    let pos = find(org, caller, no, id).map_err(as_row)?;
    rules::update(org, caller, no, pos, &members)?;
    Ok(Saved { id, created: None })
}

/// A record that isn't there is a broken reference inside a collection.
fn as_row(error: ApiError) -> ApiError {
    if error.code == "NOT_FOUND" {
        return ApiError::row(
            "INVALID_CROSS_REFERENCE_KEY",
            "invalid cross reference id",
            &[],
        );
    }
    error
}

fn delete(org: &mut Org, caller: Caller, call: &Call) -> ApiResult<Reply> {
    let ids: Vec<&str> = call
        .param("ids")
        .unwrap_or_default()
        .split(',')
        .filter(|id| !id.is_empty())
        .collect();
    check_size(ids.len())?;
    let all_or_none = call.param("allOrNone") == Some("true");
    let results = each(org, all_or_none, &ids, |org, text| {
        let malformed = || ApiError::row("MALFORMED_ID", format!("malformed id {text}"), &[]);
        let id: Id = text.trim().parse().map_err(|_| malformed())?;
        let no = org
            .data
            .schema
            .by_prefix(id.prefix())
            .ok_or_else(malformed)?;
        let pos = find(org, caller, no, id).map_err(as_row)?;
        rules::delete(org, caller, no, pos)?;
        Ok(Saved { id, created: None })
    })?;
    Ok(Reply::json(200, results))
}

fn check_size(count: usize) -> ApiResult<()> {
    if count <= MOST_RECORDS {
        return Ok(());
    }
    let message = format!(
        "record limit reached. cannot submit more than {MOST_RECORDS} records into this call"
    );
    Err(ApiError::new("EXCEEDED_ID_LIMIT", message))
}

type Records = Vec<(ObjectNo, Members)>;

/// The records of the body, and whether they belong together.
fn records(org: &Org, caller: Caller, call: &Call) -> ApiResult<(Records, bool)> {
    let mut body = call.object()?;
    let all_or_none = match body.remove("allOrNone") {
        None => false,
        Some(Input::Bool(value)) => value,
        Some(other) => {
            return Err(unreadable(&format!(
                "Cannot deserialize instance of boolean from {other}"
            )));
        }
    };
    let Some(Input::Array(list)) = body.remove("records") else {
        return Err(unreadable("Missing required field 'records'"));
    };
    if let Some(name) = body.keys().next() {
        return Err(unreadable(&format!("Unrecognized field \"{name}\"")));
    }
    check_size(list.len())?;
    let records: Records = list
        .into_iter()
        .map(|record| typed(org, caller, record))
        .collect::<ApiResult<_>>()?;
    let runs = 1 + records
        .windows(2)
        .filter(|pair| pair[0].0 != pair[1].0)
        .count();
    if runs > MOST_RUNS {
        let message = format!(
            "Cannot have more than {MOST_RUNS} chunks in a single operation. Please rearrange the data to reduce chunking."
        );
        return Err(ApiError::new("LIMIT_EXCEEDED", message));
    }
    Ok((records, all_or_none))
}

fn unreadable(what: &str) -> ApiError {
    ApiError::new("JSON_PARSER_ERROR", format!("{what} at [line:1, column:1]"))
}

fn typed(org: &Org, caller: Caller, record: Input) -> ApiResult<(ObjectNo, Members)> {
    let Input::Object(members) = record else {
        return Err(unreadable("Cannot deserialize SObject"));
    };
    let kind = members
        .get("attributes")
        .and_then(|a| a.get("type"))
        .and_then(Input::as_str);
    let Some(kind) = kind else {
        return Err(unreadable(
            "The type attribute of the sObject is required: attributes.type",
        ));
    };
    let known = org.data.schema.find(kind);
    let visible = known.filter(|no| org.permissions(caller.user).object(*no).read);
    let no = visible.ok_or_else(|| ApiError::unknown_object(kind))?;
    Ok((no, members))
}

/// Whether the org can't even read the record: then the whole request is refused,
/// because records are read before the first one is saved.
fn spoils_the_request(error: &ApiError) -> bool {
    matches!(error.code, "JSON_PARSER_ERROR" | "INVALID_FIELD") && error.fields.is_none()
}

fn each<T>(
    org: &mut Org,
    all_or_none: bool,
    items: &[T],
    save: impl Fn(&mut Org, &T) -> ApiResult<Saved>,
) -> ApiResult<Json> {
    let start = org.data.savepoint();
    let mut results = Vec::with_capacity(items.len());
    for item in items {
        let result = org.attempt(|org| save(org, item));
        if let Err(error) = &result
            && spoils_the_request(error)
        {
            org.data.roll_back(start);
            return Err(error.clone());
        }
        results.push(result);
    }
    let failed = results.iter().any(Result::is_err);
    if failed && all_or_none {
        org.data.roll_back(start);
    }
    let undone = failed && all_or_none;
    Ok(Json::Arr(
        results.iter().map(|result| row(result, undone)).collect(),
    ))
}

fn row(result: &ApiResult<Saved>, undone: bool) -> Json {
    let failure = |error: Json| obj! { "success" => false, "errors" => Json::Arr(vec![error]) };
    match result {
        Err(error) => failure(error.to_row()),
        Ok(_) if undone => {
            let message = "Record rolled back because not all records were valid and the request was using AllOrNone header";
            failure(ApiError::row("ALL_OR_NONE_OPERATION_ROLLED_BACK", message, &[]).to_row())
        }
        Ok(saved) => {
            let mut members: Vec<(Cow<'static, str>, Json)> = vec![
                ("id".into(), saved.id.into()),
                ("success".into(), true.into()),
                ("errors".into(), Json::Arr(Vec::new())),
            ];
            if let Some(created) = saved.created {
                members.push(("created".into(), created.into()));
            }
            Json::Obj(members)
        }
    }
}
