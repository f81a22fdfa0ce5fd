//! The words of the letters that the trust center sends.

use askama::Template;
use url::Url;

use crate::domain::email::EmailAddress;
use crate::domain::mail::Message;

/// What a letter is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Occasion {
    /// The visitor asked to sign in.
    SignIn,
    /// The visitor's request for access was approved.
    Approved,
}

/// A letter with one link to follow.
pub struct LinkLetter<'a> {
    pub occasion: Occasion,
    pub org_name: &'a str,
    /// May be empty.
    pub first_name: &'a str,
    pub link: &'a Url,
    /// How long the link works: "15 minutes".
    pub lasts: &'a str,
    /// Where to get a new one.
    pub sign_in: &'a Url,
}

#[derive(Template)]
#[template(path = "mail/link.html")]
struct LinkHtml<'a> {
    letter: &'a LinkLetter<'a>,
}

#[derive(Template)]
#[template(path = "mail/link.txt")]
struct LinkText<'a> {
    letter: &'a LinkLetter<'a>,
}

impl LinkLetter<'_> {
    pub fn subject(&self) -> String {
        match self.occasion {
            Occasion::SignIn => format!("Your sign-in link for {}", self.org_name),
            Occasion::Approved => {
                format!(
                    "You now have access to the trust center of {}",
                    self.org_name
                )
            }
        }
    }

    fn is_approval(&self) -> bool {
        self.occasion == Occasion::Approved
    }

    /// Both forms, from the templates in `templates/mail`.
    pub fn to(&self, to: EmailAddress) -> Result<Message, askama::Error> {
        Ok(Message {
            to,
            subject: self.subject(),
            text: LinkText { letter: self }.render()?,
            html: LinkHtml { letter: self }.render()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(occasion: Occasion, org_name: &str) -> Message {
        let link = Url::parse("https://trust.example.com/trust/acme/enter?token=abc").unwrap();
        let sign_in = Url::parse("https://trust.example.com/trust/acme/sign-in").unwrap();
        LinkLetter {
            occasion,
            org_name,
            first_name: "Ada",
            link: &link,
            lasts: "15 minutes",
            sign_in: &sign_in,
        }
        .to(EmailAddress::parse("ada@example.com").unwrap())
        .unwrap()
    }

    #[test]
    fn both_forms_have_the_link_and_say_how_long_it_works() {
        for occasion in [Occasion::SignIn, Occasion::Approved] {
            let message = letter(occasion, "Acme");
            for body in [&message.text, &message.html] {
                assert!(body.contains("/trust/acme/enter?token=abc"), "{body}");
                assert!(body.contains("15 minutes"), "{body}");
            }
        }
    }

    #[test]
    fn names_are_escaped_in_html_and_left_alone_in_text() {
        let message = letter(Occasion::SignIn, "<b>Müller & Söhne</b>");
        assert!(!message.html.contains("<b>Müller"));
        assert!(message.text.contains("<b>Müller & Söhne</b>"));
    }
}
