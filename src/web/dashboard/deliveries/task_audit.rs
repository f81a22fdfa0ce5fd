//! The nightly comparison with the org's Tasks, as the Deliveries page shows it.

use jiff::Timestamp;

use domain::ids::{ConnectionId, OrganizationId};
use store::Tx;

use crate::web::limits::TASK_FINDINGS;

/// What the last comparison found.
pub(super) struct TaskAuditView {
    pub at: Timestamp,
    pub checked: i64,
    pub found: i64,
    pub complete: bool,
    pub findings: Vec<FindingView>,
}

pub(super) struct FindingView {
    pub title: &'static str,
    pub href: String,
}

impl TaskAuditView {
    /// How many deliveries don't have exactly one Task.
    pub(super) fn different(&self) -> i64 {
        self.checked - self.found
    }

    pub(super) async fn read(
        tx: &mut Tx,
        org: OrganizationId,
        connection: ConnectionId,
    ) -> store::Result<Option<Self>> {
        let Some((id, audit)) = store::deliveries::task_audits::latest(tx, org, connection).await?
        else {
            return Ok(None);
        };
        let findings = store::deliveries::task_audits::findings(tx, org, id, TASK_FINDINGS).await?;
        Ok(Some(Self {
            at: audit.at,
            checked: audit.checked,
            found: audit.found,
            complete: audit.complete,
            findings: findings
                .into_iter()
                .map(|(activity, finding)| FindingView {
                    title: finding.title(),
                    href: format!("/dashboard/activity/{activity}"),
                })
                .collect(),
        }))
    }
}
