//! The value of one field.

use std::{cmp::Ordering, sync::Arc};

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use crate::{Id, json::Json};

/// The value of one field of one record.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing; empty text is nothing too.
    Null,
    /// A checkbox.
    Bool(bool),
    /// A number.
    Num(f64),
    /// Text of any sort.
    Text(Arc<str>),
    /// A reference.
    Id(Id),
    /// A calendar date.
    Date(Date),
    /// Milliseconds since 1970.
    Time(i64),
}

impl Value {
    /// Text, or nothing where it is empty.
    pub fn text(text: &str) -> Self {
        if text.is_empty() {
            Value::Null
        } else {
            Value::Text(text.into())
        }
    }

    /// Whether there is a value.
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// The text, where this is text.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The id, where this is a reference.
    pub fn as_id(&self) -> Option<Id> {
        match self {
            Value::Id(id) => Some(*id),
            _ => None,
        }
    }

    /// Whether this is a ticked checkbox.
    pub fn is_true(&self) -> bool {
        matches!(self, Value::Bool(true))
    }

    /// How the value is written in an answer; whole numbers where `int`.
    pub fn to_json(&self, int: bool) -> Json {
        match self {
            Value::Null => Json::Null,
            Value::Bool(v) => (*v).into(),
            #[expect(
                clippy::cast_possible_truncation,
                reason = "a whole number within what an f64 holds exactly"
            )]
            Value::Num(v) if int => Json::Int(*v as i64),
            Value::Num(v) => (*v).into(),
            Value::Text(v) => v.to_string().into(),
            Value::Id(v) => (*v).into(),
            Value::Date(v) => v.to_string().into(),
            Value::Time(v) => datetime(*v).into(),
        }
    }

    /// The order in which SOQL sorts two values that are there; text ignores case.
    pub fn compare(&self, other: &Value) -> Ordering {
        match (self, other) {
            (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
            (Value::Num(a), Value::Num(b)) => a.total_cmp(b),
            (Value::Text(a), Value::Text(b)) => fold(a).cmp(&fold(b)),
            (Value::Id(a), Value::Id(b)) => a.cmp(b),
            (Value::Date(a), Value::Date(b)) => a.cmp(b),
            (Value::Time(a), Value::Time(b)) => a.cmp(b),
            _ => Ordering::Equal,
        }
    }

    /// What equality and the indexes compare.
    pub fn key(&self) -> Option<Key> {
        match self {
            Value::Text(text) => Some(Key::Text(fold(text).into())),
            Value::Id(id) => Some(Key::Id(*id)),
            Value::Num(v) => Some(Key::Bits(v.to_bits())),
            Value::Bool(v) => Some(Key::Bits((*v).into())),
            Value::Date(v) => Some(Key::Date(*v)),
            Value::Time(v) => Some(Key::Time(*v)),
            Value::Null => None,
        }
    }
}

/// A value as equality sees it: text without regard to case.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Key {
    /// Folded text.
    Text(Box<str>),
    /// An id.
    Id(Id),
    /// A number or a checkbox.
    Bits(u64),
    /// A date.
    Date(Date),
    /// A moment.
    Time(i64),
}

/// Text without regard to case.
pub(crate) fn fold(text: &str) -> String {
    text.to_lowercase()
}

/// `2026-11-23T09:15:00.000+0000`, as the API writes moments.
pub(crate) fn datetime(millis: i64) -> String {
    Timestamp::from_millisecond(millis)
        .map(|t| {
            t.to_zoned(TimeZone::UTC)
                .strftime("%Y-%m-%dT%H:%M:%S%.3f+0000")
                .to_string()
        })
        .unwrap_or_default()
}
