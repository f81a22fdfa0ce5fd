//! One change to several accounts: to all of them, or to none.

use domain::accounts::Account;
use domain::audit::Action;
use domain::ids::{AccountId, ProfileId};
use store::Tx;
use tracing::instrument;

use super::{AccountError, changes, set_archived};
use crate::use_cases::StaffAction;
use crate::use_cases::problems::Problems;

/// What is done to each of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BulkChange {
    Archive,
    Restore,
    /// `None`: the organization's default.
    SetProfile(Option<ProfileId>),
}

/// Changes them, each with its own entry in the audit log. One that is so already stays as
/// it is.
///
/// # Errors
/// One of the accounts isn't there, or the profile isn't.
#[instrument(
    name = "accounts.bulk.change",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id, accounts = accounts.len())
)]
pub async fn change(
    tx: &mut Tx,
    act: StaffAction<'_>,
    accounts: &[AccountId],
    what: BulkChange,
) -> Result<(), AccountError> {
    if let BulkChange::SetProfile(Some(profile)) = what
        && store::accounts::profiles::by_id(tx, act.org.id, profile)
            .await?
            .is_none()
    {
        let mut problems = Problems::default();
        problems.add("profile", "This profile was deleted: choose another");
        return Err(problems.into());
    }
    for id in accounts {
        match what {
            BulkChange::Archive => {
                set_archived(tx, act, *id, true).await?;
            }
            BulkChange::Restore => {
                set_archived(tx, act, *id, false).await?;
            }
            BulkChange::SetProfile(profile) => set_profile(tx, act, *id, profile).await?,
        }
    }
    Ok(())
}

async fn set_profile(
    tx: &mut Tx,
    act: StaffAction<'_>,
    id: AccountId,
    profile: Option<ProfileId>,
) -> Result<(), AccountError> {
    let found = store::accounts::by_id(tx, act.org.id, id).await?;
    let before = found.ok_or(AccountError::NotFound)?;
    if before.profile == profile {
        return Ok(());
    }
    store::accounts::profiles::set_for(tx, act.org.id, id, profile).await?;
    let after = Account {
        profile,
        ..before.clone()
    };
    let changes = changes::of_account(tx, act, &before, &after).await?;
    act.audit(tx, Action::EditedAccount, &changes.to_string())
        .await?;
    Ok(())
}
