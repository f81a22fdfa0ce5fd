//! What the sections of the trust center hold, ready to be shown.

use std::collections::BTreeMap;

use domain::content::Section;
use domain::content::badge::Seal;
use domain::content::entry::{Entry, SectionKind};
use domain::dates;
use domain::ids::{DocumentId, EntryId, ItemId};
use store::Tx;

use crate::web::components::markdown;
use crate::web::http::visitor::StatusPage;
use crate::web::public::content::item_view::ItemView;

pub(super) struct SectionView {
    pub anchor: String,
    pub section: Section,
    pub content: Content,
}

/// By the section's kind.
pub(super) enum Content {
    Items(Vec<ItemView>),
    Badges(Vec<Badge>),
    Controls(Vec<Controls>),
    /// With the day of the last change.
    Subprocessors(Vec<Entry>, Option<String>),
    Faqs(Vec<Faq>),
}

#[derive(Clone)]
pub(super) struct Badge {
    pub anchor: String,
    pub name: String,
    pub seal: Seal,
    pub done: bool,
    pub period: String,
    /// The item or web address that it leads to.
    pub link: Option<String>,
    /// Whether the link leaves the trust center.
    pub leaves: bool,
}

/// The controls of one category.
pub(super) struct Controls {
    pub category: String,
    pub entries: Vec<Entry>,
}

pub(super) struct Faq {
    pub anchor: String,
    pub question: String,
    /// Safe HTML.
    pub answer: String,
}

impl Controls {
    pub(super) fn done(&self) -> usize {
        let done = self.entries.iter().filter(|entry| entry.texts.is_done());
        done.count()
    }
}

impl SectionView {
    pub(super) fn items(&self) -> impl Iterator<Item = &ItemView> {
        match &self.content {
            Content::Items(items) => items.as_slice(),
            _ => &[],
        }
        .iter()
    }

    pub(super) fn badges(&self) -> impl Iterator<Item = &Badge> {
        match &self.content {
            Content::Badges(badges) => badges.as_slice(),
            _ => &[],
        }
        .iter()
    }

    /// How many things are in it.
    pub(super) fn count(&self) -> usize {
        match &self.content {
            Content::Items(items) => items.len(),
            Content::Badges(badges) => badges.len(),
            Content::Controls(groups) => groups.iter().map(|group| group.entries.len()).sum(),
            Content::Subprocessors(entries, _) => entries.len(),
            Content::Faqs(faqs) => faqs.len(),
        }
    }
}

/// What an entry's place on the page is called.
pub(super) fn anchor(kind: SectionKind, id: EntryId) -> String {
    let kind = match kind {
        SectionKind::Items => "item",
        SectionKind::Badges => "badge",
        SectionKind::Controls => "control",
        SectionKind::Subprocessors => "subprocessor",
        SectionKind::Faqs => "faq",
    };
    format!("{kind}-{id}")
}

/// Sections that have something in them: an empty one tells a visitor nothing.
pub(super) async fn load(tx: &mut Tx, page: &StatusPage) -> store::Result<Vec<SectionView>> {
    let org = page.org.id;
    let documents = store::documents::list(tx, org).await?;
    let mut documents: BTreeMap<DocumentId, _> = documents.into_iter().map(|d| (d.id, d)).collect();
    let mut items: BTreeMap<_, Vec<_>> = BTreeMap::new();
    let mut known = Vec::new();
    for item in store::content::items::list(tx, org).await? {
        known.push(item.id);
        let item_access = page.item_access(&item);
        let view = ItemView::from_item(item, item_access, &mut documents);
        items.entry(view.item.section).or_default().push(view);
    }
    let mut entries: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for entry in store::content::entries::list(tx, org).await? {
        entries.entry(entry.section).or_default().push(entry);
    }
    let sections = store::content::sections::list(tx, org).await?;
    let views = sections.into_iter().filter_map(|section| {
        let content = match section.kind {
            SectionKind::Items => Content::Items(items.remove(&section.id)?),
            kind => {
                let entries = entries.remove(&section.id)?;
                content(kind, entries, &section, page, &known)
            }
        };
        Some(SectionView {
            anchor: format!("section-{}", section.position),
            section,
            content,
        })
    });
    Ok(views.collect())
}

fn content(
    kind: SectionKind,
    entries: Vec<Entry>,
    section: &Section,
    page: &StatusPage,
    items: &[ItemId],
) -> Content {
    match kind {
        SectionKind::Items => Content::Items(Vec::new()),
        SectionKind::Badges => {
            let badges = entries.into_iter().map(|entry| badge(entry, page, items));
            Content::Badges(badges.collect())
        }
        SectionKind::Controls => Content::Controls(grouped(entries)),
        SectionKind::Subprocessors => {
            let changed = section.changed_at.map(dates::utc_day);
            Content::Subprocessors(entries, changed)
        }
        SectionKind::Faqs => Content::Faqs(entries.into_iter().map(faq).collect()),
    }
}

fn badge(entry: Entry, page: &StatusPage, items: &[ItemId]) -> Badge {
    let done = entry.texts.is_done();
    let texts = entry.texts;
    let item = ItemId::parse(&texts.item).filter(|id| items.contains(id));
    let leaves = item.is_none() && !texts.link.is_empty();
    let link = match item {
        Some(id) => Some(page.path(&format!("/items/{id}"))),
        None => leaves.then_some(texts.link),
    };
    Badge {
        anchor: anchor(SectionKind::Badges, entry.id),
        seal: Seal::from_name(&texts.title),
        name: texts.title,
        done,
        period: texts.period,
        link,
        leaves,
    }
}

/// By category, in the order in which categories first come.
fn grouped(entries: Vec<Entry>) -> Vec<Controls> {
    let mut groups: Vec<Controls> = Vec::new();
    for entry in entries {
        let category = &entry.texts.category;
        match groups.iter_mut().find(|group| group.category == *category) {
            Some(group) => group.entries.push(entry),
            None => groups.push(Controls {
                category: category.clone(),
                entries: vec![entry],
            }),
        }
    }
    groups
}

fn faq(entry: Entry) -> Faq {
    Faq {
        anchor: anchor(SectionKind::Faqs, entry.id),
        question: entry.texts.title,
        answer: markdown::to_html(&entry.texts.body),
    }
}
