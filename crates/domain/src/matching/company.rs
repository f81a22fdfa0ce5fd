//! The Accounts that may be an activity's company: by an Admin's link, else by exactly its
//! name.

use crate::matching::candidates::AccountCandidate;
use crate::matching::linked::tell;
use crate::matching::{Candidates, Linked, Subject, Why};
use crate::names::name_key;

/// The company's Accounts, the one to take first.
pub(super) struct CompanyAccounts<'a> {
    accounts: Vec<&'a AccountCandidate>,
    by: By<'a>,
}

enum By<'a> {
    Name(String),
    /// What the link leads to, in a sentence.
    Link(String),
    /// Why the link leads nowhere, in a sentence.
    BrokenLink(&'a str),
}

impl<'a> CompanyAccounts<'a> {
    pub(super) fn new(subject: Subject<'_>, found: &'a Candidates) -> Self {
        match &found.company_link {
            Some(Linked::Here {
                name,
                account,
                merged_from,
            }) => Self {
                accounts: vec![account],
                by: By::Link(tell(name, account, merged_from.as_deref())),
            },
            Some(Linked::Gone(why)) => Self {
                accounts: Vec::new(),
                by: By::BrokenLink(why),
            },
            None => Self {
                accounts: named(subject.company, &found.accounts),
                by: By::Name(name_key(subject.company)),
            },
        }
    }

    pub(super) fn first(&self) -> Option<&'a AccountCandidate> {
        self.accounts.first().copied()
    }

    /// Why nothing can be written on the Account that the company was linked to.
    pub(super) fn broken_link(&self) -> Option<&str> {
        match self.by {
            By::BrokenLink(why) => Some(why),
            By::Name(_) | By::Link(_) => None,
        }
    }

    /// Whether that Account is the company's: it has the name, or it is the linked one.
    pub(super) fn has(&self, account: &AccountCandidate) -> bool {
        match &self.by {
            By::Name(wanted) => name_key(&account.name) == *wanted,
            By::Link(_) | By::BrokenLink(_) => self.accounts.iter().any(|one| one.id == account.id),
        }
    }

    /// What the company's Account is called in reasons.
    pub(super) fn kind(&self) -> &'static str {
        match self.by {
            By::Name(_) => "Account of this name",
            By::Link(_) | By::BrokenLink(_) => "linked Account",
        }
    }

    /// "“Acme” has exactly this company's name", for an Account that has to be named.
    pub(super) fn told_of(&self, account: &AccountCandidate) -> String {
        match self.by {
            By::Name(_) => format!(
                "“{}” has exactly this company's name{}",
                account.name,
                self.several()
            ),
            By::Link(_) | By::BrokenLink(_) => {
                format!("this company is linked to “{}”", account.name)
            }
        }
    }

    /// "none has exactly this company's name", where there is no Account.
    pub(super) fn told_of_none(&self) -> &'static str {
        match self.by {
            By::Name(_) | By::Link(_) => "none has exactly this company's name",
            By::BrokenLink(_) => "the one that this company was linked to is gone",
        }
    }

    /// The whole reason for a Task on the Account alone; `who` says why without a person.
    pub(super) fn reason(&self, account: &AccountCandidate, who: &str) -> String {
        match &self.by {
            By::Link(told) => format!("{told} {who}").trim_end().to_owned(),
            By::Name(_) | By::BrokenLink(_) => {
                let several = self.several();
                let reason = format!(
                    "The Account “{}” has exactly this name{several}.",
                    account.name
                );
                format!("{who} {reason}").trim_start().to_owned()
            }
        }
    }

    /// Why a Contact is created there.
    pub(super) fn why(&self) -> Why {
        match (&self.by, self.accounts.len()) {
            (By::Link(told), _) => Why::Link(told.clone()),
            (_, 0 | 1) => Why::Name,
            (_, several) => Why::OldestOf(several),
        }
    }

    fn several(&self) -> String {
        match self.accounts.len() {
            0 | 1 => String::new(),
            n => format!(" ({n} Accounts have it; the oldest was taken)"),
        }
    }
}

/// Accounts whose name is the company's: Salesforce ignores case, and so do we;
/// nothing else about the spelling may differ.
fn named<'a>(company: &str, accounts: &'a [AccountCandidate]) -> Vec<&'a AccountCandidate> {
    let wanted = name_key(company);
    accounts
        .iter()
        .filter(|account| !wanted.is_empty() && name_key(&account.name) == wanted)
        .collect()
}
