//! Requests for access, and what was decided about them.

pub mod form;
pub mod policy;

use jiff::{SignedDuration, Timestamp};

use crate::email::EmailAddress;
use crate::ids::{AccessRequestId, AccountId, StaffUserId, VisitorId};
use crate::keyed::keyed;

/// Where a request for access stands. Decided once.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RequestState {
    Pending,
    Approved,
    Denied,
}

impl RequestState {
    pub const ALL: [Self; 3] = [Self::Pending, Self::Approved, Self::Denied];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Denied => "denied",
        }
    }

    pub const fn title(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::Approved => "Approved",
            Self::Denied => "Denied",
        }
    }
}

keyed!(RequestState, "a state of a request");

/// What a visitor typed into the form on the public page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AccessRequest {
    pub id: AccessRequestId,
    pub visitor: VisitorId,
    pub email: EmailAddress,
    pub first_name: String,
    pub last_name: String,
    pub company: String,
    /// May be empty.
    pub reason: String,
    pub state: RequestState,
    pub created_at: Timestamp,
    /// Why automatic approval left it to people, where it did.
    pub held_back: Option<HeldBack>,
    /// `None` while it is pending.
    pub decision: Option<Decision>,
}

impl AccessRequest {
    pub fn display_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
            .trim()
            .to_owned()
    }
}

/// Who decided a request, when, and into which account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Decision {
    pub at: Timestamp,
    /// `None` where it was approved automatically.
    pub by: Option<StaffUserId>,
    /// `None` where it was denied.
    pub account: Option<AccountId>,
    /// What was written to the requester who was denied; empty where nothing was.
    pub message: String,
}

/// Why automatic approval left a request to people.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HeldBack {
    /// The name that was typed is an account's, but the email's domain isn't.
    NameTaken,
    /// An account that is archived has the name or the email's domain, or had the person.
    Archived,
    /// The person was denied, or lost access, before.
    TurnedAwayBefore,
    /// Someone with an address at the same domain lost access lately.
    DomainRevoked,
}

impl HeldBack {
    /// For so long after a revocation, nobody of the same domain is let in automatically.
    pub const AFTER_REVOCATION: SignedDuration = SignedDuration::from_hours(30 * 24);

    pub const ALL: [Self; 4] = [
        Self::NameTaken,
        Self::Archived,
        Self::TurnedAwayBefore,
        Self::DomainRevoked,
    ];

    pub const fn key(self) -> &'static str {
        match self {
            Self::NameTaken => "name_taken",
            Self::Archived => "archived",
            Self::TurnedAwayBefore => "turned_away_before",
            Self::DomainRevoked => "domain_revoked",
        }
    }

    /// For staff, who decide instead.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::NameTaken => {
                "the company that was typed is an account here, but the email’s domain is not one \
                 of that account’s"
            }
            Self::Archived => "an archived account has this name, email domain or person",
            Self::TurnedAwayBefore => "this person was denied, or had their access revoked, before",
            Self::DomainRevoked => {
                "someone with an address at the same domain had their access revoked in the \
                 last 30 days"
            }
        }
    }
}

keyed!(HeldBack, "a reason to hold a request back");
