//! Answers keep the order in which their members were written, as Salesforce's do.

use std::borrow::Cow;

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use crate::Id;

/// A JSON value whose objects keep their order.
#[derive(Debug, Clone, PartialEq)]
pub enum Json {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number.
    Num(f64),
    /// A string.
    Str(Cow<'static, str>),
    /// An array.
    Arr(Vec<Json>),
    /// An object, in order.
    Obj(Vec<(Cow<'static, str>, Json)>),
}

impl Json {
    /// The member of an object, or the element of an array, by name or number.
    pub fn get(&self, key: &str) -> Option<&Json> {
        match self {
            Json::Obj(members) => members.iter().find(|(name, _)| name == key).map(|(_, v)| v),
            Json::Arr(items) => items.get(key.parse::<usize>().ok()?),
            _ => None,
        }
    }

    /// The text of this value as bytes.
    pub fn to_vec(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Json::Null => serializer.serialize_unit(),
            Json::Bool(v) => serializer.serialize_bool(*v),
            Json::Int(v) => serializer.serialize_i64(*v),
            Json::Num(v) => serializer.serialize_f64(*v),
            Json::Str(v) => serializer.serialize_str(v),
            Json::Arr(items) => {
                let mut seq = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    seq.serialize_element(item)?;
                }
                seq.end()
            }
            Json::Obj(members) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                for (name, value) in members {
                    map.serialize_entry(name, value)?;
                }
                map.end()
            }
        }
    }
}

macro_rules! from {
    ($($kind:ty => |$value:ident| $make:expr),* $(,)?) => {
        $(impl From<$kind> for Json { fn from($value: $kind) -> Self { $make } })*
    };
}

from! {
    bool => |v| Json::Bool(v),
    i64 => |v| Json::Int(v),
    u32 => |v| Json::Int(v.into()),
    u16 => |v| Json::Int(v.into()),
    usize => |v| Json::Int(i64::try_from(v).unwrap_or(i64::MAX)),
    f64 => |v| Json::Num(v),
    &'static str => |v| Json::Str(Cow::Borrowed(v)),
    String => |v| Json::Str(Cow::Owned(v)),
    Id => |v| Json::Str(Cow::Owned(v.to_string())),
    Vec<Json> => |v| Json::Arr(v),
}

impl<T: Into<Json>> From<Option<T>> for Json {
    fn from(value: Option<T>) -> Self {
        value.map_or(Json::Null, Into::into)
    }
}

/// Writes an object in the order given: `obj! { "done" => true }`.
macro_rules! obj {
    ($($name:expr => $value:expr),* $(,)?) => {
        $crate::json::Json::Obj(vec![$((std::borrow::Cow::from($name), $crate::json::Json::from($value))),*])
    };
}
pub(crate) use obj;
