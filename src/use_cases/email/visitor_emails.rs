//! The words of the emails that the trust center sends.

use askama::Template;
use url::Url;

use domain::email::EmailAddress;
use domain::email::message::Message;
use domain::organizations::Organization;

/// What an email is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Occasion {
    /// The visitor asked to sign in.
    SignIn,
    /// The visitor's request for access was approved.
    Approved,
    /// Staff gave the visitor access of their own accord.
    Invited,
}

/// An email with one link to follow.
pub struct LinkEmail<'a> {
    pub occasion: Occasion,
    /// The title of the item that the link leads to; empty for none.
    pub item: &'a str,
    pub org: &'a Organization,
    /// May be empty.
    pub first_name: &'a str,
    pub link: &'a Url,
    /// How long the link works: "15 minutes".
    pub lasts: &'a str,
    /// Where to get a new one.
    pub sign_in: &'a Url,
}

#[derive(Template)]
#[template(path = "email/link.html")]
struct LinkHtml<'a> {
    email: &'a LinkEmail<'a>,
}

#[derive(Template)]
#[template(path = "email/link.txt")]
struct LinkText<'a> {
    email: &'a LinkEmail<'a>,
}

impl LinkEmail<'_> {
    pub fn subject(&self) -> String {
        match self.occasion {
            Occasion::SignIn => format!("Your sign-in link for {}", self.org.name),
            Occasion::Approved => {
                format!(
                    "You now have access to the trust center of {}",
                    self.org.name
                )
            }
            Occasion::Invited => {
                format!("{} invites you to its trust center", self.org.name)
            }
        }
    }

    const fn heading(&self) -> &'static str {
        match self.occasion {
            Occasion::SignIn => "Your sign-in link",
            Occasion::Approved => "You have access",
            Occasion::Invited => "You are invited",
        }
    }

    fn words(&self) -> String {
        let org = &self.org.name;
        match self.occasion {
            Occasion::SignIn => format!("use this link to sign in to the trust center of {org}."),
            Occasion::Approved => format!(
                "your request was approved: {org} has given you access to its trust center, \
                 including the documents that are shared with your company."
            ),
            Occasion::Invited => format!(
                "{org} has invited you to its trust center. There you find the security documents \
                 that are shared with your company."
            ),
        }
    }

    /// What the link opens first, where that is an item.
    fn leads_to(&self) -> String {
        format!("The link opens what you asked for: {}.", self.item)
    }

    const fn button(&self) -> &'static str {
        match self.occasion {
            Occasion::SignIn => "Sign in",
            Occasion::Approved | Occasion::Invited => "Open the trust center",
        }
    }

    fn why(&self) -> String {
        match self.occasion {
            Occasion::SignIn => {
                "If you didn't ask for this, you need not do anything: nobody gets \
                                 in without this link."
                    .to_owned()
            }
            Occasion::Approved => {
                "You receive this because access was requested with this address.".to_owned()
            }
            Occasion::Invited => format!(
                "You receive this because someone at {} entered this address. If you expected \
                 nothing of the kind, you need not do anything.",
                self.org.name
            ),
        }
    }

    /// Both forms, from the templates in `templates/mail`.
    pub fn to(&self, to: EmailAddress) -> Result<Message, askama::Error> {
        Ok(Message {
            to,
            subject: self.subject(),
            text: LinkText { email: self }.render()?,
            html: LinkHtml { email: self }.render()?,
        })
    }
}

/// An email that says that a request was not approved, in the words of staff.
pub struct DenialLetter<'a> {
    pub org: &'a Organization,
    /// May be empty.
    pub first_name: &'a str,
    pub message: &'a str,
    /// The trust center.
    pub link: &'a Url,
}

#[derive(Template)]
#[template(path = "email/denied.html")]
struct DenialHtml<'a> {
    email: &'a DenialLetter<'a>,
}

#[derive(Template)]
#[template(path = "email/denied.txt")]
struct DenialText<'a> {
    email: &'a DenialLetter<'a>,
}

impl DenialLetter<'_> {
    pub fn subject(&self) -> String {
        format!("Your request to the trust center of {}", self.org.name)
    }

    /// Both forms, from the templates in `templates/mail`.
    pub fn to(&self, to: EmailAddress) -> Result<Message, askama::Error> {
        Ok(Message {
            to,
            subject: self.subject(),
            text: DenialText { email: self }.render()?,
            html: DenialHtml { email: self }.render()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn email(occasion: Occasion, org_name: &str) -> Message {
        let link = Url::parse("https://trust.example.com/trust/acme/enter?token=abc").unwrap();
        let sign_in = Url::parse("https://trust.example.com/trust/acme/sign-in").unwrap();
        LinkEmail {
            occasion,
            item: "",
            org: &crate::use_cases::fixtures::organization(org_name),
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
        for occasion in [Occasion::SignIn, Occasion::Approved, Occasion::Invited] {
            let message = email(occasion, "Acme");
            for body in [&message.text, &message.html] {
                assert!(body.contains("/trust/acme/enter?token=abc"), "{body}");
                assert!(body.contains("15 minutes"), "{body}");
            }
        }
    }

    #[test]
    fn an_invitation_is_no_answer_to_a_request() {
        let invited = email(Occasion::Invited, "Acme");
        assert_eq!(invited.subject, "Acme invites you to its trust center");
        assert!(!invited.text.contains("request"), "{}", invited.text);
        let approved = email(Occasion::Approved, "Acme");
        assert!(
            approved.text.contains("your request was approved"),
            "{}",
            approved.text
        );
    }

    #[test]
    fn a_letter_has_the_colour_of_its_organization() {
        let message = email(Occasion::SignIn, "Acme");
        assert!(
            message.html.contains("background:#1c5c82"),
            "{}",
            message.html
        );
    }

    #[test]
    fn names_are_escaped_in_html_and_left_alone_in_text() {
        let message = email(Occasion::SignIn, "<b>Müller & Söhne</b>");
        assert!(!message.html.contains("<b>Müller"));
        assert!(message.text.contains("<b>Müller & Söhne</b>"));
    }
}
