//! Who may ask Northbeam for access: companies, and not its rival.

use anyhow::Result;
use domain::access_requests::policy::AutomaticApproval;
use domain::organizations::Organization;
use domain::staff::StaffUser;
use gatehouse::app::App;
use gatehouse::use_cases::access_requests::policy::{self, PolicyDraft};

const REFUSED: &str = "kestrel-analytics.example\nmailinator.com";

/// People decide on strangers; whoever asks from a private address is asked for
/// their company's.
pub async fn plant(app: &App, org: &Organization, admin: &StaffUser) -> Result<()> {
    let draft = PolicyDraft {
        automatic: AutomaticApproval::Never,
        refuses_free_mail: true,
        confirms_address: false,
        refused_domains: REFUSED.to_owned(),
    };
    let mut tx = app.db.begin().await?;
    policy::save(&mut tx, &app.ambient, org, admin, 0, &draft).await?;
    tx.commit().await?;
    Ok(())
}
