//! The permissions that are checked, with what each of them is for.

use super::preflight::{Check, Status};

/// A permission, before anybody has looked.
pub(super) struct Needed {
    pub(super) object: &'static str,
    pub(super) field: Option<&'static str>,
    label: Option<&'static str>,
    pub(super) write: bool,
    optional: bool,
    turns_off: &'static str,
}

impl Needed {
    const fn object(object: &'static str, write: bool, turns_off: &'static str) -> Self {
        Self {
            object,
            field: None,
            label: None,
            write,
            optional: false,
            turns_off,
        }
    }

    /// A field of Task that is written.
    const fn task(field: &'static str, label: &'static str) -> Self {
        Self {
            object: "Task",
            field: Some(field),
            label: Some(label),
            write: true,
            optional: false,
            turns_off: "Salesforce refuses Tasks that contain the field, so none are delivered.",
        }
    }

    /// A field that is read.
    const fn read(object: &'static str, field: &'static str, turns_off: &'static str) -> Self {
        Self {
            object,
            field: Some(field),
            label: None,
            write: false,
            optional: false,
            turns_off,
        }
    }

    const fn labelled(mut self, label: &'static str) -> Self {
        self.label = Some(label);
        self
    }

    const fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    pub(super) fn check(&self, status: Status) -> Check {
        Check {
            object: self.object.to_owned(),
            field: self.field.map(str::to_owned),
            label: self.label.map(str::to_owned),
            need: if self.write { "Write" } else { "Read" }.to_owned(),
            status,
            optional: self.optional,
            turns_off: self.turns_off.to_owned(),
        }
    }
}

const READ: bool = false;
const WRITE: bool = true;

pub(super) static LIST: [Needed; 20] = [
    Needed::object(
        "Lead",
        READ,
        "Leads are not found by email, so their activity stays unmatched.",
    )
    .optional(),
    Needed::object(
        "Lead",
        WRITE,
        "No Lead is created for a requester who is neither a Contact nor at a known Account.",
    )
    .optional(),
    Needed::object("Account", READ, "No activity can be matched to an Account."),
    Needed::object(
        "Account",
        WRITE,
        "The org may refuse to put Tasks on an Account's timeline or Contacts under an Account.",
    )
    .optional(),
    Needed::object(
        "Task",
        WRITE,
        "No Task can be created, so nothing is delivered.",
    ),
    Needed::task("OwnerId", "Assigned To"),
    Needed::task("Status", "Status"),
    Needed::task("Subject", "Subject"),
    Needed::task("WhoId", "Name"),
    Needed::task("ActivityDate", "Due Date"),
    Needed::task("WhatId", "Related To"),
    Needed::task("Priority", "Priority"),
    Needed::read(
        "Task",
        "CreatedById",
        "After a lost answer it can't be found out whether a Task was written.",
    )
    .labelled("Created By"),
    Needed::read(
        "Task",
        "LastModifiedById",
        "Nothing stops working: Salesforce fills the field in by itself.",
    )
    .labelled("Last Modified By")
    .optional(),
    Needed::task("Description", "Comments"),
    Needed::object("Contact", READ, "Nobody can be matched to a Contact."),
    Needed::object(
        "Contact",
        WRITE,
        "No Contact is created for a requester at a known Account.",
    )
    .optional(),
    Needed::read(
        "User",
        "Id",
        "Tasks can't be given to the owner of an Account.",
    ),
    Needed::read(
        "User",
        "IsActive",
        "It can't be known which owners are active, so Tasks go to the default owner.",
    ),
    Needed::read(
        "Organization",
        "TimeZoneSidKey",
        "The Due Date can't be told in the org's time zone, so nothing is delivered.",
    ),
];
