//! Look-ups for people who choose: which Account was meant.

use salesforce_records::candidates::RecordId;
use serde::{Deserialize, Serialize};

use super::ask::records;
use super::client::{Answer, Client, Session};
use super::errors::CallError;
use super::refused::Ask;
use super::soql::{like, quote};

/// An Account with what tells it apart from others of its name, as far as the
/// connected user may read that.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct AccountChoice {
    id: String,
    /// `Name`.
    pub name: String,
    /// `Type`, one of the org's own picklist values; `None` where it is empty or can't be
    /// read.
    pub r#type: Option<String>,
    /// `Website`, as the org has it; `None` where it is empty or can't be read.
    pub website: Option<String>,
    /// `BillingCity`; `None` where it is empty or can't be read.
    pub billing_city: Option<String>,
    /// `BillingCountry`; `None` where it is empty or can't be read.
    pub billing_country: Option<String>,
    owner: Option<OwnerName>,
}

#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct OwnerName {
    name: Option<String>,
}

pub(super) const COLUMNS: [&str; 7] = [
    "Id",
    "Name",
    "Type",
    "Website",
    "BillingCity",
    "BillingCountry",
    "Owner.Name",
];

/// What companies add to their names, in the ways they add it.
const LEGAL_FORMS: [&str; 22] = [
    "ab",
    "ag",
    "as",
    "bv",
    "co",
    "company",
    "corp",
    "corporation",
    "gmbh",
    "inc",
    "incorporated",
    "kg",
    "limited",
    "llc",
    "llp",
    "ltd",
    "nv",
    "oy",
    "plc",
    "sa",
    "sarl",
    "se",
];

impl AccountChoice {
    /// The Account's id; empty where the org gave none.
    pub fn id(&self) -> RecordId {
        RecordId::new(self.id.as_str())
    }

    pub(super) fn with_id(self, id: &RecordId) -> Self {
        Self {
            id: id.to_string(),
            ..self
        }
    }

    /// The name of the Account's owner; `None` where the connected user can't read it.
    pub fn owner(&self) -> Option<&str> {
        self.owner.as_ref()?.name.as_deref()
    }
}

impl Client {
    /// Accounts whose name begins with the text, then those that have it
    /// anywhere, by name: one call.
    pub async fn search_accounts(
        &self,
        session: &Session,
        text: &str,
        limit: usize,
    ) -> Result<Answer<Vec<AccountChoice>>, CallError> {
        let text = text.trim();
        let named = |anywhere| {
            let pattern = like(text, anywhere);
            format!(" WHERE Name LIKE {pattern} ORDER BY Name, Id LIMIT {limit}")
        };
        let choices = self.choices(session, &[named(false), named(true)]).await?;
        Ok(choices.map(|choices| some(choices, limit)))
    }

    /// Accounts that might have been meant by a name that matched none: those
    /// that begin with it, its legal form left out.
    pub async fn accounts_named_like(
        &self,
        session: &Session,
        typed: &str,
        limit: usize,
    ) -> Result<Answer<Vec<AccountChoice>>, CallError> {
        let stem = stem(typed);
        if stem.chars().count() < 2 {
            return Ok(Answer::free(Vec::new()));
        }
        let pattern = like(&stem, false);
        let rest = format!(" WHERE Name LIKE {pattern} ORDER BY Name, Id LIMIT {limit}");
        let choices = self.choices(session, &[rest]).await?;
        Ok(choices.map(|choices| some(choices, limit)))
    }

    /// That Account; `None` where the org doesn't have it anymore or doesn't
    /// show it.
    pub async fn account(
        &self,
        session: &Session,
        id: &RecordId,
    ) -> Result<Answer<Option<AccountChoice>>, CallError> {
        let rest = format!(" WHERE Id = {}", quote(id.as_str()));
        let choices = self.choices(session, &[rest]).await?;
        Ok(choices.map(|choices| choices.into_iter().next()))
    }

    /// Without the columns that the org refuses.
    async fn choices(
        &self,
        session: &Session,
        rests: &[String],
    ) -> Result<Answer<Vec<AccountChoice>>, CallError> {
        let ask = |rest: &String| Ask::new("Account", &COLUMNS, &["Name"], rest.as_str());
        let asks: Vec<_> = rests.iter().map(ask).collect();
        self.ask_again(session, &asks).await?.try_map(records)
    }
}

/// The first of them, each once.
fn some(choices: Vec<AccountChoice>, limit: usize) -> Vec<AccountChoice> {
    let mut some: Vec<AccountChoice> = Vec::new();
    for choice in choices {
        if some.len() < limit && some.iter().all(|one| one.id != choice.id) {
            some.push(choice);
        }
    }
    some
}

/// A company's name without the legal forms at its end.
pub(super) fn stem(name: &str) -> String {
    let mut words: Vec<&str> = name.split_whitespace().collect();
    while words.len() > 1 && words.last().is_some_and(|word| is_legal_form(word)) {
        words.pop();
    }
    words
        .join(" ")
        .trim_end_matches([',', '.', ' ', '&'])
        .to_owned()
}

fn is_legal_form(word: &str) -> bool {
    let letters: String = word.chars().filter(|c| c.is_alphanumeric()).collect();
    letters.is_empty() || LEGAL_FORMS.contains(&letters.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_searched_without_its_legal_form() {
        for (name, searched) in [
            ("Company Inc.", "Company"),
            ("Company, Incorporated", "Company"),
            ("Muster GmbH & Co. KG", "Muster"),
            ("Acme B.V.", "Acme"),
            ("Inc", "Inc"),
            ("  Acme  Rockets ", "Acme Rockets"),
            ("", ""),
        ] {
            assert_eq!(stem(name), searched, "{name}");
        }
    }

    #[test]
    fn what_begins_with_it_goes_first_and_each_is_shown_once() {
        let named = |id: &str| AccountChoice {
            id: id.to_owned(),
            ..AccountChoice::default()
        };
        let all = ["3", "1", "2", "3", "4"].map(named).to_vec();
        let ids: Vec<String> = some(all, 3).into_iter().map(|one| one.id).collect();
        assert_eq!(ids, ["3", "1", "2"]);
    }
}
