//! What may be found on a trust center, by a certain visitor.

use std::collections::BTreeMap;

use domain::content::entry::{Entry, SectionKind};
use domain::content::search::Texts;
use domain::content::update::Update;
use domain::content::{Item, Section};
use store::Tx;

use crate::web::components::markdown;
use crate::web::http::visitor::StatusPage;
use crate::web::limits::SEARCHED_UPDATES;
use crate::web::public::content::sections;

/// An item, an entry or an update, with no more of its texts than the visitor may read.
pub(super) struct Published {
    /// What it is, in a word.
    pub kind: String,
    /// By the name in `templates/components/icons.html`.
    pub icon: &'static str,
    /// Which of its kind: a category, a day; may be empty.
    pub place: String,
    pub title: String,
    pub summary: String,
    /// In Markdown, where `is_markdown` says so.
    pub text: String,
    pub is_markdown: bool,
    /// Where it is.
    pub path: String,
    pub locked: bool,
}

impl Published {
    /// With its text as it is read. Takes a while where there is much of it.
    pub(super) fn with_plain_text(mut self) -> Self {
        if self.is_markdown {
            self.text = markdown::to_text(&self.text);
            self.is_markdown = false;
        }
        self
    }

    pub(super) fn texts(&self) -> Texts<'_> {
        Texts {
            title: &self.title,
            summary: &self.summary,
            text: &self.text,
        }
    }
}

/// Everything, in the order of the page.
pub(super) async fn load(tx: &mut Tx, page: &StatusPage) -> store::Result<Vec<Published>> {
    let org = page.org.id;
    let mut items: BTreeMap<_, Vec<Item>> = BTreeMap::new();
    for item in store::content::items::list(tx, org).await? {
        items.entry(item.section).or_default().push(item);
    }
    let mut entries: BTreeMap<_, Vec<Entry>> = BTreeMap::new();
    for entry in store::content::entries::list(tx, org).await? {
        entries.entry(entry.section).or_default().push(entry);
    }
    let mut all = Vec::new();
    for section in store::content::sections::list(tx, org).await? {
        let items = items.remove(&section.id).unwrap_or_default();
        all.extend(items.into_iter().map(|one| item(page, &section, one)));
        let entries = entries.remove(&section.id).unwrap_or_default();
        all.extend(
            entries
                .into_iter()
                .map(|one| entry(page, section.kind, one)),
        );
    }
    let updates = store::content::updates::published(tx, org, SEARCHED_UPDATES).await?;
    all.extend(updates.into_iter().map(|one| update(page, one)));
    Ok(all)
}

/// The same rule as the item's page decides whether its text is searched at all.
fn item(page: &StatusPage, section: &Section, item: Item) -> Published {
    let open = page.opens(&item);
    Published {
        kind: section.title.clone(),
        icon: if open { "document" } else { "lock" },
        place: String::new(),
        path: page.path(&format!("/items/{}", item.id)),
        title: item.title,
        summary: item.summary,
        text: if open { item.body } else { String::new() },
        is_markdown: false,
        locked: !open,
    }
}

fn entry(page: &StatusPage, kind: SectionKind, entry: Entry) -> Published {
    let anchor = sections::anchor(kind, entry.id);
    let texts = entry.texts;
    let (place, summary, text) = match kind {
        SectionKind::Items => (String::new(), String::new(), String::new()),
        SectionKind::Badges => (String::new(), texts.period, String::new()),
        SectionKind::Controls => (texts.category.clone(), texts.body, texts.category),
        SectionKind::Subprocessors => {
            let text = [texts.location, texts.data].join(" · ");
            let text = text.trim_matches([' ', '·']).to_owned();
            (String::new(), texts.body, text)
        }
        SectionKind::Faqs => (String::new(), String::new(), texts.body),
    };
    Published {
        kind: called(kind).to_owned(),
        icon: kind.icon(),
        place,
        path: format!("{}#{anchor}", page.path("")),
        title: texts.title,
        summary,
        text,
        is_markdown: kind == SectionKind::Faqs,
        locked: false,
    }
}

/// What a visitor calls one entry.
const fn called(kind: SectionKind) -> &'static str {
    match kind {
        SectionKind::Items => "Document",
        SectionKind::Badges => "Compliance",
        SectionKind::Controls => "Control",
        SectionKind::Subprocessors => "Subprocessor",
        SectionKind::Faqs => "Question",
    }
}

fn update(page: &StatusPage, update: Update) -> Published {
    Published {
        kind: "Update".to_owned(),
        icon: "clock",
        place: update.day(),
        path: page.path(&format!("/updates/{}", update.id)),
        title: update.title,
        summary: String::new(),
        text: update.body,
        is_markdown: true,
        locked: false,
    }
}
