//! The audit log's words: what can be done, what it is sorted by, and who did it.

mod actions;
mod changes;

pub use actions::Action;
pub use changes::{Changes, DetailLine, detail_lines};

use crate::keyed::keyed;

/// What an [`Action`] is about, to filter by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Category {
    /// Accounts and their people: who is let in, and what they see.
    Access,
    /// What the trust center shows.
    Content,
    /// Conversations and questionnaires of members.
    Conversations,
    /// Documents and tables that left the dashboard as files.
    Exports,
    /// NDAs, and DocuSign.
    Nda,
    /// The connection to Salesforce, and what is sent over it.
    Salesforce,
    /// The organization's settings.
    Settings,
    /// Staff, and how they sign in.
    Team,
}

impl Category {
    /// Every category, by its title.
    pub const ALL: [Self; 8] = [
        Self::Access,
        Self::Content,
        Self::Conversations,
        Self::Exports,
        Self::Nda,
        Self::Salesforce,
        Self::Settings,
        Self::Team,
    ];

    /// The stable name in addresses.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Content => "content",
            Self::Conversations => "conversations",
            Self::Exports => "exports",
            Self::Nda => "nda",
            Self::Salesforce => "salesforce",
            Self::Settings => "settings",
            Self::Team => "team",
        }
    }

    /// What the dashboard calls it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Access => "Access",
            Self::Content => "Content",
            Self::Conversations => "Conversations & questionnaires",
            Self::Exports => "Exports & downloads",
            Self::Nda => "NDA & DocuSign",
            Self::Salesforce => "Salesforce",
            Self::Settings => "Settings",
            Self::Team => "Team & sign-in",
        }
    }

    /// What belongs to it.
    pub fn actions(self) -> impl Iterator<Item = Action> {
        let all = Action::ALL.iter().copied();
        all.filter(move |action| action.category() == self)
    }
}

keyed!(Category, "a category of the audit log");

/// Who did something, as an entry names them: "Ada Sorensen <ada@northgate.example>".
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Actor<'a> {
    /// A person's name, or what acted without a person; empty where only an address is known.
    pub name: &'a str,
    /// Empty where no person did it.
    pub email: &'a str,
}

impl<'a> Actor<'a> {
    /// Reads what an entry says.
    pub fn parse(text: &'a str) -> Self {
        let with_address = text
            .strip_suffix('>')
            .and_then(|text| text.rsplit_once(" <"));
        match with_address {
            Some((name, email)) => Self { name, email },
            None if is_address(text) => Self {
                name: "",
                email: text,
            },
            None => Self {
                name: text,
                email: "",
            },
        }
    }

    /// The name; the address where there is none.
    pub fn title(self) -> &'a str {
        if self.name.is_empty() {
            self.email
        } else {
            self.name
        }
    }

    /// What finds this actor's entries: the address, which stays when the name changes.
    pub fn search(self) -> &'a str {
        if self.email.is_empty() {
            self.name
        } else {
            self.email
        }
    }
}

/// A visitor without a name is named by the address alone.
fn is_address(text: &str) -> bool {
    text.contains('@') && !text.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_and_address_of_an_actor_are_told_apart() {
        for (text, name, email) in [
            (
                "Ada Sorensen <ada@a.example>",
                "Ada Sorensen",
                "ada@a.example",
            ),
            ("Ada <3 <ada@a.example>", "Ada <3", "ada@a.example"),
            ("ada@a.example", "", "ada@a.example"),
            ("Automatic approval", "Automatic approval", ""),
            ("Ada @ home", "Ada @ home", ""),
            ("", "", ""),
        ] {
            assert_eq!(Actor::parse(text), Actor { name, email }, "{text}");
        }
    }

    #[test]
    fn each_action_is_in_one_category_and_has_a_title_of_its_own() {
        let sorted: usize = Category::ALL.iter().map(|one| one.actions().count()).sum();
        assert_eq!(sorted, Action::ALL.len());
        let mut titles: Vec<_> = Action::ALL.iter().map(|action| action.title()).collect();
        titles.sort_unstable();
        titles.dedup();
        assert_eq!(titles.len(), Action::ALL.len());
        // They are put between bars to look for several at once.
        assert!(titles.iter().all(|title| !title.contains(['|', '%', '_'])));
    }
}
