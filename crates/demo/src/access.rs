//! Who may ask Northbeam for access: companies, and not its rival.

use anyhow::Result;
use domain::access_requests::policy::AutomaticApproval;
use gatehouse::app::App;
use gatehouse::use_cases::StaffAction;
use gatehouse::use_cases::access_requests::policy::{self, PolicyDraft};

const REFUSED: &str = "kestrel-analytics.example\nmailinator.com";

/// People decide on strangers; whoever asks from a private address is asked for
/// their company's.
pub(crate) async fn plant(app: &App, act: StaffAction<'_>) -> Result<()> {
    let draft = PolicyDraft {
        automatic: AutomaticApproval::Never,
        refuses_free_mail: true,
        confirms_address: false,
        refused_domains: REFUSED.to_owned(),
    };
    let mut tx = app.db.begin().await?;
    policy::save(&mut tx, act, 0, &draft).await?;
    tx.commit().await?;
    Ok(())
}
