//! The form by which a visitor asks for access: what was typed, read into what
//! can be used, or told field by field what to correct.

use crate::access_requests::RequestedItem;
use crate::activities::Person;
use crate::email::EmailAddress;
use crate::limits::{COMPANY, FIRST_NAME, LAST_NAME, REASON};
use crate::names::tidy;
use crate::nda::acceptance::AgreedNda;

/// What was typed, unread.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct RequestForm {
    /// The visitor's first name.
    pub first_name: String,
    /// The visitor's last name.
    pub last_name: String,
    /// The visitor's work email address.
    pub email: String,
    /// The name of the visitor's company.
    pub company: String,
    /// Why the visitor asks for access; may be empty.
    pub reason: String,
    /// The item that brought the visitor to the form.
    pub item: Option<RequestedItem>,
}

/// What to correct, a field each; empty where there is nothing.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Mistakes {
    /// What is wrong with the first name.
    pub first_name: String,
    /// What is wrong with the last name.
    pub last_name: String,
    /// What is wrong with the email address.
    pub email: String,
    /// What is wrong with the company's name.
    pub company: String,
    /// What is wrong with the reason: only its length can be.
    pub reason: String,
}

/// A request that can be recorded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewRequest {
    /// The visitor who asks.
    pub person: Person,
    /// The name of the visitor's company, tidied.
    pub company: String,
    /// May be empty.
    pub reason: String,
    /// The item that brought the visitor to the form.
    pub item: Option<RequestedItem>,
    /// The NDA that was signed in the form, where it offers that.
    pub nda: Option<AgreedNda>,
}

impl Mistakes {
    /// How many fields have a mistake.
    pub fn count(&self) -> usize {
        [
            &self.first_name,
            &self.last_name,
            &self.email,
            &self.company,
            &self.reason,
        ]
        .into_iter()
        .filter(|mistake| !mistake.is_empty())
        .count()
    }
}

impl RequestForm {
    /// Reads the form: names and company tidied, the address in lower case. The NDA has a
    /// part of its own in the form.
    ///
    /// # Errors
    ///
    /// A field is missing, too long or unreadable; each wrong field has its sentence.
    pub fn parse(&self) -> Result<NewRequest, Mistakes> {
        let mut mistakes = Mistakes::default();
        let mut line = |text: &str, most, name, slot: fn(&mut Mistakes) -> &mut String| {
            let tidied = tidy(text);
            if let Err(mistake) = check(&tidied, most, name) {
                *slot(&mut mistakes) = mistake;
            }
            tidied
        };
        let first_name = line(&self.first_name, FIRST_NAME, "first name", |m| {
            &mut m.first_name
        });
        let last_name = line(&self.last_name, LAST_NAME, "last name", |m| {
            &mut m.last_name
        });
        let company = line(&self.company, COMPANY, "company’s name", |m| {
            &mut m.company
        });
        let reason = self.reason.replace("\r\n", "\n").trim().to_owned();
        if reason.chars().count() > REASON {
            mistakes.reason = format!(
                "Shorten this to {REASON} characters; it has {}.",
                reason.chars().count()
            );
        }
        let email = match self.email.trim() {
            "" => Err("Enter your work email.".to_owned()),
            text => EmailAddress::parse(text).map_err(|mistake| format!("{mistake}.")),
        };
        match email {
            Ok(email) if mistakes == Mistakes::default() => Ok(NewRequest {
                person: Person {
                    email,
                    first_name,
                    last_name,
                },
                company,
                reason,
                item: self.item.clone(),
                nda: None,
            }),
            email => {
                mistakes.email = email.err().unwrap_or_default();
                Err(mistakes)
            }
        }
    }
}

fn check(text: &str, most: usize, name: &str) -> Result<(), String> {
    let length = text.chars().count();
    // A name of punctuation only is a slip, and Salesforce would keep it for good.
    if !text.chars().any(char::is_alphanumeric) {
        return Err(format!("Enter your {name}."));
    }
    if length > most {
        return Err(format!(
            "Your {name} can have at most {most} characters here; it has {length}."
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> RequestForm {
        RequestForm {
            first_name: " Ada ".into(),
            last_name: "Lovelace".into(),
            email: "Ada@Example.com".into(),
            company: "Analytical Engines Ltd".into(),
            reason: "Vendor review\r\nfor Q3".into(),
            item: None,
        }
    }

    #[test]
    fn a_good_form_is_tidied() {
        let read = form().parse().unwrap();
        assert_eq!(read.person.first_name, "Ada");
        assert_eq!(read.person.email.as_str(), "ada@example.com");
        assert_eq!(read.reason, "Vendor review\nfor Q3");
    }

    #[test]
    fn every_field_is_told_what_to_correct() {
        let mistakes = RequestForm {
            reason: "x".repeat(REASON + 1),
            ..RequestForm::default()
        }
        .parse()
        .unwrap_err();
        assert_eq!(mistakes.count(), 5);
        assert_eq!(mistakes.first_name, "Enter your first name.");
        assert_eq!(mistakes.email, "Enter your work email.");
    }

    #[test]
    fn limits_are_those_of_salesforce_counted_in_characters() {
        let long = |first: usize, company: usize| RequestForm {
            first_name: "é".repeat(first),
            company: "公".repeat(company),
            ..form()
        };
        assert!(long(40, 255).parse().is_ok());
        let mistakes = long(41, 256).parse().unwrap_err();
        assert!(mistakes.first_name.contains("at most 40"));
        assert!(mistakes.company.contains("it has 256"));
        assert_eq!(mistakes.count(), 2);
    }

    #[test]
    fn the_reason_may_be_left_empty_but_a_name_is_more_than_a_dash() {
        let form = RequestForm {
            reason: String::new(),
            last_name: "-".into(),
            ..form()
        };
        assert_eq!(form.parse().unwrap_err().count(), 1);
    }
}
