//! Letters that say what happened on the trust center, with a link to it.

use askama::Template;
use url::Url;

use crate::clock::Ambient;
use crate::domain::deliveries::task::cut;
use crate::domain::email::EmailAddress;
use crate::domain::email::message::{Letter, Message};
use crate::domain::email::notification::{Choice, NoticeKind};
use crate::domain::organizations::Organization;
use crate::domain::staff::StaffUser;
use crate::store::{self, StoreError, Tx};

/// Of what somebody wrote, a letter quotes so much (UTF-16 units).
const QUOTE: usize = 600;

/// Why a letter could not be queued.
#[derive(Debug, thiserror::Error)]
pub enum NoticeError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the letter could not be written: {0}")]
    Letter(#[from] askama::Error),
    #[error("the public address can't carry a path: {0}")]
    Address(#[from] url::ParseError),
}

/// What a letter says.
#[derive(Clone, Debug)]
pub struct Notice<'a> {
    pub org: &'a Organization,
    pub subject: String,
    pub heading: &'a str,
    pub text: String,
    /// What somebody wrote; empty for nothing.
    pub quote: &'a str,
    pub button: &'a str,
    pub link: Url,
    /// Why the reader gets it.
    pub why: &'a str,
}

#[derive(Template)]
#[template(path = "mail/notice.html")]
struct NoticeHtml<'a> {
    letter: &'a Notice<'a>,
    choice: Option<Choosing>,
}

#[derive(Template)]
#[template(path = "mail/notice.txt")]
struct NoticeText<'a> {
    letter: &'a Notice<'a>,
    choice: Option<Choosing>,
}

/// The link below a letter by which its reader says what they want to get.
#[derive(Clone)]
struct Choosing {
    words: &'static str,
    link: Url,
}

impl Notice<'_> {
    /// Where staff choose what they hear of. Letters to visitors that they can't do
    /// without have nothing of the kind.
    fn of_staff(&self) -> Option<Choosing> {
        let for_staff = self.link.path().starts_with("/dashboard");
        let link = self.link.join("/dashboard/notifications").ok();
        link.filter(|_| for_staff).map(|link| Choosing {
            words: "Choose what you hear of",
            link,
        })
    }

    fn quoted(&self) -> String {
        cut(self.quote.trim(), QUOTE)
    }

    fn to(&self, to: EmailAddress, choice: Option<Choosing>) -> Result<Message, askama::Error> {
        let (letter, same) = (self, choice.clone());
        Ok(Message {
            to,
            subject: self.subject.clone(),
            text: NoticeText { letter, choice }.render()?,
            html: NoticeHtml {
                letter,
                choice: same,
            }
            .render()?,
        })
    }

    /// The letter with a link that stops letters of its kind.
    pub fn with_stop(&self, to: EmailAddress, stop: Url) -> Result<Letter, askama::Error> {
        let unsubscribe = stop.to_string();
        let choice = Choosing {
            words: "Get no more mails like this",
            link: stop,
        };
        Ok(Letter {
            message: self.to(to, Some(choice))?,
            unsubscribe,
        })
    }

    /// Queues the letter to this address.
    pub async fn send(
        &self,
        tx: &mut Tx,
        ambient: &Ambient,
        org: &Organization,
        to: &EmailAddress,
    ) -> Result<(), NoticeError> {
        let message = self.to(to.clone(), self.of_staff())?;
        store::email::insert(tx, ambient, org.id, &message).await?;
        Ok(())
    }

    /// Tells everybody who can act on it and wants to hear of this kind: at once, or
    /// in their daily letter.
    pub async fn send_to_staff(
        &self,
        kind: NoticeKind,
        tx: &mut Tx,
        ambient: &Ambient,
        org: &Organization,
    ) -> Result<(), NoticeError> {
        let choices = store::email::staff_preferences::of_kind(tx, org.id, kind).await?;
        for user in store::staff::users::active(tx, org.id).await? {
            if user.role >= kind.least_role() {
                let choice = choices.get(&user.id).copied().unwrap_or_default();
                self.tell(kind, choice, tx, ambient, org, &user).await?;
            }
        }
        Ok(())
    }

    /// Tells one of the staff, who wants to hear of this kind or not.
    pub async fn send_to_colleague(
        &self,
        kind: NoticeKind,
        tx: &mut Tx,
        ambient: &Ambient,
        org: &Organization,
        user: &StaffUser,
    ) -> Result<(), NoticeError> {
        let choices = store::email::staff_preferences::of_user(tx, org.id, user.id).await?;
        let choice = choices.get(&kind).copied().unwrap_or_default();
        self.tell(kind, choice, tx, ambient, org, user).await
    }

    async fn tell(
        &self,
        kind: NoticeKind,
        choice: Choice,
        tx: &mut Tx,
        ambient: &Ambient,
        org: &Organization,
        user: &StaffUser,
    ) -> Result<(), NoticeError> {
        match choice {
            Choice::Now => self.send(tx, ambient, org, &user.email).await,
            Choice::Daily => {
                let (subject, link) = (&self.subject, self.link.as_str());
                let insert = store::email::daily::insert;
                Ok(insert(tx, ambient, org.id, user.id, kind, subject, link).await?)
            }
            Choice::Off => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(quote: &str) -> Message {
        let notice = Notice {
            org: &Organization::named("Acme"),
            subject: "A comment".to_owned(),
            heading: "A comment",
            text: "Ada <b> of Engines commented.".to_owned(),
            quote,
            button: "Answer",
            link: Url::parse("https://trust.example.com/dashboard?a=1&b=2").unwrap(),
            why: "You are an Editor.",
        };
        let to = EmailAddress::parse("ada@example.com").unwrap();
        notice.to(to, notice.of_staff()).unwrap()
    }

    #[test]
    fn both_forms_have_the_link_and_what_was_written() {
        let message = message("1 < 2\n<script>");
        assert!(
            message.text.contains("dashboard?a=1&b=2\n"),
            "{}",
            message.text
        );
        assert!(message.text.contains("1 < 2\n<script>"), "{}", message.text);
        assert!(!message.html.contains("<script>") && !message.html.contains("Ada <b>"));
        assert!(message.html.contains("1 &#60; 2"), "{}", message.html);
    }

    #[test]
    fn a_long_text_is_quoted_in_part() {
        let message = message(&"word ".repeat(2_000));
        assert!(message.text.len() < 1_500 && message.text.contains('…'));
    }
}
