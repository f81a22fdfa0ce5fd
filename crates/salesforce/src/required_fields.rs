//! Fields that the org wants filled in when a record is created.

use serde::{Deserialize, Serialize};

use super::client::{Answer, Client, Session};
use super::describe::Described;
use super::errors::CallError;
use super::refused::is_no_access;

/// A field without which a record is refused.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RequiredField {
    /// The object's API name, such as `Lead`.
    pub object: String,
    /// The field's API name, such as `Region__c`.
    pub name: String,
    /// What the org's pages call it.
    pub label: String,
}

impl Client {
    /// The fields of these objects that a new record must have, and that Salesforce doesn't
    /// fill in: `nillable` and `defaultedOnCreate` are false (REST API Developer Guide,
    /// sObject Describe). One call for each object. Fields that the connected user can't see
    /// aren't described, so one of them may be missing; validation rules aren't either. An
    /// object without access has none.
    pub async fn required_fields(
        &self,
        session: &Session,
        objects: &[&str],
    ) -> Result<Answer<Vec<RequiredField>>, CallError> {
        let mut cost = Answer::free(());
        let mut found = Vec::new();
        for object in objects {
            match self.describe(session, object).await {
                Ok(described) => {
                    let described = cost.take(described);
                    found.extend(required(object, &described));
                }
                Err(CallError::Refused(error, status)) if is_no_access(&error, status) => {
                    cost.calls += 1;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(cost.map(|()| found))
    }
}

pub(super) fn required(object: &str, described: &Described) -> Vec<RequiredField> {
    let fields = described.fields.iter();
    let fields = fields.filter(|field| field.createable && !field.nillable);
    fields
        .filter(|field| !field.defaulted_on_create)
        .map(|field| RequiredField {
            object: object.to_owned(),
            name: field.name.clone(),
            label: field.label.clone(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_field_is_required_that_may_neither_be_empty_nor_is_filled_in() {
        let field = |name: &str, createable: bool, nillable: bool, defaulted: bool| {
            json!({"name": name, "label": name, "createable": createable,
                   "nillable": nillable, "defaultedOnCreate": defaulted})
        };
        let described = serde_json::from_value(json!({"fields": [
            field("Id", false, false, true),
            field("LastName", true, false, false),
            field("Status", true, false, true),
            field("Phone", true, true, false),
            field("Region__c", true, false, false),
        ]}));
        let found = required("Lead", &described.unwrap());
        let names: Vec<_> = found.iter().map(|field| field.name.as_str()).collect();
        assert_eq!(names, ["LastName", "Region__c"]);
    }

    #[test]
    fn what_describe_leaves_out_is_not_called_required() {
        let described = serde_json::from_value(json!({"fields": [
            {"name": "Subject", "createable": true}
        ]}));
        assert_eq!(required("Task", &described.unwrap()), []);
    }
}
