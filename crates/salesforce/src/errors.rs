//! What can come of a call, and of each row in it.

use std::time::Duration;

use salesforce_records::candidates::RecordId;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// An error as Salesforce words it (REST API Developer Guide, Status Codes and Error
/// Responses). What to do about each code is the caller's to decide.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct ApiError {
    /// `errorCode`, or `statusCode` in the rows of a collections call. This client's own
    /// are `REDIRECTED` for a redirect that was not followed, `HTTP_` with the status for
    /// an answer that explains nothing, and, in a row for which its call failed,
    /// `NOT_SENT`, `TRY_LATER` and `REQUEST_TOO_LONG`.
    pub code: String,
    /// Salesforce's explanation, with the name of the duplicate rule where the answer has
    /// it; empty where there is none.
    pub message: String,
    /// API names of the fields concerned; empty where the error isn't about fields.
    pub fields: Vec<String>,
    /// The records that are in the way: of `DUPLICATES_DETECTED` and `DUPLICATE_VALUE`.
    pub duplicate_ids: Vec<RecordId>,
}

impl std::fmt::Display for ApiError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}

/// Why a call has no answer to work with.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum CallError {
    /// No connection came about, or it broke before the request had left as a
    /// whole, so nothing was done: safe to repeat.
    #[error("Salesforce could not be reached: {0}")]
    NotSent(String),
    /// The guard of a write said no before it was complete: nothing was sent, or
    /// not enough of it for the org to do anything.
    #[error("nothing was sent to Salesforce")]
    Withheld,
    /// A write was sent and nobody knows whether it was done: never to be
    /// repeated blindly.
    #[error("Salesforce may or may not have done it: {message}")]
    Unknown {
        /// What happened instead of a usable answer.
        message: String,
        /// Whether the org itself had begun to answer, so that it is no longer at work on
        /// the write; a 408 and a gateway's 502 or 504 don't count.
        answered: bool,
    },
    /// The access token has ended: refresh it once and repeat.
    #[error("the Salesforce session has expired")]
    SessionExpired,
    /// The call as a whole was refused, with the HTTP status.
    #[error("Salesforce refused: {0} (HTTP {1})")]
    Refused(ApiError, u16),
    /// Nothing was done; asking again later is safe.
    #[error("Salesforce asks to try again later: {message}")]
    Retry {
        /// What happened, or what Salesforce said.
        message: String,
        /// How long to wait at least, from the header `Retry-After` in seconds; `None`
        /// where the answer has none. Salesforce documents none.
        retry_after: Option<Duration>,
    },
    /// HTTP 413, 414 or 431: ask in smaller parts.
    #[error("the request was too long for Salesforce")]
    TooLong,
    /// A success whose content isn't what was promised; only of a read.
    #[error("Salesforce's answer could not be read: {0}")]
    Unreadable(String),
}

impl CallError {
    /// The same for one row, where earlier rows of the work were already done
    /// and the rest is reported row by row.
    pub(super) fn into_row(self) -> RowOutcome {
        let failed = |code: &str, message: String| {
            RowOutcome::Failed(ApiError {
                code: code.to_owned(),
                message,
                ..ApiError::default()
            })
        };
        let message = self.to_string();
        match self {
            Self::Unknown { message, .. } | Self::Unreadable(message) => {
                RowOutcome::Unknown(message)
            }
            Self::Refused(error, _) => RowOutcome::Failed(error),
            Self::SessionExpired => failed("INVALID_SESSION_ID", message),
            Self::NotSent(_) | Self::Withheld => failed("NOT_SENT", message),
            Self::Retry { .. } => failed("TRY_LATER", message),
            Self::TooLong => failed("REQUEST_TOO_LONG", message),
        }
    }
}

/// What came of one row of a write.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RowOutcome {
    /// The row was written; the id is the record's.
    Created(RecordId),
    /// This row was not written: Salesforce refused it, or its call was refused or not sent
    /// (see [`ApiError::code`]). Other rows may have been written.
    Failed(ApiError),
    /// Not written, only because another row of its group failed.
    RolledBack,
    /// Nobody knows whether this row was written; the text says why.
    Unknown(String),
}

/// The errors in an answer's body: an array of them, a single object, or
/// nothing readable at all (HTML, an empty body).
pub(super) fn read_errors(body: &[u8]) -> Vec<ApiError> {
    serde_json::from_slice::<Value>(body)
        .map(|value| errors_in(&value))
        .unwrap_or_default()
}

/// As `read_errors`, of a body that is JSON.
pub(super) fn errors_in(value: &Value) -> Vec<ApiError> {
    match value {
        Value::Array(all) => all.iter().filter_map(one_error).collect(),
        other => one_error(other).into_iter().collect(),
    }
}

fn one_error(value: &Value) -> Option<ApiError> {
    let text = |keys: &[&str]| keys.iter().find_map(|key| value.get(key)?.as_str());
    let code = text(&["errorCode", "statusCode", "error"])?.to_owned();
    let message = text(&["message", "error_description"]).unwrap_or_default();
    let message = match duplicate_rule(value) {
        Some(rule) => format!("{message} (duplicate rule “{rule}”)"),
        None => message.to_owned(),
    };
    let fields = value.get("fields").and_then(Value::as_array);
    let fields = fields.into_iter().flatten().filter_map(Value::as_str);
    Some(ApiError {
        fields: fields.map(str::to_owned).collect(),
        duplicate_ids: duplicates(value, &code, &message),
        code,
        message,
    })
}

/// Real orgs write `duplicateResut`; the documentation writes `duplicateResult`.
fn duplicate_result(value: &Value) -> Option<&Value> {
    let keys = ["duplicateResult", "duplicateResut"];
    keys.iter().find_map(|key| value.get(key))
}

/// The duplicate rule that was in the way, where the answer names it.
fn duplicate_rule(value: &Value) -> Option<&str> {
    duplicate_result(value)?.get("duplicateRule")?.as_str()
}

fn duplicates(value: &Value, code: &str, message: &str) -> Vec<RecordId> {
    if let Some(result) = duplicate_result(value) {
        let all = |value: &Value, key| value.get(key).and_then(Value::as_array).cloned();
        return all(result, "matchResults")
            .into_iter()
            .flatten()
            .flat_map(|found| all(&found, "matchRecords").unwrap_or_default())
            .filter_map(|found| Some(RecordId::new(found.pointer("/record/Id")?.as_str()?)))
            .collect();
    }
    if code != "DUPLICATE_VALUE" {
        return Vec::new();
    }
    message
        .rsplit_once("record with id: ")
        .map(|(_, id)| id.trim_matches(|c: char| !c.is_ascii_alphanumeric()))
        .filter(|id| matches!(id.len(), 15 | 18))
        .map(|id| vec![RecordId::new(id)])
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(value: &Value) -> Vec<ApiError> {
        read_errors(value.to_string().as_bytes())
    }

    #[test]
    fn an_array_a_bare_object_and_a_row_say_the_same() {
        let array = json!([{"message": "m", "errorCode": "C", "fields": ["LastName"]}]);
        let object = json!({"message": "m", "errorCode": "C", "fields": ["LastName"]});
        let row = json!([{"message": "m", "statusCode": "C", "fields": ["LastName"]}]);
        assert_eq!(read(&array), read(&object));
        assert_eq!(read(&array), read(&row));
        assert_eq!(read(&array)[0].fields, ["LastName"]);
    }

    #[test]
    fn what_is_not_an_error_is_none() {
        for body in ["", "<html>503</html>", "[]", "{}", "null", "[1]", "\"x\""] {
            assert_eq!(read_errors(body.as_bytes()), [], "{body}");
        }
    }

    #[test]
    fn the_duplicates_are_read_in_both_spellings() {
        for key in ["duplicateResult", "duplicateResut"] {
            let body = json!([{
                "errorCode": "DUPLICATES_DETECTED",
                "message": "Use one of these records?",
                key: {"matchResults": [{"matchRecords": [
                    {"record": {"attributes": {"type": "Contact"}, "Id": "003000000000001AAA"}},
                    {"record": {"Id": "003000000000002AAA"}},
                    {"record": {}}
                ]}]}
            }]);
            let ids: Vec<_> = read(&body)[0]
                .duplicate_ids
                .iter()
                .map(|id| id.as_str().to_owned())
                .collect();
            assert_eq!(ids, ["003000000000001AAA", "003000000000002AAA"], "{key}");
        }
    }

    #[test]
    fn a_duplicate_rule_is_named_where_the_answer_does() {
        let error = |result: &Value| {
            let body = json!([{"errorCode": "DUPLICATES_DETECTED",
                               "message": "Use one of these records?", "duplicateResult": result}]);
            read(&body)[0].message.clone()
        };
        assert_eq!(
            error(&json!({"duplicateRule": "Standard_Lead_Duplicate_Rule"})),
            "Use one of these records? (duplicate rule “Standard_Lead_Duplicate_Rule”)"
        );
        assert_eq!(error(&json!({})), "Use one of these records?");
    }

    #[test]
    fn a_duplicate_value_names_its_record() {
        let message =
            "duplicate value found: Ext__c duplicates value on record with id: a0500000000001x";
        let error = &read(&json!([{"errorCode": "DUPLICATE_VALUE", "message": message}]))[0];
        assert_eq!(error.duplicate_ids, [RecordId::new("a0500000000001x")]);
        let vague = &read(&json!([{"errorCode": "DUPLICATE_VALUE", "message": "no id here"}]))[0];
        assert_eq!(vague.duplicate_ids, []);
    }
}
