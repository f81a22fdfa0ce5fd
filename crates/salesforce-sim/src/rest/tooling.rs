//! Queries of the Tooling API. Of all it offers, this org knows validation rules; about
//! anything else it answers that there is none, as tools ask whether the org has this or that.

use super::{Call, Reply, allow};
use crate::error::{ApiError, ApiResult};
use crate::json::{Json, obj};
use crate::org::{Caller, Org};

/// Runs the query of the parameter `q`.
pub(crate) fn query(org: &Org, caller: Caller, call: &Call) -> ApiResult<Reply> {
    allow(call, &["GET"])?;
    let text = call.param("q").unwrap_or_default();
    let records = if from(text).eq_ignore_ascii_case("ValidationRule") {
        validation_rules(org, caller)?
    } else {
        Vec::new()
    };
    let size = records.len();
    let body = obj! {
        "size" => size,
        "totalSize" => size,
        "done" => true,
        "queryLocator" => Json::Null,
        "entityTypeName" => Json::Null,
        "records" => Json::Arr(records),
    };
    Ok(Reply::json(200, body))
}

/// What the query asks about.
fn from(text: &str) -> &str {
    let mut words = text.split_whitespace();
    words
        .by_ref()
        .find(|word| word.eq_ignore_ascii_case("from"))
        .and_then(|_| words.next())
        .unwrap_or_default()
}

fn validation_rules(org: &Org, caller: Caller) -> ApiResult<Vec<Json>> {
    if !org.permissions(caller.user).views_setup {
        let message = "\nSELECT Id FROM ValidationRule\n               ^\nERROR at \
                       Row:1:Column:16\nsObject type 'ValidationRule' is not supported.";
        return Err(ApiError::new("INVALID_TYPE", message));
    }
    let rules = org.rules.validation_rules().iter().enumerate();
    let record = |(number, rule): (usize, &crate::rules::ValidationRule)| {
        let object = org.data.object(rule.object).name;
        obj! {
            "attributes" => obj! { "type" => "ValidationRule" },
            "Id" => format!("03d{number:012}AAA"),
            "ValidationName" => format!("Rule_{}", number + 1),
            "Active" => true,
            "ErrorMessage" => rule.message.clone(),
            "EntityDefinition" => obj! {
                "attributes" => obj! { "type" => "EntityDefinition" },
                "QualifiedApiName" => object,
            },
        }
    };
    Ok(rules.map(record).collect())
}
