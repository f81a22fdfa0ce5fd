//! The people who work in the dashboard.

use jiff::Timestamp;

use super::email::EmailAddress;
use super::ids::{InvitationId, StaffUserId};
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

/// Somebody who was invited to the dashboard by email and hasn't come yet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Invitation {
    pub id: InvitationId,
    pub email: EmailAddress,
    pub name: String,
    pub role: Role,
    /// The name of who invited them.
    pub invited_by: String,
    /// When the link stops working.
    pub expires_at: Timestamp,
}
