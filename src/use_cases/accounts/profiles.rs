//! Document groups, and the profiles that decide which accounts see which.

use std::collections::BTreeSet;

use domain::accounts::profile::{DocumentGroup, DocumentScope, Profile};
use domain::audit::{Action, Changes};
use domain::ids::{DocumentGroupId, OrganizationId, ProfileId};
use domain::limits::{PROFILE_DESCRIPTION, PROFILE_NAME};
use domain::names::tidy;
use store::{StoreError, Tx};
use tracing::instrument;

use crate::use_cases::StaffAction;
use crate::use_cases::problems::Problems;

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    #[error("there is no such group or profile")]
    NotFound,
    #[error("it was changed since the form was opened")]
    Stale,
    #[error(
        "The group isn’t deleted: a profile leaves it out, and its accounts would see the items \
         in it. Move the items to another group first"
    )]
    WouldOpen,
    #[error(transparent)]
    Invalid(#[from] Problems),
    #[error(transparent)]
    Store(#[from] StoreError),
}

type Result<T> = std::result::Result<T, ProfileError>;

/// What was typed into the form of a group or a profile.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Draft {
    pub name: String,
    pub description: String,
    /// Of a profile only: what it opens.
    pub scope: DocumentScope,
}

impl Draft {
    fn checked(&self, taken: bool) -> Result<Self> {
        let draft = Self {
            name: tidy(&self.name),
            description: tidy(&self.description),
            scope: self.scope.clone(),
        };
        let mut problems = Problems::default();
        problems.required("name", "The name", &draft.name, PROFILE_NAME);
        problems.at_most(
            "description",
            "The description",
            &draft.description,
            PROFILE_DESCRIPTION,
        );
        if taken {
            problems.add("name", "There is one of this name already: choose another");
        }
        problems.into_result()?;
        Ok(draft)
    }
}

/// Saves a group: a new one, or the one that is still at this version.
///
/// # Errors
/// It is gone, it was changed meanwhile, or what is wrong with the draft.
#[instrument(
    name = "accounts.profiles.save_group",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id)
)]
pub async fn save_group(
    tx: &mut Tx,
    act: StaffAction<'_>,
    existing: Option<(DocumentGroupId, i64)>,
    draft: &Draft,
) -> Result<()> {
    let id = existing.map(|(id, _)| id);
    let same =
        store::accounts::document_groups::by_name(tx, act.org.id, &tidy(&draft.name)).await?;
    let draft = draft.checked(same.is_some_and(|same| Some(same.id) != id))?;
    let mut group = DocumentGroup {
        id: act.ambient.id(DocumentGroupId::from_uuid),
        name: draft.name,
        description: draft.description,
        version: 1,
    };
    let mut changes = Changes::new(&group.name);
    let (saved, action) = if let Some((id, version)) = existing {
        let found = store::accounts::document_groups::by_id(tx, act.org.id, id).await?;
        let before = found.ok_or(ProfileError::NotFound)?;
        changes.note("Name", &before.name, &group.name);
        changes.note("Description", &before.description, &group.description);
        group.id = id;
        group.version = version;
        let saved = store::accounts::document_groups::update(tx, act.org.id, &group).await?;
        (saved, Action::EditedGroup)
    } else {
        let now = act.ambient.now();
        let saved = store::accounts::document_groups::insert(tx, act.org.id, &group, now).await?;
        (saved, Action::AddedGroup)
    };
    if !saved {
        return Err(ProfileError::Stale);
    }
    act.audit(tx, action, &changes.to_string()).await?;
    Ok(())
}

/// The profiles that leave out what is in this group: where it is deleted, their accounts
/// would see it.
///
/// # Errors
/// The database's.
#[instrument(name = "accounts.profiles.left_out_by", skip_all, fields(%org, document_group = %id))]
pub async fn left_out_by(
    tx: &mut Tx,
    org: OrganizationId,
    id: DocumentGroupId,
) -> store::Result<Vec<String>> {
    let profiles = store::accounts::profiles::list(tx, org).await?;
    let limited = profiles
        .into_iter()
        .filter(|one| !one.scope.includes(Some(id)));
    Ok(limited.map(|one| one.name).collect())
}

/// Deletes a group: its items are in none afterwards, so that every account with
/// access sees them. Answers its name.
///
/// # Errors
/// It is gone already, or some of its items would be opened to whom a profile keeps out.
#[instrument(
    name = "accounts.profiles.delete_group",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id, document_group = %id)
)]
pub async fn delete_group(
    tx: &mut Tx,
    act: StaffAction<'_>,
    id: DocumentGroupId,
) -> Result<String> {
    let found = store::accounts::document_groups::by_id(tx, act.org.id, id).await?;
    let group = found.ok_or(ProfileError::NotFound)?;
    let items = store::content::items::list(tx, act.org.id).await?;
    let has_items = items.iter().any(|item| item.group == Some(id));
    if has_items && !left_out_by(tx, act.org.id, id).await?.is_empty() {
        return Err(ProfileError::WouldOpen);
    }
    store::accounts::document_groups::delete(tx, act.org.id, id).await?;
    act.audit(tx, Action::DeletedGroup, &group.name).await?;
    Ok(group.name)
}

/// Saves a profile: a new one, or the one that is still at this version.
///
/// # Errors
/// It is gone, it was changed meanwhile, or what is wrong with the draft.
#[instrument(
    name = "accounts.profiles.save_profile",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id)
)]
pub async fn save_profile(
    tx: &mut Tx,
    act: StaffAction<'_>,
    existing: Option<(ProfileId, i64)>,
    draft: &Draft,
) -> Result<()> {
    let id = existing.map(|(id, _)| id);
    let same = store::accounts::profiles::by_name(tx, act.org.id, &tidy(&draft.name)).await?;
    let draft = draft.checked(same.is_some_and(|same| Some(same.id) != id))?;
    let mut profile = Profile {
        id: act.ambient.id(ProfileId::from_uuid),
        name: draft.name,
        description: draft.description,
        scope: draft.scope,
        version: 1,
    };
    let groups = store::accounts::document_groups::list(tx, act.org.id).await?;
    let opens = in_words(&profile.scope, &groups);
    let mut changes = Changes::new(&profile.name);
    let (saved, action) = if let Some((id, version)) = existing {
        let found = store::accounts::profiles::by_id(tx, act.org.id, id).await?;
        let before = found.ok_or(ProfileError::NotFound)?;
        changes.note("Name", &before.name, &profile.name);
        changes.note("Description", &before.description, &profile.description);
        changes.note("Shows", in_words(&before.scope, &groups), opens);
        profile.id = id;
        profile.version = version;
        let saved = store::accounts::profiles::update(tx, act.org.id, &profile).await?;
        (saved, Action::EditedProfile)
    } else {
        let now = act.ambient.now();
        let saved = store::accounts::profiles::insert(tx, act.org.id, &profile, now).await?;
        changes.say(format!("Shows: {opens}"));
        (saved, Action::AddedProfile)
    };
    if !saved {
        return Err(ProfileError::Stale);
    }
    act.audit(tx, action, &changes.to_string()).await?;
    Ok(())
}

/// What a profile opens, in words.
pub fn in_words(scope: &DocumentScope, groups: &[DocumentGroup]) -> String {
    let DocumentScope::Groups(opened) = scope else {
        return "everything".to_owned();
    };
    let names: Vec<_> = groups
        .iter()
        .filter(|group| opened.contains(&group.id))
        .map(|group| group.name.as_str())
        .collect();
    if names.is_empty() {
        return "only what is in no group".to_owned();
    }
    names.join(", ")
}

/// Deletes a profile: what had it has the organization's default afterwards.
/// Answers its name.
///
/// # Errors
/// It is gone already, or it is the default: choose another first.
#[instrument(
    name = "accounts.profiles.delete_profile",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id, profile = %id)
)]
pub async fn delete_profile(tx: &mut Tx, act: StaffAction<'_>, id: ProfileId) -> Result<String> {
    let found = store::accounts::profiles::by_id(tx, act.org.id, id).await?;
    let profile = found.ok_or(ProfileError::NotFound)?;
    if store::accounts::profiles::default_of(tx, act.org.id).await? == Some(id) {
        let mut problems = Problems::default();
        problems.add(
            "name",
            "This is the default profile: choose another default first",
        );
        return Err(problems.into());
    }
    store::accounts::profiles::delete(tx, act.org.id, id).await?;
    act.audit(tx, Action::DeletedProfile, &profile.name).await?;
    Ok(profile.name)
}

/// Chooses what accounts have that have no profile of their own; `None` opens everything.
///
/// # Errors
/// There is no such profile.
#[instrument(
    name = "accounts.profiles.choose_default",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id)
)]
pub async fn choose_default(
    tx: &mut Tx,
    act: StaffAction<'_>,
    id: Option<ProfileId>,
) -> Result<()> {
    let profiles = store::accounts::profiles::list(tx, act.org.id).await?;
    let name = |id: Option<ProfileId>| {
        let found = profiles.iter().find(|profile| Some(profile.id) == id);
        found.map(|profile| profile.name.as_str())
    };
    if id.is_some() && name(id).is_none() {
        return Err(ProfileError::NotFound);
    }
    let before = store::accounts::profiles::default_of(tx, act.org.id).await?;
    store::accounts::profiles::set_default(tx, act.org.id, id).await?;
    let mut changes = Changes::new("");
    changes.note_optional(
        "Default profile",
        name(before),
        name(id),
        "everything is open",
    );
    act.audit(tx, Action::ChoseDefaultProfile, &changes.to_string())
        .await?;
    Ok(())
}

/// What a form sends as the groups of a profile.
pub fn scope_of(everything: bool, groups: BTreeSet<DocumentGroupId>) -> DocumentScope {
    if everything {
        DocumentScope::Everything
    } else {
        DocumentScope::Groups(groups)
    }
}
