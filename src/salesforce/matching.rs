//! Who is known to the org: Contacts and Leads by email, Accounts by name,
//! for a whole batch in one call.

use std::collections::{BTreeSet, HashMap};

use serde::de::DeserializeOwned;
use serde_json::Value;
use unicode_normalization::UnicodeNormalization;

use super::client::{Answer, Client, Session};
use super::errors::{ApiError, CallError};
use super::query::{Records, read};
use super::records::{AccountPart, AccountRow, ContactRow, Fields, LeadRow, OwnerPart, RELATED};
use super::soql::in_lists;
use crate::domain::candidates::{AccountCandidate, ContactCandidate, LeadCandidate, RecordId};

/// What a batch wants to know; each list without repetition.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Question {
    pub emails: Vec<String>,
    /// Company names as people typed them.
    pub companies: Vec<String>,
    /// Accounts known from before whose owner may have changed.
    pub account_ids: Vec<RecordId>,
}

/// The answers, oldest first. Salesforce ignores case; the exact comparison
/// is `domain`'s.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Found {
    pub contacts: Vec<ContactCandidate>,
    pub leads: Vec<LeadCandidate>,
    pub accounts: Vec<AccountCandidate>,
    /// Why there are no Leads: the user may not read them.
    pub leads_unreadable: Option<ApiError>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    Contact,
    Lead,
    Account,
}

/// The parts of a batch's answer before they are candidates.
#[derive(Default)]
pub(super) struct Rows {
    contacts: Vec<ContactRow>,
    leads: Vec<LeadRow>,
    accounts: Vec<AccountRow>,
    leads_refused: Option<ApiError>,
}

impl Client {
    /// Asks for everything in the question: one call for each five queries,
    /// which is one for any batch the engine makes. An org that refuses a field
    /// is asked plainly, and from then on at once.
    pub async fn find(
        &self,
        session: &Session,
        question: &Question,
    ) -> Result<Answer<Found>, CallError> {
        if self.is_plain(session) {
            return self.find_plainly(session, question).await;
        }
        let (asked, queries): (Vec<_>, Vec<_>) = plan(question, &RELATED).into_iter().unzip();
        let mut answer = self.queries(session, &queries).await?;
        if answer.value.iter().any(refuses_a_field) {
            let plain = self.find_plainly(session, question).await?;
            self.remember_plain(session);
            let found = answer.take(plain);
            return Ok(answer.map(|_| found));
        }
        let answer = answer.try_map(|results| sort(asked.into_iter().zip(results).collect()))?;
        Ok(answer.map(Rows::into_found))
    }
}

pub(super) fn plan(question: &Question, fields: &Fields) -> Vec<(Asked, String)> {
    let by_email = |object: &str, fields: &str| {
        let before = format!("SELECT {fields} FROM {object} WHERE Email");
        in_lists(&before, &question.emails, OLDEST_FIRST)
    };
    let accounts = |by: &str, values: &[String]| {
        let before = format!("SELECT {} FROM Account WHERE {by}", fields.account);
        in_lists(&before, values, OLDEST_FIRST)
    };
    let names: Vec<String> = question
        .companies
        .iter()
        .map(|name| name.trim().nfc().collect::<String>())
        .filter(|name| !name.is_empty())
        .collect();
    let ids: Vec<String> = question
        .account_ids
        .iter()
        .map(|id| id.as_str().to_owned())
        .collect();
    let as_kind = |kind, queries: Vec<String>| queries.into_iter().map(move |query| (kind, query));
    as_kind(Asked::Contact, by_email("Contact", fields.contact))
        .chain(as_kind(Asked::Lead, by_email("Lead", fields.lead)))
        .chain(as_kind(Asked::Account, accounts("Name", &names)))
        .chain(as_kind(Asked::Account, accounts("Id", &ids)))
        .collect()
}

const OLDEST_FIRST: &str = " ORDER BY CreatedDate, Id";

/// Puts each query's records where they belong. Only Leads may be refused.
pub(super) fn sort(results: Vec<(Asked, Records<Value>)>) -> Result<Rows, CallError> {
    let mut sorted = Rows::default();
    for (asked, records) in results {
        match (asked, records) {
            (Asked::Contact, Ok(records)) => sorted.contacts.extend(rows::<ContactRow>(records)?),
            (Asked::Lead, Ok(records)) => sorted.leads.extend(rows::<LeadRow>(records)?),
            (Asked::Account, Ok(records)) => {
                for account in rows::<AccountRow>(records)? {
                    if sorted.accounts.iter().all(|known| known.id != account.id) {
                        sorted.accounts.push(account);
                    }
                }
            }
            (Asked::Lead, Err((error, _))) if is_no_access(&error) => {
                sorted.leads_refused = Some(error);
            }
            (_, Err(error)) => return Err(refused(error)),
        }
    }
    Ok(sorted)
}

impl Rows {
    pub(super) fn into_found(self) -> Found {
        Found {
            contacts: self
                .contacts
                .into_iter()
                .map(ContactRow::into_candidate)
                .collect(),
            leads: self
                .leads
                .into_iter()
                .map(LeadRow::into_candidate)
                .collect(),
            accounts: self
                .accounts
                .into_iter()
                .map(AccountRow::into_candidate)
                .collect(),
            leads_unreadable: self.leads_refused,
        }
    }

    /// The Accounts that Contacts and converted Leads name.
    pub(super) fn account_ids(&self) -> BTreeSet<RecordId> {
        let contacts = self
            .contacts
            .iter()
            .filter_map(|row| row.account_id.clone());
        let leads = self
            .leads
            .iter()
            .filter_map(|row| row.converted_account_id.clone());
        contacts.chain(leads).collect()
    }

    pub(super) fn owner_ids(&self) -> impl Iterator<Item = RecordId> {
        let contacts = self.contacts.iter().filter_map(|row| row.owner_id.clone());
        let leads = self.leads.iter().filter_map(|row| row.owner_id.clone());
        let accounts = self
            .accounts
            .iter()
            .filter_map(|row| row.rest.owner_id.clone());
        contacts.chain(leads).chain(accounts)
    }

    /// Fills in what relationship fields would have brought.
    pub(super) fn complete(
        &mut self,
        accounts: &HashMap<RecordId, AccountPart>,
        owner: impl Fn(Option<&RecordId>) -> Option<OwnerPart>,
    ) {
        for row in &mut self.contacts {
            row.owner = owner(row.owner_id.as_ref());
            row.account = row
                .account_id
                .as_ref()
                .and_then(|id| accounts.get(id).cloned());
        }
        for row in &mut self.leads {
            row.owner = owner(row.owner_id.as_ref());
            let id = row.converted_account_id.as_ref();
            row.converted_account = id.and_then(|id| accounts.get(id).cloned());
        }
        for row in &mut self.accounts {
            row.rest.owner = owner(row.rest.owner_id.as_ref());
        }
    }
}

pub(super) fn rows<T: DeserializeOwned>(records: Vec<Value>) -> Result<Vec<T>, CallError> {
    records.into_iter().map(read).collect()
}

pub(super) fn refused((error, status): (ApiError, u16)) -> CallError {
    CallError::Refused(error, status)
}

/// How Salesforce says that an object or a field can't be seen.
fn is_no_access(error: &ApiError) -> bool {
    matches!(error.code.as_str(), "INVALID_TYPE" | "INVALID_FIELD")
}

fn refuses_a_field(records: &Records<Value>) -> bool {
    matches!(records, Err((error, _)) if error.code == "INVALID_FIELD")
}

#[cfg(test)]
mod tests {
    use super::*;

    const IDS: Fields = Fields {
        contact: "Id",
        lead: "Id",
        account: "Id",
    };

    #[test]
    fn a_batch_is_four_queries() {
        let question = Question {
            emails: vec!["o'hara@example.com".to_owned()],
            companies: vec!["  Cafe\u{301} \\ Co ".to_owned(), "   ".to_owned()],
            account_ids: vec![RecordId::new("001A")],
        };
        let queries: Vec<String> = plan(&question, &IDS).into_iter().map(|(_, q)| q).collect();
        assert_eq!(queries.len(), 4);
        assert!(queries[0].contains(r"FROM Contact WHERE Email IN ('o\'hara@example.com')"));
        assert_eq!(
            queries[1],
            r"SELECT Id FROM Lead WHERE Email IN ('o\'hara@example.com') ORDER BY CreatedDate, Id"
        );
        assert!(queries[2].contains(r"FROM Account WHERE Name IN ('Café \\ Co') ORDER"));
        assert!(queries[3].contains("FROM Account WHERE Id IN ('001A') ORDER BY CreatedDate, Id"));
    }

    #[test]
    fn nothing_to_ask_is_no_query() {
        assert!(plan(&Question::default(), &IDS).is_empty());
    }

    #[test]
    fn only_leads_may_be_out_of_sight() {
        let error = |code: &str| {
            let error = ApiError {
                code: code.to_owned(),
                ..ApiError::default()
            };
            Err((error, 400))
        };
        let rows = sort(vec![(Asked::Lead, error("INVALID_TYPE"))])
            .ok()
            .unwrap();
        assert!(rows.into_found().leads_unreadable.is_some());
        for (asked, code) in [
            (Asked::Lead, "QUERY_TIMEOUT"),
            (Asked::Contact, "INVALID_TYPE"),
            (Asked::Account, "INVALID_FIELD"),
        ] {
            let sorted = sort(vec![(asked, error(code))]);
            assert!(matches!(sorted, Err(CallError::Refused(_, 400))), "{code}");
        }
    }
}
