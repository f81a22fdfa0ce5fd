//! Queries over HTTP.

use super::{Call, Reply, allow};
use crate::{
    error::{ApiError, ApiResult},
    org::{Caller, Org},
    soql,
};

/// Runs the query of the parameter `q`.
pub(crate) fn query(org: &mut Org, caller: Caller, call: &Call, all: bool) -> ApiResult<Reply> {
    allow(call, &["GET"])?;
    if caller.trouble.slow_queries {
        let message = "Your query request was running for too long.";
        return Err(ApiError::new("QUERY_TIMEOUT", message));
    }
    let missing = || ApiError::new("MALFORMED_QUERY", "A query string has to be specified");
    let text = call
        .param("q")
        .filter(|q| !q.trim().is_empty())
        .ok_or_else(missing)?;
    let found = soql::run(org, caller, text, all)?;
    let body = if call.param("columns") == Some("true") {
        soql::column_metadata(org, &found)
    } else {
        soql::page(org, caller, &call.version, found)
    };
    Ok(Reply::json(200, body))
}

/// A later page.
pub(crate) fn next(org: &Org, caller: Caller, call: &Call, locator: &str) -> ApiResult<Reply> {
    allow(call, &["GET"])?;
    soql::more(org, caller, &call.version, locator).map(|body| Reply::json(200, body))
}
