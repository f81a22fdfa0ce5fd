//! Table `security_contact`: what security.txt says beside the organization's
//! security address.

use domain::ids::OrganizationId;

use crate::params;
use crate::{Result, Tx};

/// Each may be empty.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SecurityContact {
    /// A web form for reports.
    pub contact_url: String,
    /// The policy on disclosing vulnerabilities.
    pub policy_url: String,
    /// Language tags, `en, de`.
    pub languages: String,
}

/// Saves all of it, in place of what was there.
pub async fn set(tx: &mut Tx, org: OrganizationId, contact: &SecurityContact) -> Result<()> {
    tx.execute(
        "INSERT INTO security_contact (org_id, contact_url, policy_url, languages)
         VALUES ($1, $2, $3, $4)
         ON CONFLICT (org_id) DO UPDATE SET contact_url = excluded.contact_url,
             policy_url = excluded.policy_url, languages = excluded.languages",
        params![
            org,
            &contact.contact_url,
            &contact.policy_url,
            &contact.languages
        ],
    )
    .await?;
    Ok(())
}

/// What the organization has set; empty where it has set nothing.
pub async fn of(tx: &mut Tx, org: OrganizationId) -> Result<SecurityContact> {
    let sql = "SELECT contact_url, policy_url, languages FROM security_contact WHERE org_id = $1";
    let Some(row) = tx.optional(sql, params![org]).await? else {
        return Ok(SecurityContact::default());
    };
    Ok(SecurityContact {
        contact_url: row.get("contact_url")?,
        policy_url: row.get("policy_url")?,
        languages: row.get("languages")?,
    })
}
