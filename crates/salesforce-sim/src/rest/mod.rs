//! The REST API.

mod collections;
mod composite;
mod entry;
mod query;
mod reply;
mod resources;
mod sobject;
mod tooling;

use serde_json::Value as Input;

pub(crate) use entry::routes;
pub(crate) use reply::Reply;

use crate::{
    error::{ApiError, ApiResult},
    org::{Caller, Org},
};

/// A request to one resource, alone or inside a composite.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    /// `GET`, `POST`, `PATCH` or `DELETE`.
    pub method: String,
    /// The API version, such as `67.0`.
    pub version: String,
    /// The parts of the path behind the version.
    pub path: Vec<String>,
    /// The parameters.
    pub query: Vec<(String, String)>,
    /// The body.
    pub body: Body,
}

/// A body as it came.
#[derive(Debug, Clone)]
pub(crate) enum Body {
    /// Bytes not yet read as JSON.
    Raw(Vec<u8>),
    /// The body of a subrequest.
    Parsed(Input),
}

impl Call {
    /// A parameter.
    pub(crate) fn param(&self, name: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, v)| v.as_str())
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> ApiResult<Input> {
        match &self.body {
            Body::Parsed(value) => Ok(value.clone()),
            Body::Raw(bytes) => serde_json::from_slice(bytes).map_err(|e| unreadable(bytes, &e)),
        }
    }

    /// The body as a JSON object.
    pub(crate) fn object(&self) -> ApiResult<serde_json::Map<String, Input>> {
        match self.json()? {
            Input::Object(members) => Ok(members),
            other => Err(ApiError::new(
                "JSON_PARSER_ERROR",
                format!(
                    "Can not deserialize SObject out of {} token at [line:1, column:1]",
                    token(&other)
                ),
            )),
        }
    }
}

fn token(value: &Input) -> &'static str {
    match value {
        Input::Array(_) => "START_ARRAY",
        Input::String(_) => "VALUE_STRING",
        Input::Number(_) => "VALUE_NUMBER_INT",
        Input::Bool(_) => "VALUE_TRUE",
        Input::Null => "VALUE_NULL",
        Input::Object(_) => "START_OBJECT",
    }
}

fn unreadable(bytes: &[u8], error: &serde_json::Error) -> ApiError {
    let (line, column) = (error.line(), error.column());
    let text = if bytes.iter().all(u8::is_ascii_whitespace) {
        "The HTTP entity body is required, but this request has no entity body.".to_owned()
    } else if error.is_eof() {
        format!(
            "Unexpected end-of-input: was expecting closing marker at [line:{line}, column:{column}]"
        )
    } else {
        let culprit = std::str::from_utf8(bytes)
            .ok()
            .and_then(|s| {
                s.lines()
                    .nth(line.saturating_sub(1))?
                    .chars()
                    .nth(column.saturating_sub(1))
            })
            .unwrap_or('?');
        format!(
            "Unexpected character ('{culprit}' (code {})) at [line:{line}, column:{column}]",
            u32::from(culprit)
        )
    };
    ApiError::new("JSON_PARSER_ERROR", text)
}

/// Carries out a request.
pub(crate) fn dispatch(org: &mut Org, caller: Caller, call: &Call) -> Reply {
    let path: Vec<&str> = call.path.iter().map(String::as_str).collect();
    let result = match path.as_slice() {
        [] => resources::list(org, caller, call),
        ["limits"] => resources::limits(org, caller, call),
        ["query"] => query::query(org, caller, call, false),
        ["queryAll"] => query::query(org, caller, call, true),
        ["query" | "queryAll", locator] => query::next(org, caller, call, locator),
        ["tooling", "query"] => tooling::query(org, caller, call),
        ["sobjects"] => resources::sobjects(org, caller, call),
        ["sobjects", object] => sobject::object(org, caller, call, object),
        ["sobjects", object, "describe"] => resources::describe(org, caller, call, object),
        ["sobjects", object, id] => sobject::record(org, caller, call, object, id),
        ["sobjects", object, field, value] => {
            sobject::by_key(org, caller, call, object, field, value)
        }
        ["composite"] => composite::composite(org, caller, call),
        ["composite", "sobjects"] => collections::collection(org, caller, call),
        ["composite", "sobjects", object, field] => {
            collections::upsert(org, caller, call, object, field)
        }
        _ => Err(ApiError::not_found()),
    };
    result.unwrap_or_else(|error| Reply::error(&error))
}

/// Refuses methods the resource doesn't have.
fn allow(call: &Call, methods: &[&str]) -> ApiResult<()> {
    if methods.contains(&call.method.as_str()) {
        return Ok(());
    }
    let message = format!(
        "HTTP Method '{}' not allowed. Allowed are {}",
        call.method,
        methods.join(",")
    );
    Err(ApiError::new("METHOD_NOT_ALLOWED", message).status(405))
}
