//! The emails to visitors that tell them of something, and that they may do without.
//! Links that let somebody in, decisions and confirmations aren't among them.

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
            Self::Answer => "When somebody answers in a conversation that you wrote in.",
            Self::Questionnaire => "When a questionnaire that you sent comes back completed.",
        }
    }
}

impl std::fmt::Display for VisitorEmail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.key())
    }
}

impl std::str::FromStr for VisitorEmail {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|kind| kind.key() == text);
        found.ok_or_else(|| format!("`{text}` is no email to visitors"))
    }
}
