//! Who is known to the org: Contacts and Leads by email, Accounts by name,
//! for a whole batch in one call.

use std::collections::BTreeSet;

use salesforce_records::candidates::{
    AccountCandidate, ContactCandidate, LeadCandidate, LinkedAccount, RecordId, Unreadable,
};
use unicode_normalization::UnicodeNormalization;

use super::ask::Readable;
use super::client::{Answer, Client, Session};
use super::errors::{ApiError, CallError};
use super::query::rows;
use super::records::{ACCOUNT, AccountRow, CONTACT, ContactRow, LEAD, LINKED, LeadRow, LinkedRow};
use super::refused::{Ask, Refused};
use super::soql::in_lists;

/// What a batch wants to know; each list without repetition.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Question {
    /// Email addresses of people, to be found among Contacts and Leads.
    pub emails: Vec<String>,
    /// Company names as people typed them.
    pub companies: Vec<String>,
    /// Accounts that were linked by their ids, whatever became of them.
    pub linked: Vec<RecordId>,
}

/// The answers, oldest first. Salesforce ignores case in a comparison, so a caller who
/// wants equal texts compares once more.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Found {
    /// Contacts that have one of the email addresses.
    pub contacts: Vec<ContactCandidate>,
    /// Leads that have one of the email addresses, converted ones too.
    pub leads: Vec<LeadCandidate>,
    /// Accounts that have one of the names.
    pub accounts: Vec<AccountCandidate>,
    /// Deleted and merged ones too; what can't be seen at all isn't here.
    pub linked: Vec<LinkedAccount>,
    /// What could not be looked for.
    pub unreadable: Unreadable,
    /// Why not.
    pub refusals: Vec<ApiError>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    Contact,
    Lead,
    Account,
    Linked,
}

/// The parts of a batch's answer before they are candidates.
#[derive(Default)]
pub(super) struct Rows {
    pub contacts: Vec<ContactRow>,
    pub leads: Vec<LeadRow>,
    pub accounts: Vec<AccountRow>,
    pub linked: Vec<LinkedRow>,
    unreadable: Unreadable,
    refusals: Vec<ApiError>,
}

impl Client {
    /// Asks for everything in the question: one call for each five queries, and one query
    /// for each list of up to 90,000 bytes. A field or an object that the org refuses costs
    /// what depends on it, and further calls the first time; where it refuses a
    /// relationship, owners and Accounts are asked for by their ids each time, in further
    /// calls.
    pub async fn find(
        &self,
        session: &Session,
        question: &Question,
    ) -> Result<Answer<Found>, CallError> {
        let (asked, asks): (Vec<_>, Vec<_>) = asks(question).into_iter().unzip();
        let mut refused = self.refused(session);
        let answer = self.ask_knowing(session, &asks, &mut refused).await?;
        let mut answer = answer.try_map(|results| sort(asked.into_iter().zip(results)))?;
        let related = self.complete(session, &mut answer.value, &refused).await?;
        answer.take(related);
        Ok(answer.map(|rows| rows.into_found(&refused)))
    }
}

const OLDEST_FIRST: &str = " ORDER BY CreatedDate, Id";

pub(super) fn contacts_by_email(emails: &[String]) -> Vec<Ask> {
    let lists = in_lists(" WHERE Email", emails, OLDEST_FIRST).into_iter();
    let ask = |rest| Ask::new("Contact", &CONTACT, &["Email"], rest);
    lists.map(ask).collect()
}

pub(super) fn leads_by_email(emails: &[String]) -> Vec<Ask> {
    let lists = in_lists(" WHERE Email", emails, OLDEST_FIRST).into_iter();
    let ask = |rest| Ask::new("Lead", &LEAD, &["Email"], rest);
    lists.map(ask).collect()
}

/// Salesforce compares accents as they are encoded, so both ways are asked for.
pub(super) fn accounts_by_name(companies: &[String]) -> Vec<Ask> {
    let companies = companies.iter().map(|name| name.trim());
    let both = |name: &str| [name.nfc().collect(), name.nfd().collect()];
    let names: BTreeSet<String> = companies.flat_map(both).collect();
    let names: Vec<_> = names.into_iter().filter(|name| !name.is_empty()).collect();
    let lists = in_lists(" WHERE Name", &names, OLDEST_FIRST).into_iter();
    let ask = |rest| Ask::new("Account", &ACCOUNT, &["Name"], rest);
    lists.map(ask).collect()
}

fn linked_accounts(ids: &[RecordId]) -> Vec<Ask> {
    let ids: Vec<_> = ids.iter().map(|id| id.as_str().to_owned()).collect();
    let lists = in_lists(" WHERE Id", &ids, OLDEST_FIRST).into_iter();
    let ask = |rest| Ask::new("Account", &LINKED, &[], rest).with_deleted();
    lists.map(ask).collect()
}

fn asks(question: &Question) -> Vec<(Asked, Ask)> {
    let as_kind = |kind, asks: Vec<Ask>| asks.into_iter().map(move |ask| (kind, ask));
    as_kind(Asked::Contact, contacts_by_email(&question.emails))
        .chain(as_kind(Asked::Lead, leads_by_email(&question.emails)))
        .chain(as_kind(
            Asked::Account,
            accounts_by_name(&question.companies),
        ))
        .chain(as_kind(Asked::Linked, linked_accounts(&question.linked)))
        .collect()
}

/// Puts each query's records where they belong.
fn sort(results: impl Iterator<Item = (Asked, Readable)>) -> Result<Rows, CallError> {
    let mut sorted = Rows::default();
    for (asked, records) in results {
        match (asked, records) {
            (Asked::Contact, Ok(records)) => sorted.contacts.extend(rows::<ContactRow>(records)?),
            (Asked::Lead, Ok(records)) => sorted.leads.extend(rows::<LeadRow>(records)?),
            (Asked::Account, Ok(records)) => sorted.accounts.extend(rows::<AccountRow>(records)?),
            (Asked::Linked, Ok(records)) => sorted.linked.extend(rows::<LinkedRow>(records)?),
            (asked, Err(error)) => {
                match asked {
                    Asked::Contact => sorted.unreadable.contacts = true,
                    Asked::Lead => sorted.unreadable.leads = true,
                    Asked::Account => sorted.unreadable.accounts = true,
                    Asked::Linked => {}
                }
                sorted.refusals.push(error);
            }
        }
    }
    Ok(sorted)
}

impl Rows {
    fn into_found(self, refused: &Refused) -> Found {
        let hidden = refused.hides("Contact", "AccountId");
        let contacts = self.contacts.into_iter();
        let leads = self.leads.into_iter().map(LeadRow::into_candidate);
        let accounts = self.accounts.into_iter().map(AccountRow::into_candidate);
        let linked = self.linked.into_iter().map(LinkedRow::into_linked);
        Found {
            contacts: contacts.map(|row| row.into_candidate(hidden)).collect(),
            leads: leads.collect(),
            accounts: accounts.collect(),
            linked: linked.collect(),
            unreadable: self.unreadable,
            refusals: self.refusals,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_four_queries() {
        let question = Question {
            emails: vec!["o'hara@example.com".to_owned()],
            companies: vec!["  Cafe\u{301} \\ Co ".to_owned(), "   ".to_owned()],
            linked: vec![RecordId::new("001A")],
        };
        let none = Refused::default();
        let asks = asks(&question).into_iter();
        let queries: Vec<String> = asks.map(|(_, ask)| ask.text(&none)).collect();
        assert_eq!(queries.len(), 4);
        assert!(queries[0].contains(r"FROM Contact WHERE Email IN ('o\'hara@example.com')"));
        assert!(queries[1].starts_with("SELECT Id, Email, OwnerId, Owner.IsActive, IsConverted"));
        assert!(queries[1].contains(r"FROM Lead WHERE Email IN ('o\'hara@example.com') ORDER"));
        let both = "FROM Account WHERE Name IN ('Cafe\u{301} \\\\ Co','Caf\u{e9} \\\\ Co') ORDER";
        assert!(queries[2].contains(both), "{}", queries[2]);
        assert_eq!(
            queries[3],
            "SELECT Id, Name, OwnerId, Owner.IsActive, IsDeleted, MasterRecordId FROM Account \
             WHERE Id IN ('001A') ORDER BY CreatedDate, Id"
        );
    }

    #[test]
    fn what_was_deleted_is_seen_of_linked_accounts_only() {
        let question = Question {
            companies: vec!["Acme".to_owned()],
            linked: vec![RecordId::new("001A")],
            ..Question::default()
        };
        let none = Refused::default();
        let paths: Vec<_> = asks(&question)
            .iter()
            .map(|(_, ask)| ask.path(&none))
            .collect();
        assert!(paths[0].contains("/query?q="));
        assert!(paths[1].contains("/queryAll?q="));
    }

    #[test]
    fn nothing_to_ask_is_no_query() {
        assert!(asks(&Question::default()).is_empty());
    }
}
