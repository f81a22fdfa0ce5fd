//! Which Accounts a company might be that matched none, and why each might.

use std::collections::BTreeMap;

use salesforce_records::candidates::RecordId;
use salesforce_records::names::name_key;
use serde::Deserialize;
use url::Url;

use super::accounts::{AccountChoice, COLUMNS, stem};
use super::ask::Readable;
use super::client::{Answer, Client, Session};
use super::errors::CallError;
use super::limits::MAX_SUGGESTED;
use super::query::rows;
use super::refused::Ask;
use super::soql::{like, like_ending};

/// What speaks for an Account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Because {
    /// It has exactly the company's name.
    SameName,
    /// It has the company's name but for legal forms, such as "Inc.".
    SameNameButLegalForm,
    /// Its `Website` is at this domain, which someone has registered and the visitors' email
    /// addresses are at, too.
    Website(String),
    /// So many of the Contacts that were looked at have an address at the visitors' domain.
    Contacts(usize),
    /// Its name begins with the company's.
    NameBegins,
}

/// An Account that a company might be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AccountSuggestion {
    /// The Account.
    pub account: AccountChoice,
    /// What speaks for it, the strongest first; at least one.
    pub because: Vec<Because>,
}

/// An open Lead of the same company or domain. A Task goes to a Lead only by its address.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct LeadChoice {
    /// The Lead's id.
    pub id: String,
    /// `Name`; empty where the connected user can't read it.
    pub name: String,
    /// `Company`.
    pub company: String,
    /// `Email`.
    pub email: Option<String>,
}

/// What might be a company, the likeliest first.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Suggestions {
    /// Accounts.
    pub accounts: Vec<AccountSuggestion>,
    /// Open Leads.
    pub leads: Vec<LeadChoice>,
    /// Whether there may be more: the org refused a part of the question, or had more than
    /// were asked for.
    pub is_incomplete: bool,
}

const CONTACT_COLUMNS: [&str; 8] = [
    "Id",
    "AccountId",
    "Account.Name",
    "Account.Type",
    "Account.Website",
    "Account.BillingCity",
    "Account.BillingCountry",
    "Account.Owner.Name",
];
const LEAD_COLUMNS: [&str; 4] = ["Id", "Name", "Company", "Email"];
/// The most open Leads that are asked for.
const MOST_LEADS: usize = 10;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct ContactRow {
    account_id: Option<String>,
    account: Option<AccountChoice>,
}

impl Because {
    /// How much it says, more for more.
    const fn weight(&self) -> usize {
        match self {
            Self::SameName => 5,
            Self::SameNameButLegalForm => 4,
            Self::Website(_) => 3,
            Self::Contacts(_) => 2,
            Self::NameBegins => 1,
        }
    }
}

impl Suggestions {
    /// These and those, each Account once with all that speaks for it.
    #[must_use]
    pub fn with(mut self, others: Self) -> Self {
        for other in others.accounts {
            let id = other.account.id();
            match self.accounts.iter_mut().find(|one| one.account.id() == id) {
                None => self.accounts.push(other),
                Some(known) => {
                    let new = other.because.into_iter();
                    let new: Vec<_> = new.filter(|why| !known.because.contains(why)).collect();
                    known.because.extend(new);
                }
            }
        }
        for lead in others.leads {
            if self.leads.iter().all(|one| one.id != lead.id) {
                self.leads.push(lead);
            }
        }
        self.is_incomplete |= others.is_incomplete;
        self.sorted()
    }

    /// The same, where there may be more.
    #[must_use]
    pub fn incomplete(self) -> Self {
        Self {
            is_incomplete: true,
            ..self
        }
    }

    fn sorted(mut self) -> Self {
        for one in &mut self.accounts {
            one.because
                .sort_by_key(|why| std::cmp::Reverse(why.weight()));
        }
        self.accounts.sort_by_cached_key(|one| {
            let weights: Vec<usize> = one.because.iter().map(Because::weight).collect();
            (std::cmp::Reverse(weights), one.account.name.to_lowercase())
        });
        self
    }
}

impl Client {
    /// Accounts that a company of this name might be, and open Leads of it: one call, which
    /// Salesforce's index of names makes quick.
    pub async fn suggest_by_name(
        &self,
        session: &Session,
        name: &str,
    ) -> Result<Answer<Suggestions>, CallError> {
        let answer = self.ask_again(session, &by_name(&stem(name))).await?;
        answer.try_map(|results| sort(name, None, results))
    }

    /// Accounts that a company whose people write from this domain might be, and open Leads
    /// of it: one call. An org with many Accounts or Contacts may take long: no index has the
    /// ends of addresses.
    pub async fn suggest_by_domain(
        &self,
        session: &Session,
        name: &str,
        domain: &str,
    ) -> Result<Answer<Suggestions>, CallError> {
        let answer = self.ask_again(session, &by_domain(domain)).await?;
        answer.try_map(|results| sort(name, Some(domain), results))
    }
}

fn by_name(stem: &str) -> Vec<Ask> {
    if stem.chars().count() < 2 {
        return Vec::new();
    }
    let begins = like(stem, false);
    let rest = format!(" WHERE Name LIKE {begins} ORDER BY Name, Id LIMIT {MAX_SUGGESTED}");
    vec![
        Ask::new("Account", &COLUMNS, &["Name"], rest),
        leads(&format!("Company LIKE {begins}")),
    ]
}

fn by_domain(domain: &str) -> Vec<Ask> {
    let site = like(registrable(domain), true);
    let sites = format!(" WHERE Website LIKE {site} ORDER BY Name, Id LIMIT {MAX_SUGGESTED}");
    let there = like_ending(&format!("@{domain}"));
    let contacts = format!(
        " WHERE Email LIKE {there} AND AccountId != null \
         ORDER BY CreatedDate DESC, Id LIMIT {MAX_SUGGESTED}"
    );
    vec![
        Ask::new("Account", &COLUMNS, &["Name", "Website"], sites),
        Ask::new(
            "Contact",
            &CONTACT_COLUMNS,
            &["Email", "AccountId"],
            contacts,
        ),
        leads(&format!("Email LIKE {there}")),
    ]
}

fn leads(condition: &str) -> Ask {
    let rest = format!(
        " WHERE IsConverted = false AND {condition} \
         ORDER BY CreatedDate DESC, Id LIMIT {MOST_LEADS}"
    );
    Ask::new(
        "Lead",
        &LEAD_COLUMNS,
        &["Company", "Email", "IsConverted"],
        rest,
    )
}

/// Puts the results of several questions together.
fn sort(
    name: &str,
    domain: Option<&str>,
    results: Vec<Readable>,
) -> Result<Suggestions, CallError> {
    let mut found = Suggestions::default();
    let mut all: BTreeMap<RecordId, AccountSuggestion> = BTreeMap::new();
    let mut contacts: BTreeMap<RecordId, usize> = BTreeMap::new();
    for result in results {
        let Ok(records) = result else {
            found.is_incomplete = true;
            continue;
        };
        let most = match records.first().map(object) {
            Some("Lead") => MOST_LEADS,
            _ => MAX_SUGGESTED,
        };
        found.is_incomplete |= records.len() >= most;
        match records.first().map(object) {
            Some("Contact") => {
                for row in rows::<ContactRow>(records)? {
                    let Some(id) = row.account_id.map(RecordId::new) else {
                        continue;
                    };
                    *contacts.entry(id.clone()).or_default() += 1;
                    let account = row.account.unwrap_or_default().with_id(&id);
                    all.entry(id).or_insert_with(|| suggested(account));
                }
            }
            Some("Lead") => found.leads.extend(rows::<LeadChoice>(records)?),
            _ => {
                for account in rows::<AccountChoice>(records)? {
                    all.entry(account.id())
                        .or_insert_with(|| suggested(account));
                }
            }
        }
    }
    for (id, suggestion) in &mut all {
        suggestion.because = because(&suggestion.account, name, domain);
        let contacts = contacts.get(id).copied();
        suggestion.because.extend(contacts.map(Because::Contacts));
    }
    found.accounts = all
        .into_values()
        .filter(|one| !one.because.is_empty())
        .collect();
    Ok(found.sorted())
}

fn suggested(account: AccountChoice) -> AccountSuggestion {
    AccountSuggestion {
        account,
        because: Vec::new(),
    }
}

/// The object that a record is of, as its `attributes` say.
fn object(record: &serde_json::Value) -> &str {
    record["attributes"]["type"].as_str().unwrap_or_default()
}

/// What the Account itself says for it.
fn because(account: &AccountChoice, name: &str, domain: Option<&str>) -> Vec<Because> {
    let mut because = Vec::new();
    let (wanted, bare) = (name_key(name), name_key(&stem(name)));
    let own = name_key(&account.name);
    if !wanted.is_empty() && own == wanted {
        because.push(Because::SameName);
    } else if !bare.is_empty() && name_key(&stem(&account.name)) == bare {
        because.push(Because::SameNameButLegalForm);
    } else if bare.chars().count() > 1 && own.starts_with(&bare) {
        because.push(Because::NameBegins);
    }
    let site = account.website.as_deref().and_then(host);
    if let (Some(site), Some(domain)) = (site, domain)
        && registrable(&site) == registrable(domain)
    {
        because.push(Because::Website(registrable(domain).to_owned()));
    }
    because
}

/// The host of an address as people type it: `https://www.acme.example/de`, `acme.example`.
fn host(website: &str) -> Option<String> {
    let website = website.trim();
    let whole = if website.contains("://") {
        website.to_owned()
    } else {
        format!("https://{website}")
    };
    let url = Url::parse(&whole).ok()?;
    url.host_str().map(str::to_lowercase)
}

/// The part of a domain that someone has registered (publicsuffix.org): `acme.co.uk` of
/// `mail.acme.co.uk`. The whole where there is none.
fn registrable(domain: &str) -> &str {
    psl::domain_str(domain).unwrap_or(domain)
}

#[cfg(test)]
#[path = "account_suggestions_tests.rs"]
mod tests;
