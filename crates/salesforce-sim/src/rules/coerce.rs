//! From JSON to a field's value: types, lengths, formats.

use jiff::{Timestamp, civil::Date};
use serde_json::Value as Input;

use crate::Id;
use crate::error::{ApiError, ApiResult};
use crate::schema::{Field, Kind};
use crate::store::Value;

/// The value of `field` that the request gives as `input`.
pub(crate) fn coerce(field: &Field, input: &Input) -> ApiResult<Value> {
    match (field.kind, input) {
        (Kind::Bool, Input::Null) => Err(wrong_type(field, input)),
        (_, Input::Null) => Ok(Value::Null),
        (Kind::Bool, Input::Bool(v)) => Ok(Value::Bool(*v)),
        (Kind::Int, Input::Number(n)) if n.is_i64() => Ok(Value::Num(n.as_f64().unwrap_or(0.0))),
        (Kind::Double | Kind::Currency, Input::Number(n)) => {
            Ok(Value::Num(n.as_f64().unwrap_or(0.0)))
        }
        (Kind::Date, Input::String(s)) => date(s).ok_or_else(|| wrong_type(field, input)),
        (Kind::DateTime, Input::String(s)) => moment(s).ok_or_else(|| wrong_type(field, input)),
        (Kind::Reference | Kind::Id, Input::String(s)) => reference(field, s),
        (Kind::Email, Input::String(s)) => email(field, s),
        (kind, Input::String(s)) if kind.is_text() => text(field, s),
        _ => Err(wrong_type(field, input)),
    }
}

fn wrong_type(field: &Field, input: &Input) -> ApiError {
    let wanted = match field.kind {
        Kind::Bool => "boolean",
        Kind::Int => "int",
        Kind::Double | Kind::Currency => "double",
        Kind::Date => "date",
        Kind::DateTime => "datetime",
        Kind::Id | Kind::Reference => "reference",
        _ => "string",
    };
    let (token, shown) = match input {
        Input::Null => ("VALUE_NULL", "null".to_owned()),
        Input::Bool(true) => ("VALUE_TRUE", "true".to_owned()),
        Input::Bool(false) => ("VALUE_FALSE", "false".to_owned()),
        Input::Number(n) if n.is_f64() => ("VALUE_NUMBER_FLOAT", n.to_string()),
        Input::Number(n) => ("VALUE_NUMBER_INT", n.to_string()),
        Input::String(s) => ("VALUE_STRING", s.clone()),
        Input::Array(_) => ("START_ARRAY", "[".to_owned()),
        Input::Object(_) => ("START_OBJECT", "{".to_owned()),
    };
    ApiError::new(
        "JSON_PARSER_ERROR",
        format!(
            "Cannot deserialize instance of {wanted} from {token} value {shown} or request may be missing a required field at [line:1, column:1]"
        ),
    )
}

fn date(text: &str) -> Option<Value> {
    let shape = text.len() == 10 && text.bytes().filter(|b| *b == b'-').count() == 2;
    shape
        .then(|| text.parse::<Date>().ok())
        .flatten()
        .map(Value::Date)
}

fn moment(text: &str) -> Option<Value> {
    // Salesforce writes offsets as +0000 and takes them back.
    let text = match text
        .len()
        .checked_sub(5)
        .and_then(|at| text.split_at_checked(at))
    {
        Some((head, tail))
            if tail.starts_with(['+', '-']) && tail[1..].bytes().all(|b| b.is_ascii_digit()) =>
        {
            format!("{head}{}:{}", &tail[..3], &tail[3..])
        }
        _ => text.to_owned(),
    };
    let millis = text.parse::<Timestamp>().ok()?.as_millisecond();
    Some(Value::Time(millis - millis.rem_euclid(1000)))
}

fn reference(field: &Field, text: &str) -> ApiResult<Value> {
    if text.is_empty() {
        return Ok(Value::Null);
    }
    text.parse::<Id>()
        .map(Value::Id)
        .map_err(|_| incorrect_type(field, text))
}

/// An id that can't belong in the field.
pub(crate) fn incorrect_type(field: &Field, id: &str) -> ApiError {
    ApiError::row(
        "MALFORMED_ID",
        format!("{}: id value of incorrect type: {id}", field.label),
        &[&field.name],
    )
}

fn text(field: &Field, input: &str) -> ApiResult<Value> {
    let text = if field.kind == Kind::LongText {
        input
    } else {
        input.trim()
    };
    if text.trim().is_empty() {
        return Ok(Value::Null);
    }
    if text.chars().map(char::len_utf16).sum::<usize>() > field.length {
        return Err(ApiError::row(
            "STRING_TOO_LONG",
            format!(
                "{}: data value too large: {text} (max length={})",
                field.label, field.length
            ),
            &[&field.name],
        ));
    }
    let listed = field
        .picklist
        .iter()
        .find(|e| e.active && e.value.eq_ignore_ascii_case(text));
    match listed {
        Some(entry) => Ok(Value::text(&entry.value)),
        None if field.restricted => Err(ApiError::row(
            "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
            format!(
                "{}: bad value for restricted picklist field: {text}",
                field.label
            ),
            &[&field.name],
        )),
        None => Ok(Value::text(text)),
    }
}

fn email(field: &Field, input: &str) -> ApiResult<Value> {
    let value = text(field, input)?;
    match value.as_str() {
        Some(address) if !is_email(address) => Err(ApiError::row(
            "INVALID_EMAIL_ADDRESS",
            format!("{}: invalid email address: {address}", field.label),
            &[&field.name],
        )),
        _ => Ok(value),
    }
}

fn is_email(address: &str) -> bool {
    let Some((local, domain)) = address.rsplit_once('@') else {
        return false;
    };
    let local_ok = !local.is_empty()
        && local.len() <= 64
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && local
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~.-".contains(&b));
    let label_ok = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    let labels: Vec<&str> = domain.split('.').collect();
    local_ok && labels.len() >= 2 && labels.iter().all(|label| label_ok(label))
}
