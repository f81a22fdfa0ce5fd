//! The emails to visitors that tell them of something, and that they may do without.
//! Links that let someone in, decisions and confirmations aren't among them.

use crate::keyed::keyed;

/// A kind of such an email.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum VisitorEmail {
    /// Staff answered in a conversation.
    Answer,
    /// Their questionnaire came back completed.
    Questionnaire,
}

impl VisitorEmail {
    /// In the order in which the page of choices lists them.
    pub const ALL: [Self; 2] = [Self::Answer, Self::Questionnaire];

    /// The stable name in the database and in forms.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Questionnaire => "questionnaire",
        }
    }

    /// What the page of choices calls it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Answer => "Answers to what you wrote",
            Self::Questionnaire => "Completed questionnaires",
        }
    }

    /// In a sentence: "mails about …".
    pub const fn about(self) -> &'static str {
        match self {
            Self::Answer => "answers to what you wrote",
            Self::Questionnaire => "completed questionnaires",
        }
    }

    /// One sentence for the page of choices.
    pub const fn explanation(self) -> &'static str {
        match self {
            Self::Answer => "When someone answers in a conversation that you wrote in.",
            Self::Questionnaire => "When a questionnaire that you sent comes back completed.",
        }
    }
}

keyed!(VisitorEmail, "an email to visitors");
