//! Table `access_policy`: at most one row an organization.

use domain::access_requests::policy::{AccessPolicy, RefusedDomains};
use domain::ids::OrganizationId;

use crate::params;
use crate::{Result, Tx};

/// The organization's policy, and its version: 0 where none was saved yet.
pub async fn of(tx: &mut Tx, org: OrganizationId) -> Result<(AccessPolicy, i64)> {
    let row = tx
        .optional(
            "SELECT automatic, refuses_free_mail, confirms_address, refused_domains, version
             FROM access_policy WHERE org_id = $1",
            params![org],
        )
        .await?;
    let Some(row) = row else {
        return Ok((AccessPolicy::default(), 0));
    };
    let domains: String = row.get("refused_domains")?;
    let policy = AccessPolicy {
        automatic: row.get("automatic")?,
        refuses_free_mail: row.get("refuses_free_mail")?,
        confirms_address: row.get("confirms_address")?,
        refused_domains: RefusedDomains::of_lines(&domains),
    };
    Ok((policy, row.get("version")?))
}

/// Saves the policy. Answers false, and saves nothing, where it is not at
/// `version` anymore.
pub async fn save(
    tx: &mut Tx,
    org: OrganizationId,
    policy: &AccessPolicy,
    version: i64,
) -> Result<bool> {
    let changed = tx
        .execute(
            "INSERT INTO access_policy
                 (org_id, automatic, refuses_free_mail, refused_domains, confirms_address, version)
             VALUES ($1, $2, $3, $4, $6, 1)
             ON CONFLICT (org_id) DO UPDATE SET automatic = $2, refuses_free_mail = $3,
                 refused_domains = $4, confirms_address = $6, version = access_policy.version + 1
             WHERE access_policy.version = $5",
            params![
                org,
                policy.automatic,
                policy.refuses_free_mail,
                policy.refused_domains.to_string(),
                version,
                policy.confirms_address
            ],
        )
        .await?;
    Ok(changed == 1)
}
