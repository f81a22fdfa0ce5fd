//! The people who work in the dashboard.

use super::email::EmailAddress;
use super::ids::StaffUserId;
use super::organization::Role;

/// A person of an organization who signs in with a password.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StaffUser {
    pub id: StaffUserId,
    pub email: EmailAddress,
    pub name: String,
    pub role: Role,
    /// Whether this person may sign in; whoever left may not.
    pub is_active: bool,
}

impl StaffUser {
    /// How the audit log names this person.
    pub fn actor(&self) -> String {
        format!("{} <{}>", self.name, self.email)
    }
}
