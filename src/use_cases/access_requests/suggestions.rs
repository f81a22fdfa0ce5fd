//! Which accounts a request may belong to, and why.

use domain::access_requests::AccessRequest;
use domain::accounts::Account;
use domain::names::name_key;
use domain::organizations::Organization;
use store::Tx;
use tracing::instrument;

use crate::use_cases::accounts::admission::Target;
use crate::use_cases::limits::ACCOUNT_SUGGESTIONS;

/// An account that a request may belong to, with what speaks for it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Candidate {
    pub account: Account,
    /// It has exactly the name that was typed.
    pub same_name: bool,
    /// The email's domain is one of its own.
    pub same_domain: bool,
    /// Some of its members have an address at that domain.
    pub colleagues: bool,
}

impl Candidate {
    /// In a few words: "same name, same email domain".
    pub fn reason(&self) -> String {
        let mut reasons = Vec::new();
        if self.same_name {
            reasons.push("same name");
        }
        if self.same_domain {
            reasons.push("same email domain");
        } else if self.colleagues {
            reasons.push("has people with this email domain");
        }
        reasons.join(", ")
    }

    /// Whether only the name speaks for it, which anyone can type.
    pub const fn by_name_only(&self) -> bool {
        !self.same_domain && !self.colleagues
    }

    const fn weight(&self) -> u8 {
        match (self.same_domain, self.same_name, self.colleagues) {
            (true, true, _) => 4,
            (true, false, _) => 3,
            (false, true, _) => 2,
            (false, false, true) => 1,
            (false, false, false) => 0,
        }
    }
}

/// What is offered for a request: accounts, the likeliest first, and a new one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Suggestions {
    pub candidates: Vec<Candidate>,
    /// What would be among them if it weren't archived.
    pub archived: Vec<Account>,
    /// What a new account would be called; an account of that name is among the
    /// candidates if there is one.
    pub company: String,
}

impl Suggestions {
    /// Where the request goes unless someone chooses otherwise.
    pub fn target(&self) -> Target {
        match self.candidates.first() {
            Some(first) => Target::Account(first.account.id),
            None => Target::Named(self.company.clone()),
        }
    }

    /// Whether only the typed name speaks for it.
    pub fn by_name_only(&self) -> bool {
        self.candidates.first().is_some_and(Candidate::by_name_only)
    }

    /// The name of that account.
    pub fn name(&self) -> &str {
        self.candidates
            .first()
            .map_or(&self.company, |first| &first.account.name)
    }
}

/// Looks for accounts by the typed name, by the email's domain, and by members at
/// that domain: for all of the requests at once. A free-mail domain speaks for nobody.
#[instrument(name = "access_requests.suggestions.suggest", skip_all, fields(org = %org.id))]
pub async fn suggest(
    tx: &mut Tx,
    org: &Organization,
    requests: &[AccessRequest],
) -> store::Result<Vec<Suggestions>> {
    let names: Vec<&str> = requests.iter().map(|one| one.company.as_str()).collect();
    let domains: Vec<&str> = requests.iter().filter_map(company_domain).collect();
    let named = store::accounts::by_names(tx, org.id, &names).await?;
    let of_domain = store::accounts::by_domains(tx, org.id, &domains).await?;
    let with_people = store::accounts::members::accounts_by_domains(tx, org.id, &domains).await?;
    let suggested = requests.iter().map(|request| {
        let domain = company_domain(request).unwrap_or_default();
        let named = found(&named, &name_key(&request.company));
        let (of_domain, with_people) = (found(&of_domain, domain), found(&with_people, domain));
        rank(request, &named, &of_domain, &with_people)
    });
    Ok(suggested.collect())
}

fn company_domain(request: &AccessRequest) -> Option<&str> {
    (!request.email.is_free_mail()).then(|| request.email.domain())
}

fn found(all: &[(String, Account)], looked_for: &str) -> Vec<Account> {
    let found = all.iter().filter(|(by, _)| by == looked_for);
    found.map(|(_, account)| account.clone()).collect()
}

/// The likeliest first.
fn rank(
    request: &AccessRequest,
    named: &[Account],
    of_domain: &[Account],
    with_people: &[Account],
) -> Suggestions {
    let mut candidates: Vec<Candidate> = Vec::new();
    for account in named.iter().chain(of_domain).chain(with_people) {
        if candidates
            .iter()
            .any(|known| known.account.id == account.id)
        {
            continue;
        }
        let among = |list: &[Account]| list.iter().any(|one| one.id == account.id);
        candidates.push(Candidate {
            same_name: name_key(&account.name) == name_key(&request.company),
            same_domain: among(of_domain),
            colleagues: among(with_people),
            account: account.clone(),
        });
    }
    let (archived, mut candidates): (Vec<_>, Vec<_>) = candidates
        .into_iter()
        .partition(|one| one.account.is_archived());
    candidates.sort_by_key(|one| std::cmp::Reverse(one.weight()));
    candidates.truncate(ACCOUNT_SUGGESTIONS);
    Suggestions {
        candidates,
        archived: archived.into_iter().map(|one| one.account).collect(),
        company: request.company.clone(),
    }
}
