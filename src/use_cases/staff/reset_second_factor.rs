//! A colleague who lost their second factor.

use domain::audit::Action;
use domain::ids::StaffUserId;
use domain::staff::StaffUser;
use store::Tx;
use tracing::instrument;

use crate::use_cases::staff::security_email::Changed;
use crate::use_cases::staff::{Manager, PersonError};

/// Takes a colleague's second factor away, who lost the app and the recovery codes: their
/// sessions end, and they sign in with the password alone until they set up another.
///
/// # Errors
/// There is no such person.
#[instrument(
    name = "staff.reset_second_factor",
    skip_all,
    fields(org = %manager.org().id, user = %id)
)]
pub async fn reset_second_factor(
    tx: &mut Tx,
    manager: Manager<'_>,
    id: StaffUserId,
) -> Result<StaffUser, PersonError> {
    let user = manager.find(tx, id).await?;
    if store::staff::second_factors::delete(tx, manager.org().id, id).await? {
        manager.end_sessions(tx, id).await?;
        let action = Action::ResetSecondFactor;
        manager.audit(tx, action, &user.actor()).await?;
        let by = manager.name();
        manager
            .tell(tx, &user, Changed::SecondFactorReset { by })
            .await?;
    }
    Ok(user)
}
