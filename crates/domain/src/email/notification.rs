//! What staff are told of by email, and how each of them wants it.

use crate::keyed::keyed;
use crate::organizations::Role;

/// A kind of event that staff hear of.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum NotificationKind {
    /// A visitor asks for access, or a member asks for an item that the account's profile
    /// leaves out.
    AccessRequest,
    /// A member comments on an item.
    Comment,
    /// A member uploads a questionnaire.
    Questionnaire,
    /// A questionnaire was handed to this very person.
    Assigned,
    /// An account's NDA is completed.
    NdaSigned,
    /// An account's or a member's access ends soon.
    AccessExpiring,
    /// A connection needs a new login, or activities wait for an Admin.
    Salesforce,
    /// The file storage is almost full.
    Storage,
    /// The DNS record of a proven custom domain is missing, or the domain was given up for
    /// that.
    CustomDomain,
}

impl NotificationKind {
    /// In the order in which the page of choices lists them.
    pub const ALL: [Self; 9] = [
        Self::AccessRequest,
        Self::Comment,
        Self::Questionnaire,
        Self::Assigned,
        Self::NdaSigned,
        Self::AccessExpiring,
        Self::Salesforce,
        Self::Storage,
        Self::CustomDomain,
    ];

    /// The stable name in the database and in forms.
    pub const fn key(self) -> &'static str {
        match self {
            Self::AccessRequest => "access_request",
            Self::Comment => "comment",
            Self::Questionnaire => "questionnaire",
            Self::Assigned => "assigned",
            Self::NdaSigned => "nda_signed",
            Self::AccessExpiring => "access_expiring",
            Self::Salesforce => "salesforce",
            Self::Storage => "storage",
            Self::CustomDomain => "custom_domain",
        }
    }

    /// What the page of choices calls it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::AccessRequest => "Requests for access",
            Self::Comment => "Comments",
            Self::Questionnaire => "Questionnaires",
            Self::Assigned => "Assigned to you",
            Self::NdaSigned => "Signed NDAs",
            Self::AccessExpiring => "Access expiring",
            Self::Salesforce => "Salesforce issues",
            Self::Storage => "File storage",
            Self::CustomDomain => "Custom domain",
        }
    }

    /// One sentence for the page of choices.
    pub const fn explanation(self) -> &'static str {
        match self {
            Self::AccessRequest => "A visitor asks for access and waits for a decision.",
            Self::Comment => "A member comments on an item.",
            Self::Questionnaire => "A member uploads a questionnaire to be filled in.",
            Self::Assigned => "A colleague assigns you a questionnaire.",
            Self::NdaSigned => "An account’s NDA is completed.",
            Self::AccessExpiring => "An account’s access ends soon.",
            Self::Salesforce => {
                "The connection needs a new login, or activities wait for an Admin."
            }
            Self::Storage => "File storage is almost full.",
            Self::CustomDomain => "The record that proves your domain is gone.",
        }
    }

    /// Who can act on it: people below this role aren't told.
    pub const fn least_role(self) -> Role {
        match self {
            Self::Salesforce | Self::Storage | Self::CustomDomain => Role::Admin,
            _ => Role::Editor,
        }
    }

    /// Reads a [`key`](Self::key); `None` where it is no kind's.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }
}

keyed!(NotificationKind, "a kind of notification");

/// How someone wants to hear of a kind of event.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Choice {
    /// An email for each, at once.
    #[default]
    Now,
    /// In one email a day.
    Daily,
    /// Not at all.
    Off,
}

impl Choice {
    /// Every choice, from the most emails to none.
    pub const ALL: [Self; 3] = [Self::Now, Self::Daily, Self::Off];

    /// The stable name in the database and in forms.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Now => "now",
            Self::Daily => "daily",
            Self::Off => "off",
        }
    }

    /// What the page of choices calls it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Now => "Immediately",
            Self::Daily => "Once a day",
            Self::Off => "Never",
        }
    }
}

keyed!(Choice, "how notifications can be had");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_and_choices_are_found_by_their_keys() {
        for kind in NotificationKind::ALL {
            assert_eq!(kind.key().parse(), Ok(kind));
        }
        for choice in Choice::ALL {
            assert_eq!(choice.key().parse(), Ok(choice));
        }
        assert!("Immediately".parse::<Choice>().is_err());
    }
}
