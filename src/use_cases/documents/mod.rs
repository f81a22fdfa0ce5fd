//! The document of an item, in versions: visitors get the current one.

pub mod read;
pub mod reading;

use domain::audit::{Action, Changes};
use domain::content::Item;
use domain::documents::{Document, DocumentVersion};
use domain::ids::{DocumentId, ItemId, OrganizationId};
use domain::limits::VERSION_NOTE;
use domain::names::tidy;
use store::Tx;
use store::documents::versions;
use tracing::instrument;

use crate::use_cases::StaffAction;
use crate::use_cases::content::{ContentError, Result};
use crate::use_cases::problems::Problems;

/// Checks a version's note.
///
/// # Errors
/// It is too long.
pub fn note(typed: &str) -> std::result::Result<String, Problems> {
    let note = tidy(typed);
    let mut problems = Problems::default();
    problems.at_most("note", "The note", &note, VERSION_NOTE);
    problems.into_result().map(|()| note)
}

/// Gives an item a new version, whose content is stored already: visitors get it
/// from now on, and the earlier ones are for staff only.
///
/// # Errors
/// The item is gone or was changed meanwhile, the note is too long, or the item is view only
/// and the file is no PDF.
#[instrument(
    name = "documents.add_version",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id, item = %id, document = %document.id)
)]
pub async fn add_version(
    tx: &mut Tx,
    act: StaffAction<'_>,
    id: ItemId,
    document: &Document,
    typed_note: &str,
) -> Result<i64> {
    let note = note(typed_note)?;
    let item = find(tx, act.org.id, id).await?;
    fits_view_only(tx, act.org.id, id, document).await?;
    store::documents::insert(tx, act.org.id, document).await?;
    offer(tx, act, item, Some(document.id)).await?;
    let versions = versions::of_item(tx, act.org.id, id).await?;
    let version = DocumentVersion {
        item: id,
        document: document.id,
        number: versions.first().map_or(1, |newest| newest.number + 1),
        note,
        uploaded_by: act.by.actor(),
        uploaded_at: act.ambient.now(),
    };
    versions::insert(tx, act.org.id, &version).await?;
    let detail = format!("{}, version {}", document.file_name, version.number);
    act.audit(tx, Action::UploadedDocument, &detail).await?;
    Ok(version.number)
}

/// Offers an earlier or later version in place of the current one.
///
/// # Errors
/// There is no such item or version, the item was changed meanwhile, or it is view only and
/// the version is no PDF.
#[instrument(
    name = "documents.make_current",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id, item = %id, %document)
)]
pub async fn make_current(
    tx: &mut Tx,
    act: StaffAction<'_>,
    id: ItemId,
    document: DocumentId,
) -> Result<DocumentVersion> {
    let item = find(tx, act.org.id, id).await?;
    let version = version_of(tx, act.org.id, id, document).await?;
    let before = match item.document {
        Some(current) => versions::by_document(tx, act.org.id, current).await?,
        None => None,
    };
    let mut changes = Changes::new(&item.title);
    let (old, new) = (before.map(|before| before.number), Some(version.number));
    changes.note_optional("Version", old, new, "none");
    if let Some(document) = store::documents::by_id(tx, act.org.id, document).await? {
        fits_view_only(tx, act.org.id, id, &document).await?;
    }
    offer(tx, act, item, Some(document)).await?;
    act.audit(tx, Action::ChoseVersion, &changes.to_string())
        .await?;
    Ok(version)
}

/// Deletes a version that is not the current one. Answers the document whose
/// content is to be deleted after commit.
///
/// # Errors
/// There is no such version, or it is the current one.
#[instrument(
    name = "documents.delete_version",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id, item = %id, %document)
)]
pub async fn delete_version(
    tx: &mut Tx,
    act: StaffAction<'_>,
    id: ItemId,
    document: DocumentId,
) -> Result<Option<Document>> {
    let item = find(tx, act.org.id, id).await?;
    let version = version_of(tx, act.org.id, id, document).await?;
    if item.document == Some(document) {
        let mut problems = Problems::default();
        problems.add(
            "version",
            "This version is what visitors get: make another one current first",
        );
        return Err(problems.into());
    }
    let detail = format!("Version {} of {}", version.number, item.title);
    act.audit(tx, Action::DeletedVersion, &detail).await?;
    Ok(versions::delete_with_document(tx, act.org.id, document).await?)
}

/// The item offers nothing anymore. Answers the documents, of all versions, whose
/// content is to be deleted after commit.
///
/// # Errors
/// The item is gone or was changed meanwhile.
#[instrument(
    name = "documents.remove",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id, item = %id)
)]
pub async fn remove(tx: &mut Tx, act: StaffAction<'_>, id: ItemId) -> Result<Vec<Document>> {
    let item = find(tx, act.org.id, id).await?;
    let (title, current) = (item.title.clone(), item.document);
    offer(tx, act, item, None).await?;
    act.audit(tx, Action::RemovedDocument, &title).await?;
    Ok(versions::delete_all(tx, act.org.id, id, current).await?)
}

/// Says whether locked PDFs of the item are marked with their reader's address.
///
/// # Errors
/// The item is gone.
#[instrument(
    name = "documents.set_watermark",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id, item = %id)
)]
pub async fn set_watermark(tx: &mut Tx, act: StaffAction<'_>, id: ItemId, on: bool) -> Result<()> {
    let item = find(tx, act.org.id, id).await?;
    store::content::items::set_watermark(tx, act.org.id, id, on).await?;
    let action = if on {
        Action::TurnedWatermarkOn
    } else {
        Action::TurnedWatermarkOff
    };
    act.audit(tx, action, &item.title).await?;
    Ok(())
}

/// Says whether readers get the item's PDF in the viewer only, without the file.
///
/// # Errors
/// The item is gone, or what it offers is no PDF.
#[instrument(
    name = "documents.set_view_only",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id, item = %id)
)]
pub async fn set_view_only(tx: &mut Tx, act: StaffAction<'_>, id: ItemId, on: bool) -> Result<()> {
    let item = find(tx, act.org.id, id).await?;
    let current = match item.document.filter(|_| on) {
        Some(current) => store::documents::by_id(tx, act.org.id, current).await?,
        None => None,
    };
    if let Some(current) = current.filter(|current| !current.is_pdf()) {
        let mut problems = Problems::default();
        problems.add(
            "view_only",
            format!(
                "Only PDFs can be view only, and {} is not one: upload a PDF first",
                current.file_name
            ),
        );
        return Err(problems.into());
    }
    store::content::items::set_view_only(tx, act.org.id, id, on).await?;
    let action = if on {
        Action::TurnedViewOnlyOn
    } else {
        Action::TurnedViewOnlyOff
    };
    act.audit(tx, action, &item.title).await?;
    Ok(())
}

/// What can't be shown in the viewer is not offered view only.
async fn fits_view_only(
    tx: &mut Tx,
    org: OrganizationId,
    item: ItemId,
    document: &Document,
) -> Result<()> {
    if document.is_pdf() || !store::content::items::is_view_only(tx, org, item).await? {
        return Ok(());
    }
    let mut problems = Problems::default();
    problems.add(
        "file",
        "This item is view only, and only PDFs can be: use a PDF, or turn view only off",
    );
    Err(problems.into())
}

async fn offer(
    tx: &mut Tx,
    act: StaffAction<'_>,
    mut item: Item,
    document: Option<DocumentId>,
) -> Result<()> {
    item.document = document;
    item.updated_at = act.ambient.now();
    if store::content::items::update(tx, act.org.id, &item).await? {
        Ok(())
    } else {
        Err(ContentError::Stale)
    }
}

async fn find(tx: &mut Tx, org: OrganizationId, id: ItemId) -> Result<Item> {
    let found = store::content::items::by_id(tx, org, id).await?;
    found.ok_or(ContentError::NotFound)
}

async fn version_of(
    tx: &mut Tx,
    org: OrganizationId,
    item: ItemId,
    document: DocumentId,
) -> Result<DocumentVersion> {
    let found = versions::by_document(tx, org, document).await?;
    found
        .filter(|version| version.item == item)
        .ok_or(ContentError::NotFound)
}
