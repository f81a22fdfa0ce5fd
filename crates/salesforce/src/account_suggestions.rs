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
    /// Its `Website` is at the visitors' domain, or one with the same registrable domain.
    Website,
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
    /// Whether the org refused a part of the question, or took too long for it: then there
    /// may be more.
    pub incomplete: bool,
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
/// What an org answers that can't finish a search in time.
const TOO_SLOW: &str = "QUERY_TIMEOUT";

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
            Self::Website => 3,
            Self::Contacts(_) => 2,
            Self::NameBegins => 1,
        }
    }
}

impl Client {
    /// Accounts that a company of this name and email domain might be, and open Leads of
    /// it: one call of up to four queries, and another where the org can't finish in time.
    pub async fn suggest_accounts(
        &self,
        session: &Session,
        name: &str,
        domain: Option<&str>,
    ) -> Result<Answer<Suggestions>, CallError> {
        let stem = stem(name);
        let asks = asks(&stem, domain);
        match self.ask_again(session, &asks).await {
            Err(CallError::Refused(error, _)) if error.code == TOO_SLOW => {}
            answer => return answer?.try_map(|results| sort(name, domain, results)),
        }
        // Names are indexed; ends of addresses are not.
        let answer = self.ask_again(session, &by_name(&stem)).await?;
        let found = answer.try_map(|results| sort(name, None, results))?;
        Ok(found.map(|found| Suggestions {
            incomplete: true,
            ..found
        }))
    }
}

fn by_name(stem: &str) -> Vec<Ask> {
    if stem.chars().count() < 2 {
        return Vec::new();
    }
    let rest = format!(
        " WHERE Name LIKE {} ORDER BY Name, Id LIMIT {MAX_SUGGESTED}",
        like(stem, false)
    );
    vec![Ask::new("Account", &COLUMNS, &["Name"], rest)]
}

fn asks(stem: &str, domain: Option<&str>) -> Vec<Ask> {
    let mut asks = by_name(stem);
    let is_name = !asks.is_empty();
    let mut is_lead = Vec::new();
    if let Some(domain) = domain {
        let site = like(registrable(domain), true);
        let rest = format!(" WHERE Website LIKE {site} ORDER BY Name, Id LIMIT {MAX_SUGGESTED}");
        asks.push(Ask::new("Account", &COLUMNS, &["Name", "Website"], rest));
        let there = like_ending(&format!("@{domain}"));
        let rest = format!(
            " WHERE Email LIKE {there} AND AccountId != null \
             ORDER BY CreatedDate DESC, Id LIMIT {MAX_SUGGESTED}"
        );
        let needed = &["Email", "AccountId"];
        asks.push(Ask::new("Contact", &CONTACT_COLUMNS, needed, rest));
        is_lead.push(format!("Email LIKE {there}"));
    }
    if is_name {
        is_lead.push(format!("Company LIKE {}", like(stem, false)));
    }
    if !is_lead.is_empty() {
        let rest = format!(
            " WHERE IsConverted = false AND ({}) ORDER BY CreatedDate DESC, Id LIMIT 10",
            is_lead.join(" OR ")
        );
        let needed = &["Company", "Email", "IsConverted"];
        asks.push(Ask::new("Lead", &LEAD_COLUMNS, needed, rest));
    }
    asks
}

/// Puts the results, which are in the order of the questions, together.
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
            found.incomplete = true;
            continue;
        };
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
        suggestion
            .because
            .sort_by_key(|why| std::cmp::Reverse(why.weight()));
    }
    found.accounts = all
        .into_values()
        .filter(|one| !one.because.is_empty())
        .collect();
    found.accounts.sort_by_cached_key(|one| {
        let weights: Vec<usize> = one.because.iter().map(Because::weight).collect();
        (std::cmp::Reverse(weights), one.account.name.to_lowercase())
    });
    Ok(found)
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
        because.push(Because::Website);
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
