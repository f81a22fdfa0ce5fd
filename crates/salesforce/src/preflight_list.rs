//! The permissions that are checked, with what each of them is for. A test
//! compares them with the queries and the writes of the client.

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

/// What is to be done with an object or a field. Each is granted by itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Need {
    Read,
    Create,
    Edit,
}

impl Need {
    const fn title(self) -> &'static str {
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
    /// `Read`, `Create` or `Edit`.
    pub need: String,
    /// Whether it is granted.
    pub status: Status,
    /// Whether the integration works without it, only with less.
    pub optional: bool,
    /// A sentence: what doesn't work where it is missing.
    pub turns_off: String,
}

/// A permission, before anyone has looked.
#[derive(Clone, Copy)]
pub(super) struct Needed {
    pub(super) object: &'static str,
    pub(super) field: Option<&'static str>,
    label: Option<&'static str>,
    pub(super) need: Need,
    optional: bool,
    turns_off: &'static str,
}

impl Needed {
    const fn new(object: &'static str, need: Need, turns_off: &'static str) -> Self {
        Self {
            object,
            field: None,
            label: None,
            need,
            optional: false,
            turns_off,
        }
    }

    const fn field(mut self, field: &'static str, label: &'static str) -> Self {
        self.field = Some(field);
        self.label = Some(label);
        self
    }

    /// Deliveries go on without it, only with less.
    const fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    pub(super) fn check(&self, status: Status) -> Check {
        Check {
            object: self.object.to_owned(),
            field: self.field.map(str::to_owned),
            label: self.label.map(str::to_owned),
            need: self.need.title().to_owned(),
            status,
            optional: self.optional,
            turns_off: self.turns_off.to_owned(),
        }
    }
}

const fn read(object: &'static str, turns_off: &'static str) -> Needed {
    Needed::new(object, Need::Read, turns_off)
}

const fn create(object: &'static str, turns_off: &'static str) -> Needed {
    Needed::new(object, Need::Create, turns_off)
}

const fn edit(object: &'static str, turns_off: &'static str) -> Needed {
    Needed::new(object, Need::Edit, turns_off)
}

/// A field of every Task.
const fn task(field: &'static str, label: &'static str) -> Needed {
    let why = "Salesforce refuses Tasks that contain this field, so none are delivered.";
    create("Task", why).field(field, label)
}

const NO_LEAD_FOUND: &str =
    "Leads aren’t found by email, so their activity finds no match, and no Lead is created.";
const NO_LEAD_MADE: &str =
    "No Lead is created for a requester who is neither a Contact nor at a known Account.";
const CONVERTED: &str = "The Contact that a converted Lead became isn’t found through the Lead.";
const NO_CONTACT_FOUND: &str = "Nobody is matched to a Contact, and no Contact or Lead is created.";
const NO_CONTACT_MADE: &str = "No Contact is created for a requester at a known Account.";
const NOT_ASSOCIATED: &str = "Contacts without an Account aren’t given the matched one.";
const NO_ACCOUNT: &str = "No activity is matched to an Account by its company’s name.";
const NOT_FOUND_AGAIN: &str =
    "When Salesforce’s answer gets lost, Gatehouse can’t find out whether the Task exists.";
const STANDARD: &str = "Task statuses and priorities are taken from the Task’s picklists instead.";

pub(super) const LIST: [Needed; 46] = [
    read("Lead", NO_LEAD_FOUND).optional(),
    read("Lead", NO_LEAD_FOUND).field("Email", "Email").optional(),
    read("Lead", "Tasks on a Lead go to the default task owner instead of the Lead’s owner.")
        .field("OwnerId", "Lead Owner")
        .optional(),
    read("Lead", CONVERTED).field("IsConverted", "Converted").optional(),
    read("Lead", CONVERTED).field("ConvertedContactId", "Converted Contact").optional(),
    read("Lead", CONVERTED).field("ConvertedAccountId", "Converted Account").optional(),
    create("Lead", NO_LEAD_MADE).optional(),
    create("Lead", NO_LEAD_MADE).field("FirstName", "First Name").optional(),
    create("Lead", NO_LEAD_MADE).field("LastName", "Last Name").optional(),
    create("Lead", NO_LEAD_MADE).field("Company", "Company").optional(),
    create("Lead", NO_LEAD_MADE).field("Email", "Email").optional(),
    read("Account", NO_ACCOUNT),
    read("Account", NO_ACCOUNT).field("Name", "Account Name"),
    read("Account", "Tasks go to the Contact’s owner or the default task owner instead of the Account’s.")
        .field("OwnerId", "Account Owner")
        .optional(),
    edit("Account", "The org may refuse to put Contacts under an Account.").optional(),
    read("Task", NOT_FOUND_AGAIN),
    read("Task", NOT_FOUND_AGAIN).field("Description", "Comments"),
    read("Task", "After a lost answer, Tasks are found by reference and time only.")
        .field("CreatedById", "Created By")
        .optional(),
    read("Task", "Nothing stops working: Salesforce fills it in.")
        .field("LastModifiedById", "Last Modified By")
        .optional(),
    create("Task", "No Task can be created, so nothing is delivered."),
    task("OwnerId", "Assigned To"),
    task("Status", "Status"),
    task("Subject", "Subject"),
    task("WhoId", "Name"),
    task("ActivityDate", "Due Date"),
    task("WhatId", "Related To"),
    task("Priority", "Priority"),
    task("Description", "Comments"),
    read("Contact", NO_CONTACT_FOUND),
    read("Contact", NO_CONTACT_FOUND).field("Email", "Email"),
    read("Contact", "A Contact’s own Account isn’t known: Tasks are related to the Account of the company’s name.")
        .field("AccountId", "Account Name")
        .optional(),
    read("Contact", "A Contact’s owner gets no Tasks where the Account’s owner can’t.")
        .field("OwnerId", "Contact Owner")
        .optional(),
    create("Contact", NO_CONTACT_MADE).optional(),
    create("Contact", NO_CONTACT_MADE).field("FirstName", "First Name").optional(),
    create("Contact", NO_CONTACT_MADE).field("LastName", "Last Name").optional(),
    create("Contact", NO_CONTACT_MADE).field("Email", "Email").optional(),
    create("Contact", NO_CONTACT_MADE).field("AccountId", "Account Name").optional(),
    edit("Contact", NOT_ASSOCIATED).optional(),
    edit("Contact", NOT_ASSOCIATED).field("AccountId", "Account Name").optional(),
    read("User", "Tasks go to the default task owner, or else to the connected user.")
        .field("Id", "User ID")
        .optional(),
    read("User", "Gatehouse can’t tell which owners are active, so Tasks go to the default task owner, or else to the connected user.")
        .field("IsActive", "Active")
        .optional(),
    read("Organization", "Due dates use the connected user’s time zone, or else UTC.")
        .field("TimeZoneSidKey", "Time Zone")
        .optional(),
    read("Organization", "Whether the org is a sandbox is taken from the login.")
        .field("IsSandbox", "Is Sandbox")
        .optional(),
    read("TaskStatus", STANDARD).optional(),
    read("TaskPriority", STANDARD).optional(),
    read("Organization", "The org’s address is shown instead of its name.")
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
        let of = |one: &&Needed| one.need == need && one.object == object;
        LIST.iter().filter(of).filter_map(|one| one.field).collect()
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
            assert!(LIST.iter().any(|one| one.object == ask.object));
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
            activity_date: Date::constant(2026, 11, 23),
            description: String::new(),
            external_id: None,
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
        let keys: BTreeSet<_> = LIST
            .iter()
            .map(|one| (one.object, one.field, one.need.title()))
            .collect();
        assert_eq!(keys.len(), LIST.len());
    }
}
