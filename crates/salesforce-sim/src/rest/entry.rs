//! Where a request enters: versions, session, limits.

use std::sync::Arc;

use axum::{
    Extension, Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
    routing::any,
};
use url::form_urlencoded;

use super::{Body, Call, Reply, dispatch};
use crate::{
    Sim,
    error::{ApiError, ApiResult},
    faults::CommitLater,
    json::{Json, obj},
    oauth,
    org::{Caller, Org, Trouble},
};

const LONGEST_URI: usize = 16_384;
const VERSIONS: std::ops::RangeInclusive<u32> = 51..=67;

/// The routes under `/services/data`.
pub(crate) fn routes() -> Router<Arc<Sim>> {
    Router::new()
        .route("/services/data", any(enter))
        .route("/services/data/", any(enter))
        .route("/services/data/{*rest}", any(enter))
}

async fn enter(
    State(sim): State<Arc<Sim>>,
    (method, uri, headers): (Method, Uri, HeaderMap),
    (later, trouble): (Option<Extension<CommitLater>>, Option<Extension<Trouble>>),
    body: Bytes,
) -> Response {
    let uri_length = uri.path_and_query().map_or(0, |p| p.as_str().len());
    if uri_length > LONGEST_URI {
        return too_long(StatusCode::URI_TOO_LONG, "URI Too Long");
    }
    let headers_length: usize = headers
        .iter()
        .map(|(n, v)| n.as_str().len() + v.len() + 4)
        .sum();
    if uri_length + headers_length > LONGEST_URI {
        return too_long(
            StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            "Request Header Fields Too Large",
        );
    }
    let path: Vec<String> = uri
        .path()
        .split('/')
        .skip(3)
        .filter(|part| !part.is_empty())
        .map(decode)
        .collect();
    if path.is_empty() {
        return respond(&Reply::json(200, versions()), None);
    }
    let query = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes())
        .into_owned()
        .collect();
    let trouble = trouble.map_or_else(Trouble::default, |Extension(trouble)| trouble);
    sim.with(|org, now| {
        let (reply, counted) = match admit(org, &headers, now) {
            Err(error) => (Reply::error(&error), false),
            Ok(caller) => {
                org.api_calls += 1;
                let caller = Caller { trouble, ..caller };
                let call = call(&method, path, query, &headers, body);
                if let Some(Extension(CommitLater(millis))) = later {
                    return carry_out_later(&sim, now, millis, caller, call);
                }
                (answer(org, caller, call), true)
            }
        };
        org.data.commit();
        let usage =
            counted.then(|| format!("api-usage={}/{}", org.api_calls, org.config.api_daily_limit));
        respond(&reply, usage.as_deref())
    })
}

/// The request was admitted when it came; nobody reads this answer.
fn carry_out_later(
    sim: &Sim,
    now: i64,
    millis: u64,
    caller: Caller,
    call: ApiResult<Call>,
) -> Response {
    let due = now.saturating_add_unsigned(millis);
    let work = move |org: &mut Org, now: i64| {
        answer(org, Caller { now, ..caller }, call);
        org.data.commit();
    };
    sim.later(due, Box::new(work));
    StatusCode::ACCEPTED.into_response()
}

fn answer(org: &mut Org, caller: Caller, call: ApiResult<Call>) -> Reply {
    match call {
        Ok(call) => dispatch(org, caller, &call),
        Err(error) => Reply::error(&error),
    }
}

/// Who asks, if the session is good and the org has calls left.
fn admit(org: &Org, headers: &HeaderMap, now: i64) -> ApiResult<Caller> {
    let expired = || ApiError::new("INVALID_SESSION_ID", "Session expired or invalid").status(401);
    let token = oauth::bearer(headers).ok_or_else(expired)?;
    let session = org.auth.session(&token, now).ok_or_else(expired)?;
    if !org.data.value(session.user, "IsActive").is_true() {
        return Err(expired());
    }
    if !session.allows("api") && !session.allows("web") {
        let message = "This session is not valid for use with the REST API";
        return Err(ApiError::new("INVALID_SESSION_ID", message).status(401));
    }
    if !org.permissions(session.user).api_enabled {
        return Err(
            ApiError::new("API_CURRENTLY_DISABLED", "API is disabled for this User").status(403),
        );
    }
    if org.api_calls >= org.config.api_daily_limit {
        return Err(
            ApiError::new("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.").status(403),
        );
    }
    Ok(Caller {
        user: session.user,
        now,
        allow_duplicates: allows_duplicates(headers),
        assigns_leads: assigns_leads(headers),
        trouble: Trouble::default(),
    })
}

/// Assignment rules are applied unless the request says no.
fn assigns_leads(headers: &HeaderMap) -> bool {
    let value = headers.get("sforce-auto-assign");
    let value = value.and_then(|value| value.to_str().ok());
    value.is_none_or(|value| !value.trim().eq_ignore_ascii_case("false"))
}

fn allows_duplicates(headers: &HeaderMap) -> bool {
    let value = headers
        .get("sforce-duplicate-rule-header")
        .and_then(|v| v.to_str().ok());
    value.is_some_and(|v| {
        v.split([';', ','])
            .filter_map(|pair| pair.split_once('='))
            .any(|(name, value)| {
                name.trim() == "allowSave" && value.trim().eq_ignore_ascii_case("true")
            })
    })
}

fn call(
    method: &Method,
    mut path: Vec<String>,
    query: Vec<(String, String)>,
    headers: &HeaderMap,
    body: Bytes,
) -> ApiResult<Call> {
    let version = version(&path.remove(0))?;
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default();
    if !body.is_empty() && !kind.to_ascii_lowercase().contains("json") {
        let message = format!("Content type '{kind}' not supported. Use application/json.");
        return Err(ApiError::new("UNSUPPORTED_MEDIA_TYPE", message).status(415));
    }
    let method = if method == Method::HEAD {
        Method::GET
    } else {
        method.clone()
    };
    Ok(Call {
        method: method.to_string(),
        version,
        path,
        query,
        body: Body::Raw(body.into()),
    })
}

/// The version in a path: `v67.0`.
pub(crate) fn version(part: &str) -> ApiResult<String> {
    let number = part.strip_prefix('v').and_then(|v| v.strip_suffix(".0"));
    let known = number
        .and_then(|n| n.parse().ok())
        .is_some_and(|n| VERSIONS.contains(&n));
    match number.filter(|_| known) {
        Some(number) => Ok(format!("{number}.0")),
        None => Err(ApiError::not_found()),
    }
}

/// A part of a path without its percent escapes.
pub(crate) fn decode(part: &str) -> String {
    // A plus is a plus in a path, and neither = nor & means anything.
    let source = part
        .replace('+', "%2B")
        .replace('&', "%26")
        .replace('=', "%3D");
    form_urlencoded::parse(source.as_bytes())
        .next()
        .map(|(name, _)| name.into_owned())
        .unwrap_or_default()
}

fn versions() -> Json {
    let releases = VERSIONS.map(|number| {
        let (season, year) = release(number);
        obj! {
            "label" => format!("{season} '{year}"),
            "url" => format!("/services/data/v{number}.0"),
            "version" => format!("{number}.0"),
        }
    });
    Json::Arr(releases.collect())
}

/// Three releases a year; v67 is Summer '26, and Winter carries the coming year.
fn release(number: u32) -> (&'static str, u32) {
    let since_spring_21 = number - 51;
    let season = ["Spring", "Summer", "Winter"][since_spring_21 as usize % 3];
    let year = 21 + since_spring_21 / 3 + u32::from(season == "Winter");
    (season, year)
}

fn too_long(status: StatusCode, text: &str) -> Response {
    let page = format!(
        "<h1>Bad Message {}</h1><pre>reason: {text}</pre>",
        status.as_u16()
    );
    (
        status,
        [(header::CONTENT_TYPE, "text/html;charset=iso-8859-1")],
        page,
    )
        .into_response()
}

fn respond(reply: &Reply, usage: Option<&str>) -> Response {
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = match &reply.body {
        Some(body) => (
            status,
            [(header::CONTENT_TYPE, "application/json;charset=UTF-8")],
            body.to_vec(),
        )
            .into_response(),
        None => status.into_response(),
    };
    let headers = response.headers_mut();
    let mut set = |name: &'static str, value: Option<&str>| {
        if let Some(value) = value.and_then(|v| HeaderValue::from_str(v).ok()) {
            headers.insert(HeaderName::from_static(name), value);
        }
    };
    set("sforce-limit-info", usage);
    set("location", reply.location.as_deref());
    response
}
