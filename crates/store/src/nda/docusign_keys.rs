//! Table `docusign_key`: the keys with which DocuSign signs its messages.

use domain::ids::{OrganizationId, WebhookKeyId};
use jiff::Timestamp;

use crate::params;
use crate::{Result, Row, Tx};

/// One of them.
#[derive(Clone, Debug)]
pub struct WebhookKey {
    /// Names the key in the dashboard's addresses.
    pub id: WebhookKeyId,
    /// What the Admin calls it.
    pub label: String,
    /// Encrypted.
    pub secret: Vec<u8>,
    /// Name and address of who added it, as they were then.
    pub created_by: String,
    /// When it was added.
    pub created_at: Timestamp,
}

/// Adds a key; those that are there stay valid.
pub async fn insert(tx: &mut Tx, org: OrganizationId, key: &WebhookKey) -> Result<()> {
    tx.execute(
        "INSERT INTO docusign_key (id, org_id, label, secret, created_by, created_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        params![
            key.id,
            org,
            &key.label,
            key.secret.clone(),
            &key.created_by,
            key.created_at
        ],
    )
    .await?;
    Ok(())
}

/// Oldest first.
pub async fn list(tx: &mut Tx, org: OrganizationId) -> Result<Vec<WebhookKey>> {
    let rows = tx
        .all(
            "SELECT id, label, secret, created_by, created_at FROM docusign_key
             WHERE org_id = $1 ORDER BY created_at, id",
            params![org],
        )
        .await?;
    rows.iter().map(read).collect()
}

/// Forgets one; answers its label, or `None` where there is none of that id.
pub async fn delete(tx: &mut Tx, org: OrganizationId, id: WebhookKeyId) -> Result<Option<String>> {
    let row = tx
        .optional(
            "DELETE FROM docusign_key WHERE org_id = $1 AND id = $2 RETURNING label",
            params![org, id],
        )
        .await?;
    row.map(|row| row.get("label")).transpose()
}

/// Forgets every key of the organization.
pub async fn delete_all(tx: &mut Tx, org: OrganizationId) -> Result<()> {
    tx.execute("DELETE FROM docusign_key WHERE org_id = $1", params![org])
        .await?;
    Ok(())
}

fn read(row: &Row) -> Result<WebhookKey> {
    Ok(WebhookKey {
        id: row.get("id")?,
        label: row.get("label")?,
        secret: row.get("secret")?,
        created_by: row.get("created_by")?,
        created_at: row.get("created_at")?,
    })
}
