//! Whoever is on a trust center and gave an email address.

use jiff::Timestamp;

use crate::activities::Person;
use crate::email::EmailAddress;
use crate::ids::VisitorId;

/// A visitor whose address is known. Whether it is really theirs is known only
/// once `confirmed_at` is set.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Visitor {
    /// What sessions, requests and accesses of the visitor refer to.
    pub id: VisitorId,
    /// The visitor's address; unique in the organization.
    pub email: EmailAddress,
    /// The first name; may be empty.
    pub first_name: String,
    /// The last name; may be empty.
    pub last_name: String,
    /// The company's name as it was typed, or the account's; may be empty.
    pub company: String,
    /// When they first followed a link that was emailed to the address.
    pub confirmed_at: Option<Timestamp>,
}

impl Visitor {
    /// How the audit log names this person.
    pub fn actor(&self) -> String {
        let name = format!("{} {}", self.first_name, self.last_name);
        match name.trim() {
            "" => self.email.to_string(),
            name => format!("{name} <{}>", self.email),
        }
    }

    /// As an activity names them.
    pub fn person(&self) -> Person {
        Person {
            email: self.email.clone(),
            first_name: self.first_name.clone(),
            last_name: self.last_name.clone(),
        }
    }
}
