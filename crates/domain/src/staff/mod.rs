//! The people who work in the dashboard.

pub mod device;
pub mod saved_view;

use jiff::Timestamp;

use crate::email::EmailAddress;
use crate::ids::{InvitationId, StaffUserId};
use crate::keyed::keyed;
use crate::organizations::Role;

/// A person of an organization who signs in with a password.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StaffUser {
    /// Names the person in the dashboard's addresses.
    pub id: StaffUserId,
    /// The address that the person signs in with; unique among all organizations.
    pub email: EmailAddress,
    /// The person's full name.
    pub name: String,
    /// What the person may do.
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

/// Someone who was invited to the dashboard by email and hasn't come yet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Invitation {
    /// Names the invitation in the dashboard's addresses.
    pub id: InvitationId,
    /// The address that was invited.
    pub email: EmailAddress,
    /// The person's name, as it was typed when they were invited.
    pub name: String,
    /// The role that the person will have.
    pub role: Role,
    /// The name of who invited them.
    pub invited_by: String,
    /// When the link stops working.
    pub expires_at: Timestamp,
}

/// How far a sign-in is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SessionStage {
    /// Everything was given that is asked for.
    Full,
    /// The password was right; the code of the second factor isn't given yet.
    Code,
    /// The password was right, and the organization requires a second factor, which isn't
    /// set up yet.
    Setup,
}

impl SessionStage {
    const ALL: [Self; 3] = [Self::Full, Self::Code, Self::Setup];

    const fn key(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Code => "code",
            Self::Setup => "setup",
        }
    }
}

keyed!(SessionStage, "a stage of a sign-in");
