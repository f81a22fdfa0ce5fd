//! A Contact or Lead to be created, in Salesforce's words.

use serde_json::{Map, Value, json};

use salesforce_records::candidates::RecordId;
use salesforce_records::names::tidy;

/// Which object a person becomes a record of (Object Reference for the Salesforce
/// Platform, Contact and Lead).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PersonKind {
    /// A person whose company is an Account of the org.
    Contact,
    /// A person whose company isn't known as an Account.
    Lead,
}

impl PersonKind {
    pub(super) fn object(self) -> &'static str {
        match self {
            Self::Contact => "Contact",
            Self::Lead => "Lead",
        }
    }
}

/// A person whom the org doesn't know yet.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct NewPerson {
    /// `FirstName`; may be empty, and is cut to the 40 characters of the field.
    pub first_name: String,
    /// `LastName`, cut to 80 characters. Salesforce requires one: where it is empty, the
    /// first name or the part of the email address before the `@` is written.
    pub last_name: String,
    /// `Email`.
    pub email: String,
    /// `Company` of a Lead, which requires one: `[not provided]` is written where it is
    /// empty. A Contact has an Account instead.
    pub company: String,
    /// `AccountId` of a Contact; `None` for one without an Account.
    pub account_id: Option<RecordId>,
    /// Of a Lead, where the org links Leads to Accounts: the lookup field's
    /// name and the Account.
    pub lead_account: Option<(String, RecordId)>,
    /// An External ID field of the org and the value in it, which keeps the same
    /// person from being created twice.
    pub external_id: Option<(String, String)>,
    /// Further fields by their API names, with the values as Salesforce takes them; none of
    /// those above.
    pub fields: Map<String, Value>,
}

/// What Salesforce itself writes for a Lead without a company.
const NO_COMPANY: &str = "[not provided]";

/// A person as a row of a collections call.
pub(super) fn record(kind: PersonKind, person: &NewPerson) -> Value {
    let mut fields = fields(kind, person);
    let attributes = json!({ "type": kind.object() });
    fields.insert("attributes".to_owned(), attributes);
    Value::Object(fields)
}

pub(super) fn fields(kind: PersonKind, person: &NewPerson) -> Map<String, Value> {
    let mut fields = person.fields.clone();
    let mut set = |name: &str, value: String| {
        if !value.is_empty() {
            fields.insert(name.to_owned(), Value::String(value));
        }
    };
    let first = tidy(&person.first_name);
    let last = tidy(&person.last_name);
    // LastName is required, so something known about the person stands in for it.
    let (first, last) = match (first.is_empty(), last.is_empty()) {
        (_, false) => (first, last),
        (false, true) => (String::new(), first),
        (true, true) => {
            let local = person.email.split('@').next().unwrap_or_default();
            (String::new(), local.to_owned())
        }
    };
    set("FirstName", cut(&first, 40));
    set("LastName", cut(&last, 80));
    set("Email", person.email.trim().to_owned());
    if let Some((field, key)) = &person.external_id {
        set(field, key.clone());
    }
    match kind {
        PersonKind::Contact => {
            if let Some(account) = &person.account_id {
                set("AccountId", account.to_string());
            }
        }
        PersonKind::Lead => {
            let company = tidy(&person.company);
            let company = if company.is_empty() {
                NO_COMPANY
            } else {
                &company
            };
            set("Company", cut(company, 255));
            if let Some((field, account)) = &person.lead_account {
                set(field, account.to_string());
            }
        }
    }
    fields
}

/// The beginning of a text that fits a field of that length. Salesforce counts
/// UTF-16 units; no character is cut in two.
fn cut(text: &str, most: usize) -> String {
    let mut units = 0;
    text.chars()
        .take_while(|c| {
            units += c.len_utf16();
            units <= most
        })
        .collect::<String>()
        .trim_end()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ada() -> NewPerson {
        NewPerson {
            first_name: "Ada".to_owned(),
            last_name: "Lovelace".to_owned(),
            email: "ada@example.com".to_owned(),
            company: "Engines Ltd".to_owned(),
            account_id: Some(RecordId::new("001A")),
            lead_account: Some(("Account__c".to_owned(), RecordId::new("001B"))),
            external_id: None,
            fields: Map::new(),
        }
    }

    #[test]
    fn a_contact_has_an_account_and_a_lead_a_company() {
        assert_eq!(
            Value::Object(fields(PersonKind::Contact, &ada())),
            json!({"FirstName": "Ada", "LastName": "Lovelace", "Email": "ada@example.com",
                   "AccountId": "001A"})
        );
        assert_eq!(
            Value::Object(fields(PersonKind::Lead, &ada())),
            json!({"FirstName": "Ada", "LastName": "Lovelace", "Email": "ada@example.com",
                   "Company": "Engines Ltd", "Account__c": "001B"})
        );
    }

    #[test]
    fn what_salesforce_requires_is_never_empty() {
        for (first, last, written) in [
            ("Ada", "", json!([null, "Ada"])),
            ("", "", json!([null, "ada"])),
            (" ", "Lovelace", json!([null, "Lovelace"])),
        ] {
            let person = NewPerson {
                first_name: first.to_owned(),
                last_name: last.to_owned(),
                company: " ".to_owned(),
                ..ada()
            };
            let fields = fields(PersonKind::Lead, &person);
            assert_eq!(
                json!([fields.get("FirstName"), fields["LastName"]]),
                written
            );
            assert_eq!(fields["Company"], NO_COMPANY);
        }
    }

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(cut("Ada", 40), "Ada");
        assert_eq!(cut(&"x".repeat(50), 40).len(), 40);
        assert_eq!(cut("ab🦊", 3), "ab");
        assert_eq!(cut("ab🦊", 4), "ab🦊");
        assert_eq!(cut("ab cd", 3), "ab");
    }
}
