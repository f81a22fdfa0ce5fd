//! What Salesforce answered when asked who an activity might belong to.
//!
//! A Salesforce client fills these in; the caller decides with them. Lists are in
//! Salesforce's order `CreatedDate, Id`: oldest first.

use serde::{Deserialize, Serialize};

/// A Salesforce record id as Salesforce wrote it: 18 characters in its answers, 15 in some
/// of its messages. Not checked.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RecordId(String);

impl RecordId {
    /// Takes an id as Salesforce wrote it.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The id as Salesforce wrote it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the record is a Lead.
    pub fn is_lead(&self) -> bool {
        self.0.starts_with("00Q")
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
    /// The user or queue that owns the record.
    pub id: RecordId,
    /// `Owner.IsActive`; false for a queue.
    pub is_active: bool,
}

/// An Account that an activity might belong to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AccountCandidate {
    /// The Account's id.
    pub id: RecordId,
    /// The Account's name; empty where the connected user may not read it.
    pub name: String,
    /// The Account's owner; `None` where the connected user may not read it.
    pub owner: Option<Owner>,
}

/// An Account that was asked for by its id, whatever became of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LinkedAccount {
    /// The Account as it is now, also one that is deleted.
    pub account: AccountCandidate,
    /// `IsDeleted`: it is in the org's Recycle Bin, or was merged into another.
    pub is_deleted: bool,
    /// `MasterRecordId`: the Account that survived a merge with this one.
    pub merged_into: Option<RecordId>,
}

/// A Contact that an activity might belong to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ContactCandidate {
    /// The Contact's id.
    pub id: RecordId,
    /// The Contact's email address as Salesforce has it.
    pub email: String,
    /// The Contact's owner; `None` where the connected user may not read it.
    pub owner: Option<Owner>,
    /// The Contact's Account with its name and owner; `None` for a private Contact.
    pub account: Option<AccountCandidate>,
    /// Whether the connected user may not see which Account it has: then `account`
    /// is `None` too, and means nothing.
    #[serde(default)]
    pub account_hidden: bool,
}

/// A Lead that an activity might belong to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LeadCandidate {
    /// The Lead's id.
    pub id: RecordId,
    /// The Lead's email address as Salesforce has it.
    pub email: String,
    /// The Lead's owner; `None` where the connected user may not read it.
    pub owner: Option<Owner>,
    /// Set when the Lead was converted: what it became.
    pub converted: Option<Converted>,
}

/// What could not be looked for, because the connected user may not read it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Unreadable {
    /// Whether Contacts can't be read.
    pub contacts: bool,
    /// Whether Leads can't be read.
    pub leads: bool,
    /// Whether Accounts can't be read.
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
    /// The Contact that the Lead became; `None` where it can't be read.
    pub contact_id: Option<RecordId>,
    /// The Account that the Lead became a part of; `None` where it can't be read.
    pub account: Option<AccountCandidate>,
}
