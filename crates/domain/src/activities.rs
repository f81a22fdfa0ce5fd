//! The eight things that can happen on a trust center and be told to Salesforce.

use jiff::Timestamp;

use crate::email::EmailAddress;
use crate::ids::{AccountId, ActivityId};
use crate::keyed::keyed;
use crate::request_id::RequestId;

/// What happened. Exhaustive on purpose: a ninth kind must be decided everywhere.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum ActivityKind {
    /// A visitor asked for access to a trust center, or a member asked for an item that the
    /// account's profile leaves out.
    RequestedAccess,
    /// An account came to be.
    AccountCreated,
    /// A person was given access for an account.
    AccountMemberAdded,
    /// A member commented on an item.
    CommentOnStatusPage,
    /// A member downloaded a file; downloads of others are only counted.
    FileDownloaded,
    /// An account's NDA was completed.
    NdaSigned,
    /// A member uploaded a questionnaire.
    QuestionnaireUploaded,
    /// A member began a visit of a trust center.
    StatusPageView,
}

impl ActivityKind {
    /// In the order in which the Salesforce modal lists their switches.
    pub const ALL: [Self; 8] = [
        Self::RequestedAccess,
        Self::AccountCreated,
        Self::AccountMemberAdded,
        Self::CommentOnStatusPage,
        Self::FileDownloaded,
        Self::NdaSigned,
        Self::QuestionnaireUploaded,
        Self::StatusPageView,
    ];

    /// The name after the prefix in a Task's Subject.
    pub const fn title(self) -> &'static str {
        match self {
            Self::RequestedAccess => "Requested Access",
            Self::AccountCreated => "Account Created",
            Self::AccountMemberAdded => "Account Member Added",
            Self::CommentOnStatusPage => "Comment on Status Page",
            Self::FileDownloaded => "File Downloaded",
            Self::NdaSigned => "NDA Signed",
            Self::QuestionnaireUploaded => "Questionnaire Uploaded",
            Self::StatusPageView => "Status Page View",
        }
    }

    /// The stable name in the database, in forms and in addresses.
    pub const fn key(self) -> &'static str {
        match self {
            Self::RequestedAccess => "requested_access",
            Self::AccountCreated => "account_created",
            Self::AccountMemberAdded => "account_member_added",
            Self::CommentOnStatusPage => "comment_on_status_page",
            Self::FileDownloaded => "file_downloaded",
            Self::NdaSigned => "nda_signed",
            Self::QuestionnaireUploaded => "questionnaire_uploaded",
            Self::StatusPageView => "status_page_view",
        }
    }

    /// One sentence for the switch in the Salesforce modal.
    pub const fn explanation(self) -> &'static str {
        match self {
            Self::RequestedAccess => "A visitor requested access in your trust center.",
            Self::AccountCreated => "An account was created for a customer or prospect.",
            Self::AccountMemberAdded => "A person was given access to an account.",
            Self::CommentOnStatusPage => "A visitor commented on an item in your trust center.",
            Self::FileDownloaded => "A visitor downloaded a file from your trust center.",
            Self::NdaSigned => "An account’s NDA was completed, by clickwrap or DocuSign.",
            Self::QuestionnaireUploaded => {
                "A visitor uploaded a questionnaire to your trust center."
            }
            Self::StatusPageView => "A visitor with access viewed your trust center.",
        }
    }

    /// Reads a [`key`](Self::key); `None` where it is no kind's.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }
}

keyed!(ActivityKind, "a kind of activity");

/// Who did it, as far as it is known.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Person {
    /// The person's email address.
    pub email: EmailAddress,
    /// The person's first name; may be empty.
    pub first_name: String,
    /// The person's last name; may be empty.
    pub last_name: String,
}

impl Person {
    /// "First Last", or the address where no name is known.
    pub fn display_name(&self) -> String {
        let name = format!("{} {}", self.first_name.trim(), self.last_name.trim());
        match name.trim() {
            "" => self.email.as_str().to_owned(),
            name => name.to_owned(),
        }
    }
}

/// What it was about: the parts of a Task's Comments that differ by kind.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Details {
    /// Title of the item that was commented on or downloaded.
    pub item: Option<String>,
    /// Name of the file, as the visitor saw it.
    pub file: Option<String>,
    /// What the visitor wrote: a reason, a comment, a note.
    pub text: Option<String>,
    /// Path and title of the page, below the public address.
    pub page: Option<String>,
}

/// Something that is about to be recorded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewActivity {
    /// What happened.
    pub kind: ActivityKind,
    /// The person it is about; `None` where only the company is known.
    pub person: Option<Person>,
    /// The company as the person typed it, or the account's name.
    pub company: String,
    /// The account it belongs to; `None` while there is none.
    pub account: Option<AccountId>,
    /// What it was about.
    pub details: Details,
}

/// Something that happened. Never changed afterwards.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Activity {
    /// The activity's id; later activities have greater ones.
    pub id: ActivityId,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// The request that caused it; `None` for what came of no request.
    pub request: Option<RequestId>,
    /// What happened, who did it, and for which company.
    pub what: NewActivity,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_found_by_its_key() {
        for kind in ActivityKind::ALL {
            assert_eq!(ActivityKind::from_key(kind.key()), Some(kind));
        }
        assert_eq!(ActivityKind::from_key("Requested Access"), None);
    }
}
