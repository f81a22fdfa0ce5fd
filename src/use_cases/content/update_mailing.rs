//! Mailing a published update to its subscribers, a few hundred at a time: the emails are
//! written outside the transaction that queues them.

use askama::Template;
use clock::Ambient;
use domain::content::update::{Subscriber, UpdateTopic};
use domain::dates;
use domain::deliveries::task::cut;
use domain::email::message::{ListEmail, Message};
use domain::organizations::Organization;
use pulldown_cmark::{Event, Parser, TagEnd};
use store::content::update_mailings::UpdateMailing;
use store::{Db, StoreError};
use tracing::instrument;
use url::Url;

use crate::use_cases::limits::{SUBSCRIBERS_AT_ONCE, UPDATE_QUOTE};
use crate::use_cases::organizations::address::StatusAddress;

/// Why nothing was queued.
#[derive(Debug, thiserror::Error)]
pub enum MailingError {
    #[error("the email could not be written: {0}")]
    Email(#[from] askama::Error),
    #[error("the public address can't carry a path: {0}")]
    Address(#[from] url::ParseError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Queues the next emails of the oldest mailing. Each subscriber is written to once, also
/// where several replicas do this at the same time, or one ends in the middle. Answers
/// whether there may be more to do.
///
/// # Errors
/// Nothing was queued, and it is to be tried again.
#[instrument(name = "content.update_mailing.queue_next", skip_all)]
pub async fn queue_next(
    db: &Db,
    ambient: &Ambient,
    public_url: &Url,
) -> Result<bool, MailingError> {
    let mut tx = db.read().await?;
    let Some(mailing) = store::content::update_mailings::oldest_across_tenants(&mut tx).await?
    else {
        return Ok(false);
    };
    let org = store::organizations::by_id(&mut tx, mailing.org).await?;
    let Some(org) = org else {
        return Ok(true);
    };
    let readers = store::content::subscribers::confirmed_after(
        &mut tx,
        org.id,
        mailing.topic,
        (&mailing.after_email, mailing.created_at),
        SUBSCRIBERS_AT_ONCE,
    )
    .await?;
    let address = StatusAddress::for_organization(&mut tx, &org, public_url).await?;
    drop(tx);
    let emails = emails(&org, &address, &mailing, &readers)?;
    let mut tx = db.begin().await?;
    if let Some(last) = readers.last() {
        if !store::content::update_mailings::advance(&mut tx, &mailing, last.email.as_str()).await?
        {
            return Ok(true);
        }
        store::email::many::insert(&mut tx, ambient, org.id, &emails).await?;
    } else {
        store::content::update_mailings::delete(&mut tx, &mailing).await?;
    }
    tx.commit().await?;
    Ok(true)
}

#[derive(Template)]
#[template(path = "email/update.html")]
struct UpdateHtml<'a>(&'a UpdateEmail<'a>);

#[derive(Template)]
#[template(path = "email/update.txt")]
struct UpdateText<'a>(&'a UpdateEmail<'a>);

struct UpdateEmail<'a> {
    org: &'a Organization,
    title: &'a str,
    topic: UpdateTopic,
    day: String,
    /// The beginning of the text.
    quote: &'a str,
    link: &'a Url,
    leave: &'a Url,
}

fn emails(
    org: &Organization,
    address: &StatusAddress,
    mailing: &UpdateMailing,
    readers: &[Subscriber],
) -> Result<Vec<ListEmail>, MailingError> {
    let link = address.page(&format!("/updates/{}", mailing.update));
    let quote = cut(&plain(&mailing.body), UPDATE_QUOTE);
    let mut emails = Vec::with_capacity(readers.len());
    for reader in readers {
        let leave = address.page_with_token("/unsubscribe", &reader.leave_token);
        let email = UpdateEmail {
            org,
            title: &mailing.title,
            topic: mailing.topic,
            day: dates::day(mailing.dated_on),
            quote: &quote,
            link: &link,
            leave: &leave,
        };
        emails.push(ListEmail {
            message: Message {
                to: reader.email.clone(),
                subject: format!("{}: {}", org.name, mailing.title),
                text: UpdateText(&email).render()?,
                html: UpdateHtml(&email).render()?,
            },
            unsubscribe: leave.to_string(),
        });
    }
    Ok(emails)
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
}
