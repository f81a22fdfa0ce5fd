//! Non-disclosure agreements: what an account needs, the text in its versions,
//! and what is kept of a signature.

pub mod acceptance;
pub mod docusign;

use jiff::Timestamp;

use crate::activities::Person;
use crate::email::EmailAddress;
use crate::ids::{AccessRequestId, AccountId, DocumentId, NdaSignatureId, NdaTextId, VisitorId};
use crate::keyed::keyed;
use crate::names::tidy;

/// How an account comes to its NDA.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum NdaKind {
    /// It needs none.
    #[default]
    None,
    /// A member signs the organization's text on the trust center.
    Clickwrap,
    /// A member signs through DocuSign.
    Docusign,
    /// There is one already, outside of here; staff say so.
    Elsewhere,
}

impl NdaKind {
    /// Every kind, in the order in which staff choose one.
    pub const ALL: [Self; 4] = [Self::None, Self::Clickwrap, Self::Docusign, Self::Elsewhere];

    /// The stable name in the database and in forms.
    pub const fn key(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Clickwrap => "clickwrap",
            Self::Docusign => "docusign",
            Self::Elsewhere => "elsewhere",
        }
    }

    /// What the dashboard calls it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::None => "No NDA",
            Self::Clickwrap => "Clickwrap",
            Self::Docusign => "DocuSign",
            Self::Elsewhere => "Signed elsewhere",
        }
    }
}

keyed!(NdaKind, "a kind of NDA");

/// What an account needs, and whether that is done.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AccountNda {
    /// How the account comes to its NDA.
    pub kind: NdaKind,
    /// Where and when it was signed elsewhere; empty for the other kinds.
    pub note: String,
    /// Since when nothing is missing. Without meaning where none is needed.
    pub completed_at: Option<Timestamp>,
}

impl AccountNda {
    /// Of a new account, or one that nobody has signed for.
    pub fn needing(kind: NdaKind) -> Self {
        Self {
            kind,
            ..Self::default()
        }
    }

    /// Whether members may see what is locked.
    pub const fn is_settled(&self) -> bool {
        matches!(self.kind, NdaKind::None) || self.completed_at.is_some()
    }
}

/// A version of an organization's text. Never changed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NdaText {
    /// What signatures of this version refer to.
    pub id: NdaTextId,
    /// 1, 2, 3 …; the highest is the one that is signed now.
    pub version: i64,
    /// Markdown.
    pub body: String,
    /// Of the body in UTF-8, in hexadecimal.
    pub sha256: String,
    /// Name and address of who published it, as they were then.
    pub created_by: String,
    /// When it was published.
    pub created_at: Timestamp,
}

/// What is kept of a signature. Never changed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NdaSignature {
    /// The signature's id.
    pub id: NdaSignatureId,
    /// The account that the NDA was signed for.
    pub account: AccountId,
    /// The member who signed.
    pub visitor: VisitorId,
    /// The version of the text that was signed.
    pub text: NdaTextId,
    /// The number of that version, as [`NdaText::version`].
    pub version: i64,
    /// Of the text that was signed.
    pub sha256: String,
    /// As the signer typed it.
    pub full_name: FullName,
    /// The name by which the signer was known then.
    pub known_as: String,
    /// The signer's address, as it was then.
    pub email: EmailAddress,
    /// When it was signed.
    pub signed_at: Timestamp,
    /// The address that the request came from, and how that is known.
    pub ip_address: String,
    /// The `User-Agent` header of the request.
    pub user_agent: String,
    /// The PDF that says all this.
    pub certificate: DocumentId,
    /// The request for access with which it was signed; `None` for the NDA's own page.
    pub request: Option<AccessRequestId>,
}

impl NdaSignature {
    /// Whether the typed name is another than the known one.
    pub fn has_another_name(&self) -> bool {
        !self.full_name.is_like(&self.known_as)
    }
}

/// A name typed in place of a signature: at least two letters.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FullName(String);

impl FullName {
    /// The longest that is taken, in characters.
    pub const LONGEST: usize = 120;

    /// # Errors
    /// Says what to type instead.
    pub fn parse(text: &str) -> Result<Self, String> {
        let name = tidy(text).split_whitespace().collect::<Vec<_>>().join(" ");
        if name.is_empty() {
            return Err("Type your full name: it stands for your signature".to_owned());
        }
        if name.chars().count() > Self::LONGEST {
            return Err(format!(
                "A name can have at most {} characters here",
                Self::LONGEST
            ));
        }
        if name.chars().filter(|c| c.is_alphabetic()).count() < 2 {
            return Err("Type your name in letters, as you sign contracts".to_owned());
        }
        Ok(Self(name))
    }

    /// The name, tidied, with single spaces between its words.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is the same name but for case, dots, commas and the order of its words.
    pub(in crate::nda) fn is_like(&self, other: &str) -> bool {
        words(&self.0) == words(other)
    }
}

fn words(name: &str) -> Vec<String> {
    let mut words: Vec<_> = tidy(name)
        .to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    words.sort();
    words
}

impl std::fmt::Display for FullName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::str::FromStr for FullName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::parse(text)
    }
}

/// The name by which someone is known; empty where only the address is.
pub fn known_as(person: &Person) -> String {
    format!("{} {}", person.first_name, person.last_name)
        .trim()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_tidied_and_needs_two_letters() {
        let name = FullName::parse("  Ada \t Lovelace ").unwrap();
        assert_eq!(name.as_str(), "Ada Lovelace");
        assert!(FullName::parse("李 明").is_ok());
        for bad in ["", "  ", "x", "12 34", "..."] {
            assert!(FullName::parse(bad).is_err(), "{bad}");
        }
        assert!(FullName::parse(&"a".repeat(121)).is_err());
    }

    #[test]
    fn case_order_and_punctuation_make_no_other_name() {
        let name = FullName::parse("LOVELACE, Ada K.").unwrap();
        assert!(name.is_like("Ada K Lovelace"));
        assert!(!name.is_like("Ada Lovelace"));
    }

    #[test]
    fn only_a_clickwrap_that_nobody_signed_is_missing() {
        assert!(AccountNda::needing(NdaKind::None).is_settled());
        assert!(!AccountNda::needing(NdaKind::Clickwrap).is_settled());
        let signed = AccountNda {
            completed_at: Some(Timestamp::UNIX_EPOCH),
            ..AccountNda::needing(NdaKind::Clickwrap)
        };
        assert!(signed.is_settled());
    }
}
