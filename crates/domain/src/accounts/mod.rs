//! Accounts, their members, and until when they have access.

pub mod invite_list;
pub mod profile;
pub mod salesforce_link;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::dates;
use crate::email::EmailAddress;
use crate::ids::{AccountId, MemberId, ProfileId, StaffUserId, VisitorId};
use crate::keyed::keyed;
use crate::nda::AccountNda;

/// A customer or prospect.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Account {
    /// Names the account in the dashboard's addresses.
    pub id: AccountId,
    /// The company's name; unique in the organization as [`crate::names::name_key`]
    /// compares.
    pub name: String,
    /// What staff wrote about it; may be empty.
    pub description: String,
    /// The company's main email domain; empty where only free mail is known.
    pub domain: String,
    /// The colleague who looks after it.
    pub owner: Option<StaffUserId>,
    /// What staff made of the company.
    pub review: ReviewStatus,
    /// `None`: the organization's default.
    pub profile: Option<ProfileId>,
    /// Which NDA the account needs, and whether it is signed.
    pub nda: AccountNda,
    /// The last day (UTC) on which its members see what is locked.
    pub access_until: Option<Date>,
    /// Since when it is kept for its history only, and lets nobody in.
    pub archived_at: Option<Timestamp>,
    /// Grows by one with each edit: a form made from an older one is stale.
    pub version: i64,
    /// When the account came to be.
    pub created_at: Timestamp,
}

impl Account {
    /// As it comes to be: nothing is known but its name.
    pub fn new(id: AccountId, name: impl Into<String>, created_at: Timestamp) -> Self {
        Self {
            id,
            name: name.into(),
            description: String::new(),
            domain: String::new(),
            owner: None,
            review: ReviewStatus::NotReviewed,
            profile: None,
            nda: AccountNda::default(),
            access_until: None,
            archived_at: None,
            version: 1,
            created_at,
        }
    }

    /// Whether it is kept for its history only.
    pub const fn is_archived(&self) -> bool {
        self.archived_at.is_some()
    }

    /// Whether its members are let in on this day (UTC).
    pub fn standing(&self, today: Date) -> Standing {
        match self.access_until {
            _ if self.is_archived() => Standing::Archived,
            _ if self.review == ReviewStatus::Rejected => Standing::Rejected,
            Some(until) if until < today => Standing::Ended(until),
            _ => Standing::Open,
        }
    }
}

/// Whether an account's or a member's access lasts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// Members have access.
    Open,
    /// With the end of that day (UTC).
    Ended(Date),
    /// Staff turned the company down.
    Rejected,
    /// Staff put the account away.
    Archived,
}

/// How an end of access stands to a day, for people who look after it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ending {
    /// Access has no end.
    Never,
    /// Within [`Ending::SOON`] days; 0 is today.
    Soon(i32),
    /// It ends on this day, which is further away.
    Later(Date),
    /// It ended with this day.
    Ended(Date),
}

impl Ending {
    /// So many days ahead it is worth a look.
    pub const SOON: i32 = 30;

    /// How an access that lasts until the end of `until` stands on the day `today` (both
    /// UTC).
    pub fn new(until: Option<Date>, today: Date) -> Self {
        let Some(until) = until else {
            return Self::Never;
        };
        let days = today.until(until).map_or(0, |span| span.get_days());
        match days {
            ..0 => Self::Ended(until),
            0..=Self::SOON => Self::Soon(days),
            _ => Self::Later(until),
        }
    }

    /// Whether access is over.
    pub const fn is_ended(&self) -> bool {
        matches!(self, Self::Ended(_))
    }

    /// Whether access ends within [`Ending::SOON`] days, today included.
    pub const fn is_soon(&self) -> bool {
        matches!(self, Self::Soon(_))
    }
}

impl std::fmt::Display for Ending {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Never => f.write_str("Never expires"),
            Self::Soon(0) => f.write_str("Expires today"),
            Self::Soon(1) => f.write_str("Expires tomorrow"),
            Self::Soon(days) => write!(f, "Expires in {days} days"),
            Self::Later(day) => write!(f, "Until {}", dates::day(*day)),
            Self::Ended(day) => write!(f, "Expired {}", dates::day(*day)),
        }
    }
}

/// What staff made of a company. Only a rejected one is kept out.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ReviewStatus {
    /// Nobody has looked at the company yet.
    #[default]
    NotReviewed,
    /// Staff are looking at it.
    InReview,
    /// Staff have no objection.
    Approved,
    /// Staff turned the company down: its members have no access.
    Rejected,
}

impl ReviewStatus {
    /// Every status, in the order of a review.
    pub const ALL: [Self; 4] = [
        Self::NotReviewed,
        Self::InReview,
        Self::Approved,
        Self::Rejected,
    ];

    /// The stable name in the database and in forms.
    pub const fn key(self) -> &'static str {
        match self {
            Self::NotReviewed => "not_reviewed",
            Self::InReview => "in_review",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
        }
    }

    /// What the dashboard calls it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::NotReviewed => "Not reviewed",
            Self::InReview => "In review",
            Self::Approved => "Approved",
            Self::Rejected => "Rejected",
        }
    }
}

keyed!(ReviewStatus, "a review status");

/// A person who was given access to an account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Member {
    /// The id of this access, not of the person.
    pub id: MemberId,
    /// The account that the person has access for.
    pub account: AccountId,
    /// The person.
    pub visitor: VisitorId,
    /// The person's address.
    pub email: EmailAddress,
    /// The person's first name; may be empty.
    pub first_name: String,
    /// The person's last name; may be empty.
    pub last_name: String,
    /// When access was given, the last time.
    pub created_at: Timestamp,
    /// Set when the access was taken away.
    pub revoked_at: Option<Timestamp>,
    /// The last day (UTC) of this person's access; the account's own may come before.
    pub access_until: Option<Date>,
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

/// A visitor's access to an account, which nobody has taken away.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Membership {
    /// The account that the visitor has access for.
    pub account: Account,
    /// The person's own last day (UTC).
    pub access_until: Option<Date>,
}

impl Membership {
    /// Whether the person is let in on this day (UTC): by the account, and by their own
    /// date.
    pub fn standing(&self, today: Date) -> Standing {
        let own = self.access_until.filter(|until| *until < today);
        match (self.account.standing(today), own) {
            (Standing::Open, Some(until)) => Standing::Ended(until),
            (Standing::Ended(account), Some(own)) => Standing::Ended(account.min(own)),
            (standing, _) => standing,
        }
    }
}

#[cfg(test)]
mod tests;
