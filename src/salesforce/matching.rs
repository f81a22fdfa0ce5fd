//! Who is known to the org: Contacts and Leads by email, Accounts by name,
//! for a whole batch in one call.

use serde::de::DeserializeOwned;
use serde_json::Value;
use unicode_normalization::UnicodeNormalization;

use super::client::{Answer, Client, Session};
use super::errors::{ApiError, CallError};
use super::query::{Records, read};
use super::records::{
    ACCOUNT_FIELDS, AccountRow, CONTACT_FIELDS, CONVERTED_ACCOUNT_FIELDS, ContactRow, LEAD_FIELDS,
    LeadRow,
};
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
enum Asked {
    Contact,
    Lead,
    Account,
}

/// The parts of a batch's answer before they are candidates.
#[derive(Default)]
struct Rows {
    contacts: Vec<ContactRow>,
    leads: Vec<LeadRow>,
    accounts: Vec<AccountCandidate>,
    leads_refused: Option<ApiError>,
}

impl Client {
    /// Asks for everything in the question: one call for each five queries,
    /// which is one for any batch the engine makes.
    pub async fn find(
        &self,
        session: &Session,
        question: &Question,
    ) -> Result<Answer<Found>, CallError> {
        let with_account = format!("{LEAD_FIELDS}, {CONVERTED_ACCOUNT_FIELDS}");
        let (asked, queries): (Vec<_>, Vec<_>) = plan(question, &with_account).into_iter().unzip();
        let answer = self.queries(session, &queries).await?;
        let mut answer =
            answer.try_map(|results| sort(asked.into_iter().zip(results).collect()))?;
        if answer
            .value
            .leads_refused
            .as_ref()
            .is_some_and(lacks_converted_account)
        {
            let leads = self.leads_in_two_steps(session, question).await?;
            let (leads, accounts, refused) = answer.take(leads);
            answer.value.leads = leads;
            answer.value.leads_refused = refused;
            let found = answer.map(|rows| rows.into_found(&accounts));
            return Ok(found);
        }
        Ok(answer.map(|rows| rows.into_found(&[])))
    }

    /// For an org that doesn't give the fields of `ConvertedAccount`: the
    /// Leads, then the Accounts they became.
    async fn leads_in_two_steps(
        &self,
        session: &Session,
        question: &Question,
    ) -> Result<Answer<(Vec<LeadRow>, Vec<AccountCandidate>, Option<ApiError>)>, CallError> {
        let queries = lead_queries(question, LEAD_FIELDS);
        let mut answer = self
            .queries(session, &queries)
            .await?
            .try_map(|results| sort(results.into_iter().map(|one| (Asked::Lead, one)).collect()))?
            .map(|rows| (rows.leads, Vec::new(), rows.leads_refused));
        let ids: Vec<RecordId> = answer
            .value
            .0
            .iter()
            .filter_map(|lead| lead.converted_account_id.clone())
            .collect();
        let accounts = self
            .queries(session, &account_queries("Id", &texts(&ids)))
            .await?;
        for records in answer.take(accounts) {
            let rows: Vec<AccountRow> = rows(records.map_err(refused)?)?;
            let accounts = rows.into_iter().map(AccountRow::into_candidate);
            answer.value.1.extend(accounts);
        }
        Ok(answer)
    }
}

fn plan(question: &Question, lead_fields: &str) -> Vec<(Asked, String)> {
    let contacts = in_lists(
        &format!("SELECT {CONTACT_FIELDS} FROM Contact WHERE Email"),
        &question.emails,
        OLDEST_FIRST,
    );
    let names: Vec<String> = question
        .companies
        .iter()
        .map(|name| name.trim().nfc().collect::<String>())
        .filter(|name| !name.is_empty())
        .collect();
    let as_kind = |kind, queries: Vec<String>| queries.into_iter().map(move |query| (kind, query));
    as_kind(Asked::Contact, contacts)
        .chain(as_kind(Asked::Lead, lead_queries(question, lead_fields)))
        .chain(as_kind(Asked::Account, account_queries("Name", &names)))
        .chain(as_kind(
            Asked::Account,
            account_queries("Id", &texts(&question.account_ids)),
        ))
        .collect()
}

const OLDEST_FIRST: &str = " ORDER BY CreatedDate, Id";

fn lead_queries(question: &Question, fields: &str) -> Vec<String> {
    let before = format!("SELECT {fields} FROM Lead WHERE Email");
    in_lists(&before, &question.emails, OLDEST_FIRST)
}

fn account_queries(by: &str, values: &[String]) -> Vec<String> {
    let before = format!("SELECT {ACCOUNT_FIELDS} FROM Account WHERE {by}");
    in_lists(&before, values, OLDEST_FIRST)
}

fn texts(ids: &[RecordId]) -> Vec<String> {
    ids.iter().map(|id| id.as_str().to_owned()).collect()
}

/// Puts each query's records where they belong. Only Leads may be refused.
fn sort(results: Vec<(Asked, Records<Value>)>) -> Result<Rows, CallError> {
    let mut sorted = Rows::default();
    for (asked, records) in results {
        match (asked, records) {
            (Asked::Contact, Ok(records)) => sorted.contacts.extend(rows::<ContactRow>(records)?),
            (Asked::Lead, Ok(records)) => sorted.leads.extend(rows::<LeadRow>(records)?),
            (Asked::Account, Ok(records)) => {
                for row in rows::<AccountRow>(records)? {
                    let account = row.into_candidate();
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
    fn into_found(self, converted: &[AccountCandidate]) -> Found {
        let contacts = self.contacts.into_iter().map(ContactRow::into_candidate);
        let leads = self.leads.into_iter();
        Found {
            contacts: contacts.collect(),
            leads: if self.leads_refused.is_some() {
                Vec::new()
            } else {
                leads.map(|lead| lead.into_candidate(converted)).collect()
            },
            accounts: self.accounts,
            leads_unreadable: self.leads_refused,
        }
    }
}

fn rows<T: DeserializeOwned>(records: Vec<Value>) -> Result<Vec<T>, CallError> {
    records.into_iter().map(read).collect()
}

fn refused((error, status): (ApiError, u16)) -> CallError {
    CallError::Refused(error, status)
}

/// How Salesforce says that an object or a field can't be seen.
fn is_no_access(error: &ApiError) -> bool {
    matches!(error.code.as_str(), "INVALID_TYPE" | "INVALID_FIELD")
}

fn lacks_converted_account(error: &ApiError) -> bool {
    error.code == "INVALID_FIELD" && error.message.contains("ConvertedAccount")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_four_queries() {
        let question = Question {
            emails: vec!["o'hara@example.com".to_owned()],
            companies: vec!["  Cafe\u{301} \\ Co ".to_owned(), "   ".to_owned()],
            account_ids: vec![RecordId::new("001A")],
        };
        let queries: Vec<String> = plan(&question, "Id").into_iter().map(|(_, q)| q).collect();
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
        assert!(plan(&Question::default(), "Id").is_empty());
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
        assert!(rows.into_found(&[]).leads_unreadable.is_some());
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
