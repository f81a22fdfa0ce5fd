//! Colleagues who leave, and who come back.

use domain::audit::Action;
use domain::ids::{OrganizationId, StaffUserId};
use domain::organizations::Role;
use domain::staff::StaffUser;
use store::Tx;
use tracing::instrument;

use crate::use_cases::staff::{Manager, PersonError};

/// What someone looks after.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Owned {
    pub accounts: i64,
    /// Questionnaires that they have to complete.
    pub questionnaires: i64,
}

impl Owned {
    pub fn is_nothing(&self) -> bool {
        self.accounts == 0 && self.questionnaires == 0
    }
}

impl std::fmt::Display for Owned {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let counted = |n: i64, what: &str| match n {
            0 => None,
            1 => Some(format!("1 {what}")),
            n => Some(format!("{n} {what}s")),
        };
        let accounts = counted(self.accounts, "account");
        let questionnaires = counted(self.questionnaires, "open questionnaire");
        let all: Vec<_> = accounts.into_iter().chain(questionnaires).collect();
        f.write_str(&all.join(" and "))
    }
}

/// What someone looks after now.
#[instrument(name = "staff.leave.owned", skip_all, fields(%org, user = %id))]
pub async fn owned(tx: &mut Tx, org: OrganizationId, id: StaffUserId) -> store::Result<Owned> {
    Ok(Owned {
        accounts: store::accounts::count_owned(tx, org, id).await?,
        questionnaires: store::questionnaires::count_assigned(tx, org, id).await?,
    })
}

/// Ends the person's sessions for good: they can't sign in and get no more emails. What
/// they looked after goes to `successor`, who is needed where there is something. Answers
/// who left and what went over.
///
/// # Errors
/// It is whoever acts, the last Admin, or nobody can take over.
#[instrument(
    name = "staff.leave.deactivate",
    skip_all,
    fields(org = %manager.org().id, user = %id)
)]
pub async fn deactivate(
    tx: &mut Tx,
    manager: Manager<'_>,
    id: StaffUserId,
    successor: Option<StaffUserId>,
) -> Result<(StaffUser, Owned), PersonError> {
    let admins = manager.lock_admins(tx).await?;
    let user = manager.find(tx, id).await?;
    if manager.is(id) {
        return Err(PersonError::Yourself);
    }
    if admins == [id] {
        return Err(PersonError::LastAdmin(user.name));
    }
    let org = manager.org().id;
    let now = manager.ambient().now();
    store::staff::users::set_deactivated(tx, org, id, Some(now)).await?;
    let owned = owned(tx, org, id).await?;
    let mut detail = user.actor();
    if !owned.is_nothing() {
        let to = self::successor(tx, manager, id, successor, owned).await?;
        store::accounts::hand_over(tx, org, id, to.id).await?;
        store::questionnaires::hand_over(tx, org, id, to.id).await?;
        detail = format!("{detail}: {owned} to {}", to.actor());
    }
    store::staff::sessions::delete_of_user(tx, org, id, "").await?;
    store::staff::password_links::delete_of_user(tx, org, id).await?;
    store::email::daily::forget(tx, org, id).await?;
    manager
        .audit(tx, Action::DeactivatedColleague, &detail)
        .await?;
    Ok((user, owned))
}

/// Whoever can do what the person did.
async fn successor(
    tx: &mut Tx,
    manager: Manager<'_>,
    leaving: StaffUserId,
    chosen: Option<StaffUserId>,
    owned: Owned,
) -> Result<StaffUser, PersonError> {
    let chosen = chosen.ok_or(PersonError::NoSuccessor(owned))?;
    let found = store::staff::users::active_by_id(tx, manager.org().id, chosen).await?;
    found
        .filter(|user| user.role >= Role::Editor && user.id != leaving)
        .ok_or(PersonError::BadSuccessor)
}

/// Lets someone who left sign in again, with the password and the role they had.
///
/// # Errors
/// There is no such person, or whoever acts is no longer an Admin.
#[instrument(
    name = "staff.leave.reactivate",
    skip_all,
    fields(org = %manager.org().id, user = %id)
)]
pub async fn reactivate(
    tx: &mut Tx,
    manager: Manager<'_>,
    id: StaffUserId,
) -> Result<StaffUser, PersonError> {
    manager.lock_admins(tx).await?;
    let user = manager.find(tx, id).await?;
    if !user.is_active {
        store::staff::users::set_deactivated(tx, manager.org().id, id, None).await?;
        let detail = format!("{} as {}", user.actor(), user.role.title());
        manager
            .audit(tx, Action::ReactivatedColleague, &detail)
            .await?;
    }
    Ok(user)
}
