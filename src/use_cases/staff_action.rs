//! Who does what the dashboard offers: what each use case of staff is handed.

use clock::Ambient;
use domain::audit::Action;
use domain::organizations::Organization;
use domain::staff::StaffUser;
use store::Tx;
use tracing::instrument;
use url::Url;

/// One of the staff does something in their organization. Whether their role allows it,
/// the caller has checked.
#[derive(Clone, Copy, Debug)]
pub struct StaffAction<'a> {
    pub ambient: &'a Ambient,
    pub org: &'a Organization,
    pub by: &'a StaffUser,
    /// The hash of the session in which it is done.
    pub session: &'a str,
    /// Where links in emails lead.
    pub public_url: &'a Url,
}

impl StaffAction<'_> {
    /// Writes into the audit log that they did it.
    ///
    /// # Errors
    /// The database.
    #[instrument(
        name = "staff_action.audit",
        skip_all,
        fields(org = %self.org.id, staff = %self.by.id)
    )]
    pub async fn audit(&self, tx: &mut Tx, action: Action, detail: &str) -> store::Result<()> {
        let actor = self.by.actor();
        store::audit_log::insert(tx, self.ambient, self.org.id, &actor, action, detail).await
    }
}
