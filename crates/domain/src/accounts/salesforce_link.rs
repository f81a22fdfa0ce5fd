//! An account's link to one Salesforce Account, chosen by an Admin.

use jiff::Timestamp;

use crate::ids::AccountId;
use crate::matching::candidates::RecordId;

/// Overrides matching by name, over a connection to the org it belongs to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SalesforceLink {
    /// The account in Gatehouse.
    pub account: AccountId,
    /// The account's name here.
    pub account_name: String,
    /// The Salesforce org that has the Account.
    pub sf_org_id: String,
    /// The Salesforce Account that it is linked to.
    pub sf_account: RecordId,
    /// As it was when it was linked, or when a merge was followed.
    pub sf_account_name: String,
    /// Who linked it: name and address.
    pub linked_by: String,
    /// When an Admin linked it.
    pub linked_at: Timestamp,
}

impl SalesforceLink {
    /// Whether the link counts in this Salesforce org; ids of 15 and of 18
    /// characters name the same one.
    pub fn is_of(&self, sf_org_id: &str) -> bool {
        self.sf_org_id.get(..15) == sf_org_id.get(..15)
    }
}
