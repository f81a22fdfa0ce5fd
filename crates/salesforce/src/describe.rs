//! What an object is like for the connected user: its fields, and what may be
//! done with them.

use serde::Deserialize;

use super::API_VERSION;
use super::client::{Answer, Client, Session};
use super::errors::CallError;

/// An object, as `describe` shows it to the connected user.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
pub(super) struct Described {
    #[serde(default)]
    pub createable: bool,
    #[serde(default)]
    pub updateable: bool,
    /// Those that the user may see.
    #[serde(default)]
    pub fields: Vec<DescribedField>,
    #[serde(default)]
    pub record_type_infos: Vec<RecordTypeInfo>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RecordTypeInfo {
    #[serde(default)]
    pub name: String,
    /// Whether it is the one that every object has.
    #[serde(default)]
    pub master: bool,
    /// Whether the user's new records get it.
    #[serde(default)]
    pub default_record_type_mapping: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DescribedField {
    pub name: String,
    #[serde(default)]
    pub label: String,
    #[serde(default)]
    pub r#type: String,
    /// Of a text: how many characters it holds.
    #[serde(default)]
    pub length: usize,
    /// Whether a picklist takes no other values than its own.
    #[serde(default)]
    pub restricted_picklist: bool,
    /// Whether no two records may have the same value.
    #[serde(default)]
    pub unique: bool,
    #[serde(default)]
    pub createable: bool,
    #[serde(default)]
    pub updateable: bool,
    /// Whether it may be empty; so it is where an org doesn't say.
    #[serde(default = "yes")]
    pub nillable: bool,
    /// Whether Salesforce fills it in where nobody does.
    #[serde(default)]
    pub defaulted_on_create: bool,
    /// The objects that a lookup may point to.
    #[serde(default)]
    pub reference_to: Vec<String>,
    #[serde(default)]
    pub picklist_values: Vec<PicklistValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PicklistValue {
    pub value: String,
    #[serde(default)]
    pub active: bool,
    #[serde(default)]
    pub default_value: bool,
}

fn yes() -> bool {
    true
}

impl Described {
    /// Whether the user may see anything of it.
    pub(super) fn is_described(&self) -> bool {
        !self.fields.is_empty()
    }

    pub(super) fn field(&self, name: &str) -> Option<&DescribedField> {
        let is_it = |field: &&DescribedField| field.name.eq_ignore_ascii_case(name);
        self.fields.iter().find(is_it)
    }
}

impl Client {
    pub(super) async fn describe(
        &self,
        session: &Session,
        object: &str,
    ) -> Result<Answer<Described>, CallError> {
        let path = format!("/services/data/{API_VERSION}/sobjects/{object}/describe");
        self.get(session, &path).await
    }
}
