//! Table `audit`: what was done in the dashboard, by whom. Append-only.

use clock::Ambient;
use domain::audit::Action;
use domain::ids::{AuditId, OrganizationId};
use jiff::Timestamp;

use crate::params;
use crate::request_origin;
use crate::{Result, Tx};

/// One entry of the audit log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AuditEntry {
    /// The entry's id; later entries have greater ones.
    pub id: AuditId,
    /// When it was done.
    pub at: Timestamp,
    /// Name and address of who did it, as they were then.
    pub actor: String,
    /// What was done, in a few words: "Approved a request".
    pub action: String,
    /// To what, and how; never a secret.
    pub detail: String,
    /// The network that it came from; empty where no request did it.
    pub network: String,
    /// The session in which it was done; empty where there was none.
    pub session: String,
}

/// Appends an entry, with the network and session of the request that is being answered.
pub async fn insert(
    tx: &mut Tx,
    ambient: &Ambient,
    org: OrganizationId,
    actor: &str,
    action: Action,
    detail: &str,
) -> Result<()> {
    tx.execute(
        "INSERT INTO audit (id, org_id, at, actor, action, detail, network, session)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        params![
            ambient.id(AuditId::from_uuid),
            org,
            ambient.now(),
            actor,
            action.title(),
            detail,
            request_origin::network(),
            request_origin::session()
        ],
    )
    .await?;
    Ok(())
}

/// The newest `limit` entries, older than the entry `before` where one is given.
pub async fn list(
    tx: &mut Tx,
    org: OrganizationId,
    before: Option<AuditId>,
    limit: i64,
) -> Result<Vec<AuditEntry>> {
    // Ids are UUIDv7: their order is the order in time, without ties.
    let rows = tx
        .all(
            "SELECT id, at, actor, action, detail, network, session FROM audit
             WHERE org_id = $1 AND ($2 = '' OR id < $2) ORDER BY id DESC LIMIT $3",
            params![
                org,
                before.map_or_else(String::new, |id| id.to_string()),
                limit
            ],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(AuditEntry {
                id: row.get("id")?,
                at: row.get("at")?,
                actor: row.get("actor")?,
                action: row.get("action")?,
                detail: row.get("detail")?,
                network: row.get("network")?,
                session: row.get("session")?,
            })
        })
        .collect()
}
