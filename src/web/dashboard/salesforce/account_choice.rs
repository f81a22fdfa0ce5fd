//! Accounts of the org to choose from, with what tells them apart.

use domain::names::name_key;
use serde::Serialize;

use crate::salesforce_connection::AccountChoice;

/// An Account to choose.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Choice {
    pub id: String,
    pub name: String,
    /// What tells it apart from others of its name.
    pub facts: String,
    /// It has exactly the account's name.
    pub same_name: bool,
}

pub fn choices(account: &str, found: &[AccountChoice]) -> Vec<Choice> {
    let wanted = name_key(account);
    let choice = |one: &AccountChoice| Choice {
        id: one.id().to_string(),
        name: one.name.clone(),
        facts: facts(one),
        same_name: name_key(&one.name) == wanted,
    };
    found.iter().map(choice).collect()
}

/// Where it is, of which type, its website and whose it is, as far as that may be read.
pub fn facts(one: &AccountChoice) -> String {
    let place = [one.billing_city.as_deref(), one.billing_country.as_deref()];
    let place: Vec<&str> = place.into_iter().flatten().collect();
    let website = one.website.as_deref().map(|address| {
        let bare = address.trim_start_matches("https://");
        let bare = bare.trim_start_matches("http://");
        bare.trim_end_matches('/').to_owned()
    });
    let facts = [
        (!place.is_empty()).then(|| place.join(", ")),
        one.r#type.clone(),
        website,
        one.owner().map(|owner| format!("owned by {owner}")),
    ];
    let facts: Vec<String> = facts.into_iter().flatten().collect();
    // Where nothing else may be read, the id at least is another one.
    if facts.is_empty() {
        return one.id().to_string();
    }
    facts.join(" · ")
}
