//! What became of each row of a write.

use salesforce_records::candidates::RecordId;
use serde_json::Value;

use super::composite::SubAnswer;
use super::errors::{RowOutcome, errors_in};
use super::status::Effect;

/// The outcomes of one part of a composite call.
pub(super) fn sub_outcomes(answer: Option<SubAnswer>, asked: usize) -> Vec<RowOutcome> {
    let Some(answer) = answer else {
        let lost = "the answer didn't mention this part of the batch".to_owned();
        return vec![RowOutcome::Unknown(lost); asked];
    };
    match answer.judge(Effect::Write) {
        Ok(()) => outcomes(&answer.body, asked),
        Err(error) => vec![error.into_row(); asked],
    }
}

/// One outcome for each row that was sent. With fewer or more rows than that
/// nobody can say which is which.
pub(super) fn outcomes(body: &Value, asked: usize) -> Vec<RowOutcome> {
    match body.as_array() {
        Some(rows) if rows.len() == asked => rows.iter().map(row_outcome).collect(),
        rows => {
            let got = rows.map_or(0, Vec::len);
            let lost = format!("{asked} rows were sent and {got} came back");
            vec![RowOutcome::Unknown(lost); asked]
        }
    }
}

/// What became of one record.
pub(super) fn row_outcome(row: &Value) -> RowOutcome {
    let id = row.get("id").and_then(Value::as_str);
    match (row.get("success").and_then(Value::as_bool), id) {
        (Some(true), Some(id)) => RowOutcome::Created(RecordId::new(id)),
        (Some(false), _) => {
            let errors = errors_in(row.get("errors").unwrap_or(&Value::Null));
            match errors.into_iter().next() {
                Some(error) if is_rolled_back(&error.code) => RowOutcome::RolledBack,
                Some(error) => RowOutcome::Failed(error),
                None => RowOutcome::Unknown("it failed without an explanation".to_owned()),
            }
        }
        _ => RowOutcome::Unknown("the row says neither success nor failure".to_owned()),
    }
}

/// How Salesforce says that a row was undone because another one failed.
fn is_rolled_back(code: &str) -> bool {
    matches!(
        code,
        "ALL_OR_NONE_OPERATION_ROLLED_BACK" | "PROCESSING_HALTED"
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_row_has_its_outcome() {
        let body = json!([
            {"id": "00TA", "success": true, "errors": []},
            {"success": false, "errors": [
                {"statusCode": "UNABLE_TO_LOCK_ROW", "message": "m", "fields": []}]},
            {"success": false, "errors": []},
            {"success": true},
            {"success": false, "errors": [
                {"statusCode": "ALL_OR_NONE_OPERATION_ROLLED_BACK", "message": "m"}]}
        ]);
        let outcomes = outcomes(&body, 5);
        assert_eq!(outcomes[0], RowOutcome::Created(RecordId::new("00TA")));
        assert!(matches!(&outcomes[1], RowOutcome::Failed(e) if e.code == "UNABLE_TO_LOCK_ROW"));
        assert!(matches!(outcomes[2], RowOutcome::Unknown(_)));
        assert!(matches!(outcomes[3], RowOutcome::Unknown(_)));
        assert_eq!(outcomes[4], RowOutcome::RolledBack);
    }

    #[test]
    fn with_rows_missing_no_row_is_known() {
        let body = json!([{"id": "00TA", "success": true, "errors": []}]);
        for (body, asked) in [
            (&body, 2),
            (&json!([]), 1),
            (&json!({}), 3),
            (&json!(null), 1),
        ] {
            let outcomes = outcomes(body, asked);
            assert_eq!(outcomes.len(), asked);
            assert!(
                outcomes
                    .iter()
                    .all(|one| matches!(one, RowOutcome::Unknown(_)))
            );
        }
    }
}
