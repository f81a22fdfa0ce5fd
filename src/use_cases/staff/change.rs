//! Changing a colleague's name and role.

use domain::audit::{Action, Changes};
use domain::ids::StaffUserId;
use domain::organizations::Role;
use domain::staff::StaffUser;
use store::Tx;
use tracing::instrument;

use crate::use_cases::staff::{Manager, PersonError, checked_name};

/// Changes the name and the role. Another role ends the person's sessions: what was
/// opened with the old one is gone.
///
/// # Errors
/// The name can't be, the last Admin would lose the role, or whoever acts is no longer
/// an Admin.
#[instrument(name = "staff.change", skip_all, fields(org = %manager.org().id, user = %id))]
pub async fn change(
    tx: &mut Tx,
    manager: Manager<'_>,
    id: StaffUserId,
    name: &str,
    role: Role,
) -> Result<StaffUser, PersonError> {
    let admins = manager.lock_admins(tx).await?;
    let before = manager.find(tx, id).await?;
    let name = checked_name(name)?;
    if role < Role::Admin && admins == [id] {
        return Err(PersonError::LastAdmin(before.name));
    }
    let after = StaffUser {
        name,
        role,
        ..before.clone()
    };
    if before == after {
        return Ok(after);
    }
    store::staff::users::set_name_and_role(tx, manager.org().id, id, &after.name, role).await?;
    if before.role != role {
        manager.end_sessions(tx, id).await?;
    }
    let mut changes = Changes::new(&before.actor());
    changes.note("Name", &before.name, &after.name);
    changes.note("Role", before.role.title(), after.role.title());
    manager
        .audit(tx, Action::ChangedColleague, &changes.to_string())
        .await?;
    Ok(after)
}
