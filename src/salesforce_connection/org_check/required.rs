//! Fields that an org requires and Gatehouse doesn't fill in.

use domain::salesforce::Connection;
use salesforce::reference_fields::{ReferenceField, ReferenceFields};
use salesforce::required_fields::RequiredField;

use crate::salesforce_connection::mapping::{MappedField, Mapping};

/// What Gatehouse fills in of each object.
const FILLED: [(&str, &[&str]); 3] = [
    ("Task", &["Subject", "Status", "Priority", "OwnerId"]),
    ("Contact", &["LastName"]),
    ("Lead", &["LastName", "Company"]),
];

/// The fields of an org that Gatehouse fills in beside the usual ones, in every record.
pub struct OwnFields(Vec<(&'static str, String)>);

impl OwnFields {
    /// The External ID fields, the Lead's link to an Account, and what an Admin has filled in,
    /// if it never stays empty.
    pub fn of(connection: &Connection) -> Self {
        let fields: ReferenceFields =
            serde_json::from_str(&connection.reference_fields).unwrap_or_default();
        let reference = |object, field: Option<ReferenceField>| Some((object, field?.name));
        let link = connection.options.lead_account_field.clone();
        let own = [
            reference("Task", fields.task),
            reference("Contact", fields.contact),
            reference("Lead", fields.lead),
            link.map(|name| ("Lead", name)),
        ];
        let mapped = Mapping::of(connection).fields.into_iter();
        let mapped = mapped
            .filter(MappedField::is_always_filled)
            .map(|field| (field.object.name(), field.name));
        Self(own.into_iter().flatten().chain(mapped).collect())
    }
}

/// Whether records without anything in this field are what Gatehouse creates.
pub fn unfilled(field: &RequiredField, own: &OwnFields) -> bool {
    let filled = FILLED.iter().find(|(object, _)| *object == field.object);
    let is_filled = filled.is_some_and(|(_, fields)| fields.contains(&field.name.as_str()));
    let mut own = own.0.iter();
    !is_filled && !own.any(|(object, name)| *object == field.object && *name == field.name)
}
