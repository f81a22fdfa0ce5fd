//! Which Account, Contact or Lead an activity belongs to, and why.
//!
//! A pure decision from what Salesforce answered. The order is: the Contact with this
//! email, then the Contact that a converted Lead with this email became, then the Account
//! of exactly this name, then the open Lead with this email. Where an Admin has linked the
//! company, the linked Account stands for the one of its name ([`company_link`]); where the
//! account is linked, [`linked`] decides instead. `docs/salesforce.md` tells the same to an
//! Admin.

mod company;
pub mod company_link;
pub mod linked;

use crate::matching::candidates::{
    AccountCandidate, ContactCandidate, LeadCandidate, Owner, RecordId, Unreadable,
};
use company::CompanyAccounts;

pub use salesforce_records::candidates;

pub use crate::matching::linked::Linked;

/// What is known of the person and the company of an activity.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The email address; `None` where no person is known.
    pub email: Option<&'a str>,
    /// The company as typed, or the account's name.
    pub company: &'a str,
}

/// What Salesforce has for that email and that company, oldest first.
#[derive(Clone, Debug, Default)]
pub struct Candidates {
    /// Contacts that were found by an email address.
    pub contacts: Vec<ContactCandidate>,
    /// Leads that were found by an email address, open or converted.
    pub leads: Vec<LeadCandidate>,
    /// Accounts that were found by a name, ignoring case.
    pub accounts: Vec<AccountCandidate>,
    /// What the account's link leads to, where there is one.
    pub linked: Option<Linked>,
    /// What the company's link leads to, where there is one.
    pub company_link: Option<Linked>,
    /// What could not be looked for.
    pub unreadable: Unreadable,
}

/// What is allowed for this activity. By the connection's options the two `create_…` apply
/// to Requested Access only; an Admin may allow them for an activity that matched nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Allowed {
    /// Whether a Contact may be created where its Account exists.
    pub create_contact: bool,
    /// Whether a Lead may be created where nothing was found.
    pub create_lead: bool,
    /// Whether a Contact without an Account may be given the matched one.
    pub associate_contact: bool,
}

/// Where the Task goes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Match {
    /// `WhoId`, shown as Name: a Contact or a Lead.
    pub who: Option<RecordId>,
    /// `WhatId`, shown as Related To: the Account. Always empty with a Lead.
    pub what: Option<RecordId>,
    /// Who may own the Task, best first; all active when they were read.
    pub owners: Vec<RecordId>,
    /// A Contact without an Account that is to be given the matched one.
    pub associate: bool,
    /// For the Admin, in a sentence or two.
    pub reason: String,
}

/// What is to be done with an activity.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Decision {
    /// The Task goes there.
    Matched(Match),
    /// No Contact has this email, but the Account exists.
    CreateContact(AccountCandidate, Why),
    /// Neither Contact, nor Account, nor open Lead exists.
    CreateLead,
    /// Nothing in Salesforce belongs to it; why, in sentences for an Admin.
    Nothing(String),
    /// The account is linked to an Account that is gone. Never matched by name
    /// instead: an Admin said where it belongs.
    LinkBroken(String),
}

/// Why an Account was taken.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Why {
    /// It has exactly the company's name.
    Name,
    /// So have others: it is the oldest of so many.
    OldestOf(usize),
    /// An Admin linked it, in a sentence.
    Link(String),
}

/// Decides. Never picks silently: an ambiguous choice is told in the reason.
pub fn decide(subject: Subject<'_>, found: &Candidates, allowed: Allowed) -> Decision {
    let company = CompanyAccounts::new(subject, found);
    let contacts = with_email(subject.email, &found.contacts, |contact| &contact.email);
    let leads = with_email(subject.email, &found.leads, |lead| &lead.email);
    let unreadable = found.unreadable;
    let allowed = only_known_missing(allowed, unreadable);

    let linked = found.linked.as_ref();
    if let Some(linked) = linked.filter(|linked| counts(linked, found)) {
        let people = (contacts.as_slice(), leads.as_slice());
        return linked::decide(subject, linked, people, allowed, unreadable);
    }
    if !contacts.is_empty() {
        return Decision::Matched(on_contact(&contacts, &company, allowed));
    }
    if let Some((contact, account)) = leads.iter().find_map(|lead| became_contact(lead)) {
        return Decision::Matched(on_converted(contact, account));
    }
    if let Some(why) = company.broken_link() {
        return Decision::LinkBroken(why.to_owned());
    }
    if let Some(account) = company.first() {
        if allowed.create_contact && subject.email.is_some() {
            return Decision::CreateContact(account.clone(), company.why());
        }
        let found = on_account(subject, account, &company, unreadable);
        return Decision::Matched(found);
    }
    let open: Vec<_> = leads
        .iter()
        .filter(|lead| lead.converted.is_none())
        .collect();
    if let Some(lead) = open.first() {
        return Decision::Matched(on_lead(lead, open.len()));
    }
    if allowed.create_lead && subject.email.is_some() {
        return Decision::CreateLead;
    }
    Decision::Nothing(nothing(subject, unreadable))
}

/// Whether the account's link decides: not where it leads nowhere and an Admin has linked the
/// company since.
fn counts(linked: &Linked, found: &Candidates) -> bool {
    let company_is_linked = matches!(found.company_link, Some(Linked::Here { .. }));
    !(matches!(linked, Linked::Gone(_)) && company_is_linked)
}

/// Whoever can't be looked for may exist, so nobody is created in their place.
fn only_known_missing(allowed: Allowed, unreadable: Unreadable) -> Allowed {
    Allowed {
        create_contact: allowed.create_contact && !unreadable.contacts,
        create_lead: allowed.create_lead && unreadable == Unreadable::default(),
        ..allowed
    }
}

/// The match once a Contact was created on an Account for this activity.
pub fn on_new_contact(contact: RecordId, account: &AccountCandidate, why: &Why) -> Match {
    let reason = match why {
        Why::Name => format!(
            "No Contact had this email, so one was created on the Account “{}”, which has exactly this name.",
            account.name
        ),
        Why::OldestOf(several) => format!(
            "No Contact had this email, so one was created on the Account “{}”. {several} Accounts have exactly this name; the oldest was taken.",
            account.name
        ),
        Why::Link(told) => format!("{told} No Contact had this email, so one was created there."),
    };
    Match {
        who: Some(contact),
        what: Some(account.id.clone()),
        owners: active([account.owner.as_ref()]),
        associate: false,
        reason,
    }
}

/// The match once a Lead was created for this activity. `owner` is whom the Lead
/// belongs to now, as it was read back: the connected user, or whom an assignment
/// rule of the org gave it to.
pub fn on_new_lead(lead: RecordId, owner: Option<&Owner>) -> Match {
    Match {
        who: Some(lead),
        what: None,
        owners: active([owner]),
        associate: false,
        reason: "Neither a Contact with this email nor an Account of this name exists, so a Lead was created."
            .to_owned(),
    }
}

fn with_email<'a, T>(email: Option<&str>, all: &'a [T], of: fn(&T) -> &String) -> Vec<&'a T> {
    let Some(email) = email else {
        return Vec::new();
    };
    all.iter()
        .filter(|one| of(one).trim().eq_ignore_ascii_case(email))
        .collect()
}

/// Of several Contacts: the one on the company's Account, else the oldest.
fn on_contact(
    contacts: &[&ContactCandidate],
    company: &CompanyAccounts<'_>,
    allowed: Allowed,
) -> Match {
    let at_company = contacts.iter().find(|contact| {
        let account = contact.account.as_ref();
        account.is_some_and(|account| company.has(account))
    });
    let contact = at_company.unwrap_or(&contacts[0]);
    let kind = company.kind();
    let mut reason = match (contacts.len(), at_company) {
        (1, _) => "A Contact has this email.".to_owned(),
        (n, Some(_)) => {
            format!("{n} Contacts have this email; the one on the {kind} was taken.")
        }
        (n, None) => {
            let an = if kind.starts_with('A') { "an" } else { "the" };
            format!(
                "{n} Contacts have this email and none is on {an} {kind}; the oldest was taken."
            )
        }
    };
    let own = contact.account.as_ref();
    let account = own.or_else(|| company.first());
    let private = own.is_none() && !contact.account_hidden;
    let associate = private && account.is_some() && allowed.associate_contact;
    reason.push_str(&match (own, account) {
        (Some(own), _) if own.name.is_empty() => {
            " The name of its Account can't be read.".to_owned()
        }
        (Some(own), _) => format!(" Its Account is “{}”.", own.name),
        (None, Some(named)) if contact.account_hidden => {
            format!(
                " Its own Account can't be read; {}.",
                company.told_of(named)
            )
        }
        (None, Some(named)) => format!(" It has no Account; {}.", company.told_of(named)),
        (None, None) if contact.account_hidden => {
            format!(
                " Its Account can't be read, and {}.",
                company.told_of_none()
            )
        }
        (None, None) => format!(" It has no Account, and {}.", company.told_of_none()),
    });
    Match {
        who: Some(contact.id.clone()),
        what: account.map(|account| account.id.clone()),
        owners: active([
            account.and_then(|account| account.owner.as_ref()),
            contact.owner.as_ref(),
        ]),
        associate,
        reason,
    }
}

pub(crate) fn became_contact(
    lead: &LeadCandidate,
) -> Option<(RecordId, Option<&AccountCandidate>)> {
    let converted = lead.converted.as_ref()?;
    Some((converted.contact_id.clone()?, converted.account.as_ref()))
}

fn on_converted(contact: RecordId, account: Option<&AccountCandidate>) -> Match {
    Match {
        who: Some(contact),
        what: account.map(|account| account.id.clone()),
        owners: active([account.and_then(|account| account.owner.as_ref())]),
        associate: false,
        reason: "A Lead with this email was converted; the Contact it became was taken.".to_owned(),
    }
}

fn on_account(
    subject: Subject<'_>,
    account: &AccountCandidate,
    company: &CompanyAccounts<'_>,
    unreadable: Unreadable,
) -> Match {
    let who = match subject.email {
        Some(_) if unreadable.contacts => "Contacts can't be read, so none was looked for.",
        Some(_) => "No Contact has this email.",
        None => "",
    };
    Match {
        who: None,
        what: Some(account.id.clone()),
        owners: active([account.owner.as_ref()]),
        associate: false,
        reason: company.reason(account, who),
    }
}

fn on_lead(lead: &LeadCandidate, how_many: usize) -> Match {
    let which = match how_many {
        1 => "An open Lead has this email.".to_owned(),
        n => format!("{n} open Leads have this email; the oldest was taken."),
    };
    Match {
        who: Some(lead.id.clone()),
        what: None,
        owners: active([lead.owner.as_ref()]),
        associate: false,
        reason: format!("{which} No Contact has it, and no Account has exactly this name."),
    }
}

fn nothing(subject: Subject<'_>, unreadable: Unreadable) -> String {
    let hidden = unreadable.names().map(|names| {
        format!(
            " {names} can't be read, so nobody is created in Salesforce: see Permissions in the \
             Salesforce settings."
        )
    });
    let found = match subject.email {
        Some(_) => format!(
            "No Contact or open Lead has this email, and no Account is named exactly “{}”.",
            subject.company
        ),
        None => format!("No Account is named exactly “{}”.", subject.company),
    };
    format!("{found}{}", hidden.unwrap_or_default())
}

/// Those who may own a Task, each once, in the order given.
pub(crate) fn active<const N: usize>(owners: [Option<&Owner>; N]) -> Vec<RecordId> {
    let mut ids: Vec<RecordId> = Vec::new();
    for owner in owners.into_iter().flatten() {
        if owner.is_active && !owner.id.is_queue() && !ids.contains(&owner.id) {
            ids.push(owner.id.clone());
        }
    }
    ids
}

#[cfg(test)]
mod tests;

#[cfg(test)]
mod creation_tests;

#[cfg(test)]
mod company_tests;
