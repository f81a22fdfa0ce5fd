//! Objects and their fields: what can be asked, written and filtered.

mod activity;
pub(crate) mod describe;
mod field;
mod people;
mod setup;

use std::collections::HashMap;

pub use field::Kind;
pub(crate) use field::{Entry, Field};

/// The number of an object within the org's schema.
pub(crate) type ObjectNo = usize;
/// The number of a field within its object.
pub(crate) type FieldNo = usize;

/// One object, such as Account.
#[derive(Debug, Clone)]
pub(crate) struct Object {
    /// Its API name.
    pub name: &'static str,
    /// Its label.
    pub label: &'static str,
    /// Its label in the plural.
    pub plural: &'static str,
    /// The first three characters of its ids.
    pub prefix: &'static str,
    /// Whether the API may create, change and delete records.
    pub writable: bool,
    /// The record type of new records; `None` where there is none but the master.
    pub record_type: Option<String>,
    /// Its fields, in order.
    pub fields: Vec<Field>,
    /// The number of `IsDeleted`, which every read looks at.
    pub is_deleted: FieldNo,
    by_name: HashMap<String, FieldNo>,
}

impl Object {
    fn new(
        name: &'static str,
        label: &'static str,
        plural: &'static str,
        prefix: &'static str,
        writable: bool,
        fields: Vec<Field>,
    ) -> Self {
        let mut object = Self {
            name,
            label,
            plural,
            prefix,
            writable,
            record_type: None,
            fields: Vec::new(),
            is_deleted: 0,
            by_name: HashMap::new(),
        };
        let id = Field::new("Id", &format!("{label} ID"), Kind::Id)
            .read_only()
            .not_null();
        for field in std::iter::once(id).chain(fields).chain(audit_fields()) {
            object.add(field);
        }
        object.is_deleted = object.no("IsDeleted");
        object
    }

    /// Adds a field.
    pub(crate) fn add(&mut self, field: Field) -> FieldNo {
        self.by_name
            .insert(field.name.to_lowercase(), self.fields.len());
        self.fields.push(field);
        self.fields.len() - 1
    }

    /// The number of a field by name, in any case.
    pub(crate) fn field_no(&self, name: &str) -> Option<FieldNo> {
        self.by_name.get(&name.to_lowercase()).copied()
    }

    /// The number of a field that is part of the standard schema.
    ///
    /// # Panics
    /// If the object has no such field: a mistake in this program.
    pub(crate) fn no(&self, name: &str) -> FieldNo {
        self.field_no(name)
            .unwrap_or_else(|| panic!("{} has no field {name}", self.name))
    }

    /// The field to which a relationship such as `Owner` belongs.
    pub(crate) fn relationship(&self, name: &str) -> Option<FieldNo> {
        self.fields.iter().position(|field| {
            field
                .relationship
                .as_deref()
                .is_some_and(|r| r.eq_ignore_ascii_case(name))
        })
    }
}

fn audit_fields() -> Vec<Field> {
    vec![
        Field::new("IsDeleted", "Deleted", Kind::Bool)
            .read_only()
            .not_null(),
        Field::new("CreatedDate", "Created Date", Kind::DateTime)
            .read_only()
            .not_null(),
        Field::lookup("CreatedById", "Created By ID", "CreatedBy", &["User"])
            .read_only()
            .not_null(),
        Field::new("LastModifiedDate", "Last Modified Date", Kind::DateTime)
            .read_only()
            .not_null(),
        Field::lookup(
            "LastModifiedById",
            "Last Modified By ID",
            "LastModifiedBy",
            &["User"],
        )
        .read_only()
        .not_null(),
        Field::new("SystemModstamp", "System Modstamp", Kind::DateTime)
            .read_only()
            .not_null(),
    ]
}

/// Every object of the org.
#[derive(Debug, Clone)]
pub(crate) struct Schema {
    /// The objects, by number.
    pub objects: Vec<Object>,
    by_name: HashMap<String, ObjectNo>,
}

impl Schema {
    /// The objects every org has.
    pub(crate) fn standard() -> Self {
        let objects = vec![
            people::account(),
            people::contact(),
            people::lead(),
            activity::task(),
            setup::user(),
            setup::group(),
            setup::queue_sobject(),
            setup::duplicate_rule(),
            setup::assignment_rule(),
            setup::organization(),
            activity::task_status(),
            activity::task_priority(),
        ];
        let by_name = objects
            .iter()
            .enumerate()
            .map(|(no, object)| (object.name.to_lowercase(), no))
            .collect();
        Self { objects, by_name }
    }

    /// The number of an object by name, in any case.
    pub(crate) fn find(&self, name: &str) -> Option<ObjectNo> {
        self.by_name.get(&name.to_lowercase()).copied()
    }

    /// The number of an object that every org has.
    ///
    /// # Panics
    /// If there is none of that name: a mistake in this program.
    pub(crate) fn no(&self, name: &str) -> ObjectNo {
        self.find(name)
            .unwrap_or_else(|| panic!("no object {name}"))
    }

    /// The object whose ids begin with `prefix`.
    pub(crate) fn by_prefix(&self, prefix: &str) -> Option<ObjectNo> {
        self.objects.iter().position(|o| o.prefix == prefix)
    }
}
