//! What the audit log says of an account that was edited.

use domain::accounts::Account;
use domain::audit::Changes;
use domain::ids::{ProfileId, StaffUserId};
use store::Tx;
use tracing::instrument;

use crate::use_cases::StaffAction;

/// What access without a last day is called.
pub(super) const NEVER: &str = "Never";

/// What is another than before.
///
/// # Errors
/// The database.
#[instrument(
    name = "accounts.changes.of_account",
    skip_all,
    fields(org = %act.org.id, account = %after.id)
)]
pub(super) async fn of_account(
    tx: &mut Tx,
    act: StaffAction<'_>,
    before: &Account,
    after: &Account,
) -> store::Result<Changes> {
    let mut changes = Changes::new(&after.name);
    changes.note("Name", &before.name, &after.name);
    changes.note_text("Description", &before.description, &after.description);
    changes.note("Review", before.review.title(), after.review.title());
    let (old, new) = (before.access_until, after.access_until);
    changes.note_optional("Expires", old, new, NEVER);
    if before.owner != after.owner {
        let old = owner_name(tx, act, before.owner).await?;
        let new = owner_name(tx, act, after.owner).await?;
        changes.note_optional("Owner", old, new, "none");
    }
    if before.profile != after.profile {
        let profiles = store::accounts::profiles::list(tx, act.org.id).await?;
        let name = |id: Option<ProfileId>| {
            let found = profiles.iter().find(|profile| Some(profile.id) == id);
            found.map(|profile| profile.name.as_str())
        };
        let (old, new) = (name(before.profile), name(after.profile));
        changes.note_optional("Permission profile", old, new, "default");
    }
    Ok(changes)
}

async fn owner_name(
    tx: &mut Tx,
    act: StaffAction<'_>,
    owner: Option<StaffUserId>,
) -> store::Result<Option<String>> {
    let Some(owner) = owner else { return Ok(None) };
    let found = store::staff::users::by_id(tx, act.org.id, owner).await?;
    Ok(found.map(|user| user.name))
}
