//! What found no match in Salesforce, gathered by company, so that an Admin decides once.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::email::EmailAddress;
use crate::keyed::keyed;
use crate::matching::company_link::{CompanyKey, title};
use crate::names::name_key;

/// Whom an Admin lets Gatehouse create for activities that matched nothing, whatever the
/// connection's options are.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum CreatePerson {
    /// A Contact, where there is an Account for it.
    Contact,
    /// A Lead, where there is neither a Contact nor an Account.
    Lead,
}

impl CreatePerson {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Contact, Self::Lead];

    /// The stable name in the database.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Contact => "contact",
            Self::Lead => "lead",
        }
    }
}

keyed!(CreatePerson, "whom an Admin lets be created");

/// The waiting activities of one person, under one name of a company.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnmatchedPerson {
    /// `None` where the activity is a company's as a whole.
    pub email: Option<EmailAddress>,
    /// First and last name; may be empty.
    pub name: String,
    /// The company as it was typed, or the account's name.
    pub company: String,
    /// How many activities wait.
    pub activities: i64,
    /// How many of them wait because the Account that they were linked to is gone.
    pub broken: i64,
    /// When the last of them happened.
    pub latest: Timestamp,
}

/// A company whose activities wait for an Admin's decision.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnmatchedCompany {
    /// By which it is told from others.
    pub key: CompanyKey,
    /// Its name as it was typed last.
    pub company: String,
    /// Whose activities wait, the latest first.
    pub people: Vec<UnmatchedPerson>,
}

impl UnmatchedPerson {
    /// The company that an Admin decides about.
    pub fn company_key(&self) -> CompanyKey {
        let origin = self.email.as_ref().map(EmailAddress::company_key);
        CompanyKey {
            origin: origin.unwrap_or_default().to_owned(),
            name: name_key(&self.company),
        }
    }
}

impl UnmatchedCompany {
    /// The companies of these people, the one with the latest activity first.
    pub fn gather(people: Vec<UnmatchedPerson>) -> Vec<Self> {
        let mut by_key: BTreeMap<CompanyKey, Vec<UnmatchedPerson>> = BTreeMap::new();
        for person in people {
            by_key.entry(person.company_key()).or_default().push(person);
        }
        let mut companies: Vec<Self> = by_key
            .into_iter()
            .map(|(key, mut people)| {
                people.sort_by_key(|person| std::cmp::Reverse(person.latest));
                let company = people.first().map(|person| person.company.clone());
                Self {
                    key,
                    company: company.unwrap_or_default(),
                    people,
                }
            })
            .collect();
        companies.sort_by_key(|company| std::cmp::Reverse(company.latest()));
        companies
    }

    /// "Larkspur Inc. (larkspur.example)".
    pub fn title(&self) -> String {
        title(&self.company, &self.key.origin)
    }

    /// When the last of the activities happened.
    pub fn latest(&self) -> Option<Timestamp> {
        self.people.iter().map(|person| person.latest).max()
    }

    /// How many activities wait.
    pub fn activities(&self) -> i64 {
        self.people.iter().map(|person| person.activities).sum()
    }

    /// How many of them wait because the Account that they were linked to is gone.
    pub fn broken(&self) -> i64 {
        self.people.iter().map(|person| person.broken).sum()
    }

    /// How many people can be created in Salesforce: those with an address, each once.
    pub fn creatable(&self) -> usize {
        let emails = self.people.iter().filter_map(|one| one.email.as_ref());
        emails.collect::<std::collections::BTreeSet<_>>().len()
    }

    /// Whether its name, its domain or one of its people has the text in it.
    pub fn has(&self, text: &str) -> bool {
        let text = text.trim().to_lowercase();
        let people = self.people.iter().flat_map(|person| {
            let email = person.email.as_ref().map_or("", EmailAddress::as_str);
            [person.name.as_str(), email]
        });
        let own = [self.company.as_str(), self.key.origin.as_str()];
        own.into_iter()
            .chain(people)
            .any(|field| field.to_lowercase().contains(&text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(email: &str, company: &str, second: i64) -> UnmatchedPerson {
        UnmatchedPerson {
            email: Some(EmailAddress::parse(email).unwrap()),
            name: "Ada Okafor".to_owned(),
            company: company.to_owned(),
            activities: 2,
            broken: 0,
            latest: Timestamp::from_second(second).unwrap(),
        }
    }

    #[test]
    fn people_of_a_domain_who_name_the_company_alike_are_one_decision() {
        let companies = UnmatchedCompany::gather(vec![
            person("ada@acme.example", "ACME", 1),
            person("bo@other.example", "Acme", 9),
            person("cy@acme.example", "Acme ", 5),
            person("dee@acme.example", "Acme Inc.", 3),
            person("eve@gmail.com", "Acme", 2),
        ]);
        let titles: Vec<_> = companies.iter().map(UnmatchedCompany::title).collect();
        assert_eq!(
            titles,
            [
                "Acme (other.example)",
                "Acme (acme.example)",
                "Acme Inc. (acme.example)",
                "Acme (eve@gmail.com)"
            ]
        );
        assert_eq!(
            (companies[1].activities(), companies[1].creatable()),
            (4, 2)
        );
    }

    #[test]
    fn a_company_is_found_by_its_people_too() {
        let company = &UnmatchedCompany::gather(vec![person("ada@acme.example", "ACME", 1)])[0];
        for text in ["acme", " ACME.ex", "okafor", "ada@"] {
            assert!(company.has(text), "{text}");
        }
        assert!(!company.has("globex"));
    }
}
