//! A write of which the org refuses one row: the row is taken out of what the org gets,
//! and its refusal is put into the answer at its place.

use bytes::Bytes;
use salesforce::{OutgoingRequest, Reply};
use serde_json::{Value, json};

/// Asks for all rows but one. `ask` gives a body to the org.
pub fn refuse_row(
    row: usize,
    code: &str,
    request: &OutgoingRequest,
    ask: &dyn Fn(Bytes) -> Reply,
) -> Reply {
    let body = request.body.clone().unwrap_or_default();
    let Ok(mut json) = serde_json::from_slice::<Value>(&body) else {
        return ask(body);
    };
    let message = "refused by the simulation";
    let all_or_none = json["allOrNone"] == true;
    if let Some(rows) = rows(&mut json, "/records") {
        let at = row % rows.len();
        if all_or_none {
            return rolled_back(rows.len(), at, code);
        }
        rows.remove(at);
        let others = if rows.is_empty() {
            empty("[]")
        } else {
            ask(json.to_string().into())
        };
        let error = json!({"statusCode": code, "message": message, "fields": []});
        return with(others, "", at, json!({"success": false, "errors": [error]}));
    }
    if let Some(rows) = rows(&mut json, "/compositeRequest") {
        let at = row % rows.len();
        let taken = rows.remove(at);
        let others = if rows.is_empty() {
            empty("{\"compositeResponse\":[]}")
        } else {
            ask(json.to_string().into())
        };
        let error = json!({"errorCode": code, "message": message, "fields": []});
        let refused = json!({
            "body": [error], "httpHeaders": {}, "httpStatusCode": 400,
            "referenceId": taken["referenceId"],
        });
        return with(others, "/compositeResponse", at, refused);
    }
    ask(body)
}

/// With one row refused, all the others of an allOrNone collection are taken back.
fn rolled_back(rows: usize, refused: usize, code: &str) -> Reply {
    let row = |at| {
        let code = if at == refused {
            code
        } else {
            "ALL_OR_NONE_OPERATION_ROLLED_BACK"
        };
        let message = "refused by the simulation";
        let error = json!({"statusCode": code, "message": message, "fields": []});
        json!({"success": false, "errors": [error]})
    };
    let rows: Vec<Value> = (0..rows).map(row).collect();
    empty(&Value::from(rows).to_string())
}

fn rows<'a>(body: &'a mut Value, at: &str) -> Option<&'a mut Vec<Value>> {
    let rows = body.pointer_mut(at)?.as_array_mut()?;
    (!rows.is_empty()).then_some(rows)
}

fn empty(body: &str) -> Reply {
    Reply {
        status: 200,
        headers: reqwest::header::HeaderMap::new(),
        body: body.as_bytes().to_vec(),
    }
}

/// The answer with one more row. One that failed as a whole stays as it is.
fn with(mut reply: Reply, rows_at: &str, at: usize, row: Value) -> Reply {
    if let Ok(mut body) = serde_json::from_slice::<Value>(&reply.body)
        && let Some(rows) = body.pointer_mut(rows_at).and_then(Value::as_array_mut)
        && reply.status == 200
    {
        rows.insert(at.min(rows.len()), row);
        reply.body = body.to_string().into_bytes();
    }
    reply
}
