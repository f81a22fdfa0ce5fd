//! Questionnaires that members of an account send to be filled in.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::ids::{AccountId, DocumentId, QuestionnaireId, StaffUserId, VisitorId};
use crate::keyed::keyed;

/// The most characters of a note.
pub const NOTE: usize = 2_000;

/// How far a questionnaire is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum QuestionnaireState {
    New,
    InProgress,
    Done,
}

impl QuestionnaireState {
    pub const ALL: [Self; 3] = [Self::New, Self::InProgress, Self::Done];

    pub const fn key(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::InProgress => "in_progress",
            Self::Done => "done",
        }
    }

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
    pub id: QuestionnaireId,
    pub account: AccountId,
    pub account_name: String,
    /// Its people don't see it then, and wait for nothing.
    pub account_is_archived: bool,
    /// Who uploaded it.
    pub visitor: VisitorId,
    pub visitor_name: String,
    pub document: DocumentId,
    /// May be empty.
    pub note: String,
    /// When the account wants it back.
    pub due_on: Option<Date>,
    pub state: QuestionnaireState,
    pub assignee: Option<StaffUserId>,
    /// The completed file.
    pub answer: Option<DocumentId>,
    pub created_at: Timestamp,
    pub done_at: Option<Timestamp>,
}

impl Questionnaire {
    /// Whether it should have been done before `today`.
    pub fn is_overdue(&self, today: Date) -> bool {
        self.state != QuestionnaireState::Done && self.due_on.is_some_and(|due| due < today)
    }
}
