//! After a copy of the database was restored: nothing is sent before the org was asked.

use domain::audit::Action;
use jiff::Timestamp;

use clock::Ambient;
use store::Tx;
use tracing::instrument;

/// Whom the audit log names where the server noticed it.
pub const NOTICED: &str = "The server, when it started";
/// Whom it names for `gatehouse mark-restored`.
pub const TOLD: &str = crate::use_cases::OPERATOR;

/// Marks every open delivery as uncertain, and writes that into the audit log of each
/// organization that has any. Answers how many deliveries there are.
#[instrument(name = "deliveries.restore.mark", skip_all)]
pub async fn mark(
    tx: &mut Tx,
    ambient: &Ambient,
    since: Option<Timestamp>,
    actor: &str,
) -> store::Result<i64> {
    let marked = store::deliveries::restore::mark_across_tenants(tx, ambient.now(), since).await?;
    for (org, count) in &marked {
        let detail = format!(
            "The database was restored from a copy. Open deliveries to check with Salesforce \
             before anything is sent: {count}"
        );
        let action = Action::MarkedDeliveries;
        store::audit_log::insert(tx, ambient, *org, actor, action, &detail).await?;
    }
    Ok(marked.iter().map(|(_, count)| count).sum())
}
