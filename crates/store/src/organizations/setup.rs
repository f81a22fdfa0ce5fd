//! How far an organization has come with setting itself up.

use domain::ids::OrganizationId;

use crate::params;
use crate::{Result, Tx};

/// What there is of each first step.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Setup {
    /// Whether an Admin has put the list of steps away.
    pub is_hidden: bool,
    /// Whether it has a logo.
    pub has_logo: bool,
    /// Whether its trust center has a section.
    pub has_content: bool,
    /// Whether there is an NDA to sign: a published text, or DocuSign.
    pub has_nda: bool,
    /// Whether someone else works in it, or is invited to.
    pub has_colleagues: bool,
    /// Whether it is connected to Salesforce.
    pub has_salesforce: bool,
    /// Whether someone has ever requested access.
    pub had_request: bool,
}

/// How far the organization has come.
pub async fn read(tx: &mut Tx, org: OrganizationId) -> Result<Setup> {
    let row = tx
        .one(
            "SELECT setup_hidden,
                 CAST(CASE WHEN EXISTS (SELECT 1 FROM logo WHERE logo.org_id = $1)
                     THEN 1 ELSE 0 END AS BIGINT) AS has_logo,
                 CAST(CASE WHEN EXISTS (SELECT 1 FROM section WHERE section.org_id = $1)
                     THEN 1 ELSE 0 END AS BIGINT) AS has_content,
                 CAST(CASE WHEN EXISTS (SELECT 1 FROM nda_text WHERE nda_text.org_id = $1)
                         OR EXISTS (SELECT 1 FROM docusign WHERE docusign.org_id = $1
                             AND (docusign.template_id <> '' OR docusign.document_id IS NOT NULL))
                     THEN 1 ELSE 0 END AS BIGINT) AS has_nda,
                 CAST(CASE WHEN (SELECT COUNT(*) FROM staff_user WHERE staff_user.org_id = $1
                             AND staff_user.deactivated_at IS NULL) > 1
                         OR EXISTS (SELECT 1 FROM staff_invitation
                             WHERE staff_invitation.org_id = $1)
                     THEN 1 ELSE 0 END AS BIGINT) AS has_colleagues,
                 CAST(CASE WHEN EXISTS (SELECT 1 FROM connection
                             WHERE connection.org_id = $1 AND connection.state <> 'uninstalled')
                     THEN 1 ELSE 0 END AS BIGINT) AS has_salesforce,
                 CAST(CASE WHEN EXISTS (SELECT 1 FROM access_request
                             WHERE access_request.org_id = $1)
                     THEN 1 ELSE 0 END AS BIGINT) AS had_request
             FROM organization WHERE id = $1",
            params![org],
        )
        .await?;
    let is = |name| Ok::<bool, crate::StoreError>(row.get::<i64>(name)? == 1);
    Ok(Setup {
        is_hidden: is("setup_hidden")?,
        has_logo: is("has_logo")?,
        has_content: is("has_content")?,
        has_nda: is("has_nda")?,
        has_colleagues: is("has_colleagues")?,
        has_salesforce: is("has_salesforce")?,
        had_request: is("had_request")?,
    })
}

/// Puts the list of steps away.
pub async fn hide(tx: &mut Tx, org: OrganizationId) -> Result<()> {
    tx.execute(
        "UPDATE organization SET setup_hidden = 1 WHERE id = $1",
        params![org],
    )
    .await?;
    Ok(())
}
