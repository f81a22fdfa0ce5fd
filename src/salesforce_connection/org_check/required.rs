//! Fields that an org requires and Gatehouse doesn't fill in.

use domain::salesforce::Connection;
use salesforce::reference_fields::ReferenceFields;
use salesforce::required_fields::RequiredField;

use crate::salesforce_connection::mapping::Mapping;

/// What Gatehouse fills in of each object.
const FILLED: [(&str, &[&str]); 3] = [
    ("Task", &["Subject", "Status", "Priority", "OwnerId"]),
    ("Contact", &["LastName"]),
    ("Lead", &["LastName", "Company"]),
];

/// Whether records without anything in this field are what Gatehouse creates. `own` are the
/// org's own fields that it fills in.
pub fn unfilled(field: &RequiredField, own: &[String]) -> bool {
    let filled = FILLED.iter().find(|(object, _)| *object == field.object);
    let is_filled = filled.is_some_and(|(_, fields)| fields.contains(&field.name.as_str()));
    !is_filled && !own.contains(&field.name)
}

/// The org's own fields that Gatehouse fills in.
pub fn own_fields(connection: &Connection) -> Vec<String> {
    let fields: ReferenceFields =
        serde_json::from_str(&connection.reference_fields).unwrap_or_default();
    let references = [fields.task, fields.contact, fields.lead];
    let names = references.into_iter().flatten().map(|field| field.name);
    let mapped = Mapping::of(connection).fields.into_iter();
    names
        .chain(connection.options.lead_account_field.clone())
        .chain(mapped.map(|field| field.name))
        .collect()
}
