//! What Salesforce answered when asked who an activity might belong to.
//!
//! The Salesforce client fills these in; `matching` decides. Lists are in
//! Salesforce's order `CreatedDate, Id`: oldest first.

use serde::{Deserialize, Serialize};

/// An 18-character Salesforce record id.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RecordId(String);

impl RecordId {
    /// Takes an id as Salesforce wrote it.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the record is a queue (`Group`), which can't own a Task here.
    pub fn is_queue(&self) -> bool {
        self.0.starts_with("00G")
    }
}

impl std::str::FromStr for RecordId {
    type Err = std::convert::Infallible;

    fn from_str(id: &str) -> Result<Self, Self::Err> {
        Ok(Self::new(id))
    }
}

impl std::fmt::Display for RecordId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// A record's owner, and whether Salesforce would accept it as a Task's.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Owner {
    pub id: RecordId,
    /// `Owner.IsActive`; false for a queue.
    pub is_active: bool,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AccountCandidate {
    pub id: RecordId,
    pub name: String,
    pub owner: Option<Owner>,
}

/// An Account that was asked for by its id, whatever became of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LinkedAccount {
    pub account: AccountCandidate,
    pub is_deleted: bool,
    /// `MasterRecordId`: the Account that survived a merge with this one.
    pub merged_into: Option<RecordId>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ContactCandidate {
    pub id: RecordId,
    pub email: String,
    pub owner: Option<Owner>,
    /// The Contact's Account with its name and owner; `None` for a private Contact.
    pub account: Option<AccountCandidate>,
    /// Whether the connected user may not see which Account it has: then `account`
    /// is `None` too, and means nothing.
    #[serde(default)]
    pub account_hidden: bool,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LeadCandidate {
    pub id: RecordId,
    pub email: String,
    pub owner: Option<Owner>,
    /// Set when the Lead was converted: what it became.
    pub converted: Option<Converted>,
}

/// What could not be looked for, because the connected user may not read it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Unreadable {
    pub contacts: bool,
    pub leads: bool,
    pub accounts: bool,
}

impl Unreadable {
    /// “Contacts and Leads”; `None` where everything could be read.
    pub fn names(self) -> Option<String> {
        let all = [
            (self.contacts, "Contacts"),
            (self.leads, "Leads"),
            (self.accounts, "Accounts"),
        ];
        let names: Vec<_> = all
            .into_iter()
            .filter(|one| one.0)
            .map(|one| one.1)
            .collect();
        let (last, others) = names.split_last()?;
        Some(match others {
            [] => (*last).to_owned(),
            others => format!("{} and {last}", others.join(", ")),
        })
    }
}

/// `ConvertedContactId` with that Contact's owner where known, and
/// `ConvertedAccountId` as a whole Account.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Converted {
    pub contact_id: Option<RecordId>,
    pub account: Option<AccountCandidate>,
}
