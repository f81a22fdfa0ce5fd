//! Editing what a trust center shows: sections, and the items in them.

pub mod appearance;
mod changes;
pub mod entries;
pub mod reorder;
pub mod subscriptions;
pub mod update_mailing;
pub mod updates;

use domain::audit::{Action, Changes};
use domain::content::entry::SectionKind;
use domain::content::{Item, Section, Visibility};
use domain::documents::Document;
use domain::ids::{DocumentGroupId, ItemId, OrganizationId, SectionId};
use domain::names::tidy;
use store::{StoreError, Tx};
use tracing::instrument;

use crate::use_cases::StaffAction;
use crate::use_cases::problems::Problems;

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum ContentError {
    #[error("there is no such section or item")]
    NotFound,
    #[error("it was changed since the form was opened")]
    Stale,
    #[error(transparent)]
    Invalid(#[from] Problems),
    #[error(transparent)]
    Store(#[from] StoreError),
}

pub type Result<T> = std::result::Result<T, ContentError>;

/// What was typed into a section's form.
#[derive(Clone, Debug, Default)]
pub struct SectionDraft {
    /// Fixed once the section is there.
    pub kind: SectionKind,
    pub title: String,
    pub description: String,
}

impl SectionDraft {
    fn checked(&self) -> std::result::Result<Self, Problems> {
        let draft = Self {
            kind: self.kind,
            title: tidy(&self.title),
            description: self.description.trim().to_owned(),
        };
        let mut problems = Problems::default();
        problems.required("title", "The title", &draft.title, 120);
        problems.at_most("description", "The description", &draft.description, 500);
        problems.into_result().map(|()| draft)
    }
}

/// Appends a section at the end of the page.
///
/// # Errors
/// What is wrong with the draft.
#[instrument(name = "content.add_section", skip_all, fields(org = %act.org.id, staff = %act.by.id))]
pub async fn add_section(
    tx: &mut Tx,
    act: StaffAction<'_>,
    draft: &SectionDraft,
) -> Result<SectionId> {
    let draft = draft.checked()?;
    let sections = store::content::sections::list(tx, act.org.id).await?;
    let section = Section {
        id: act.ambient.id(SectionId::from_uuid),
        kind: draft.kind,
        title: draft.title,
        description: draft.description,
        position: sections.last().map_or(0, |last| last.position + 1),
        version: 1,
        changed_at: None,
    };
    store::content::sections::insert(tx, act.org.id, &section).await?;
    act.audit(tx, Action::AddedSection, &section.title).await?;
    Ok(section.id)
}

/// Saves a section, if it is still at `version`.
///
/// # Errors
/// It is gone, it was changed meanwhile, or what is wrong with the draft.
#[instrument(
    name = "content.edit_section",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id, section = %id)
)]
pub async fn edit_section(
    tx: &mut Tx,
    act: StaffAction<'_>,
    id: SectionId,
    version: i64,
    draft: &SectionDraft,
) -> Result<()> {
    let found = store::content::sections::by_id(tx, act.org.id, id).await?;
    let before = found.ok_or(ContentError::NotFound)?;
    let draft = draft.checked()?;
    let section = Section {
        version,
        title: draft.title,
        description: draft.description,
        ..before.clone()
    };
    if !store::content::sections::update(tx, act.org.id, &section).await? {
        return Err(ContentError::Stale);
    }
    let mut changes = Changes::new(&section.title);
    changes.note("Title", &before.title, &section.title);
    changes.note_text("Description", &before.description, &section.description);
    act.audit(tx, Action::EditedSection, &changes.to_string())
        .await?;
    Ok(())
}

/// Deletes a section with its items or entries. Answers the documents whose content is to
/// be deleted after commit.
///
/// # Errors
/// It is gone already.
#[instrument(
    name = "content.delete_section",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id, section = %id)
)]
pub async fn delete_section(
    tx: &mut Tx,
    act: StaffAction<'_>,
    id: SectionId,
) -> Result<Vec<Document>> {
    let found = store::content::sections::by_id(tx, act.org.id, id).await?;
    let section = found.ok_or(ContentError::NotFound)?;
    let mut documents = Vec::new();
    for item in store::content::items::in_section(tx, act.org.id, id).await? {
        documents.extend(forget_item(tx, act.org.id, &item).await?);
    }
    store::content::entries::delete_in_section(tx, act.org.id, id).await?;
    store::content::sections::delete(tx, act.org.id, id).await?;
    act.audit(tx, Action::DeletedSection, &section.title)
        .await?;
    Ok(documents)
}

/// What was typed into an item's form.
#[derive(Clone, Debug)]
pub struct ItemDraft {
    pub section: Option<SectionId>,
    pub title: String,
    pub summary: String,
    pub body: String,
    pub visibility: Visibility,
    /// `None`: every account with access sees it.
    pub group: Option<DocumentGroupId>,
}

impl ItemDraft {
    fn checked(&self) -> std::result::Result<Self, Problems> {
        let draft = Self {
            title: tidy(&self.title),
            summary: self.summary.trim().to_owned(),
            body: self.body.trim().replace("\r\n", "\n"),
            ..*self
        };
        let mut problems = Problems::default();
        problems.required("title", "The title", &draft.title, 160);
        problems.at_most("summary", "The summary", &draft.summary, 400);
        problems.at_most("body", "The text", &draft.body, 20_000);
        problems.into_result().map(|()| draft)
    }
}

/// The section that a draft names must be there.
async fn section_of(tx: &mut Tx, org: OrganizationId, draft: &ItemDraft) -> Result<Section> {
    let found = match draft.section {
        Some(id) => store::content::sections::by_id(tx, org, id).await?,
        None => None,
    };
    found
        .filter(|section| section.kind == SectionKind::Items)
        .ok_or_else(|| {
            let mut problems = Problems::default();
            problems.add("section", "Choose the section in which it stands");
            ContentError::Invalid(problems)
        })
}

/// The group that a draft names must be there.
async fn group_of(tx: &mut Tx, org: OrganizationId, draft: &ItemDraft) -> Result<()> {
    let Some(id) = draft.group else { return Ok(()) };
    if store::accounts::document_groups::by_id(tx, org, id)
        .await?
        .is_some()
    {
        return Ok(());
    }
    let mut problems = Problems::default();
    problems.add("group", "This group was deleted: choose another");
    Err(problems.into())
}

/// Appends an item at the end of its section.
///
/// # Errors
/// What is wrong with the draft.
#[instrument(name = "content.add_item", skip_all, fields(org = %act.org.id, staff = %act.by.id))]
pub async fn add_item(tx: &mut Tx, act: StaffAction<'_>, draft: &ItemDraft) -> Result<ItemId> {
    let draft = draft.checked()?;
    let section = section_of(tx, act.org.id, &draft).await?;
    group_of(tx, act.org.id, &draft).await?;
    let item = Item {
        id: act.ambient.id(ItemId::from_uuid),
        section: section.id,
        title: draft.title,
        summary: draft.summary,
        body: draft.body,
        visibility: draft.visibility,
        group: draft.group,
        document: None,
        position: end_of(tx, act.org.id, section.id).await?,
        version: 1,
        updated_at: act.ambient.now(),
    };
    store::content::items::insert(tx, act.org.id, &item).await?;
    let detail = format!("{} ({})", item.title, item.visibility.title());
    act.audit(tx, Action::AddedItem, &detail).await?;
    Ok(item.id)
}

/// Saves an item, if it is still at `version`. In another section it goes to the end.
///
/// # Errors
/// It is gone, it was changed meanwhile, or what is wrong with the draft.
#[instrument(
    name = "content.edit_item",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id, item = %id)
)]
pub async fn edit_item(
    tx: &mut Tx,
    act: StaffAction<'_>,
    id: ItemId,
    version: i64,
    draft: &ItemDraft,
) -> Result<()> {
    let found = store::content::items::by_id(tx, act.org.id, id).await?;
    let before = found.ok_or(ContentError::NotFound)?;
    let draft = draft.checked()?;
    let section = section_of(tx, act.org.id, &draft).await?;
    group_of(tx, act.org.id, &draft).await?;
    if section.id != before.section {
        let end = end_of(tx, act.org.id, section.id).await?;
        store::content::items::set_position(tx, act.org.id, id, end).await?;
    }
    let item = Item {
        section: section.id,
        title: draft.title,
        summary: draft.summary,
        body: draft.body,
        visibility: draft.visibility,
        group: draft.group,
        version,
        updated_at: act.ambient.now(),
        ..before.clone()
    };
    if !store::content::items::update(tx, act.org.id, &item).await? {
        return Err(ContentError::Stale);
    }
    let changes = changes::of_item(tx, act.org.id, &before, &item, &section).await?;
    act.audit(tx, Action::EditedItem, &changes.to_string())
        .await?;
    Ok(())
}

/// Deletes an item. Answers the documents whose content is to be deleted after commit.
///
/// # Errors
/// It is gone already.
#[instrument(
    name = "content.delete_item",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id, item = %id)
)]
pub async fn delete_item(tx: &mut Tx, act: StaffAction<'_>, id: ItemId) -> Result<Vec<Document>> {
    let found = store::content::items::by_id(tx, act.org.id, id).await?;
    let item = found.ok_or(ContentError::NotFound)?;
    let documents = forget_item(tx, act.org.id, &item).await?;
    act.audit(tx, Action::DeletedItem, &item.title).await?;
    Ok(documents)
}

async fn end_of(tx: &mut Tx, org: OrganizationId, section: SectionId) -> store::Result<i64> {
    let items = store::content::items::in_section(tx, org, section).await?;
    Ok(items.last().map_or(0, |last| last.position + 1))
}

async fn forget_item(
    tx: &mut Tx,
    org: OrganizationId,
    item: &Item,
) -> store::Result<Vec<Document>> {
    // The item refers to its current document until it is gone, and the versions
    // to the item: so the item lets go first.
    let let_go = Item {
        document: None,
        ..item.clone()
    };
    store::content::items::update(tx, org, &let_go).await?;
    let documents = store::documents::versions::delete_all(tx, org, item.id, item.document).await?;
    store::content::items::delete(tx, org, item.id).await?;
    Ok(documents)
}
