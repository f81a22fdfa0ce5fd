//! Records as queries return them, and the candidates they become.

use serde::Deserialize;

use salesforce_records::candidates::{
    AccountCandidate, ContactCandidate, Converted, LeadCandidate, LinkedAccount, Owner, RecordId,
};

/// What is asked of each object, with what it is related to; the structs below
/// read it, and any of it but the id may be missing.
pub(super) const CONTACT: [&str; 8] = [
    "Id",
    "Email",
    "OwnerId",
    "Owner.IsActive",
    "AccountId",
    "Account.Name",
    "Account.OwnerId",
    "Account.Owner.IsActive",
];
pub(super) const LEAD: [&str; 10] = [
    "Id",
    "Email",
    "OwnerId",
    "Owner.IsActive",
    "IsConverted",
    "ConvertedContactId",
    "ConvertedAccountId",
    "ConvertedAccount.Name",
    "ConvertedAccount.OwnerId",
    "ConvertedAccount.Owner.IsActive",
];
pub(super) const ACCOUNT: [&str; 4] = ["Id", "Name", "OwnerId", "Owner.IsActive"];
/// The same of an Account that was linked, whatever became of it.
pub(super) const LINKED: [&str; 6] = [
    "Id",
    "Name",
    "OwnerId",
    "Owner.IsActive",
    "IsDeleted",
    "MasterRecordId",
];
pub(super) const USER: [&str; 2] = ["Id", "IsActive"];

#[derive(Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct OwnerPart {
    /// Null for a queue.
    pub is_active: Option<bool>,
}

pub(super) fn owner(id: Option<RecordId>, part: Option<&OwnerPart>) -> Option<Owner> {
    id.map(|id| Owner {
        is_active: !id.is_queue() && part.and_then(|part| part.is_active).unwrap_or(false),
        id,
    })
}

/// An Account as the parent of another record.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct AccountPart {
    name: Option<String>,
    pub owner_id: Option<RecordId>,
    pub owner: Option<OwnerPart>,
}

impl AccountPart {
    fn into_candidate(self, id: RecordId) -> AccountCandidate {
        AccountCandidate {
            id,
            name: self.name.unwrap_or_default(),
            owner: owner(self.owner_id, self.owner.as_ref()),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct AccountRow {
    pub id: RecordId,
    #[serde(flatten)]
    pub rest: AccountPart,
}

impl AccountRow {
    pub(super) fn into_candidate(self) -> AccountCandidate {
        self.rest.into_candidate(self.id)
    }
}

/// An Account as `queryAll` shows it.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct LinkedRow {
    #[serde(default)]
    is_deleted: bool,
    master_record_id: Option<RecordId>,
    #[serde(flatten)]
    pub account: AccountRow,
}

impl LinkedRow {
    pub(super) fn into_linked(self) -> LinkedAccount {
        LinkedAccount {
            account: self.account.into_candidate(),
            is_deleted: self.is_deleted,
            merged_into: self.master_record_id,
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ContactRow {
    id: RecordId,
    email: Option<String>,
    pub owner_id: Option<RecordId>,
    pub owner: Option<OwnerPart>,
    pub account_id: Option<RecordId>,
    pub account: Option<AccountPart>,
}

impl ContactRow {
    /// `account_hidden`: whether the user may not see which Account it has.
    pub(super) fn into_candidate(self, account_hidden: bool) -> ContactCandidate {
        let part = self.account;
        ContactCandidate {
            id: self.id,
            email: self.email.unwrap_or_default(),
            owner: owner(self.owner_id, self.owner.as_ref()),
            // An Account that the user may not see still is the Contact's.
            account: self.account_id.map(|id| match part {
                Some(part) => part.into_candidate(id),
                None => unseen(id),
            }),
            account_hidden,
        }
    }
}

fn unseen(id: RecordId) -> AccountCandidate {
    AccountCandidate {
        id,
        name: String::new(),
        owner: None,
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct LeadRow {
    id: RecordId,
    email: Option<String>,
    pub owner_id: Option<RecordId>,
    pub owner: Option<OwnerPart>,
    #[serde(default)]
    is_converted: bool,
    converted_contact_id: Option<RecordId>,
    pub converted_account_id: Option<RecordId>,
    pub converted_account: Option<AccountPart>,
}

impl LeadRow {
    pub(super) fn into_candidate(self) -> LeadCandidate {
        let part = self.converted_account;
        let account = self
            .converted_account_id
            .and_then(|id| part.map(|part| part.into_candidate(id)));
        LeadCandidate {
            id: self.id,
            email: self.email.unwrap_or_default(),
            owner: owner(self.owner_id, self.owner.as_ref()),
            converted: self.is_converted.then_some(Converted {
                contact_id: self.converted_contact_id,
                account,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_contact_brings_its_account_and_both_owners() {
        let row: ContactRow = serde_json::from_value(json!({
            "attributes": {"type": "Contact", "url": "/x"},
            "Id": "003A", "Email": "Ada@Example.com", "OwnerId": "005A",
            "Owner": {"attributes": {"type": "User"}, "IsActive": true},
            "AccountId": "001A",
            "Account": {"attributes": {}, "Name": "Acme", "OwnerId": "005B",
                        "Owner": {"IsActive": false}}
        }))
        .unwrap();
        let contact = row.into_candidate(false);
        assert!(contact.owner.unwrap().is_active);
        let account = contact.account.unwrap();
        assert_eq!(
            (account.id.as_str(), account.name.as_str()),
            ("001A", "Acme")
        );
        assert!(!account.owner.unwrap().is_active);
    }

    #[test]
    fn a_private_contact_has_no_account_and_a_hidden_account_has_no_name() {
        let of = |account_id| {
            let row = json!({"Id": "003A", "Email": null, "OwnerId": "005A", "Owner": null,
                             "AccountId": account_id, "Account": null});
            serde_json::from_value::<ContactRow>(row)
                .unwrap()
                .into_candidate(false)
        };
        assert_eq!(of(None).account, None);
        assert_eq!(
            of(Some("001A")).account,
            Some(unseen(RecordId::new("001A")))
        );
    }

    #[test]
    fn a_queue_is_never_an_active_owner() {
        let row: LeadRow = serde_json::from_value(json!({
            "Id": "00QA", "Email": "a@b.co", "OwnerId": "00G000000000001AAA",
            "Owner": {"IsActive": true}, "IsConverted": false,
            "ConvertedContactId": null, "ConvertedAccountId": null
        }))
        .unwrap();
        let lead = row.into_candidate();
        assert_eq!(lead.converted, None);
        assert!(!lead.owner.unwrap().is_active);
    }

    #[test]
    fn a_converted_lead_brings_the_account_it_became_if_that_can_be_seen() {
        let lead = |account: serde_json::Value| {
            let row: LeadRow = serde_json::from_value(json!({
                "Id": "00QA", "Email": "a@b.co", "OwnerId": "005A", "IsConverted": true,
                "ConvertedContactId": "003A", "ConvertedAccountId": "001A",
                "ConvertedAccount": account
            }))
            .unwrap();
            row.into_candidate().converted.unwrap()
        };
        let seen = lead(json!({"Name": "Acme", "OwnerId": "005A"}));
        assert_eq!(seen.account.unwrap().name, "Acme");
        let unseen = lead(json!(null));
        assert_eq!(unseen.contact_id, Some(RecordId::new("003A")));
        assert_eq!(unseen.account, None);
    }
}
