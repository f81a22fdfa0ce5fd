//! Matching for an account that an Admin linked to a Salesforce Account: Related
//! To is that Account, always, and only Name is looked for.

use crate::matching::candidates::{
    AccountCandidate, ContactCandidate, LeadCandidate, Owner, Unreadable,
};
use crate::matching::{Allowed, Decision, Match, Subject, Why, active, became_contact};

/// What an account's link led to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Linked {
    /// The Account exists.
    Here {
        /// The account's name in Gatehouse.
        name: String,
        /// The Account, or the one that it was merged into.
        account: AccountCandidate,
        /// The name of the Account that was linked before Salesforce merged it
        /// into this one.
        merged_from: Option<String>,
    },
    /// Why nothing can be written on it, in whole sentences.
    Gone(String),
}

/// An open Lead is never taken: Salesforce allows no Related To beside it.
pub(crate) fn decide(
    subject: Subject<'_>,
    linked: &Linked,
    (contacts, leads): (&[&ContactCandidate], &[&LeadCandidate]),
    allowed: Allowed,
    unreadable: Unreadable,
) -> Decision {
    let (told, account) = match linked {
        Linked::Gone(why) => return Decision::LinkBroken(why.clone()),
        Linked::Here {
            name,
            account,
            merged_from,
        } => (tell(name, account, merged_from.as_deref()), account),
    };
    if let Some(contact) = best(contacts, account) {
        return Decision::Matched(on_contact(contact, contacts, account, &told, allowed));
    }
    let converted = leads.iter().find_map(|lead| became_contact(lead));
    if let Some((contact, _)) = converted {
        let reason = format!(
            "{told} A Lead with this email was converted; the Contact it became was taken."
        );
        return Decision::Matched(Match {
            who: Some(contact),
            ..on_account(account, None, reason)
        });
    }
    if allowed.create_contact && subject.email.is_some() {
        return Decision::CreateContact(account.clone(), Why::Link(told));
    }
    let nobody = match (subject.email, leads.is_empty()) {
        (None, _) => "",
        (Some(_), _) if unreadable.contacts => " Contacts can't be read, so none was looked for.",
        (Some(_), true) => " No Contact has this email.",
        (Some(_), false) => {
            " No Contact has this email; a Lead has it, which Salesforce doesn't allow beside an Account."
        }
    };
    Decision::Matched(on_account(account, None, format!("{told}{nobody}")))
}

pub(super) fn tell(name: &str, account: &AccountCandidate, merged_from: Option<&str>) -> String {
    match merged_from {
        None => format!(
            "“{name}” is linked to the Salesforce Account “{}”.",
            account.name
        ),
        Some(old) => format!(
            "“{name}” was linked to the Salesforce Account “{old}”, which was merged into “{}”; \
             the link now leads there.",
            account.name
        ),
    }
}

/// The oldest Contact on the Account, else the oldest.
fn best<'a>(
    contacts: &[&'a ContactCandidate],
    account: &AccountCandidate,
) -> Option<&'a ContactCandidate> {
    let on_it = contacts.iter().find(|contact| is_on(contact, account));
    on_it.or_else(|| contacts.first()).copied()
}

fn is_on(contact: &ContactCandidate, account: &AccountCandidate) -> bool {
    let own = contact.account.as_ref();
    own.is_some_and(|own| own.id == account.id)
}

fn on_contact(
    contact: &ContactCandidate,
    contacts: &[&ContactCandidate],
    account: &AccountCandidate,
    told: &str,
    allowed: Allowed,
) -> Match {
    let on_it = contacts.iter().filter(|one| is_on(one, account)).count();
    let which = match (on_it, contacts.len()) {
        (0, 1) => "A Contact has this email".to_owned(),
        (0, n) => format!("{n} Contacts have this email, the oldest was taken"),
        (1, 1) => "A Contact there has this email".to_owned(),
        (1, n) => format!("{n} Contacts have this email; the one there was taken"),
        (n, _) => format!("{n} Contacts there have this email; the oldest was taken"),
    };
    let elsewhere = match &contact.account {
        Some(own) if own.id == account.id => String::new(),
        Some(own) if own.name.is_empty() => "; its own Account is another one".to_owned(),
        Some(own) => format!("; its own Account is “{}”", own.name),
        None if contact.account_hidden => "; its own Account can't be read".to_owned(),
        None => "; it has no Account of its own".to_owned(),
    };
    Match {
        who: Some(contact.id.clone()),
        associate: contact.account.is_none()
            && !contact.account_hidden
            && allowed.associate_contact,
        ..on_account(
            account,
            contact.owner.as_ref(),
            format!("{told} {which}{elsewhere}."),
        )
    }
}

fn on_account(account: &AccountCandidate, contact: Option<&Owner>, reason: String) -> Match {
    Match {
        who: None,
        what: Some(account.id.clone()),
        owners: active([account.owner.as_ref(), contact]),
        associate: false,
        reason,
    }
}

#[cfg(test)]
#[path = "linked_tests.rs"]
mod tests;
