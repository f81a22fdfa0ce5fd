//! Table `nda_acceptance`: who agreed to the NDA with which request for access. Append-only.

use domain::ids::{AccessRequestId, OrganizationId};
use domain::nda::acceptance::NdaAcceptance;

use crate::params;
use crate::{Result, Tx};

/// Keeps what was agreed to with that request.
pub async fn insert(
    tx: &mut Tx,
    org: OrganizationId,
    request: AccessRequestId,
    agreed: &NdaAcceptance,
) -> Result<()> {
    tx.execute(
        "INSERT INTO nda_acceptance (id, org_id, request_id, text_id, version, sha256, company, full_name,
             known_as, email, signed_at, ip_address, user_agent, certificate_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        params![
            agreed.id,
            org,
            request,
            agreed.text,
            agreed.version,
            &agreed.sha256,
            &agreed.company,
            agreed.full_name.as_str(),
            &agreed.known_as,
            &agreed.email,
            agreed.signed_at,
            &agreed.ip_address,
            &agreed.user_agent,
            agreed.certificate
        ],
    )
    .await?;
    Ok(())
}

/// What was agreed to with the request, the latest where its visitor did so again.
pub async fn of_request(
    tx: &mut Tx,
    org: OrganizationId,
    request: AccessRequestId,
) -> Result<Option<NdaAcceptance>> {
    let row = tx
        .optional(
            "SELECT id, text_id, version, sha256, company, full_name, known_as, email, signed_at,
                 ip_address, user_agent, certificate_id
             FROM nda_acceptance WHERE org_id = $1 AND request_id = $2
             ORDER BY version DESC, signed_at DESC, id DESC LIMIT 1",
            params![org, request],
        )
        .await?;
    row.map(|row| {
        Ok(NdaAcceptance {
            id: row.get("id")?,
            text: row.get("text_id")?,
            version: row.get("version")?,
            sha256: row.get("sha256")?,
            company: row.get("company")?,
            full_name: row.get("full_name")?,
            known_as: row.get("known_as")?,
            email: row.get("email")?,
            signed_at: row.get("signed_at")?,
            ip_address: row.get("ip_address")?,
            user_agent: row.get("user_agent")?,
            certificate: row.get("certificate_id")?,
        })
    })
    .transpose()
}
