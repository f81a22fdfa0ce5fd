//! Who is known to the org: Contacts and Leads by email, Accounts by name,
//! for a whole batch in one call.

use std::collections::{BTreeSet, HashMap};

use serde::de::DeserializeOwned;
use serde_json::Value;
use unicode_normalization::UnicodeNormalization;

use super::client::{Answer, Client, Plain, Session};
use super::errors::{ApiError, CallError};
use super::query::{Records, read};
use super::records::{
    AccountPart, AccountRow, ContactRow, FATE, Fields, LeadRow, LinkedRow, OwnerPart, RELATED,
};
use super::soql::{self, in_lists};
use crate::domain::candidates::{
    AccountCandidate, ContactCandidate, LeadCandidate, LinkedAccount, RecordId,
};

/// What a batch wants to know; each list without repetition.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Question {
    pub emails: Vec<String>,
    /// Company names as people typed them.
    pub companies: Vec<String>,
    /// Accounts that were linked by their ids, whatever became of them.
    pub linked: Vec<RecordId>,
}

/// The answers, oldest first. Salesforce ignores case; the exact comparison
/// is `domain`'s.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Found {
    pub contacts: Vec<ContactCandidate>,
    pub leads: Vec<LeadCandidate>,
    pub accounts: Vec<AccountCandidate>,
    /// Deleted and merged ones too; what can't be seen at all isn't here.
    pub linked: Vec<LinkedAccount>,
    /// Why there are no Leads: the user may not read them.
    pub leads_unreadable: Option<ApiError>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    Contact,
    Lead,
    Account,
    Linked,
}

/// The parts of a batch's answer before they are candidates.
#[derive(Default)]
pub(super) struct Rows {
    contacts: Vec<ContactRow>,
    leads: Vec<LeadRow>,
    accounts: Vec<AccountRow>,
    linked: Vec<LinkedRow>,
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
        if self.is_plain(session, Plain::Matching) {
            return self.find_plainly(session, question).await;
        }
        let (asked, paths): (Vec<_>, Vec<_>) = plan(question, &RELATED).into_iter().unzip();
        let mut answer = self.queries_at(session, &paths).await?;
        if answer.value.iter().any(refuses_a_field) {
            let plain = self.find_plainly(session, question).await?;
            self.remember_plain(session, Plain::Matching);
            let found = answer.take(plain);
            return Ok(answer.map(|_| found));
        }
        let answer = answer.try_map(|results| sort(asked.into_iter().zip(results).collect()))?;
        Ok(answer.map(Rows::into_found))
    }
}

/// The queries, as paths.
pub(super) fn plan(question: &Question, fields: &Fields) -> Vec<(Asked, String)> {
    let queries = queries(question, fields).into_iter();
    queries
        .map(|(asked, query)| (asked, soql::path(&query, asked == Asked::Linked)))
        .collect()
}

fn queries(question: &Question, fields: &Fields) -> Vec<(Asked, String)> {
    let by_email = |object: &str, fields: &str| {
        let before = format!("SELECT {fields} FROM {object} WHERE Email");
        in_lists(&before, &question.emails, OLDEST_FIRST)
    };
    let accounts = |also: &str, by: &str, values: &[String]| {
        let before = format!("SELECT {}{also} FROM Account WHERE {by}", fields.account);
        in_lists(&before, values, OLDEST_FIRST)
    };
    let names: Vec<String> = question
        .companies
        .iter()
        .map(|name| name.trim().nfc().collect::<String>())
        .filter(|name| !name.is_empty())
        .collect();
    let ids: Vec<String> = question
        .linked
        .iter()
        .map(|id| id.as_str().to_owned())
        .collect();
    let as_kind = |kind, queries: Vec<String>| queries.into_iter().map(move |query| (kind, query));
    as_kind(Asked::Contact, by_email("Contact", fields.contact))
        .chain(as_kind(Asked::Lead, by_email("Lead", fields.lead)))
        .chain(as_kind(Asked::Account, accounts("", "Name", &names)))
        .chain(as_kind(
            Asked::Linked,
            accounts(&format!(", {FATE}"), "Id", &ids),
        ))
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
            (Asked::Account, Ok(records)) => sorted.accounts.extend(rows::<AccountRow>(records)?),
            (Asked::Linked, Ok(records)) => sorted.linked.extend(rows::<LinkedRow>(records)?),
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
            linked: self
                .linked
                .into_iter()
                .map(LinkedRow::into_linked)
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
        let linked = self.linked.iter().map(|row| &row.account);
        let accounts = self.accounts.iter().chain(linked);
        let accounts = accounts.filter_map(|row| row.rest.owner_id.clone());
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
        let linked = self.linked.iter_mut().map(|row| &mut row.account);
        for row in self.accounts.iter_mut().chain(linked) {
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

pub(super) fn refuses_a_field(records: &Records<Value>) -> bool {
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
            linked: vec![RecordId::new("001A")],
        };
        let texts = queries(&question, &IDS).into_iter();
        let queries: Vec<String> = texts.map(|(_, query)| query).collect();
        assert_eq!(queries.len(), 4);
        assert!(queries[0].contains(r"FROM Contact WHERE Email IN ('o\'hara@example.com')"));
        assert_eq!(
            queries[1],
            r"SELECT Id FROM Lead WHERE Email IN ('o\'hara@example.com') ORDER BY CreatedDate, Id"
        );
        assert!(queries[2].contains(r"FROM Account WHERE Name IN ('Café \\ Co') ORDER"));
        assert_eq!(
            queries[3],
            "SELECT Id, IsDeleted, MasterRecordId FROM Account WHERE Id IN ('001A') \
             ORDER BY CreatedDate, Id"
        );
        let paths = plan(&question, &IDS);
        assert!(paths[2].1.contains("/query?q="));
        assert!(paths[3].1.contains("/queryAll?q="), "also what was deleted");
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
