//! The org's own lookup field from Lead to Account, where it has one.

use super::client::{Answer, Client, Session};
use super::errors::CallError;

/// A field of Lead, as far as a link to an Account is concerned.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LeadField {
    /// The API name.
    pub name: String,
    /// The label on Salesforce's pages.
    pub label: String,
    /// Whether it is a lookup to Account.
    pub to_account: bool,
    /// Whether the connected user may fill it in for a new Lead.
    pub createable: bool,
}

impl Client {
    /// The fields of Lead that the connected user sees, in the order of `describe` (REST
    /// API Developer Guide, sObject Describe): one call.
    pub async fn lead_fields(
        &self,
        session: &Session,
    ) -> Result<Answer<Vec<LeadField>>, CallError> {
        let lead = self.describe(session, "Lead").await?;
        Ok(lead.map(|lead| {
            let fields = lead.fields.into_iter().map(|field| LeadField {
                to_account: field.reference_to.iter().any(|to| to == "Account"),
                createable: field.createable,
                name: field.name,
                label: field.label,
            });
            fields.collect()
        }))
    }
}
