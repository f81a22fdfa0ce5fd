//! Who is this? The candidates for a batch, from the cache and from one call.

use std::collections::{BTreeSet, HashMap};

use domain::matching::Candidates;
use domain::matching::candidates::{
    AccountCandidate, ContactCandidate, LeadCandidate, RecordId, Unreadable,
};
use domain::names::name_key;
use salesforce::matching::{Found, Question};
use serde::{Deserialize, Serialize};
use store::deliveries::due::DueDelivery;
use store::deliveries::match_cache::{self, About, Entry};
use tracing::instrument;

use super::changes;
use super::limits::{FOUND_FOR, MISSING_FOR, ROWS_AT_ONCE};
use super::linked_accounts::{AccountState, Links};
use super::org_session::OrgSession;
use super::stop::Stop;

/// What is kept about a person.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct OfPerson {
    contacts: Vec<ContactCandidate>,
    leads: Vec<LeadCandidate>,
}

/// Everything that a batch's people and companies might be.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    people: HashMap<String, OfPerson>,
    companies: HashMap<String, Vec<AccountCandidate>>,
    /// By email domain: the name of the account that Gatehouse has for it.
    homes: HashMap<String, String>,
    links: Links,
    /// What Salesforce refused to be asked about.
    unreadable: Unreadable,
}

impl Known {
    pub(super) fn candidates(&self, due: &DueDelivery) -> Candidates {
        let person = email(due).and_then(|email| self.people.get(email));
        let accounts = self.companies.get(&name_key(&due.activity.what.company));
        Candidates {
            contacts: person.map(|one| one.contacts.clone()).unwrap_or_default(),
            leads: person.map(|one| one.leads.clone()).unwrap_or_default(),
            accounts: accounts.cloned().unwrap_or_default(),
            linked: self.links.linked(due),
            company_link: self.links.company_link(due),
            unreadable: self.unreadable,
        }
    }

    /// The Salesforce Account of the Gatehouse account whose domain this person's
    /// address has, whatever company they typed: what a new Lead is linked to.
    pub(super) fn home(&self, due: &DueDelivery) -> Option<&AccountCandidate> {
        if let Some(linked) = self.links.home(due) {
            return linked;
        }
        let person = due.activity.what.person.as_ref()?;
        let name = self.homes.get(person.email.domain())?;
        self.companies.get(&name_key(name))?.first()
    }

    /// The linked Accounts that are to be asked about.
    fn unknown_links(&self) -> Vec<RecordId> {
        let mut ids = self.links.ids();
        ids.retain(|id| !self.links.accounts.contains_key(id));
        ids
    }

    /// Believes no more that someone or some company is missing.
    fn distrust(&mut self, due: &DueDelivery) {
        if let Some(email) = email(due)
            && self
                .people
                .get(email)
                .is_some_and(|one| one.contacts.is_empty())
        {
            self.people.remove(email);
        }
        let company = name_key(&due.activity.what.company);
        if self.companies.get(&company).is_some_and(Vec::is_empty) {
            self.companies.remove(&company);
        }
    }

    /// A Contact that was just created counts for the rest of the batch.
    pub(super) fn add_contact(&mut self, contact: ContactCandidate) {
        let person = self.people.entry(contact.email.clone()).or_default();
        person.contacts.push(contact);
    }

    /// So does a Lead.
    pub(super) fn add_lead(&mut self, lead: LeadCandidate) {
        let person = self.people.entry(lead.email.clone()).or_default();
        person.leads.push(lead);
    }
}

pub(super) fn email(due: &DueDelivery) -> Option<&str> {
    due.activity
        .what
        .person
        .as_ref()
        .map(|person| person.email.as_str())
}

/// Looks in the cache, asks Salesforce for the rest in one call, and keeps the
/// answers. Whoever might have to be created is asked about afresh, so that
/// nobody is created whom someone has just added.
#[instrument(name = "delivery.look_up", skip_all, fields(deliveries = batch.len()))]
pub(super) async fn look_up(
    session: &mut OrgSession<'_>,
    batch: &[DueDelivery],
    might_create: impl Fn(&DueDelivery) -> bool,
) -> Result<Known, Stop> {
    changes::drop_outdated(session).await?;
    let links = Links::read(session, batch).await?;
    let homes = homes(session, batch, &might_create).await?;
    let emails: BTreeSet<&str> = batch.iter().filter_map(email).collect();
    let companies: HashMap<String, &str> = batch
        .iter()
        .filter(|due| !links.decide(due))
        .map(|due| due.activity.what.company.as_str())
        .chain(homes.values().map(String::as_str))
        .map(|name| (name_key(name), name))
        .filter(|(key, _)| !key.is_empty())
        .collect();
    let mut known = read_cache(session, &emails, &companies, links).await?;
    for due in batch.iter().filter(|due| might_create(due)) {
        known.distrust(due);
    }
    known.homes.clone_from(&homes);
    let question = Question {
        emails: emails
            .into_iter()
            .filter(|email| !known.people.contains_key(*email))
            .map(str::to_owned)
            .collect(),
        companies: companies
            .iter()
            .filter(|(key, _)| !known.companies.contains_key(*key))
            .map(|(_, name)| (*name).to_owned())
            .collect(),
        linked: known.unknown_links(),
    };
    if question == Question::default() {
        return Ok(known);
    }
    let asked = &question;
    let mut found = session
        .read(|client, session| async move { client.find(&session, asked).await })
        .await?;
    for error in &found.refusals {
        tracing::warn!(connection = %session.connection.id, %error, "not everything can be read");
    }
    known.unreadable = found.unreadable;
    let linked = std::mem::take(&mut found.linked);
    let linked = known.links.learn(session, &question.linked, linked).await?;
    let fresh = sort_out(&question, found);
    write_cache(session, &fresh, &linked).await?;
    known.people.extend(fresh.people);
    known.companies.extend(fresh.companies);
    Ok(known)
}

/// Forgets what was believed about these deliveries' people and companies.
pub(super) async fn forget(
    tx: &mut ::store::Tx,
    connection: ::domain::ids::ConnectionId,
    wrong: &[&DueDelivery],
) -> ::store::Result<()> {
    let people: Vec<String> = wrong
        .iter()
        .filter_map(|due| email(due))
        .map(str::to_owned)
        .collect();
    let companies: Vec<String> = wrong
        .iter()
        .map(|due| name_key(&due.activity.what.company))
        .collect();
    match_cache::forget(tx, connection, About::Person, &people).await?;
    match_cache::forget(tx, connection, About::Company, &companies).await?;
    if wrong.is_empty() {
        return Ok(());
    }
    match_cache::forget_links(tx, connection).await
}

async fn read_cache(
    session: &OrgSession<'_>,
    emails: &BTreeSet<&str>,
    companies: &HashMap<String, &str>,
    mut links: Links,
) -> Result<Known, Stop> {
    let now = session.app.ambient.now();
    let emails: Vec<String> = emails.iter().map(|email| (*email).to_owned()).collect();
    let companies: Vec<String> = companies.keys().cloned().collect();
    let mut tx = session.app.db.read().await?;
    let id = session.connection.id;
    let people = match_cache::get(&mut tx, id, About::Person, &emails, now).await?;
    let names = match_cache::get(&mut tx, id, About::Company, &companies, now).await?;
    let linked: Vec<String> = links.ids().iter().map(ToString::to_string).collect();
    let accounts = match_cache::get(&mut tx, id, About::Link, &linked, now).await?;
    let accounts = parse(accounts).into_iter();
    links.accounts = accounts
        .map(|(id, state)| (RecordId::new(id), state))
        .collect();
    Ok(Known {
        people: parse(people),
        companies: parse(names),
        homes: HashMap::new(),
        links,
        unreadable: Unreadable::default(),
    })
}

/// By email domain, the accounts that Gatehouse itself has; asked for only where
/// the Admin has named the org's lookup field from Lead to Account.
async fn homes(
    session: &OrgSession<'_>,
    batch: &[DueDelivery],
    might_create: impl Fn(&DueDelivery) -> bool,
) -> Result<HashMap<String, String>, Stop> {
    let mut homes = HashMap::new();
    if session.connection.options.lead_account_field.is_none() {
        return Ok(homes);
    }
    let mut tx = session.app.db.read().await?;
    for due in batch.iter().filter(|due| might_create(due)) {
        let Some(person) = &due.activity.what.person else {
            continue;
        };
        let domain = person.email.domain();
        if person.email.is_free_mail() || homes.contains_key(domain) {
            continue;
        }
        let accounts = store::accounts::by_domain(&mut tx, session.org, domain).await?;
        if let Some(account) = accounts.into_iter().next() {
            homes.insert(domain.to_owned(), account.name);
        }
    }
    Ok(homes)
}

/// An answer that can't be read (of an older version) counts as not kept.
fn parse<T: for<'a> Deserialize<'a>>(answers: HashMap<String, String>) -> HashMap<String, T> {
    answers
        .into_iter()
        .filter_map(|(key, answer)| Some((key, serde_json::from_str(&answer).ok()?)))
        .collect()
}

/// Each answer to whom it is about; who isn't mentioned has an empty one.
fn sort_out(question: &Question, found: Found) -> Known {
    let mut known = Known::default();
    for email in &question.emails {
        known.people.insert(email.clone(), OfPerson::default());
    }
    for name in &question.companies {
        known.companies.insert(name_key(name), Vec::new());
    }
    for contact in found.contacts {
        let key = contact.email.trim().to_ascii_lowercase();
        known.people.entry(key).or_default().contacts.push(contact);
    }
    for lead in found.leads {
        let key = lead.email.trim().to_ascii_lowercase();
        known.people.entry(key).or_default().leads.push(lead);
    }
    for account in found.accounts {
        let key = name_key(&account.name);
        known.companies.entry(key).or_default().push(account);
    }
    known
}

async fn write_cache(
    session: &OrgSession<'_>,
    fresh: &Known,
    linked: &[(RecordId, AccountState)],
) -> Result<(), Stop> {
    let now = session.app.ambient.now();
    let until = |missing: bool| {
        let lifetime = if missing { MISSING_FOR } else { FOUND_FOR };
        now.checked_add(lifetime).unwrap_or(now)
    };
    let people = fresh.people.iter().map(|(key, person)| Entry {
        about: About::Person,
        key: key.clone(),
        answer: serde_json::to_string(person).unwrap_or_default(),
        expires_at: until(person.contacts.is_empty()),
    });
    let companies = fresh.companies.iter().map(|(key, accounts)| Entry {
        about: About::Company,
        key: key.clone(),
        answer: serde_json::to_string(accounts).unwrap_or_default(),
        expires_at: until(accounts.is_empty()),
    });
    let linked = linked.iter().map(|(id, state)| Entry {
        about: About::Link,
        key: id.to_string(),
        answer: serde_json::to_string(state).unwrap_or_default(),
        expires_at: until(!state.is_here()),
    });
    let mut entries: Vec<Entry> = people.chain(companies).chain(linked).collect();
    // In one order, so that two who learn the same don't wait for each other.
    entries.sort_by(|a, b| a.key.cmp(&b.key));
    for some in entries.chunks(ROWS_AT_ONCE) {
        let mut tx = session.app.db.begin().await?;
        match_cache::put(&mut tx, session.connection.id, some).await?;
        tx.commit().await?;
    }
    Ok(())
}
