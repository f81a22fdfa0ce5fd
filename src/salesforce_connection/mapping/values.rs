//! What a further field gets: a fixed value, or something of the activity.

use domain::activities::{Activity, Person};
use domain::deliveries::task::cut;
use domain::email::EmailAddress;
use jiff::civil::Date;
use salesforce::writable_fields::FieldKind;
use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};

use super::MappedField;

/// Where a field's value comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The same for every record.
    Fixed,
    /// “File Downloaded” and the like.
    Activity,
    /// The item it is about, else the file.
    Item,
    /// The company as the person typed it, or the account's name.
    Company,
    VisitorName,
    VisitorEmail,
    /// The address of the activity in the dashboard.
    Link,
}

impl Source {
    pub const ALL: [Self; 7] = [
        Self::Fixed,
        Self::Activity,
        Self::Item,
        Self::Company,
        Self::VisitorName,
        Self::VisitorEmail,
        Self::Link,
    ];

    /// The stable name in forms.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Fixed => "fixed",
            Self::Activity => "activity",
            Self::Item => "item",
            Self::Company => "company",
            Self::VisitorName => "visitor_name",
            Self::VisitorEmail => "visitor_email",
            Self::Link => "link",
        }
    }

    /// What pages call it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Fixed => "A fixed value",
            Self::Activity => "The activity",
            Self::Item => "The item or file",
            Self::Company => "The company",
            Self::VisitorName => "The visitor’s name",
            Self::VisitorEmail => "The visitor’s email",
            Self::Link => "The link to Gatehouse",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.key() == key)
    }
}

/// The largest whole number that Salesforce's fields of this kind take in any case.
const LARGEST_INTEGER: i64 = 999_999_999;
/// Beyond it digits get lost.
const LARGEST_NUMBER: f64 = 999_999_999_999_999.0;

/// What is written for that activity; `None` where it has nothing of the kind.
pub(super) fn value(field: &MappedField, activity: &Activity, link: &str) -> Option<Value> {
    if field.source == Source::Fixed {
        return fixed(field.kind, &field.text);
    }
    let what = &activity.what;
    let text = match field.source {
        Source::Fixed => return None,
        Source::Activity => what.kind.title().to_owned(),
        Source::Item => {
            let details = &what.details;
            details.item.clone().or_else(|| details.file.clone())?
        }
        Source::Company => what.company.clone(),
        Source::VisitorName => what.person.as_ref().map(Person::display_name)?,
        Source::VisitorEmail => what.person.as_ref()?.email.as_str().to_owned(),
        Source::Link => link.to_owned(),
    };
    let text = text.trim();
    let is_whole = field.kind == FieldKind::Email || field.source == Source::Link;
    if is_whole && text.encode_utf16().count() > field.length {
        // A part of an address is none.
        return None;
    }
    let text = cut(text, field.length);
    (!text.is_empty()).then_some(Value::String(text))
}

/// A typed text as a field of that kind takes it; `None` where it doesn't.
pub(super) fn fixed(kind: FieldKind, text: &str) -> Option<Value> {
    let text = text.trim();
    match kind {
        FieldKind::Text | FieldKind::Picklist => {
            (!text.is_empty()).then(|| Value::String(text.to_owned()))
        }
        FieldKind::Checkbox => match text.to_lowercase().as_str() {
            "true" | "yes" | "1" => Some(Value::Bool(true)),
            "false" | "no" | "0" => Some(Value::Bool(false)),
            _ => None,
        },
        FieldKind::Email => {
            let address = EmailAddress::parse(text).ok()?;
            Some(Value::String(address.as_str().to_owned()))
        }
        FieldKind::Integer => {
            let number = text.parse::<i64>().ok();
            let number = number.filter(|number| number.abs() <= LARGEST_INTEGER);
            number.map(|number| Value::Number(number.into()))
        }
        FieldKind::Number => {
            let number = text.parse::<f64>().ok();
            let number = number.filter(|number| number.abs() <= LARGEST_NUMBER)?;
            let whole = text.parse::<i64>().ok().map(Number::from);
            let number = whole.or_else(|| Number::from_f64(number));
            number.map(Value::Number)
        }
        FieldKind::Date => {
            let date: Date = text.parse().ok()?;
            Some(Value::String(date.to_string()))
        }
        FieldKind::Other => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_typed_value_is_written_as_its_field_takes_it() {
        for (kind, text, written) in [
            (FieldKind::Text, " Web ", Some(json!("Web"))),
            (FieldKind::Text, "  ", None),
            (
                FieldKind::Picklist,
                "Trust center",
                Some(json!("Trust center")),
            ),
            (FieldKind::Checkbox, "Yes", Some(json!(true))),
            (FieldKind::Checkbox, "0", Some(json!(false))),
            (FieldKind::Checkbox, "maybe", None),
            (FieldKind::Number, "12", Some(json!(12))),
            (FieldKind::Number, "1.5", Some(json!(1.5))),
            (FieldKind::Number, "NaN", None),
            (FieldKind::Number, "1,5", None),
            (FieldKind::Number, "12345678901234567890", None),
            (FieldKind::Integer, "12", Some(json!(12))),
            (FieldKind::Integer, "1.5", None),
            (FieldKind::Integer, "1000000000", None),
            (
                FieldKind::Email,
                "ada@example.com",
                Some(json!("ada@example.com")),
            ),
            (FieldKind::Email, "ada", None),
            (FieldKind::Date, "2026-02-28", Some(json!("2026-02-28"))),
            (FieldKind::Date, "2026-02-30", None),
            (FieldKind::Other, "001000000000001", None),
        ] {
            assert_eq!(fixed(kind, text), written, "{kind:?} {text}");
        }
    }

    #[test]
    fn every_source_is_found_by_its_key() {
        for source in Source::ALL {
            assert_eq!(Source::from_key(source.key()), Some(source));
        }
    }
}
