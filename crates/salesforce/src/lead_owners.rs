//! Whom new Leads were given to: an assignment rule may have chosen someone.

use salesforce_records::candidates::{Owner, RecordId};
use serde::Deserialize;

use super::client::{Answer, Client, Session};
use super::composite::SubAnswer;
use super::errors::CallError;
use super::limits::MAX_LEAD_PAGES;
use super::query::rows;
use super::records::{OwnerPart, owner};
use super::soql::{in_lists, path};
use super::status::Effect;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct LeadRow {
    id: RecordId,
    owner_id: Option<RecordId>,
    owner: Option<OwnerPart>,
}

/// With whether the owner may be given Tasks.
const WITH_ACTIVITY: &str = "Id, OwnerId, Owner.IsActive";

/// Queries for the owners of all Leads with these addresses, for the call that creates
/// some of them: their ids aren't known yet.
pub(super) fn owners_by_email(emails: &[String]) -> Vec<String> {
    in_lists(
        &format!("SELECT {WITH_ACTIVITY} FROM Lead WHERE Email"),
        emails,
        "",
    )
}

/// What one of these queries was answered; `None` where it was refused or has further
/// pages.
pub(super) fn owners_answered(answer: Option<SubAnswer>) -> Option<Vec<(RecordId, Owner)>> {
    let answer = answer?;
    answer.judge(Effect::Read).ok()?;
    let page: Page = serde_json::from_value(answer.body).ok()?;
    page.done.then(|| owners_of(page.records))
}

#[derive(Deserialize)]
struct Page {
    done: bool,
    records: Vec<LeadRow>,
}

fn owners_of(leads: Vec<LeadRow>) -> Vec<(RecordId, Owner)> {
    let owned = |lead: LeadRow| Some((lead.id, owner(lead.owner_id, lead.owner.as_ref())?));
    leads.into_iter().filter_map(owned).collect()
}

impl Client {
    /// The owners of Leads, in one call; a queue counts as one who isn't active,
    /// because it can't own a Task. Where the connected user may not read who is
    /// active, it takes one call more, and nobody counts as active.
    pub async fn lead_owners(
        &self,
        session: &Session,
        leads: &[RecordId],
    ) -> Result<Answer<Vec<(RecordId, Owner)>>, CallError> {
        let full = self.owners(session, leads, WITH_ACTIVITY);
        match full.await {
            Err(CallError::Refused(error, _)) if error.code == "INVALID_FIELD" => {
                let mut answer = self.owners(session, leads, "Id, OwnerId").await?;
                answer.calls += 1;
                Ok(answer)
            }
            other => other,
        }
    }

    /// Whether the connected user may read who owns a Lead and whether they are active, as
    /// far as the org has refused neither until now.
    pub fn reads_lead_owners(&self, session: &Session) -> bool {
        let refused = self.refused(session);
        !refused.hides("Lead", "OwnerId") && !refused.has("Lead", "Owner.IsActive")
    }

    /// Whether a queue of the org may own Tasks; `None` where the org doesn't say. One
    /// call, or none where nothing came back.
    pub async fn queues_may_own_tasks(&self, session: &Session) -> Answer<Option<bool>> {
        let query = "SELECT Id FROM QueueSobject WHERE SobjectType = 'Task' LIMIT 1";
        match self.queries_at(session, &[path(query, false)]).await {
            Ok(answer) => answer.map(|results| {
                let records = results.into_iter().next()?.ok()?;
                Some(!records.is_empty())
            }),
            Err(_) => Answer::free(None),
        }
    }

    async fn owners(
        &self,
        session: &Session,
        leads: &[RecordId],
        fields: &str,
    ) -> Result<Answer<Vec<(RecordId, Owner)>>, CallError> {
        let ids: Vec<String> = leads.iter().map(|id| id.as_str().to_owned()).collect();
        let before = format!("SELECT {fields} FROM Lead WHERE Id");
        let paths: Vec<String> = in_lists(&before, &ids, "")
            .iter()
            .map(|query| path(query, false))
            .collect();
        let found = self.pages(session, &paths, MAX_LEAD_PAGES).await?;
        found.try_map(|(records, _)| Ok(owners_of(rows::<LeadRow>(records)?)))
    }
}
