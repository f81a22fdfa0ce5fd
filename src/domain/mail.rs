//! Messages that the trust center sends.

use super::email::EmailAddress;

/// A message to be sent, in both forms.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Message {
    pub to: EmailAddress,
    /// One line.
    pub subject: String,
    pub text: String,
    pub html: String,
}

/// A message of a list that its reader can leave.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Letter {
    pub message: Message,
    /// The address that takes the reader off the list (RFC 8058).
    pub unsubscribe: String,
}

/// Where a message stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MailState {
    /// Waits for its turn, or for a mail server to be configured.
    Pending,
    /// Handed over to the mail server.
    Sent,
    /// Refused for good, or too often.
    Failed,
}

impl MailState {
    pub const fn key(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Sent => "sent",
            Self::Failed => "failed",
        }
    }
}
