//! Messages that the trust center sends.

use crate::email::EmailAddress;
use crate::keyed::keyed;

/// A message to be sent, in both forms.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Message {
    /// Who gets it.
    pub to: EmailAddress,
    /// One line.
    pub subject: String,
    /// The text in plain form.
    pub text: String,
    /// The same text as an HTML page.
    pub html: String,
}

/// A message of a list that its reader can leave.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ListEmail {
    /// The message itself.
    pub message: Message,
    /// The address that takes the reader off the list (RFC 8058).
    pub unsubscribe: String,
}

/// Where a message stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EmailState {
    /// Waits for its turn, or for a mail server to be configured.
    Pending,
    /// Handed over to the mail server.
    Sent,
    /// Refused for good, or too often; an Admin may try it again.
    Failed,
    /// Given up by an Admin.
    Cancelled,
}

impl EmailState {
    /// As the outbox lists them.
    pub const ALL: [Self; 4] = [Self::Failed, Self::Pending, Self::Sent, Self::Cancelled];

    /// The stable name in the database and in addresses.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// What the dashboard calls it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Pending => "Waiting",
            Self::Sent => "Sent",
            Self::Failed => "Failed",
            Self::Cancelled => "Cancelled",
        }
    }

    /// The badge's class.
    pub const fn tone(self) -> &'static str {
        match self {
            Self::Pending => "badge-wait",
            Self::Sent => "badge-ok",
            Self::Failed => "badge-bad",
            Self::Cancelled => "badge-mute",
        }
    }

    /// Reads a [`key`](Self::key); `None` where it is no state's.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.key() == key)
    }
}

keyed!(EmailState, "a state of an email");
