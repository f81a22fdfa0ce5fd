//! Who came in the year before the demo, and what they said: the files in `data`.

use anyhow::{Context as _, Result};
use domain::accounts::ReviewStatus;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// Everything the files say.
pub(super) struct Story {
    pub companies: Vec<Company>,
    pub requests: Requests,
    pub conversations: Vec<Conversation>,
    pub questionnaires: Vec<Questionnaire>,
}

/// A company that was let in. Days count back from the demo.
#[derive(Deserialize)]
pub(super) struct Company {
    pub name: String,
    pub description: String,
    /// The colleague who looks after it.
    pub owner: Option<String>,
    review: String,
    pub profile: Option<String>,
    /// When the colleague wrote this down.
    pub noted: Option<i64>,
    /// Until the end of its access.
    pub days_left: Option<i64>,
    pub archived: Option<i64>,
    #[serde(default)]
    pub nda: Nda,
    pub people: Vec<Person>,
}

#[derive(Deserialize, Default)]
pub(super) struct Nda {
    /// Days until the first person signed it.
    pub signed_after: Option<u64>,
    /// What staff noted of one that was signed outside of the trust center.
    pub elsewhere: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Person {
    pub first: String,
    pub last: String,
    pub email: String,
    /// When they asked, or were invited.
    pub asked: i64,
    /// On how many of a hundred usual days they come.
    pub keen: u64,
    /// When they stopped to come.
    pub until: Option<i64>,
    /// The colleague who let them in, and how many hours that took.
    pub by: String,
    #[serde(default)]
    pub hours: u64,
    #[serde(default)]
    pub invited: bool,
    pub item: Option<String>,
    #[serde(default)]
    pub reason: String,
    /// When the link was sent to them again.
    pub resent: Option<i64>,
}

#[derive(Deserialize)]
pub(super) struct Requests {
    pub denied: Vec<Request>,
    pub waiting: Vec<Request>,
}

/// A request that let nobody in.
#[derive(Deserialize)]
pub(super) struct Request {
    pub first: String,
    pub last: String,
    pub email: String,
    pub company: String,
    #[serde(default)]
    pub days: i64,
    #[serde(default)]
    pub minutes: u64,
    #[serde(default)]
    pub by: String,
    #[serde(default)]
    pub hours: u64,
    pub item: Option<String>,
    pub reason: String,
    #[serde(default)]
    pub message: String,
}

#[derive(Deserialize)]
pub(super) struct Conversation {
    pub company: String,
    pub item: String,
    pub said: Vec<Said>,
}

#[derive(Deserialize)]
pub(super) struct Said {
    /// An address, a colleague, or `settle:` and a colleague.
    pub by: String,
    pub days: i64,
    pub text: String,
}

#[derive(Deserialize)]
pub(super) struct Questionnaire {
    pub company: String,
    pub by: String,
    pub file: String,
    pub days: i64,
    pub due: Option<i64>,
    pub note: String,
    /// When a colleague took it on, and who.
    pub taken: Option<(i64, String)>,
    pub done: Option<i64>,
}

impl Story {
    pub(super) fn read() -> Result<Self> {
        Ok(Self {
            companies: parse("companies", include_str!("../../data/companies.json"))?,
            requests: parse("requests", include_str!("../../data/requests.json"))?,
            conversations: parse(
                "conversations",
                include_str!("../../data/conversations.json"),
            )?,
            questionnaires: parse(
                "questionnaires",
                include_str!("../../data/questionnaires.json"),
            )?,
        })
    }
}

impl Company {
    pub(super) fn review(&self) -> Result<ReviewStatus> {
        self.review.parse().map_err(anyhow::Error::msg)
    }
}

fn parse<T: DeserializeOwned>(name: &str, text: &str) -> Result<T> {
    serde_json::from_str(text).with_context(|| format!("data/{name}.json can't be read"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_speaks_or_hands_something_in_is_of_a_company_that_was_let_in() {
        let story = Story::read().unwrap();
        let people = |name: &str| {
            let mut companies = story.companies.iter();
            &companies.find(|one| one.name == name).unwrap().people
        };
        for talk in &story.conversations {
            for said in talk.said.iter().filter(|said| said.by.contains('@')) {
                let who = people(&talk.company)
                    .iter()
                    .find(|one| one.email == said.by);
                assert!(who.is_some_and(|who| who.asked > said.days), "{}", said.by);
            }
        }
        for one in &story.questionnaires {
            let who = people(&one.company).iter().find(|who| who.email == one.by);
            assert!(who.is_some_and(|who| who.asked > one.days), "{}", one.by);
        }
    }

    #[test]
    fn reviews_can_be_read() {
        for company in Story::read().unwrap().companies {
            assert!(company.review().is_ok(), "{}", company.name);
        }
    }
}
