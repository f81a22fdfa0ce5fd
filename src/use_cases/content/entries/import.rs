//! Adding the rows of a table to a section: badges, controls, subprocessors, questions.

use std::collections::HashSet;

use domain::audit::Action;
use domain::content::entry::Entry;
use domain::content::table;
use domain::ids::{EntryId, SectionId};
use domain::limits::TABLE_MISTAKES;
use domain::names::name_key;
use store::{StoreError, Tx};
use tracing::instrument;

use super::{checked, section_of};
use crate::use_cases::StaffAction;
use crate::use_cases::content::ContentError;

/// Why nothing was added.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// What is wrong with the table, line by line, for the person who pasted it.
    #[error("the table has mistakes")]
    Table(Vec<String>),
    #[error(transparent)]
    Content(#[from] ContentError),
}

impl From<StoreError> for ImportError {
    fn from(error: StoreError) -> Self {
        Self::Content(error.into())
    }
}

/// What became of a table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Imported {
    /// Rows that were added.
    pub added: usize,
    /// Rows that were left out, because the section has an entry of that name, or an
    /// earlier row has it.
    pub known: usize,
}

/// Appends the rows to the section in their order: all of them, or none where one has a
/// mistake. A row whose name is there already is left out, so that a table can be imported
/// again after rows were added to it.
///
/// # Errors
/// The section is gone or holds items, or what is wrong with the table.
#[instrument(
    name = "content.import",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id, %section)
)]
pub async fn import(
    tx: &mut Tx,
    act: StaffAction<'_>,
    section: SectionId,
    text: &str,
) -> Result<Imported, ImportError> {
    let section = section_of(tx, act, section).await?;
    let rows = table::read(section.kind, text).map_err(ImportError::Table)?;
    // Locks the section first: two imports at once follow each other.
    store::content::sections::touch(tx, act.org.id, section.id, act.ambient.now()).await?;
    let present = store::content::entries::in_section(tx, act.org.id, section.id).await?;
    let mut names: HashSet<_> = present
        .iter()
        .map(|entry| name_key(&entry.texts.title))
        .collect();
    let mut position = present.last().map_or(0, |last| last.position + 1);
    let mut imported = Imported { added: 0, known: 0 };
    let mut mistakes = Vec::new();
    for row in rows {
        let texts = match checked(tx, act, section.kind, &row.texts).await {
            Ok(texts) => texts,
            Err(ContentError::Invalid(problems)) => {
                mistakes.push(format!("Line {}: {problems}.", row.line));
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        if !names.insert(name_key(&texts.title)) {
            imported.known += 1;
            continue;
        }
        let entry = Entry {
            id: act.ambient.id(EntryId::from_uuid),
            section: section.id,
            texts,
            position,
            version: 1,
            updated_at: act.ambient.now(),
        };
        store::content::entries::insert(tx, act.org.id, &entry).await?;
        position += 1;
        imported.added += 1;
    }
    if !mistakes.is_empty() {
        mistakes.truncate(TABLE_MISTAKES);
        return Err(ImportError::Table(mistakes));
    }
    if imported.added > 0 {
        let detail = format!("{}: {}", section.title, imported.added);
        act.audit(tx, Action::ImportedEntries, &detail).await?;
    }
    Ok(imported)
}
