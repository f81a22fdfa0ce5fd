//! What the org says about itself.

use super::{Call, Reply, allow};
use crate::{
    error::{ApiError, ApiResult},
    json::{Json, obj},
    org::{Caller, Org},
    schema::{ObjectNo, describe as schema},
};

/// Data storage of the org.
pub(crate) const STORAGE_MB: u64 = 10_240;

/// The resources of a version.
pub(crate) fn list(org: &Org, caller: Caller, call: &Call) -> ApiResult<Reply> {
    allow(call, &["GET"])?;
    let base = format!("/services/data/v{}", call.version);
    let body = obj! {
        "sobjects" => format!("{base}/sobjects"),
        "query" => format!("{base}/query"),
        "queryAll" => format!("{base}/queryAll"),
        "composite" => format!("{base}/composite"),
        "limits" => format!("{base}/limits"),
        "identity" => format!("{}/id/{}/{}", org.config.base_url, org.id, caller.user),
    };
    Ok(Reply::json(200, body))
}

/// What is left of the limits.
pub(crate) fn limits(org: &Org, caller: Caller, call: &Call) -> ApiResult<Reply> {
    allow(call, &["GET"])?;
    if !org.permissions(caller.user).views_setup {
        let message = "The user doesn't have the View Setup and Configuration permission";
        return Err(ApiError::new("INSUFFICIENT_ACCESS", message).status(403));
    }
    let limit = |max: u64, used: u64| {
        obj! { "Max" => max.cast_signed(), "Remaining" => max.saturating_sub(used).cast_signed() }
    };
    let body = obj! {
        "ConcurrentAsyncGetReportInstances" => limit(200, 0),
        "DailyApiRequests" => limit(org.config.api_daily_limit, org.api_calls),
        "DailyBulkApiBatches" => limit(15_000, 0),
        "DataStorageMB" => limit(STORAGE_MB, org.storage_used_mb()),
        "FileStorageMB" => limit(10_240, 0),
    };
    Ok(Reply::json(200, body))
}

/// The objects the user may see.
pub(crate) fn sobjects(org: &Org, caller: Caller, call: &Call) -> ApiResult<Reply> {
    allow(call, &["GET"])?;
    let permissions = org.permissions(caller.user);
    let visible = org.data.schema.objects.iter().enumerate();
    let objects: Vec<Json> = visible
        .filter(|(no, _)| permissions.object(*no).read)
        .map(|(_, object)| schema::summary(object, &call.version))
        .collect();
    let body = obj! { "encoding" => "UTF-8", "maxBatchSize" => 200i64, "sobjects" => objects };
    Ok(Reply::json(200, body))
}

/// Everything about an object that the user may see.
pub(crate) fn describe(org: &Org, caller: Caller, call: &Call, name: &str) -> ApiResult<Reply> {
    allow(call, &["GET"])?;
    let no = visible_object(org, caller, name)?;
    let permissions = org.permissions(caller.user);
    let access = permissions.object(no);
    let body = schema::full(
        org.data.object(no),
        &call.version,
        |field| permissions.sees(no, field),
        |field| permissions.edits(no, field),
    );
    Ok(Reply::json(200, restrict(body, access)))
}

fn restrict(body: Json, access: crate::ObjectAccess) -> Json {
    let Json::Obj(members) = body else {
        return body;
    };
    let narrow = |name: &str, value: Json| match name {
        "createable" => Json::Bool(value == Json::Bool(true) && access.create),
        "updateable" => Json::Bool(value == Json::Bool(true) && access.edit),
        "deletable" => Json::Bool(value == Json::Bool(true) && access.delete),
        _ => value,
    };
    let narrowed = members.into_iter().map(|(name, value)| {
        let value = narrow(&name, value);
        (name, value)
    });
    Json::Obj(narrowed.collect())
}

/// The number of an object that the user may see; otherwise 404.
pub(crate) fn visible_object(org: &Org, caller: Caller, name: &str) -> ApiResult<ObjectNo> {
    let known = org.data.schema.find(name);
    known
        .filter(|no| org.permissions(caller.user).object(*no).read)
        .ok_or_else(ApiError::not_found)
}
