//! Several requests in one.

use std::collections::HashSet;

use serde::Deserialize;
use serde_json::Value as Input;
use url::form_urlencoded;

use super::{Body, Call, Reply, allow, dispatch, entry};
use crate::{
    error::{ApiError, ApiResult},
    json::{Json, obj},
    org::{Caller, Org},
};

const MOST: usize = 25;
const MOST_QUERIES: usize = 5;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Composite {
    #[serde(default)]
    all_or_none: bool,
    #[serde(default, rename = "collateSubrequests")]
    _collate_subrequests: Option<bool>,
    #[serde(rename = "compositeRequest")]
    requests: Vec<Subrequest>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Subrequest {
    method: String,
    url: String,
    reference_id: String,
    #[serde(default)]
    body: Option<Input>,
    #[serde(default)]
    http_headers: Option<std::collections::HashMap<String, String>>,
}

/// `POST /composite`.
pub(crate) fn composite(org: &mut Org, caller: Caller, call: &Call) -> ApiResult<Reply> {
    allow(call, &["POST"])?;
    let request: Composite = serde_json::from_value(call.json()?)
        .map_err(|e| ApiError::new("JSON_PARSER_ERROR", format!("{e} at [line:1, column:1]")))?;
    check(&request.requests)?;
    let start = org.data.savepoint();
    let mut done: Vec<(String, Reply)> = Vec::new();
    for subrequest in &request.requests {
        let reply = if request.all_or_none && done.iter().any(|(_, reply)| reply.failed()) {
            halted()
        } else {
            run(org, caller, subrequest, &done)
        };
        done.push((subrequest.reference_id.clone(), reply));
    }
    let first_failed = done.iter().position(|(_, reply)| reply.failed());
    if let Some(culprit) = first_failed.filter(|_| request.all_or_none) {
        org.data.roll_back(start);
        for (at, (_, reply)) in done.iter_mut().enumerate() {
            if at != culprit {
                *reply = halted();
            }
        }
    }
    let answers = done
        .into_iter()
        .map(|(name, reply)| wrap(name, reply))
        .collect();
    Ok(Reply::json(
        200,
        obj! { "compositeResponse" => Json::Arr(answers) },
    ))
}

fn check(requests: &[Subrequest]) -> ApiResult<()> {
    if requests.len() > MOST {
        let message =
            format!("Cannot have more than {MOST} subrequests in a single composite request");
        return Err(ApiError::new("LIMIT_EXCEEDED", message));
    }
    let heavy = requests
        .iter()
        .filter(|r| is_query_or_collection(&r.url))
        .count();
    if heavy > MOST_QUERIES {
        let message = format!(
            "Cannot have more than {MOST_QUERIES} query or sObject collection operations in a single composite request"
        );
        return Err(ApiError::new("LIMIT_EXCEEDED", message));
    }
    let mut seen = HashSet::new();
    for request in requests {
        let id = &request.reference_id;
        let well_formed = !id.is_empty()
            && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
            && !id.starts_with(|c: char| c.is_ascii_digit());
        if !well_formed {
            let message = format!(
                "Invalid reference id '{id}': use letters, digits and underscores, and begin with a letter"
            );
            return Err(ApiError::new("INVALID_INPUT", message));
        }
        if !seen.insert(id) {
            let message = format!("Duplicate ReferenceId provided in the request: {id}");
            return Err(ApiError::new("INVALID_INPUT", message));
        }
    }
    Ok(())
}

fn is_query_or_collection(url: &str) -> bool {
    let path = url.split('?').next().unwrap_or_default();
    let parts: Vec<&str> = path.split('/').filter(|p| !p.is_empty()).skip(3).collect();
    matches!(
        parts.as_slice(),
        ["query" | "queryAll", ..] | ["composite", "sobjects", ..]
    )
}

fn run(org: &mut Org, caller: Caller, request: &Subrequest, done: &[(String, Reply)]) -> Reply {
    match prepare(request, done) {
        Err(error) => Reply::error(&error),
        Ok(call) => {
            let caller = Caller {
                allow_duplicates: caller.allow_duplicates || allows_duplicates(request),
                assigns_leads: caller.assigns_leads && !forbids_assignment(request),
                ..caller
            };
            dispatch(org, caller, &call)
        }
    }
}

fn forbids_assignment(request: &Subrequest) -> bool {
    let headers = request.http_headers.iter().flatten();
    headers
        .filter(|(name, _)| name.eq_ignore_ascii_case("Sforce-Auto-Assign"))
        .any(|(_, value)| value.trim().eq_ignore_ascii_case("false"))
}

fn allows_duplicates(request: &Subrequest) -> bool {
    let headers = request.http_headers.iter().flatten();
    headers
        .filter(|(name, _)| name.eq_ignore_ascii_case("Sforce-Duplicate-Rule-Header"))
        .any(|(_, value)| {
            value
                .replace(' ', "")
                .to_lowercase()
                .contains("allowsave=true")
        })
}

fn prepare(request: &Subrequest, done: &[(String, Reply)]) -> ApiResult<Call> {
    let url = resolve(&request.url, done)?;
    let (path, query) = url.split_once('?').unwrap_or((&url, ""));
    let mut path: Vec<String> = path
        .split('/')
        .filter(|part| !part.is_empty())
        .map(entry::decode)
        .collect();
    let prefixed = path.len() > 3 && path[0] == "services" && path[1] == "data";
    if !prefixed || path.get(3..) == Some(&["composite".to_owned()]) {
        return Err(ApiError::not_found());
    }
    let version = entry::version(&path[2])?;
    path.drain(..3);
    let mut body = request.body.clone().unwrap_or(Input::Null);
    resolve_all(&mut body, done)?;
    Ok(Call {
        method: request.method.to_uppercase(),
        version,
        path,
        query: form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect(),
        body: if body.is_null() {
            Body::Raw(Vec::new())
        } else {
            Body::Parsed(body)
        },
    })
}

fn resolve_all(value: &mut Input, done: &[(String, Reply)]) -> ApiResult<()> {
    match value {
        Input::String(text) if text.contains("@{") => {
            *text = resolve(text, done)?;
            Ok(())
        }
        Input::Array(items) => items
            .iter_mut()
            .try_for_each(|item| resolve_all(item, done)),
        Input::Object(members) => members
            .values_mut()
            .try_for_each(|item| resolve_all(item, done)),
        _ => Ok(()),
    }
}

/// Puts results of earlier subrequests in the place of `@{reference.path}`.
fn resolve(text: &str, done: &[(String, Reply)]) -> ApiResult<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("@{") {
        let Some((expression, tail)) = after.split_once('}') else {
            break;
        };
        out.push_str(before);
        out.push_str(&lookup(expression, done)?);
        rest = tail;
    }
    out.push_str(rest);
    Ok(out)
}

fn lookup(expression: &str, done: &[(String, Reply)]) -> ApiResult<String> {
    let path = expression.replace('[', ".").replace(']', "");
    let mut parts = path.split('.');
    let name = parts.next().unwrap_or_default();
    let missing = || {
        let message =
            format!("Invalid reference specified. No value for {expression} found in {name}");
        ApiError::new("PROCESSING_HALTED", message)
    };
    let (_, reply) = done.iter().find(|(id, _)| id == name).ok_or_else(missing)?;
    let body = reply
        .body
        .as_ref()
        .filter(|_| !reply.failed())
        .ok_or_else(missing)?;
    let value = parts
        .try_fold(body, |value, key| value.get(key))
        .ok_or_else(missing)?;
    match value {
        Json::Str(text) => Ok(text.to_string()),
        Json::Int(number) => Ok(number.to_string()),
        Json::Num(number) => Ok(number.to_string()),
        Json::Bool(flag) => Ok(flag.to_string()),
        _ => Err(missing()),
    }
}

fn halted() -> Reply {
    let message =
        "The transaction was rolled back since another operation in the same transaction failed.";
    Reply::error(&ApiError::new("PROCESSING_HALTED", message))
}

fn wrap(name: String, reply: Reply) -> Json {
    let headers = match reply.location {
        Some(location) => obj! { "Location" => location },
        None => Json::Obj(Vec::new()),
    };
    obj! {
        "body" => reply.body,
        "httpHeaders" => headers,
        "httpStatusCode" => reply.status,
        "referenceId" => name,
    }
}
