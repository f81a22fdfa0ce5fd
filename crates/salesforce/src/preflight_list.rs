//! The permissions that are checked. A test compares them with the queries and the
//! writes of the client.

use serde::{Deserialize, Serialize};

/// What a check found.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// The connected user may do it.
    Granted,
    /// The connected user may not do it.
    Missing,
    /// Salesforce gave no usable answer to this one.
    Unknown,
}

/// What is to be done with an object or a field. Salesforce grants each separately.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum Need {
    /// Queries return it.
    Read,
    /// New records may have it.
    Create,
    /// Existing records may be changed.
    Edit,
}

impl Need {
    /// As Salesforce's pages say it: `Read`, `Create` or `Edit`.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Read => "Read",
            Self::Create => "Create",
            Self::Edit => "Edit",
        }
    }
}

/// One permission.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Check {
    /// The API name of the object.
    pub object: String,
    /// The API name of the field; absent where it is about the object as a whole.
    pub field: Option<String>,
    /// The field's label on Salesforce's pages.
    pub label: Option<String>,
    /// What is to be done with the object or the field.
    pub need: Need,
    /// Whether it is granted.
    pub status: Status,
    /// Whether Tasks can be written without it.
    pub optional: bool,
}

/// One permission that finding people and writing Tasks needs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Permission {
    /// The API name of the object.
    pub object: &'static str,
    /// The API name of the field; `None` where it is about the object as a whole.
    pub field: Option<&'static str>,
    /// The field's label on Salesforce's pages.
    pub label: Option<&'static str>,
    /// What is to be done with the object or the field.
    pub need: Need,
    /// Whether Tasks can be written without it.
    pub optional: bool,
}

impl Permission {
    const fn new(object: &'static str, need: Need) -> Self {
        Self {
            object,
            field: None,
            label: None,
            need,
            optional: false,
        }
    }

    const fn field(mut self, field: &'static str, label: &'static str) -> Self {
        self.field = Some(field);
        self.label = Some(label);
        self
    }

    /// Tasks can be written without it.
    const fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    pub(super) fn check(&self, status: Status) -> Check {
        Check {
            object: self.object.to_owned(),
            field: self.field.map(str::to_owned),
            label: self.label.map(str::to_owned),
            need: self.need,
            status,
            optional: self.optional,
        }
    }
}

const fn read(object: &'static str) -> Permission {
    Permission::new(object, Need::Read)
}

const fn create(object: &'static str) -> Permission {
    Permission::new(object, Need::Create)
}

const fn edit(object: &'static str) -> Permission {
    Permission::new(object, Need::Edit)
}

/// A field of every Task.
const fn task(field: &'static str, label: &'static str) -> Permission {
    create("Task").field(field, label)
}

/// All that are checked, in the order of [`Preflight::checks`](super::preflight::Preflight).
pub const PERMISSIONS: [Permission; 46] = [
    read("Lead").optional(),
    read("Lead").field("Email", "Email").optional(),
    read("Lead").field("OwnerId", "Lead Owner").optional(),
    read("Lead").field("IsConverted", "Converted").optional(),
    read("Lead")
        .field("ConvertedContactId", "Converted Contact")
        .optional(),
    read("Lead")
        .field("ConvertedAccountId", "Converted Account")
        .optional(),
    create("Lead").optional(),
    create("Lead").field("FirstName", "First Name").optional(),
    create("Lead").field("LastName", "Last Name").optional(),
    create("Lead").field("Company", "Company").optional(),
    create("Lead").field("Email", "Email").optional(),
    read("Account"),
    read("Account").field("Name", "Account Name"),
    read("Account").field("OwnerId", "Account Owner").optional(),
    edit("Account").optional(),
    read("Task"),
    read("Task").field("Description", "Comments"),
    read("Task").field("CreatedById", "Created By").optional(),
    read("Task")
        .field("LastModifiedById", "Last Modified By")
        .optional(),
    create("Task"),
    task("OwnerId", "Assigned To"),
    task("Status", "Status"),
    task("Subject", "Subject"),
    task("WhoId", "Name"),
    task("ActivityDate", "Due Date"),
    task("WhatId", "Related To"),
    task("Priority", "Priority"),
    task("Description", "Comments"),
    read("Contact"),
    read("Contact").field("Email", "Email"),
    read("Contact")
        .field("AccountId", "Account Name")
        .optional(),
    read("Contact").field("OwnerId", "Contact Owner").optional(),
    create("Contact").optional(),
    create("Contact")
        .field("FirstName", "First Name")
        .optional(),
    create("Contact").field("LastName", "Last Name").optional(),
    create("Contact").field("Email", "Email").optional(),
    create("Contact")
        .field("AccountId", "Account Name")
        .optional(),
    edit("Contact").optional(),
    edit("Contact")
        .field("AccountId", "Account Name")
        .optional(),
    read("User").field("Id", "User ID").optional(),
    read("User").field("IsActive", "Active").optional(),
    read("Organization")
        .field("TimeZoneSidKey", "Time Zone")
        .optional(),
    read("Organization")
        .field("IsSandbox", "Is Sandbox")
        .optional(),
    read("TaskStatus").optional(),
    read("TaskPriority").optional(),
    read("Organization")
        .field("Name", "Organization Name")
        .optional(),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use jiff::civil::Date;

    use super::super::matching::{accounts_by_name, contacts_by_email, leads_by_email};
    use super::super::matching_related::users_by_id;
    use super::super::org;
    use super::super::tasks::TaskRecord;
    use super::*;
    use salesforce_records::candidates::RecordId;

    fn listed(need: Need, object: &str) -> BTreeSet<&'static str> {
        let of = |one: &&Permission| one.need == need && one.object == object;
        PERMISSIONS
            .iter()
            .filter(of)
            .filter_map(|one| one.field)
            .collect()
    }

    #[test]
    fn every_field_that_the_queries_read_is_checked() {
        let one = ["x".to_owned()];
        let asks = [
            contacts_by_email(&one),
            leads_by_email(&one),
            accounts_by_name(&one),
        ]
        .concat();
        let asks = [asks, users_by_id(&one)].concat();
        for ask in asks {
            let mut checked = listed(Need::Read, ask.object);
            checked.remove("Id");
            assert_eq!(checked, ask.own_columns().collect(), "{}", ask.object);
        }
        for ask in org::asks() {
            let read: BTreeSet<_> = ask.own_columns().collect();
            let checked = listed(Need::Read, ask.object);
            assert!(checked.is_subset(&read), "{}", ask.object);
            assert!(PERMISSIONS.iter().any(|one| one.object == ask.object));
        }
    }

    #[test]
    fn every_field_of_a_task_is_checked() {
        let id = || Some(RecordId::new("x"));
        let task = TaskRecord {
            subject: String::new(),
            status: String::new(),
            priority: String::new(),
            owner_id: id(),
            who_id: id(),
            what_id: id(),
            activity_date: Some(Date::constant(2026, 11, 23)),
            description: String::new(),
            external_id: None,
            fields: serde_json::Map::new(),
        };
        let task = serde_json::to_value(task).unwrap();
        let written: Vec<&String> = task.as_object().unwrap().keys().collect();
        let checked = listed(Need::Create, "Task");
        for field in &written {
            assert!(checked.contains(field.as_str()), "{field}");
        }
        assert_eq!(written.len(), checked.len());
    }

    #[test]
    fn nothing_is_checked_twice() {
        let keys: BTreeSet<_> = PERMISSIONS
            .iter()
            .map(|one| (one.object, one.field, one.need.title()))
            .collect();
        assert_eq!(keys.len(), PERMISSIONS.len());
    }
}
