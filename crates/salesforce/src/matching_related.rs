//! What relationship fields would have brought, where the org refuses them: the
//! Accounts and the owners that records name are asked for by their ids.

use std::collections::{BTreeSet, HashMap};

use salesforce_records::candidates::RecordId;
use serde::Deserialize;

use super::client::{Answer, Client, Session};
use super::errors::CallError;
use super::matching::Rows;
use super::query::rows;
use super::records::{ACCOUNT, AccountPart, AccountRow, OwnerPart, USER};
use super::refused::{Ask, Refused};
use super::soql::in_lists;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UserRow {
    id: RecordId,
    is_active: Option<bool>,
}

/// Users by their ids, with whether they are active.
pub(super) fn users_by_id(ids: &[String]) -> Vec<Ask> {
    let lists = in_lists(" WHERE Id", ids, "").into_iter();
    lists
        .map(|rest| Ask::new("User", &USER, &["IsActive"], rest))
        .collect()
}

impl Client {
    /// Fills in what is missing because it was refused: at most two calls. What
    /// can't be asked for by its id either stays unknown.
    pub(super) async fn complete(
        &self,
        session: &Session,
        found: &mut Rows,
        refused: &Refused,
    ) -> Result<Answer<()>, CallError> {
        let mut cost = Answer::free(());
        let named = found.accounts_to_ask_for(refused);
        if !named.is_empty() {
            let accounts = self.accounts_by_id(session, &named).await?;
            found.put_accounts(&cost.take(accounts));
        }
        let objects = ["Contact", "Lead", "Account"];
        if objects
            .iter()
            .any(|one| refused.has_relationship(one, "Owner"))
        {
            let users = self
                .activity_of(session, &found.owners_to_ask_for())
                .await?;
            found.put_owners(&cost.take(users));
        }
        Ok(cost)
    }

    async fn accounts_by_id(
        &self,
        session: &Session,
        ids: &BTreeSet<RecordId>,
    ) -> Result<Answer<HashMap<RecordId, AccountPart>>, CallError> {
        let lists = in_lists(" WHERE Id", &texts(ids), "").into_iter();
        let asks: Vec<_> = lists
            .map(|rest| Ask::new("Account", &ACCOUNT, &[], rest))
            .collect();
        self.ask(session, &asks).await?.try_map(|results| {
            let mut found = HashMap::new();
            for records in results.into_iter().flatten() {
                let accounts = rows::<AccountRow>(records)?.into_iter();
                found.extend(accounts.map(|row| (row.id, row.rest)));
            }
            Ok(found)
        })
    }

    async fn activity_of(
        &self,
        session: &Session,
        users: &BTreeSet<RecordId>,
    ) -> Result<Answer<HashMap<RecordId, OwnerPart>>, CallError> {
        let asks = users_by_id(&texts(users));
        self.ask(session, &asks).await?.try_map(|results| {
            let mut found = HashMap::new();
            for records in results.into_iter().flatten() {
                for UserRow { id, is_active } in rows(records)? {
                    found.insert(id, OwnerPart { is_active });
                }
            }
            Ok(found)
        })
    }
}

impl Rows {
    /// The Accounts that Contacts and converted Leads name without saying more.
    fn accounts_to_ask_for(&self, refused: &Refused) -> BTreeSet<RecordId> {
        let mut ids = BTreeSet::new();
        if refused.has("Contact", "Account.Name") {
            ids.extend(
                self.contacts
                    .iter()
                    .filter_map(|row| row.account_id.clone()),
            );
        }
        if refused.has("Lead", "ConvertedAccount.Name") {
            let leads = self.leads.iter();
            ids.extend(leads.filter_map(|row| row.converted_account_id.clone()));
        }
        ids
    }

    fn put_accounts(&mut self, found: &HashMap<RecordId, AccountPart>) {
        let of = |id: Option<&RecordId>| id.and_then(|id| found.get(id)).cloned();
        for row in &mut self.contacts {
            row.account = row.account.take().or_else(|| of(row.account_id.as_ref()));
        }
        for row in &mut self.leads {
            let id = row.converted_account_id.as_ref();
            row.converted_account = row.converted_account.take().or_else(|| of(id));
        }
    }

    /// Each owner that is named, and what is known of it.
    fn owners(&mut self) -> impl Iterator<Item = (&RecordId, &mut Option<OwnerPart>)> {
        let contacts = self.contacts.iter_mut().flat_map(|row| {
            let own = (&row.owner_id, &mut row.owner);
            let account = row.account.as_mut();
            std::iter::once(own).chain(account.map(|part| (&part.owner_id, &mut part.owner)))
        });
        let leads = self.leads.iter_mut().flat_map(|row| {
            let own = (&row.owner_id, &mut row.owner);
            let account = row.converted_account.as_mut();
            std::iter::once(own).chain(account.map(|part| (&part.owner_id, &mut part.owner)))
        });
        let linked = self.linked.iter_mut().map(|row| &mut row.account);
        let accounts = self.accounts.iter_mut().chain(linked);
        let accounts = accounts.map(|row| (&row.rest.owner_id, &mut row.rest.owner));
        contacts
            .chain(leads)
            .chain(accounts)
            .filter_map(|(id, part)| Some((id.as_ref()?, part)))
    }

    fn owners_to_ask_for(&mut self) -> BTreeSet<RecordId> {
        self.owners()
            .filter(|(id, part)| part.is_none() && !id.is_queue())
            .map(|(id, _)| id.clone())
            .collect()
    }

    fn put_owners(&mut self, found: &HashMap<RecordId, OwnerPart>) {
        for (id, part) in self.owners() {
            *part = part.take().or_else(|| found.get(id).cloned());
        }
    }
}

fn texts(ids: &BTreeSet<RecordId>) -> Vec<String> {
    ids.iter().map(|id| id.as_str().to_owned()).collect()
}
