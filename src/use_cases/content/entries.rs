//! Editing entries: badges, controls, subprocessors, questions.

pub mod import;

use domain::audit::Action;
use domain::content::Section;
use domain::content::entry::{DONE, Entry, Field, IN_PROGRESS, Rule, SectionKind, Shape, Texts};
use domain::ids::{EntryId, ItemId, SectionId};
use domain::names::tidy;
use store::Tx;
use tracing::instrument;
use url::Url;

use crate::use_cases::StaffAction;
use crate::use_cases::content::reorder::{Direction, shift};
use crate::use_cases::content::{ContentError, Result, changes};
use crate::use_cases::limits::ENTRY_URL;
use crate::use_cases::problems::Problems;

/// Appends an entry at the end of its section.
///
/// # Errors
/// The section is gone or holds items, or what is wrong with the texts.
#[instrument(
    name = "content.entries.add",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id, %section)
)]
pub async fn add(
    tx: &mut Tx,
    act: StaffAction<'_>,
    section: SectionId,
    typed: &Texts,
) -> Result<EntryId> {
    let section = section_of(tx, act, section).await?;
    let texts = checked(tx, act, section.kind, typed).await?;
    let last = store::content::entries::in_section(tx, act.org.id, section.id).await?;
    let entry = Entry {
        id: act.ambient.id(EntryId::from_uuid),
        section: section.id,
        texts,
        position: last.last().map_or(0, |last| last.position + 1),
        version: 1,
        updated_at: act.ambient.now(),
    };
    store::content::entries::insert(tx, act.org.id, &entry).await?;
    note(tx, act, &section, Verb::Added, &entry.texts.title).await?;
    Ok(entry.id)
}

/// Saves an entry, if it is still at `version`.
///
/// # Errors
/// It is gone, it was changed meanwhile, or what is wrong with the texts.
#[instrument(
    name = "content.entries.edit",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id, entry = %id)
)]
pub async fn edit(
    tx: &mut Tx,
    act: StaffAction<'_>,
    id: EntryId,
    version: i64,
    typed: &Texts,
) -> Result<()> {
    let (before, section) = found(tx, act, id).await?;
    let texts = checked(tx, act, section.kind, typed).await?;
    if !store::content::entries::update(tx, act.org.id, id, version, &texts, act.ambient.now())
        .await?
    {
        return Err(ContentError::Stale);
    }
    let detail = changes::of_entry(section.kind, &before.texts, &texts).to_string();
    note(tx, act, &section, Verb::Edited, &detail).await
}

/// # Errors
/// It is gone already.
#[instrument(
    name = "content.entries.delete",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id, entry = %id)
)]
pub async fn delete(tx: &mut Tx, act: StaffAction<'_>, id: EntryId) -> Result<()> {
    let (entry, section) = found(tx, act, id).await?;
    store::content::entries::delete(tx, act.org.id, id).await?;
    note(tx, act, &section, Verb::Deleted, &entry.texts.title).await
}

/// Swaps the entry with its neighbour; at the end of the list nothing happens.
///
/// # Errors
/// It is gone.
#[instrument(
    name = "content.entries.move_entry",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id, entry = %id)
)]
pub async fn move_entry(
    tx: &mut Tx,
    act: StaffAction<'_>,
    id: EntryId,
    direction: Direction,
) -> Result<()> {
    let (entry, section) = found(tx, act, id).await?;
    let entries = store::content::entries::in_section(tx, act.org.id, section.id).await?;
    let mut order: Vec<_> = entries.iter().map(|entry| entry.id).collect();
    shift(&mut order, &id, direction)?;
    for (moved, position) in order.into_iter().zip(0..) {
        store::content::entries::set_position(tx, act.org.id, moved, position).await?;
    }
    let detail = format!("{}: {}", section.title, entry.texts.title);
    act.audit(tx, Action::MovedEntry, &detail).await?;
    Ok(())
}

/// Writes the audit log, and that the section's entries changed.
async fn note(
    tx: &mut Tx,
    act: StaffAction<'_>,
    section: &Section,
    verb: Verb,
    detail: &str,
) -> Result<()> {
    store::content::sections::touch(tx, act.org.id, section.id, act.ambient.now()).await?;
    act.audit(tx, verb.to(section.kind), detail).await?;
    Ok(())
}

/// What is done to an entry.
#[derive(Clone, Copy)]
enum Verb {
    Added,
    Edited,
    Deleted,
}

impl Verb {
    /// How the audit log names it where an entry of this kind is what it is done to.
    const fn to(self, kind: SectionKind) -> Action {
        match (kind, self) {
            (SectionKind::Items, Self::Added) => Action::AddedItem,
            (SectionKind::Items, Self::Edited) => Action::EditedItem,
            (SectionKind::Items, Self::Deleted) => Action::DeletedItem,
            (SectionKind::Badges, Self::Added) => Action::AddedBadge,
            (SectionKind::Badges, Self::Edited) => Action::EditedBadge,
            (SectionKind::Badges, Self::Deleted) => Action::DeletedBadge,
            (SectionKind::Controls, Self::Added) => Action::AddedControl,
            (SectionKind::Controls, Self::Edited) => Action::EditedControl,
            (SectionKind::Controls, Self::Deleted) => Action::DeletedControl,
            (SectionKind::Subprocessors, Self::Added) => Action::AddedSubprocessor,
            (SectionKind::Subprocessors, Self::Edited) => Action::EditedSubprocessor,
            (SectionKind::Subprocessors, Self::Deleted) => Action::DeletedSubprocessor,
            (SectionKind::Faqs, Self::Added) => Action::AddedQuestion,
            (SectionKind::Faqs, Self::Edited) => Action::EditedQuestion,
            (SectionKind::Faqs, Self::Deleted) => Action::DeletedQuestion,
        }
    }
}

async fn section_of(tx: &mut Tx, act: StaffAction<'_>, id: SectionId) -> Result<Section> {
    store::content::sections::by_id(tx, act.org.id, id)
        .await?
        .filter(|section| section.kind != SectionKind::Items)
        .ok_or(ContentError::NotFound)
}

async fn found(tx: &mut Tx, act: StaffAction<'_>, id: EntryId) -> Result<(Entry, Section)> {
    let entry = store::content::entries::by_id(tx, act.org.id, id).await?;
    let entry = entry.ok_or(ContentError::NotFound)?;
    let section = section_of(tx, act, entry.section).await?;
    Ok((entry, section))
}

/// The texts that the kind has, tidied; anything else that was sent is left out.
async fn checked(
    tx: &mut Tx,
    act: StaffAction<'_>,
    kind: SectionKind,
    typed: &Texts,
) -> Result<Texts> {
    let mut problems = Problems::default();
    let mut texts = Texts::default();
    for rule in kind.fields() {
        let text = checked_one(rule, typed.get(rule.field), &mut problems);
        texts.set(rule.field, text);
    }
    if let Some(id) = ItemId::parse(&texts.item) {
        if store::content::items::by_id(tx, act.org.id, id)
            .await?
            .is_none()
        {
            problems.add("item", "This item is gone: choose another one");
        }
    } else if !texts.item.is_empty() {
        problems.add("item", "Choose an item of your page");
    }
    problems.into_result()?;
    Ok(texts)
}

fn checked_one(rule: &Rule, typed: &str, problems: &mut Problems) -> String {
    let key = rule.field.key();
    let text = match rule.shape {
        Shape::Markdown(_) => typed.trim().replace("\r\n", "\n"),
        _ => tidy(typed),
    };
    match rule.shape {
        Shape::Line(longest) | Shape::Markdown(longest) => {
            if rule.required {
                problems.required(key, rule.label, &text, longest);
            } else {
                problems.at_most(key, rule.label, &text, longest);
            }
        }
        Shape::Link => {
            problems.at_most(key, rule.label, &text, ENTRY_URL);
            if !text.is_empty() && !is_web_address(&text) {
                problems.add(
                    key,
                    format!("“{text}” is not a web address: it begins with https://"),
                );
            }
        }
        Shape::State(..) => {
            if rule.field == Field::State && ![DONE, IN_PROGRESS].contains(&text.as_str()) {
                problems.add(key, "Choose where you stand");
            }
        }
        Shape::Item => {}
    }
    text
}

fn is_web_address(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "https" | "http") && url.has_host())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_addresses_are_links() {
        for good in ["https://example.com", "http://example.com/a?b=c"] {
            assert!(is_web_address(good), "{good}");
        }
        for bad in [
            "javascript:alert(1)",
            "data:text/html,x",
            "example.com",
            "//x",
        ] {
            assert!(!is_web_address(bad), "{bad}");
        }
    }
}
