//! What an Admin decided about a company that matched nothing: which Salesforce Account it
//! is, or that it is to be ignored.

use jiff::Timestamp;

use crate::activities::NewActivity;
use crate::matching::candidates::RecordId;
use crate::names::name_key;

/// A company as it can be told from an activity: the name together with where its people
/// write from, because anyone can type any name.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct CompanyKey {
    /// The email domain; the whole address where the domain is anyone's; empty where no
    /// person is known.
    pub origin: String,
    /// The company's name as names are compared, see [`name_key`].
    pub name: String,
}

impl CompanyKey {
    /// The company of an activity; `None` where neither a name nor a person is known.
    pub fn from_activity(what: &NewActivity) -> Option<Self> {
        let email = what.person.as_ref().map(|person| &person.email);
        let key = Self {
            origin: email.map_or_else(String::new, |email| email.company_key().to_owned()),
            name: name_key(&what.company),
        };
        (!key.origin.is_empty() || !key.name.is_empty()).then_some(key)
    }

    /// The email domain; `None` where only one address or none is known.
    pub fn domain(&self) -> Option<&str> {
        let is_domain = !self.origin.is_empty() && !self.origin.contains('@');
        is_domain.then_some(self.origin.as_str())
    }
}

/// Makes a Salesforce Account the company's, as if it had exactly the company's name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CompanyLink {
    /// Whose activity it decides.
    pub key: CompanyKey,
    /// The company's name as someone typed it.
    pub company: String,
    /// The Salesforce org that has the Account.
    pub sf_org_id: String,
    /// The Salesforce Account.
    pub sf_account: RecordId,
    /// As it was when it was linked, or when a merge was followed.
    pub sf_account_name: String,
    /// Who linked it: name and address.
    pub linked_by: String,
    /// When it was linked.
    pub linked_at: Timestamp,
}

impl CompanyLink {
    /// The company as pages and reasons name it: "Larkspur Inc. (larkspur.example)".
    pub fn title(&self) -> String {
        title(&self.company, &self.key.origin)
    }
}

/// A company's name, with where its people write from.
pub fn title(company: &str, origin: &str) -> String {
    match (company.trim(), origin) {
        ("", origin) => origin.to_owned(),
        (company, "") => company.to_owned(),
        (company, origin) => format!("{company} ({origin})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activities::{ActivityKind, Details, Person};
    use crate::email::EmailAddress;

    fn key(email: Option<&str>, company: &str) -> Option<CompanyKey> {
        let person = email.map(|email| Person {
            first_name: "Ada".to_owned(),
            last_name: "Okafor".to_owned(),
            email: EmailAddress::parse(email).unwrap(),
        });
        CompanyKey::from_activity(&NewActivity {
            kind: ActivityKind::RequestedAccess,
            person,
            company: company.to_owned(),
            account: None,
            details: Details::default(),
        })
    }

    #[test]
    fn a_company_is_its_name_and_where_its_people_write_from() {
        let acme = key(Some("ada@acme.example"), " ACME ").unwrap();
        assert_eq!(key(Some("bo@acme.example"), "Acme"), Some(acme.clone()));
        assert_ne!(key(Some("ada@other.example"), "Acme"), Some(acme.clone()));
        assert_ne!(
            key(Some("ada@acme.example"), "Acme Inc."),
            Some(acme.clone())
        );
        assert_eq!(acme.domain(), Some("acme.example"));
    }

    #[test]
    fn people_of_a_free_mail_provider_are_no_company() {
        let ada = key(Some("ada@gmail.com"), "Acme").unwrap();
        assert_eq!(ada.origin, "ada@gmail.com");
        assert_eq!(ada.domain(), None);
        assert_ne!(key(Some("bo@gmail.com"), "Acme"), Some(ada));
    }

    #[test]
    fn nobody_of_nowhere_is_no_company() {
        assert_eq!(key(None, "  "), None);
        assert_eq!(key(None, "Acme").unwrap().origin, "");
    }

    #[test]
    fn a_title_has_what_is_known() {
        assert_eq!(title("Acme", "acme.example"), "Acme (acme.example)");
        assert_eq!(title(" ", "acme.example"), "acme.example");
        assert_eq!(title("Acme", ""), "Acme");
    }
}
