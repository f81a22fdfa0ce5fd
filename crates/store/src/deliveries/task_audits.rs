//! Tables `task_audit` and `task_audit_finding`: what was delivered lately, compared with
//! what the org has.

use clock::Ambient;
use domain::deliveries::task_audit::TaskFinding;
use domain::ids::{ActivityId, ConnectionId, DeliveryId, OrganizationId, TaskAuditId};
use domain::matching::candidates::RecordId;
use jiff::Timestamp;

use crate::params;
use crate::{Result, Tx};

/// One comparison.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TaskAudit {
    /// When it was made.
    pub at: Timestamp,
    /// Deliveries that were settled since then were compared.
    pub since: Timestamp,
    /// How many deliveries were compared.
    pub checked: i64,
    /// Of which the org has exactly one Task.
    pub found: i64,
    /// Whether all Tasks that were written since then could be read; else doubled ones
    /// may have been overlooked.
    pub complete: bool,
}

/// A delivery of which the org doesn't have exactly one Task.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// The delivery.
    pub delivery: DeliveryId,
    /// What was found instead of one Task.
    pub finding: TaskFinding,
    /// The Tasks that it has or had, separated by spaces.
    pub tasks: String,
}

/// What was delivered since then, with the Task that Salesforce answered.
pub async fn delivered_since(
    tx: &mut Tx,
    org: OrganizationId,
    connection: ConnectionId,
    since: Timestamp,
) -> Result<Vec<(DeliveryId, RecordId)>> {
    tx.all(
        "SELECT id, task_id FROM delivery
         WHERE org_id = $1 AND connection_id = $2 AND state = 'delivered'
           AND settled_at >= $3 AND task_id IS NOT NULL
         ORDER BY id",
        params![org, connection, since],
    )
    .await?
    .iter()
    .map(|row| Ok((row.get("id")?, row.get("task_id")?)))
    .collect()
}

/// Appends a comparison with what it found.
pub async fn insert(
    tx: &mut Tx,
    ambient: &Ambient,
    org: OrganizationId,
    connection: ConnectionId,
    audit: &TaskAudit,
    findings: &[Finding],
) -> Result<()> {
    let id = ambient.id(TaskAuditId::from_uuid);
    tx.execute(
        "INSERT INTO task_audit (id, org_id, connection_id, at, since, checked, found, complete)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        params![
            id,
            org,
            connection,
            audit.at,
            audit.since,
            audit.checked,
            audit.found,
            audit.complete,
        ],
    )
    .await?;
    for one in findings {
        tx.execute(
            "INSERT INTO task_audit_finding (audit_id, delivery_id, finding, task_ids)
             VALUES ($1, $2, $3, $4)",
            params![id, one.delivery, one.finding, &one.tasks],
        )
        .await?;
    }
    Ok(())
}

/// The newest comparison of a connection.
pub async fn latest(
    tx: &mut Tx,
    org: OrganizationId,
    connection: ConnectionId,
) -> Result<Option<(TaskAuditId, TaskAudit)>> {
    let row = tx
        .optional(
            "SELECT id, at, since, checked, found, complete FROM task_audit
             WHERE org_id = $1 AND connection_id = $2 ORDER BY at DESC LIMIT 1",
            params![org, connection],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let audit = TaskAudit {
        at: row.get("at")?,
        since: row.get("since")?,
        checked: row.get("checked")?,
        found: row.get("found")?,
        complete: row.get("complete")?,
    };
    Ok(Some((row.get("id")?, audit)))
}

/// The first findings of a comparison, each with the activity that it is about.
pub async fn findings(
    tx: &mut Tx,
    org: OrganizationId,
    audit: TaskAuditId,
    limit: i64,
) -> Result<Vec<(ActivityId, TaskFinding)>> {
    tx.all(
        "SELECT delivery.activity_id AS activity_id, task_audit_finding.finding AS finding
         FROM task_audit_finding JOIN delivery ON delivery.id = task_audit_finding.delivery_id
         WHERE delivery.org_id = $1 AND task_audit_finding.audit_id = $2
         ORDER BY delivery.id DESC LIMIT $3",
        params![org, audit, limit],
    )
    .await?
    .iter()
    .map(|row| Ok((row.get("activity_id")?, row.get("finding")?)))
    .collect()
}

/// Forgets what was found before then.
pub async fn sweep_across_tenants(tx: &mut Tx, before: Timestamp) -> Result<()> {
    tx.execute(
        "DELETE FROM task_audit_finding
         WHERE audit_id IN (SELECT id FROM task_audit WHERE at < $1)",
        params![before],
    )
    .await?;
    tx.execute("DELETE FROM task_audit WHERE at < $1", params![before])
        .await?;
    Ok(())
}
