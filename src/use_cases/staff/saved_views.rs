//! Filtered lists that someone of the staff keeps under a name. They are that person's
//! alone, and change nothing for anyone else: the audit log doesn't have them.

use domain::ids::SavedViewId;
use domain::names::tidy;
use domain::staff::saved_view::{SavedList, SavedView};
use store::{StoreError, Tx};
use tracing::instrument;

use crate::use_cases::StaffAction;
use crate::use_cases::limits::{SAVED_QUERY, SAVED_TITLE, SAVED_VIEWS};

/// Why a view wasn't kept, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum SavedViewError {
    #[error("Give the view a name.")]
    NoTitle,
    #[error("Shorten the name to {SAVED_TITLE} characters.")]
    LongTitle,
    #[error("These filters are too long to be kept. Shorten what you search for.")]
    LongQuery,
    #[error("You have {SAVED_VIEWS} views of this list. Remove one first.")]
    TooMany,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Keeps the filters of a list under a name; under a name that is in use, in place of the
/// filters that had it.
///
/// # Errors
/// The name is empty or too long, or there are too many.
#[instrument(name = "staff.save_view", skip_all, fields(org = %act.org.id))]
pub async fn save(
    tx: &mut Tx,
    act: StaffAction<'_>,
    list: SavedList,
    title: &str,
    query: &str,
) -> Result<(), SavedViewError> {
    let title = tidy(title);
    if title.is_empty() {
        return Err(SavedViewError::NoTitle);
    }
    if title.chars().count() > SAVED_TITLE {
        return Err(SavedViewError::LongTitle);
    }
    if query.len() > SAVED_QUERY {
        return Err(SavedViewError::LongQuery);
    }
    let kept = store::staff::saved_views::of_list(tx, act.org.id, act.by.id, list).await?;
    if kept.len() >= SAVED_VIEWS && !kept.iter().any(|view| view.title == title) {
        return Err(SavedViewError::TooMany);
    }
    let view = SavedView {
        id: act.ambient.id(SavedViewId::from_uuid),
        list,
        title,
        query: query.to_owned(),
    };
    let now = act.ambient.now();
    store::staff::saved_views::put(tx, act.org.id, act.by.id, &view, now).await?;
    Ok(())
}

/// Takes one's own view away, and answers what it was.
///
/// # Errors
/// Those of the database.
#[instrument(name = "staff.remove_view", skip_all, fields(org = %act.org.id))]
pub async fn remove(
    tx: &mut Tx,
    act: StaffAction<'_>,
    id: SavedViewId,
) -> store::Result<Option<SavedView>> {
    store::staff::saved_views::delete(tx, act.org.id, act.by.id, id).await
}
