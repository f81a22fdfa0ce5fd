//! Requests for access, and what was decided about them.

pub mod form;
pub mod policy;

use jiff::{SignedDuration, Timestamp};

use crate::email::EmailAddress;
use crate::ids::{AccessRequestId, AccountId, ItemId, StaffUserId, VisitorId};
use crate::keyed::keyed;

/// Where a request for access stands. Decided once.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RequestState {
    /// Staff have not decided yet.
    Pending,
    /// The visitor was given access to an account.
    Approved,
    /// The visitor was not given access.
    Denied,
}

impl RequestState {
    /// Every state, the undecided one first.
    pub const ALL: [Self; 3] = [Self::Pending, Self::Approved, Self::Denied];

    /// The stable name in the database.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Denied => "denied",
        }
    }

    /// What the dashboard calls it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::Approved => "Approved",
            Self::Denied => "Denied",
        }
    }
}

keyed!(RequestState, "a state of a request");

/// The item for which someone asked for access.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RequestedItem {
    /// Names the item in addresses.
    pub id: ItemId,
    /// What it is called now.
    pub title: String,
}

/// What a visitor typed into the form on the public page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AccessRequest {
    /// The request's id; later requests have greater ones.
    pub id: AccessRequestId,
    /// The visitor who asked.
    pub visitor: VisitorId,
    /// The address that the visitor asked with.
    pub email: EmailAddress,
    /// The first name that was typed into the latest form.
    pub first_name: String,
    /// The last name that was typed into the latest form.
    pub last_name: String,
    /// The company's name as it was typed into the latest form.
    pub company: String,
    /// May be empty.
    pub reason: String,
    /// The item that brought the visitor to the form, the latest of several; `None` where
    /// there was none, or it has been deleted.
    pub item: Option<RequestedItem>,
    /// Whether it is decided, and how.
    pub state: RequestState,
    /// When the visitor first asked; asking again while it is pending keeps it.
    pub created_at: Timestamp,
    /// Why automatic approval left it to people, where it did.
    pub held_back: Option<HeldBack>,
    /// `None` while it is pending.
    pub decision: Option<Decision>,
}

impl AccessRequest {
    /// "First Last", as staff read it.
    pub fn display_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
            .trim()
            .to_owned()
    }
}

/// Who decided a request, when, and into which account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Decision {
    /// When it was decided.
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

    /// Every reason.
    pub const ALL: [Self; 4] = [
        Self::NameTaken,
        Self::Archived,
        Self::TurnedAwayBefore,
        Self::DomainRevoked,
    ];

    /// The stable name in the database.
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
