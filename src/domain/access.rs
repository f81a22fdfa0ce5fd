//! Who is let in: requests for access, accounts, and their members.

use jiff::Timestamp;

use super::email::EmailAddress;
use super::ids::{AccessRequestId, AccountId, MemberId, StaffUserId, VisitorId};
use super::nda::AccountNda;

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

impl std::fmt::Display for RequestState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.key())
    }
}

impl std::str::FromStr for RequestState {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|state| state.key() == text)
            .ok_or_else(|| format!("`{text}` is not a state of a request"))
    }
}

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
    /// The email's domain is that of several accounts.
    SeveralAccounts,
    /// The person was denied, or lost access, before.
    TurnedAwayBefore,
}

impl HeldBack {
    pub const ALL: [Self; 3] = [
        Self::NameTaken,
        Self::SeveralAccounts,
        Self::TurnedAwayBefore,
    ];

    pub const fn key(self) -> &'static str {
        match self {
            Self::NameTaken => "name_taken",
            Self::SeveralAccounts => "several_accounts",
            Self::TurnedAwayBefore => "turned_away_before",
        }
    }

    /// For staff, who decide instead.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::NameTaken => {
                "the company that was typed is an account here, but the email’s domain is not one \
                 of that account’s"
            }
            Self::SeveralAccounts => "several accounts have this email domain",
            Self::TurnedAwayBefore => {
                "this person was denied, or had their access taken away, before"
            }
        }
    }
}

impl std::fmt::Display for HeldBack {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.key())
    }
}

impl std::str::FromStr for HeldBack {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|one| one.key() == text)
            .ok_or_else(|| format!("`{text}` is no reason to hold a request back"))
    }
}

/// A customer or prospect.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Account {
    pub id: AccountId,
    pub name: String,
    /// The company's email domain; empty where only free mail is known.
    pub domain: String,
    pub nda: AccountNda,
    pub created_at: Timestamp,
}

/// A person who was given access to an account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Member {
    pub id: MemberId,
    pub account: AccountId,
    pub visitor: VisitorId,
    pub email: EmailAddress,
    pub first_name: String,
    pub last_name: String,
    pub created_at: Timestamp,
    /// Set when the access was taken away.
    pub revoked_at: Option<Timestamp>,
}

impl Member {
    /// "First Last", or the address where no name is known.
    pub fn display_name(&self) -> String {
        let name = format!("{} {}", self.first_name, self.last_name);
        match name.trim() {
            "" => self.email.as_str().to_owned(),
            name => name.to_owned(),
        }
    }
}
