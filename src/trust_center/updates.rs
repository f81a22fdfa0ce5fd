//! Publishing updates, and mailing them to those who subscribed.

use askama::Template;
use jiff::civil::Date;
use pulldown_cmark::{Event, Parser, TagEnd};
use url::Url;

use super::content::{ContentError, Editing};
use super::problems::Problems;
use super::status_address::StatusAddress;
use crate::clock::Ambient;
use crate::domain::ids::UpdateId;
use crate::domain::mail::{Letter, Message};
use crate::domain::names::tidy;
use crate::domain::organization::Organization;
use crate::domain::staff::StaffUser;
use crate::domain::task::cut;
use crate::domain::update::{Subscriber, Update};
use crate::store::{self, StoreError, Tx};

/// Of an update's text, a letter quotes so much (UTF-16 units).
const QUOTE: usize = 600;

/// Why nothing was saved.
#[derive(Debug, thiserror::Error)]
pub enum UpdateError {
    #[error(transparent)]
    Content(#[from] ContentError),
    #[error("the letter could not be written: {0}")]
    Letter(#[from] askama::Error),
}

impl From<StoreError> for UpdateError {
    fn from(error: StoreError) -> Self {
        Self::Content(error.into())
    }
}

/// What was typed into an update's form.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct UpdateDraft {
    pub title: String,
    pub body: String,
    /// As the browser sends it: 2026-11-25.
    pub dated_on: String,
}

/// What is to become of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Act {
    /// Visitors don't see it (any more).
    Draft,
    Publish,
    /// Also mails it to every subscriber.
    PublishAndMail,
}

impl UpdateDraft {
    fn checked(&self) -> Result<(Self, Date), Problems> {
        let draft = Self {
            title: tidy(&self.title),
            body: self.body.trim().replace("\r\n", "\n"),
            dated_on: self.dated_on.trim().to_owned(),
        };
        let mut problems = Problems::default();
        problems.required("title", "The title", &draft.title, 160);
        problems.required("body", "The text", &draft.body, 20_000);
        let date = draft.dated_on.parse::<Date>().map_err(|_| {
            problems.add("dated_on", "Choose the day that stands beside it");
        });
        match (date, problems.into_result()) {
            (Ok(date), Ok(())) => Ok((draft, date)),
            (_, Err(problems)) => Err(problems),
            (Err(()), Ok(())) => Err(Problems::default()),
        }
    }
}

/// Who publishes, where, and the address that visitors reach it by.
#[derive(Clone, Copy, Debug)]
pub struct Publisher<'a> {
    pub org: &'a Organization,
    pub by: &'a StaffUser,
    pub public_url: &'a Url,
}

/// Saves a new update (`None`) or one that is still at that version, and mails it
/// where that is asked for: all in this transaction, so that it goes to each
/// subscriber once or not at all. Answers its id and how many letters were queued.
///
/// # Errors
/// It is gone, it was changed meanwhile, or what is wrong with the draft.
pub async fn save(
    tx: &mut Tx,
    ambient: &Ambient,
    publisher: Publisher<'_>,
    which: Option<(UpdateId, i64)>,
    draft: &UpdateDraft,
    act: Act,
) -> Result<(UpdateId, usize), UpdateError> {
    let Publisher {
        org,
        by,
        public_url,
    } = publisher;
    let at = Editing { org: org.id, by };
    let before = match which {
        Some((id, _)) => {
            let found = store::news::by_id(tx, org.id, id).await?;
            Some(found.ok_or(ContentError::NotFound)?)
        }
        None => None,
    };
    let (draft, dated_on) = draft.checked().map_err(ContentError::Invalid)?;
    let now = ambient.now();
    let was_published = before.as_ref().and_then(|update| update.published_at);
    let mut update = Update {
        id: which.map_or_else(|| ambient.id(UpdateId::from_uuid), |(id, _)| id),
        title: draft.title,
        body: draft.body,
        dated_on,
        published_at: (act != Act::Draft).then(|| was_published.unwrap_or(now)),
        mailed_at: before.and_then(|update| update.mailed_at),
        version: which.map_or(1, |(_, version)| version),
        updated_at: now,
    };
    let readers = match act {
        Act::PublishAndMail => store::subscriber::confirmed(tx, org.id).await?,
        Act::Draft | Act::Publish => Vec::new(),
    };
    if act == Act::PublishAndMail {
        update.mailed_at = Some(now);
    }
    if which.is_none() {
        store::news::insert(tx, org.id, &update).await?;
    } else if !store::news::update(tx, org.id, &update).await? {
        return Err(ContentError::Stale.into());
    }
    let action = match act {
        Act::Draft => "Saved an update as a draft",
        _ if was_published.is_none() => "Published an update",
        _ => "Edited an update",
    };
    at.audit(tx, ambient, action, &update.title).await?;
    if act == Act::PublishAndMail {
        let address = StatusAddress::of(tx, org, public_url).await?;
        let letters = letters(org, &address, &update, &readers)?;
        store::mail_many::insert(tx, ambient, org.id, &letters).await?;
        let detail = format!("{} to {}", update.title, readers.len());
        at.audit(tx, ambient, "Mailed an update", &detail).await?;
    }
    Ok((update.id, readers.len()))
}

/// # Errors
/// It is gone already.
pub async fn delete(
    tx: &mut Tx,
    ambient: &Ambient,
    at: Editing<'_>,
    id: UpdateId,
) -> Result<(), ContentError> {
    let update = store::news::by_id(tx, at.org, id).await?;
    let update = update.ok_or(ContentError::NotFound)?;
    store::news::delete(tx, at.org, id).await?;
    at.audit(tx, ambient, "Deleted an update", &update.title)
        .await?;
    Ok(())
}

#[derive(Template)]
#[template(path = "mail/update.html")]
struct UpdateHtml<'a>(&'a UpdateLetter<'a>);

#[derive(Template)]
#[template(path = "mail/update.txt")]
struct UpdateText<'a>(&'a UpdateLetter<'a>);

struct UpdateLetter<'a> {
    org: &'a Organization,
    title: &'a str,
    day: String,
    /// The beginning of the text.
    quote: &'a str,
    link: &'a Url,
    leave: &'a Url,
}

fn letters(
    org: &Organization,
    address: &StatusAddress,
    update: &Update,
    readers: &[Subscriber],
) -> Result<Vec<Letter>, UpdateError> {
    let link = address.page(&format!("/updates/{}", update.id));
    let quote = cut(&plain(&update.body), QUOTE);
    let mut letters = Vec::with_capacity(readers.len());
    for reader in readers {
        let leave = address.page_with_token("/unsubscribe", &reader.leave_token);
        let letter = UpdateLetter {
            org,
            title: &update.title,
            day: update.day(),
            quote: &quote,
            link: &link,
            leave: &leave,
        };
        letters.push(Letter {
            message: Message {
                to: reader.email.clone(),
                subject: format!("{}: {}", org.name, update.title),
                text: UpdateText(&letter).render()?,
                html: UpdateHtml(&letter).render()?,
            },
            unsubscribe: leave.to_string(),
        });
    }
    Ok(letters)
}

/// The words of a text in Markdown, without its marks.
fn plain(markdown: &str) -> String {
    let mut words = String::with_capacity(markdown.len());
    for event in Parser::new(markdown) {
        match event {
            Event::Text(text) | Event::Code(text) => words.push_str(&text),
            Event::SoftBreak | Event::HardBreak => words.push(' '),
            Event::End(TagEnd::Paragraph | TagEnd::Heading(_)) => words.push_str("\n\n"),
            Event::End(TagEnd::Item) => words.push('\n'),
            _ => {}
        }
    }
    words.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_has_the_words_without_the_marks() {
        let text =
            plain("# News\n\nWe *passed*\nthe [audit](https://example.com).\n\n- one\n- two");
        assert_eq!(text, "News\n\nWe passed the audit.\n\none\ntwo");
    }

    #[test]
    fn a_day_that_is_none_is_said_at_its_field() {
        let draft = UpdateDraft {
            title: "T".to_owned(),
            body: "B".to_owned(),
            dated_on: "soon".to_owned(),
        };
        let problems = draft.checked().unwrap_err();
        assert!(problems.of("dated_on").contains("Choose the day"));
    }
}
