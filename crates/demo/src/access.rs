//! Who may ask Northbeam for access: people decide, but not on everyone.

use anyhow::Result;
use domain::access_requests::policy::AutomaticApproval;
use gatehouse::use_cases::StaffAction;
use gatehouse::use_cases::access_requests::policy::{self, PolicyDraft};
use store::Tx;

/// A rival that asked once, and addresses for a day.
const REFUSED: &str = "kestrel-analytics.example\nmailinator.com";

/// The first change refuses these; from the second one on, whoever asks from a private
/// address is asked for their company's.
pub(crate) async fn change(tx: &mut Tx, act: StaffAction<'_>, number: i64) -> Result<()> {
    let draft = PolicyDraft {
        automatic: AutomaticApproval::Never,
        refuses_free_mail: number > 1,
        confirms_address: false,
        refused_domains: REFUSED.to_owned(),
    };
    Ok(policy::save(tx, act, number - 1, &draft).await?)
}
