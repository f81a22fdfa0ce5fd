//! Emails that say what happened on the trust center, with a link to it.

use askama::Template;
use tracing::instrument;
use url::Url;

use clock::Ambient;
use domain::deliveries::task::cut;
use domain::email::EmailAddress;
use domain::email::message::{ListEmail, Message};
use domain::email::notification::{Choice, NotificationKind};
use domain::organizations::Organization;
use domain::staff::StaffUser;
use store::{StoreError, Tx};

use crate::use_cases::limits::NOTIFICATION_QUOTE;

/// Why an email could not be queued.
#[derive(Debug, thiserror::Error)]
pub enum NotificationError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the email could not be written: {0}")]
    Email(#[from] askama::Error),
    #[error("the public address can't carry a path: {0}")]
    Address(#[from] url::ParseError),
}

/// What an email says.
#[derive(Clone, Debug)]
pub struct Notification<'a> {
    pub org: &'a Organization,
    pub subject: String,
    pub heading: &'a str,
    pub text: String,
    /// What someone wrote; empty for nothing.
    pub quote: &'a str,
    pub button: &'a str,
    pub link: Url,
    /// Why the reader gets it.
    pub why: &'a str,
}

#[derive(Template)]
#[template(path = "email/notification.html")]
struct NoticeHtml<'a> {
    email: &'a Notification<'a>,
    choice: Option<Choosing>,
}

#[derive(Template)]
#[template(path = "email/notification.txt")]
struct NoticeText<'a> {
    email: &'a Notification<'a>,
    choice: Option<Choosing>,
}

/// The link below an email by which its reader says what they want to get.
#[derive(Clone)]
struct Choosing {
    words: &'static str,
    link: Url,
}

impl Notification<'_> {
    /// Where staff choose what they hear of. Emails to visitors that they can't do
    /// without have nothing of the kind.
    fn of_staff(&self) -> Option<Choosing> {
        let for_staff = self.link.path().starts_with("/dashboard");
        let link = self.link.join("/dashboard/notifications").ok();
        link.filter(|_| for_staff).map(|link| Choosing {
            words: "Manage notifications",
            link,
        })
    }

    fn quoted(&self) -> String {
        cut(self.quote.trim(), NOTIFICATION_QUOTE)
    }

    fn to(&self, to: EmailAddress, choice: Option<Choosing>) -> Result<Message, askama::Error> {
        let (email, same) = (self, choice.clone());
        Ok(Message {
            to,
            subject: self.subject.clone(),
            text: NoticeText { email, choice }.render()?,
            html: NoticeHtml {
                email,
                choice: same,
            }
            .render()?,
        })
    }

    /// The email with a link that stops emails of its kind.
    pub fn with_stop(&self, to: EmailAddress, stop: Url) -> Result<ListEmail, askama::Error> {
        let unsubscribe = stop.to_string();
        let choice = Choosing {
            words: "Unsubscribe from these emails",
            link: stop,
        };
        Ok(ListEmail {
            message: self.to(to, Some(choice))?,
            unsubscribe,
        })
    }

    /// Queues the email to this address.
    #[instrument(name = "email.notification.send", skip_all, fields(org = %org.id))]
    pub async fn send(
        &self,
        tx: &mut Tx,
        ambient: &Ambient,
        org: &Organization,
        to: &EmailAddress,
    ) -> Result<(), NotificationError> {
        let message = self.to(to.clone(), self.of_staff())?;
        store::email::insert(tx, ambient, org.id, &message).await?;
        Ok(())
    }

    /// Tells everyone who can act on it and wants to hear of this kind: at once, or
    /// in their daily email.
    #[instrument(name = "email.notification.send_to_staff", skip_all, fields(org = %org.id))]
    pub async fn send_to_staff(
        &self,
        kind: NotificationKind,
        tx: &mut Tx,
        ambient: &Ambient,
        org: &Organization,
    ) -> Result<(), NotificationError> {
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
    #[instrument(
        name = "email.notification.send_to_colleague",
        skip_all,
        fields(org = %org.id, user = %user.id)
    )]
    pub async fn send_to_colleague(
        &self,
        kind: NotificationKind,
        tx: &mut Tx,
        ambient: &Ambient,
        org: &Organization,
        user: &StaffUser,
    ) -> Result<(), NotificationError> {
        let choices = store::email::staff_preferences::of_user(tx, org.id, user.id).await?;
        let choice = choices.get(&kind).copied().unwrap_or_default();
        self.tell(kind, choice, tx, ambient, org, user).await
    }

    async fn tell(
        &self,
        kind: NotificationKind,
        choice: Choice,
        tx: &mut Tx,
        ambient: &Ambient,
        org: &Organization,
        user: &StaffUser,
    ) -> Result<(), NotificationError> {
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
        let notice = Notification {
            org: &crate::use_cases::fixtures::organization("Acme"),
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
