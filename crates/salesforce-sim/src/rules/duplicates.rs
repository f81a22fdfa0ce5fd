//! Duplicate rules: a new person with a known email address.

use crate::Id;
use crate::error::{ApiError, ApiResult};
use crate::json::{Json, obj};
use crate::org::{Caller, Org};
use crate::schema::ObjectNo;
use crate::store::Row;

/// What a duplicate rule does with a duplicate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DuplicateAction {
    /// Refuses it, whatever the request says.
    Block,
    /// Refuses it unless the request allows saving.
    Alert,
}

/// Applies the duplicate rule of the object, if it has one.
pub(crate) fn check(org: &Org, caller: Caller, no: ObjectNo, row: &Row) -> ApiResult<()> {
    let Some(action) = org.rules.duplicates.get(&no).copied() else {
        return Ok(());
    };
    if action == DuplicateAction::Alert && caller.allow_duplicates {
        return Ok(());
    }
    let matches = twins(org, no, row);
    if matches.is_empty() {
        return Ok(());
    }
    let mut error = ApiError::row("DUPLICATES_DETECTED", "Use one of these records?", &[]);
    error.fields = None;
    error.duplicates = Some(result(org.data.object(no).name, &matches, action));
    Err(error)
}

fn twins(org: &Org, no: ObjectNo, row: &Row) -> Vec<Id> {
    let (object, table) = (org.data.object(no), org.data.table(no));
    let by = if object.name == "Account" {
        "Name"
    } else {
        "Email"
    };
    let Some(field) = object.field_no(by) else {
        return Vec::new();
    };
    let Some(key) = row.get(field).key() else {
        return Vec::new();
    };
    let found = table.lookup(field, &key).unwrap_or_default().iter();
    found
        .map(|pos| table.row(*pos))
        .filter(|row| !org.data.is_deleted(no, row))
        .filter_map(|row| row.get(0).as_id())
        .collect()
}

fn result(object: &'static str, matches: &[Id], action: DuplicateAction) -> Json {
    let records: Vec<Json> = matches
        .iter()
        .map(|id| {
            obj! {
                "additionalInformation" => Json::Arr(Vec::new()),
                "fieldDiffs" => Json::Arr(Vec::new()),
                "matchConfidence" => 100.0,
                "record" => obj! {
                    "attributes" => obj! {
                        "type" => object,
                        "url" => format!("/services/data/v67.0/sobjects/{object}/{id}"),
                    },
                    "Id" => *id,
                },
            }
        })
        .collect();
    obj! {
        "allowSave" => action == DuplicateAction::Alert,
        "duplicateRule" => format!("Standard_{object}_Duplicate_Rule"),
        "duplicateRuleEntityType" => object,
        "errorMessage" => "Use one of these records?",
        "matchResults" => Json::Arr(vec![obj! {
            "entityType" => object,
            "errors" => Json::Arr(Vec::new()),
            "matchEngine" => "FuzzyMatchEngine",
            "matchRecords" => records,
            "rule" => format!("Standard_{object}_Match_Rule_v1_0"),
            "size" => matches.len(),
            "success" => true,
        }]),
    }
}
