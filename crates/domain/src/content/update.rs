//! News that a trust center publishes, and who gets them by email.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::dates;
use crate::email::EmailAddress;
use crate::ids::{SubscriberId, UpdateId};
use crate::keyed::keyed;

/// What an update is about: subscribers choose which of them they get.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum UpdateTopic {
    /// What is about nothing of the others.
    #[default]
    News,
    /// Reports and policies that are new or renewed.
    Documents,
    /// Companies that process data, ahead of a change.
    Subprocessors,
    /// Incidents and vulnerabilities.
    Security,
}

impl UpdateTopic {
    /// Every topic, in the order in which they are listed.
    pub const ALL: [Self; 4] = [
        Self::News,
        Self::Documents,
        Self::Subprocessors,
        Self::Security,
    ];

    /// The stable name in the database, in addresses and in forms.
    pub const fn key(self) -> &'static str {
        match self {
            Self::News => "news",
            Self::Documents => "documents",
            Self::Subprocessors => "subprocessors",
            Self::Security => "security",
        }
    }

    /// What pages and emails call it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::News => "News",
            Self::Documents => "Documents",
            Self::Subprocessors => "Subprocessors",
            Self::Security => "Security",
        }
    }

    /// What a subscriber gets, in one sentence.
    pub const fn explanation(self) -> &'static str {
        match self {
            Self::News => "Certifications, features and everything else.",
            Self::Documents => "Reports and policies that are new or renewed.",
            Self::Subprocessors => "Subprocessors that are added, replaced or removed.",
            Self::Security => "Incidents and vulnerabilities, and what was done about them.",
        }
    }
}

keyed!(UpdateTopic, "a topic of updates");

/// The topics that a subscriber does without. What isn't in it is sent, also topics that
/// are added later.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct UnwantedTopics(Vec<UpdateTopic>);

impl UnwantedTopics {
    /// All topics but these.
    pub fn all_but(wanted: &[UpdateTopic]) -> Self {
        let unwanted = UpdateTopic::ALL.into_iter();
        Self(unwanted.filter(|topic| !wanted.contains(topic)).collect())
    }

    /// Whether the subscriber gets updates of that topic.
    pub fn wants(&self, topic: UpdateTopic) -> bool {
        !self.0.contains(&topic)
    }

    /// Whether the subscriber gets all topics.
    pub fn is_nothing(&self) -> bool {
        self.0.is_empty()
    }

    /// The topics that the subscriber gets, in words.
    pub fn wanted_titles(&self) -> String {
        let wanted = UpdateTopic::ALL.into_iter();
        let wanted = wanted.filter(|topic| self.wants(*topic));
        wanted
            .map(UpdateTopic::title)
            .collect::<Vec<_>>()
            .join(", ")
    }

    /// Whether there is nothing that the subscriber gets.
    pub fn is_everything(&self) -> bool {
        UpdateTopic::ALL.into_iter().all(|topic| !self.wants(topic))
    }
}

impl std::fmt::Display for UnwantedTopics {
    /// Their keys between spaces, as the database holds and searches them.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(" ")?;
        self.0.iter().try_for_each(|topic| write!(f, "{topic} "))
    }
}

impl std::str::FromStr for UnwantedTopics {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let topics = text.split_whitespace().map(str::parse);
        topics.collect::<Result<_, _>>().map(Self)
    }
}

/// An update: a draft, or published news.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Update {
    /// Names the update in the dashboard's addresses.
    pub id: UpdateId,
    /// Its heading, also in the subject of its emails.
    pub title: String,
    /// In Markdown.
    pub body: String,
    /// What it is about.
    pub topic: UpdateTopic,
    /// The day that visitors read beside it.
    pub dated_on: Date,
    /// `None` for a draft.
    pub published_at: Option<Timestamp>,
    /// When it was last emailed to subscribers.
    pub mailed_at: Option<Timestamp>,
    /// Grows by one with each edit: a form made from an older one is stale.
    pub version: i64,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl Update {
    /// [`Self::dated_on`] as visitors read it: "Jun 3, 2026".
    pub fn day(&self) -> String {
        dates::day(self.dated_on)
    }
}

/// Someone who asked for updates by email, and confirmed it by an emailed link.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Subscriber {
    /// Names the subscriber in the dashboard's addresses.
    pub id: SubscriberId,
    /// The address that gets the emails.
    pub email: EmailAddress,
    /// When the emailed link was first followed.
    pub confirmed_at: Timestamp,
    /// What the emails' unsubscribe links carry. It can do nothing else, and every
    /// email repeats it, so it is kept as it is.
    pub leave_token: String,
    /// What this subscriber does without.
    pub unwanted: UnwantedTopics,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_chose_nothing_gets_every_topic() {
        let unwanted: UnwantedTopics = "".parse().unwrap();
        assert!(
            UpdateTopic::ALL
                .into_iter()
                .all(|topic| unwanted.wants(topic))
        );
    }

    #[test]
    fn a_choice_reads_back_what_it_writes() {
        let unwanted = UnwantedTopics::all_but(&[UpdateTopic::Subprocessors]);
        assert_eq!(unwanted.to_string(), " news documents security ");
        assert_eq!(unwanted.to_string().parse(), Ok(unwanted.clone()));
        assert!(unwanted.wants(UpdateTopic::Subprocessors));
        assert!(!unwanted.wants(UpdateTopic::News) && !unwanted.is_everything());
        assert!(UnwantedTopics::all_but(&[]).is_everything());
    }
}
