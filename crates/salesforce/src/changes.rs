//! What has changed in an org since a moment, so that answers that were kept can
//! be dropped.

use jiff::Timestamp;
use salesforce_records::candidates::RecordId;
use salesforce_records::names::name_key;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::call::Purpose;
use super::client::{Answer, Client, Session};
use super::composite::{Sub, SubAnswer};
use super::errors::CallError;
use super::limits::MAX_CHANGES;
use super::query::{Page, read};
use super::soql::{path, whole_second};
use super::status::Effect;

/// A Contact that was created, changed, merged or deleted.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ChangedContact {
    /// `Id`.
    pub id: RecordId,
    /// `Email` as it is now; `None` where the Contact has none.
    pub email: Option<String>,
    /// The Account it belongs to now; `None` for a private Contact.
    pub account_id: Option<RecordId>,
    /// Whether it is in the recycle bin, as the loser of a merge is.
    #[serde(default)]
    pub is_deleted: bool,
    /// The Contact that it was merged into (`MasterRecordId`); `None` where it wasn't.
    pub master_record_id: Option<RecordId>,
}

/// A Lead that was created, changed, converted, merged or deleted.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ChangedLead {
    /// `Id`.
    pub id: RecordId,
    /// `Email` as it is now; `None` where the Lead has none.
    pub email: Option<String>,
    /// Whether it was converted: it can't be given Tasks any more.
    #[serde(default)]
    pub is_converted: bool,
    /// Whether it is in the recycle bin.
    #[serde(default)]
    pub is_deleted: bool,
}

/// An Account that was created, changed, merged or deleted.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ChangedAccount {
    /// `Id`.
    pub id: RecordId,
    /// `Name` as it is now.
    pub name: Option<String>,
    /// The user who owns it now.
    pub owner_id: Option<RecordId>,
    /// Whether it is in the recycle bin, as the loser of a merge is.
    #[serde(default)]
    pub is_deleted: bool,
    /// The Account that it was merged into (`MasterRecordId`); `None` where it wasn't.
    pub master_record_id: Option<RecordId>,
}

/// A user that was created or changed. Salesforce deletes no users.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ChangedUser {
    /// `Id`.
    pub id: RecordId,
    /// Whether the user can log in, and so may own Tasks.
    #[serde(default)]
    pub is_active: bool,
}

/// What was written, created or deleted since.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Changes {
    /// Contacts, at most 2,000, in the order in which they were changed.
    pub contacts: Vec<ChangedContact>,
    /// Leads, at most 2,000, in that order.
    pub leads: Vec<ChangedLead>,
    /// Accounts, at most 2,000, in that order.
    pub accounts: Vec<ChangedAccount>,
    /// Users, at most 2,000, in that order.
    pub users: Vec<ChangedUser>,
    /// False where there was more than could be read, or something can't be
    /// read at all: then anything may have changed.
    pub complete: bool,
}

impl Changes {
    /// How many records have changed, of all four objects.
    pub fn len(&self) -> usize {
        self.contacts.len() + self.leads.len() + self.accounts.len() + self.users.len()
    }

    /// Whether no record has changed; says nothing unless [`Self::complete`] is true.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Everything by which an answer may name what has changed: ids, email
    /// addresses in lower case, and company names in the form in which they are
    /// compared.
    pub fn ids_and_keys(&self) -> Vec<String> {
        let ids = (self.contacts.iter().map(|one| &one.id))
            .chain(self.leads.iter().map(|one| &one.id))
            .chain(self.accounts.iter().map(|one| &one.id))
            .chain(self.users.iter().map(|one| &one.id))
            .map(|id| id.as_str().to_owned());
        let emails = (self.contacts.iter().map(|one| &one.email))
            .chain(self.leads.iter().map(|one| &one.email))
            .flatten()
            .map(|email| email.to_lowercase());
        let names = self.accounts.iter().filter_map(|one| one.name.as_ref());
        ids.chain(emails)
            .chain(names.map(|name| name_key(name)))
            .collect()
    }
}

const FIELDS: [(&str, &str); 4] = [
    ("Contact", "Id, Email, AccountId, IsDeleted, MasterRecordId"),
    ("Lead", "Id, Email, IsConverted, IsDeleted"),
    ("Account", "Id, Name, OwnerId, IsDeleted, MasterRecordId"),
    ("User", "Id, IsActive"),
];

impl Client {
    /// The records with a `SystemModstamp` of that second or later, with `queryAll`, so
    /// that deleted ones are among them: one call, up to 2,000 records of each object.
    /// Changes become visible to it a little after the time that they bear, so the next
    /// question should begin a few minutes before this one.
    ///
    /// Sources: Object Reference for the Salesforce Platform, System Fields; REST API
    /// Developer Guide, `QueryAll`.
    pub async fn changed_since(
        &self,
        session: &Session,
        since: Timestamp,
    ) -> Result<Answer<Changes>, CallError> {
        let since = whole_second(since);
        let subs = FIELDS
            .iter()
            .map(|(object, fields)| {
                let query = format!(
                    "SELECT {fields} FROM {object} WHERE SystemModstamp >= {since} \
                     ORDER BY SystemModstamp, Id LIMIT {MAX_CHANGES}"
                );
                Sub::get(path(&query, true))
            })
            .collect();
        let answers = self.composite(session, subs, Purpose::Read).await?;
        answers.try_map(|answers| {
            let mut answers = answers.into_iter();
            let mut complete = true;
            let mut next = || answers.next().flatten();
            Ok(Changes {
                contacts: rows_of(next(), &mut complete)?,
                leads: rows_of(next(), &mut complete)?,
                accounts: rows_of(next(), &mut complete)?,
                users: rows_of(next(), &mut complete)?,
                complete,
            })
        })
    }
}

/// What the org refuses to show may have changed.
fn rows_of<T: DeserializeOwned>(
    answer: Option<SubAnswer>,
    complete: &mut bool,
) -> Result<Vec<T>, CallError> {
    let refused = |complete: &mut bool| {
        *complete = false;
        Ok(Vec::new())
    };
    let Some(answer) = answer else {
        return refused(complete);
    };
    match answer.judge(Effect::Read) {
        Ok(()) => {}
        Err(CallError::SessionExpired) => return Err(CallError::SessionExpired),
        Err(_) => return refused(complete),
    }
    let page: Page<T> = read(answer.body)?;
    if !page.done || page.records.len() >= MAX_CHANGES {
        *complete = false;
    }
    Ok(page.records)
}
