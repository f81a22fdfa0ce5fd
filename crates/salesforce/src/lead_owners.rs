//! Whom new Leads were given to: an assignment rule may have chosen someone.

use domain::matching::candidates::{Owner, RecordId};
use serde::Deserialize;

use super::client::{Answer, Client, Session};
use super::errors::CallError;
use super::matching::rows;
use super::records::{OwnerPart, owner};
use super::soql::{in_lists, path};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct LeadRow {
    id: RecordId,
    owner_id: Option<RecordId>,
    owner: Option<OwnerPart>,
}

/// More than there can be: a thousand Leads are one page.
const MOST_PAGES: usize = 200;

impl Client {
    /// The owners of Leads, in one call; a queue counts as one who isn't active,
    /// because it can't own a Task. Where the connected user may not read who is
    /// active, it takes one call more, and nobody counts as active.
    pub async fn lead_owners(
        &self,
        session: &Session,
        leads: &[RecordId],
    ) -> Result<Answer<Vec<(RecordId, Owner)>>, CallError> {
        let full = self.owners(session, leads, "Id, OwnerId, Owner.IsActive");
        match full.await {
            Err(CallError::Refused(error, _)) if error.code == "INVALID_FIELD" => {
                let mut answer = self.owners(session, leads, "Id, OwnerId").await?;
                answer.calls += 1;
                Ok(answer)
            }
            other => other,
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
        let found = self.pages(session, &paths, MOST_PAGES).await?;
        found.try_map(|(records, _)| {
            let leads = rows::<LeadRow>(records)?.into_iter();
            Ok(leads
                .filter_map(|lead| Some((lead.id, owner(lead.owner_id, lead.owner.as_ref())?)))
                .collect())
        })
    }
}
