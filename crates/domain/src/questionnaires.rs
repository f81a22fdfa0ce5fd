//! Questionnaires that members of an account send to be filled in.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::ids::{AccountId, DocumentId, QuestionnaireId, StaffUserId, VisitorId};
use crate::keyed::keyed;

/// How far a questionnaire is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum QuestionnaireState {
    /// Nobody has begun with it.
    New,
    /// Staff are filling it in.
    InProgress,
    /// It is filled in.
    Done,
}

impl QuestionnaireState {
    /// Every state, in the order of the work.
    pub const ALL: [Self; 3] = [Self::New, Self::InProgress, Self::Done];

    /// The stable name in the database and in forms.
    pub const fn key(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::InProgress => "in_progress",
            Self::Done => "done",
        }
    }

    /// What people read.
    pub const fn title(self) -> &'static str {
        match self {
            Self::New => "New",
            Self::InProgress => "In progress",
            Self::Done => "Done",
        }
    }

    /// The class of its badge.
    pub const fn badge(self) -> &'static str {
        match self {
            Self::New => "badge-warn",
            Self::InProgress => "badge-wait",
            Self::Done => "badge-ok",
        }
    }
}

keyed!(QuestionnaireState, "a state of a questionnaire");

/// A file to fill in, and the filled-in one once there is one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Questionnaire {
    /// The questionnaire's id; later uploads have greater ones.
    pub id: QuestionnaireId,
    /// The account that sent it.
    pub account: AccountId,
    /// The account's name, as it is now.
    pub account_name: String,
    /// Its people don't see it then, and wait for nothing.
    pub account_is_archived: bool,
    /// Who uploaded it.
    pub visitor: VisitorId,
    /// The name of who uploaded it; the address where no name is known.
    pub visitor_name: String,
    /// The file to fill in.
    pub document: DocumentId,
    /// May be empty.
    pub note: String,
    /// When the account wants it back.
    pub due_on: Option<Date>,
    /// How far it is.
    pub state: QuestionnaireState,
    /// The Editor or Admin who fills it in; `None` where nobody was chosen.
    pub assignee: Option<StaffUserId>,
    /// The completed file.
    pub answer: Option<DocumentId>,
    /// When it was uploaded.
    pub created_at: Timestamp,
    /// When it was done; `None` until then.
    pub done_at: Option<Timestamp>,
}

impl Questionnaire {
    /// Whether it should have been done before `today`.
    pub fn is_overdue(&self, today: Date) -> bool {
        self.state != QuestionnaireState::Done && self.due_on.is_some_and(|due| due < today)
    }
}
