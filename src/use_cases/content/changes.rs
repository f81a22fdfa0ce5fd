//! What the audit log says of content that was edited.

use domain::audit::Changes;
use domain::content::entry::{DONE, SectionKind, Shape, Texts};
use domain::content::{Item, Section};
use domain::ids::{DocumentGroupId, OrganizationId};
use store::Tx;
use tracing::instrument;

/// What of an item, which is in `section` now, is another than before.
///
/// # Errors
/// The database.
#[instrument(name = "content.changes.of_item", skip_all, fields(%org, item = %after.id))]
pub(super) async fn of_item(
    tx: &mut Tx,
    org: OrganizationId,
    before: &Item,
    after: &Item,
    section: &Section,
) -> store::Result<Changes> {
    let mut changes = Changes::new(&after.title);
    changes.note("Title", &before.title, &after.title);
    let (old, new) = (before.visibility.title(), after.visibility.title());
    changes.note("Visibility", old, new);
    if before.section != after.section {
        let old = store::content::sections::by_id(tx, org, before.section).await?;
        let old = old.map_or_else(String::new, |section| section.title);
        changes.note("Section", old, &section.title);
    }
    if before.group != after.group {
        let groups = store::accounts::document_groups::list(tx, org).await?;
        let name = |id: Option<DocumentGroupId>| {
            let found = groups.iter().find(|group| Some(group.id) == id);
            found.map(|group| group.name.as_str())
        };
        let (old, new) = (name(before.group), name(after.group));
        changes.note_optional("Document group", old, new, "none");
    }
    changes.note_text("Summary", &before.summary, &after.summary);
    changes.note_text("Text", &before.body, &after.body);
    Ok(changes)
}

/// What of an entry is another than before.
pub(super) fn of_entry(kind: SectionKind, before: &Texts, after: &Texts) -> Changes {
    let mut changes = Changes::new(&after.title);
    for rule in kind.fields() {
        let (old, new) = (rule.of(before), rule.of(after));
        match rule.shape {
            Shape::Line(_) | Shape::Link => changes.note(rule.label, old, new),
            Shape::State(done, in_progress) => {
                let word = |text| if text == DONE { done } else { in_progress };
                changes.note(rule.label, word(old), word(new));
            }
            // A text is too long to say, and an item's id tells nobody anything.
            Shape::Markdown(_) | Shape::Item => changes.note_text(rule.label, old, new),
        }
    }
    changes
}
