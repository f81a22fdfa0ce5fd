//! Fields that a new record may have.

use serde::{Deserialize, Serialize};

use super::client::{Answer, Client, Session};
use super::describe::DescribedField;
use super::errors::CallError;
use super::refused::is_no_access;

/// A field that the connected user may fill in for a new record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WritableField {
    /// The API name.
    pub name: String,
    /// The label on Salesforce's pages.
    pub label: String,
    /// What it holds.
    pub kind: FieldKind,
    /// Of a text: how many characters it holds; 0 for others.
    pub length: usize,
    /// Of a picklist: its active values.
    pub values: Vec<String>,
    /// Whether a picklist takes no other values.
    pub is_restricted: bool,
    /// Whether no two records may have the same value.
    pub is_unique: bool,
}

/// What a field holds, as far as a value of it is written from a text.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FieldKind {
    /// A text, the address of a page or a number to call.
    Text,
    /// An email address.
    Email,
    /// One value of a list.
    Picklist,
    /// True or false.
    Checkbox,
    /// A whole number of at most nine digits.
    Integer,
    /// A number, an amount or a percentage.
    Number,
    /// A calendar date.
    Date,
    /// Anything else, such as a lookup.
    Other,
}

impl Client {
    /// The fields of the object that the connected user may fill in for a new record (REST
    /// API Developer Guide, sObject Describe): one call. None of an object without access.
    pub async fn writable_fields(
        &self,
        session: &Session,
        object: &str,
    ) -> Result<Answer<Vec<WritableField>>, CallError> {
        let described = match self.describe(session, object).await {
            Err(CallError::Refused(error, status)) if is_no_access(&error, status) => {
                let mut none = Answer::free(Vec::new());
                none.calls = 1;
                return Ok(none);
            }
            described => described?,
        };
        Ok(described.map(|described| {
            let fields = described.fields.into_iter();
            fields
                .filter(|field| field.createable)
                .map(writable)
                .collect()
        }))
    }
}

fn writable(field: DescribedField) -> WritableField {
    let values = field.picklist_values.into_iter();
    let values = values.filter(|value| value.active).map(|value| value.value);
    WritableField {
        kind: kind(&field.r#type),
        values: values.collect(),
        is_restricted: field.restricted_picklist,
        is_unique: field.unique,
        length: field.length,
        name: field.name,
        label: field.label,
    }
}

fn kind(of: &str) -> FieldKind {
    match of {
        "string" | "textarea" | "url" | "phone" | "combobox" => FieldKind::Text,
        "email" => FieldKind::Email,
        "picklist" => FieldKind::Picklist,
        "boolean" => FieldKind::Checkbox,
        "int" | "long" => FieldKind::Integer,
        "double" | "currency" | "percent" => FieldKind::Number,
        "date" => FieldKind::Date,
        _ => FieldKind::Other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_picklist_offers_what_is_active() {
        let field = serde_json::from_value(json!({
            "name": "LeadSource", "type": "picklist", "restrictedPicklist": true,
            "picklistValues": [{"value": "Web", "active": true}, {"value": "Fax", "active": false}],
        }));
        let field = writable(field.unwrap());
        assert_eq!(
            (field.kind, field.is_restricted),
            (FieldKind::Picklist, true)
        );
        assert_eq!(field.values, ["Web"]);
    }

    #[test]
    fn lookups_and_what_is_not_known_are_no_texts() {
        for other in ["reference", "multipicklist", "address", ""] {
            assert_eq!(kind(other), FieldKind::Other, "{other}");
        }
        assert_eq!(kind("textarea"), FieldKind::Text);
    }
}
