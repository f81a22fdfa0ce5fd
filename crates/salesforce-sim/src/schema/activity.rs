//! Task and the picklists behind it.

use super::{Field, Kind, Object};

pub(super) fn task() -> Object {
    let mut subject = Field::new("Subject", "Subject", Kind::Combobox);
    subject.length = 255;
    subject.name_field = true;
    let fields = vec![
        Field::lookup("WhoId", "Name ID", "Who", &["Contact", "Lead"]),
        Field::lookup("WhatId", "Related To ID", "What", &["Account"]).also_polymorphic(),
        subject,
        Field::new("ActivityDate", "Due Date Only", Kind::Date),
        Field::picklist("Status", "Status", &[])
            .not_null()
            .defaulted()
            .restricted(),
        Field::picklist("Priority", "Priority", &[])
            .not_null()
            .defaulted()
            .restricted(),
        Field::new("IsHighPriority", "High Priority", Kind::Bool)
            .read_only()
            .not_null(),
        Field::lookup("OwnerId", "Assigned To ID", "Owner", &["Group", "User"])
            .not_null()
            .defaulted(),
        Field::new("Description", "Description", Kind::LongText),
        Field::picklist("Type", "Type", &["Call", "Meeting", "Email", "Other"]),
        Field::new("IsClosed", "Closed", Kind::Bool)
            .read_only()
            .not_null(),
        Field::lookup("AccountId", "Account ID", "Account", &["Account"]).read_only(),
        Field::picklist("TaskSubtype", "Task Subtype", &["Task*", "Email", "Call"])
            .create_only()
            .restricted(),
        Field::new("CompletedDateTime", "Completed Date/Time", Kind::DateTime).read_only(),
        Field::new("IsArchived", "Archived", Kind::Bool)
            .read_only()
            .not_null(),
        Field::new("IsReminderSet", "Reminder Set", Kind::Bool),
        Field::new("ReminderDateTime", "Reminder Date/Time", Kind::DateTime),
    ];
    Object::new("Task", "Task", "Tasks", "00T", true, fields)
}

impl Field {
    fn create_only(mut self) -> Self {
        self.updateable = false;
        self
    }

    /// `What` may point to many objects in a real org, so SOQL treats it as a
    /// name of any object even though this org has Accounts only.
    fn also_polymorphic(mut self) -> Self {
        self.references = vec!["Account", "Opportunity", "Case", "Campaign", "Contract"];
        self
    }
}

pub(super) fn task_status() -> Object {
    Object::new(
        "TaskStatus",
        "Task Status Value",
        "Task Status Values",
        "01n",
        false,
        values("IsClosed", "Is Closed"),
    )
}

pub(super) fn task_priority() -> Object {
    Object::new(
        "TaskPriority",
        "Task Priority Value",
        "Task Priority Values",
        "02J",
        false,
        values("IsHighPriority", "Is High Priority"),
    )
}

fn values(flag: &str, label: &str) -> Vec<Field> {
    vec![
        Field::text("MasterLabel", "Master Label", 255)
            .read_only()
            .name_field(),
        Field::text("ApiName", "API Name", 255).read_only(),
        Field::new("SortOrder", "Sort Order", Kind::Int).read_only(),
        Field::new("IsDefault", "Is Default", Kind::Bool)
            .read_only()
            .not_null(),
        Field::new(flag, label, Kind::Bool).read_only().not_null(),
    ]
}
