//! The same question for an org that refuses a field of the usual queries, most
//! often one that is reached through a relationship: only the records' own
//! fields are asked for, then the Accounts and the owners they name.

use std::collections::{BTreeSet, HashMap};

use serde::Deserialize;

use super::client::{Answer, Client, Session};
use super::errors::CallError;
use super::matching::{Found, Question, Rows, plan, refused, rows, sort};
use super::records::{AccountPart, AccountRow, Fields, OwnerPart};
use super::soql::in_lists;
use crate::domain::candidates::RecordId;

const PLAIN: Fields = Fields {
    contact: "Id, Email, OwnerId, AccountId",
    lead: "Id, Email, OwnerId, IsConverted, ConvertedContactId, ConvertedAccountId",
    account: "Id, Name, OwnerId",
};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UserRow {
    id: RecordId,
    #[serde(default)]
    is_active: bool,
}

impl Client {
    /// Three calls instead of one.
    pub(super) async fn find_plainly(
        &self,
        session: &Session,
        question: &Question,
    ) -> Result<Answer<Found>, CallError> {
        let (asked, paths): (Vec<_>, Vec<_>) = plan(question, &PLAIN).into_iter().unzip();
        let mut answer = self
            .queries_at(session, &paths)
            .await?
            .try_map(|results| sort(asked.into_iter().zip(results).collect()))?;
        let named = answer.value.account_ids();
        let accounts = self.accounts_by_id(session, &named).await?;
        let mut accounts = answer.take(accounts);
        let owners: BTreeSet<RecordId> = answer
            .value
            .owner_ids()
            .chain(accounts.values().filter_map(|part| part.owner_id.clone()))
            .filter(|id| !id.is_queue())
            .collect();
        let active = self.active_among(session, &owners).await?;
        let active = answer.take(active);
        for part in accounts.values_mut() {
            part.owner = activity(part.owner_id.as_ref(), &active);
        }
        answer.value.complete(&accounts, |id| activity(id, &active));
        Ok(answer.map(Rows::into_found))
    }

    async fn accounts_by_id(
        &self,
        session: &Session,
        ids: &BTreeSet<RecordId>,
    ) -> Result<Answer<HashMap<RecordId, AccountPart>>, CallError> {
        let before = format!("SELECT {} FROM Account WHERE Id", PLAIN.account);
        let answer = self
            .queries(session, &in_lists(&before, &texts(ids), ""))
            .await?;
        answer.try_map(|results| {
            let mut found = HashMap::new();
            for records in results {
                for row in rows::<AccountRow>(records.map_err(refused)?)? {
                    found.insert(row.id, row.rest);
                }
            }
            Ok(found)
        })
    }

    async fn active_among(
        &self,
        session: &Session,
        users: &BTreeSet<RecordId>,
    ) -> Result<Answer<BTreeSet<RecordId>>, CallError> {
        let queries = in_lists("SELECT Id, IsActive FROM User WHERE Id", &texts(users), "");
        let answer = self.queries(session, &queries).await?;
        answer.try_map(|results| {
            let mut active = BTreeSet::new();
            for records in results {
                let users: Vec<UserRow> = rows(records.map_err(refused)?)?;
                active.extend(
                    users
                        .into_iter()
                        .filter(|user| user.is_active)
                        .map(|user| user.id),
                );
            }
            Ok(active)
        })
    }
}

fn activity(id: Option<&RecordId>, active: &BTreeSet<RecordId>) -> Option<OwnerPart> {
    id.map(|id| OwnerPart {
        is_active: Some(active.contains(id)),
    })
}

fn texts(ids: &BTreeSet<RecordId>) -> Vec<String> {
    ids.iter().map(|id| id.as_str().to_owned()).collect()
}
