//! Table `docusign`: the organization's app at DocuSign, and what is signed.

use domain::ids::{DocumentId, OrganizationId};
use domain::nda::docusign::{Agreement, DocusignEnvironment};
use jiff::Timestamp;

use crate::params;
use crate::{Result, Row, Tx};

/// What the database holds.
#[derive(Clone, Debug)]
pub struct StoredDocusign {
    /// Stands in the webhook's address.
    pub webhook: String,
    /// Where the DocuSign account is.
    pub environment: DocusignEnvironment,
    /// DocuSign's id of the organization's app, which the app signs in with.
    pub integration_key: String,
    /// DocuSign's id of the user that envelopes are sent as.
    pub user_id: String,
    /// Empty for the user's default account.
    pub account_id: String,
    /// Encrypted.
    pub private_key: Vec<u8>,
    /// `None` until someone chose what is signed.
    pub agreement: Option<Agreement>,
    /// When DocuSign last told anything.
    pub heard_at: Option<Timestamp>,
}

const COLUMNS: &str = "webhook_id, environment, integration_key, user_id, account_id, \
     private_key, template_id, template_role, document_id, anchor, heard_at";

/// Saves app and user; what is signed and the webhook's address stay as they are.
pub async fn save(tx: &mut Tx, org: OrganizationId, saved: &StoredDocusign) -> Result<()> {
    tx.execute(
        "INSERT INTO docusign (org_id, webhook_id, environment, integration_key, user_id,
             account_id, private_key)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (org_id) DO UPDATE SET environment = excluded.environment,
             integration_key = excluded.integration_key, user_id = excluded.user_id,
             account_id = excluded.account_id, private_key = excluded.private_key",
        params![
            org,
            &saved.webhook,
            saved.environment,
            &saved.integration_key,
            &saved.user_id,
            &saved.account_id,
            saved.private_key.clone()
        ],
    )
    .await?;
    Ok(())
}

/// Chooses what is signed.
pub async fn set_agreement(tx: &mut Tx, org: OrganizationId, agreement: &Agreement) -> Result<()> {
    let (template, role, document, anchor) = match agreement {
        Agreement::Template { id, role } => (id.as_str(), role.as_str(), None, ""),
        Agreement::Pdf { document, anchor } => ("", "", Some(*document), anchor.as_str()),
    };
    tx.execute(
        "UPDATE docusign SET template_id = $2, template_role = $3, document_id = $4, anchor = $5
         WHERE org_id = $1",
        params![org, template, role, document, anchor],
    )
    .await?;
    Ok(())
}

/// What the organization has set up; `None` where it has not.
pub async fn get(tx: &mut Tx, org: OrganizationId) -> Result<Option<StoredDocusign>> {
    let sql = sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM docusign WHERE org_id = $1"));
    let row = tx.optional(sql, params![org]).await?;
    row.as_ref().map(read).transpose()
}

/// Whether accounts can be asked to sign through DocuSign.
pub async fn is_ready(tx: &mut Tx, org: OrganizationId) -> Result<bool> {
    Ok(get(tx, org)
        .await?
        .is_some_and(|found| found.agreement.is_some()))
}

/// A webhook's address names its organization.
pub async fn org_of_webhook(tx: &mut Tx, webhook: &str) -> Result<Option<OrganizationId>> {
    let sql = "SELECT org_id FROM docusign WHERE webhook_id = $1";
    let row = tx.optional(sql, params![webhook]).await?;
    row.map(|row| row.get("org_id")).transpose()
}

/// Notes that DocuSign told something now.
pub async fn set_heard(tx: &mut Tx, org: OrganizationId, now: Timestamp) -> Result<()> {
    tx.execute(
        "UPDATE docusign SET heard_at = $2 WHERE org_id = $1",
        params![org, now],
    )
    .await?;
    Ok(())
}

/// Forgets the app. Its keys are deleted apart ([`crate::nda::docusign_keys`]).
pub async fn delete(tx: &mut Tx, org: OrganizationId) -> Result<()> {
    tx.execute("DELETE FROM docusign WHERE org_id = $1", params![org])
        .await?;
    Ok(())
}

fn read(row: &Row) -> Result<StoredDocusign> {
    let template: String = row.get("template_id")?;
    let document: Option<DocumentId> = row.get("document_id")?;
    let agreement = match document {
        Some(document) => Some(Agreement::Pdf {
            document,
            anchor: row.get("anchor")?,
        }),
        None if template.is_empty() => None,
        None => Some(Agreement::Template {
            id: template,
            role: row.get("template_role")?,
        }),
    };
    Ok(StoredDocusign {
        webhook: row.get("webhook_id")?,
        environment: row.get("environment")?,
        integration_key: row.get("integration_key")?,
        user_id: row.get("user_id")?,
        account_id: row.get("account_id")?,
        private_key: row.get("private_key")?,
        agreement,
        heard_at: row.get("heard_at")?,
    })
}
