//! Signing an NDA through DocuSign: where the account is, what is sent to be signed,
//! and how far an envelope is.

use jiff::Timestamp;

use crate::email::EmailAddress;
use crate::ids::{AccountId, DocumentId, EnvelopeId, VisitorId};
use crate::keyed::keyed;

/// DocuSign's free developer environment, or the one whose signatures bind.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum DocusignEnvironment {
    /// The free developer environment; its signatures don't bind.
    #[default]
    Demo,
    /// The environment of paid accounts.
    Production,
}

impl DocusignEnvironment {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Demo, Self::Production];

    /// The stable name in the database and in forms.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Demo => "demo",
            Self::Production => "production",
        }
    }

    /// What the dashboard calls it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Demo => "Demo (developer account)",
            Self::Production => "Production",
        }
    }
}

/// How far an envelope is, in DocuSign's words, and before DocuSign has it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EnvelopeStatus {
    /// DocuSign was asked for it and has not answered yet.
    Creating,
    /// DocuSign has it; the signer hasn't opened it yet.
    Sent,
    /// The signer has opened it.
    Delivered,
    /// It is signed.
    Completed,
    /// The signer refused to sign.
    Declined,
    /// Withdrawn, or expired.
    Voided,
}

impl EnvelopeStatus {
    /// Every status, in the order of a signing.
    pub const ALL: [Self; 6] = [
        Self::Creating,
        Self::Sent,
        Self::Delivered,
        Self::Completed,
        Self::Declined,
        Self::Voided,
    ];

    /// The stable name in the database; DocuSign's own word where it has one.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Creating => "creating",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Completed => "completed",
            Self::Declined => "declined",
            Self::Voided => "voided",
        }
    }

    /// Whether it can still be signed.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Creating | Self::Sent | Self::Delivered)
    }

    /// What becomes of this one when DocuSign says `news`, which may be old: events
    /// come twice and out of order. What is completed stays so; nothing that was
    /// closed opens again.
    pub const fn then(self, news: Self) -> Self {
        match (self, news) {
            (Self::Completed, _) | (_, Self::Completed) => Self::Completed,
            (Self::Declined | Self::Voided, _) | (_, Self::Creating) => self,
            (Self::Delivered, Self::Sent) => Self::Delivered,
            (_, news) => news,
        }
    }

    /// DocuSign's own word; `None` for one that says nothing about signing.
    pub fn of_docusign(word: &str) -> Option<Self> {
        Some(match word.to_ascii_lowercase().as_str() {
            "sent" | "created" => Self::Sent,
            "delivered" | "signed" => Self::Delivered,
            "completed" => Self::Completed,
            "declined" => Self::Declined,
            "voided" | "deleted" => Self::Voided,
            _ => return None,
        })
    }
}

keyed!(DocusignEnvironment, "an environment of DocuSign");
keyed!(EnvelopeStatus, "a state of an envelope");

/// What DocuSign knows of an envelope.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EnvelopeFacts {
    /// DocuSign's id, a GUID in small letters.
    pub envelope: String,
    /// How far it is.
    pub status: EnvelopeStatus,
    /// When it was signed; `None` until then, and where DocuSign doesn't say.
    pub completed_at: Option<Timestamp>,
    /// Why it was declined or voided; may be empty.
    pub reason: String,
}

/// What is sent to be signed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Agreement {
    /// A template of the DocuSign account, and the role in it that signs.
    Template {
        /// DocuSign's id of the template.
        id: String,
        /// The name of the role.
        role: String,
    },
    /// A PDF kept here, and the text in it at which to sign; empty for a page of
    /// signatures of its own.
    Pdf {
        /// The PDF.
        document: DocumentId,
        /// The text at which to sign; may be empty.
        anchor: String,
    },
}

/// One person's signing for one account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Envelope {
    /// The id of this signing in Gatehouse.
    pub id: EnvelopeId,
    /// The account that the person signs for.
    pub account: AccountId,
    /// The person who signs.
    pub visitor: VisitorId,
    /// DocuSign's id of the envelope; empty until DocuSign has it.
    pub envelope: String,
    /// DocuSign's id of the account that sent it.
    pub sender: String,
    /// The signer, as DocuSign was told.
    pub full_name: String,
    /// The signer's address, as DocuSign was told.
    pub email: EmailAddress,
    /// How far it is.
    pub status: EnvelopeStatus,
    /// Why it was declined or voided; may be empty.
    pub reason: String,
    /// When the person began to sign.
    pub created_at: Timestamp,
    /// When it was signed; `None` until then.
    pub completed_at: Option<Timestamp>,
    /// When DocuSign was last asked about it.
    pub checked_at: Option<Timestamp>,
    /// The signed PDF, with DocuSign's certificate at its end, once it is here.
    pub signed: Option<DocumentId>,
    /// DocuSign's certificate of completion, once it is here.
    pub certificate: Option<DocumentId>,
}

#[cfg(test)]
mod tests {
    use super::EnvelopeStatus::{Completed, Creating, Declined, Delivered, Sent, Voided};
    use super::*;

    #[test]
    fn what_is_completed_stays_completed_whatever_comes_late() {
        for late in EnvelopeStatus::ALL {
            assert_eq!(Completed.then(late), Completed, "{late}");
            assert_eq!(late.then(Completed), Completed, "{late}");
        }
    }

    #[test]
    fn nothing_that_was_closed_opens_again() {
        for closed in [Declined, Voided] {
            for late in [Creating, Sent, Delivered] {
                assert_eq!(closed.then(late), closed);
            }
        }
        assert_eq!(Delivered.then(Sent), Delivered);
        assert_eq!(Creating.then(Sent), Sent);
        assert_eq!(Sent.then(Voided), Voided);
    }

    #[test]
    fn docusigns_words_are_read_and_unknown_ones_say_nothing() {
        assert_eq!(EnvelopeStatus::of_docusign("Completed"), Some(Completed));
        assert_eq!(EnvelopeStatus::of_docusign("signed"), Some(Delivered));
        assert_eq!(EnvelopeStatus::of_docusign("correct"), None);
    }
}
