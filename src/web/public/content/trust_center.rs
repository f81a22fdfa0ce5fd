//! The trust center: public to anyone, shared with members, and the page of one item.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::content::Item;
use domain::documents::{Document, DocumentVersion};
use domain::ids::{DocumentId, ItemId};

use crate::app::App;
use crate::use_cases::visitors::Viewed;
use crate::use_cases::visitors::access::ItemAccess;
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::flash::Flash;
use crate::web::http::page;
use crate::web::http::visitor::StatusPage;
use crate::web::public::content::sections::{self, Badge, Content, SectionView};
use crate::web::public::content::updates::{self, UpdateView};
use crate::web::public::conversations::comments::Conversation;
use crate::web::public::frame::Frame;
use crate::web::public::visitors::page_view::PageView;

/// So many of the newest updates are shown.
const UPDATES: i64 = 3;

#[derive(Template)]
#[template(path = "public/content/trust_center.html")]
struct Status {
    frame: Frame,
    sections: Vec<SectionView>,
    updates: Vec<UpdateView>,
    glance: Glance,
}

/// What is to be seen at the top: what the organization complies with, and numbers.
struct Glance {
    items: usize,
    locked: usize,
    updated: Option<String>,
    seals: Vec<Badge>,
}

/// What this visitor may know of an item. Of a locked one no document is here,
/// so that no template can show it.
pub(super) struct ItemView {
    pub item: Item,
    pub locked: bool,
    /// Locked, because the access of the visitor's account doesn't include it.
    pub not_included: bool,
    pub document: Option<Document>,
    pub updated: String,
}

#[derive(Template)]
#[template(path = "public/content/item.html")]
pub(in crate::web::public) struct ItemPage {
    frame: Frame,
    section: String,
    view: ItemView,
    /// Which of several versions the document is.
    version: Option<DocumentVersion>,
    /// What a member's account and staff say about it; nothing for anyone else.
    pub conversation: Option<Conversation>,
}

impl ItemView {
    pub fn of(
        item: Item,
        item_access: ItemAccess,
        documents: &mut BTreeMap<DocumentId, Document>,
    ) -> Self {
        let locked = item_access != ItemAccess::Open;
        let document = item.document.filter(|_| !locked);
        Self {
            locked,
            not_included: item_access == ItemAccess::NotIncluded,
            document: document.and_then(|id| documents.get(&id).cloned()),
            updated: item.updated_at.strftime("%-d %B %Y").to_string(),
            item,
        }
    }

    fn updated_at(&self) -> String {
        self.item.updated_at.to_string()
    }
}

pub(super) async fn page(
    State(app): State<App>,
    view: PageView,
    Flash(flash): Flash,
    page: StatusPage,
) -> WebResult {
    let mut tx = app.db.read().await?;
    let sections = sections::load(&mut tx, &page).await?;
    let updates = updates::newest(&mut tx, &page, UPDATES).await?;
    drop(tx);
    let words = format!("{} · Trust center", page.path(""));
    let what = Viewed::Page {
        words: &words,
        item: None,
    };
    view.note(&app, &page, what).await?;
    let glance = Glance::of(&sections);
    page::html(&Status {
        frame: Frame::of(&page, flash),
        sections,
        updates,
        glance,
    })
}

/// `/trust/{slug}/`, as people type it.
pub(in crate::web::public) async fn without_slash(page: StatusPage) -> Response {
    page::see_other(&page.path(""))
}

pub(super) async fn item(
    State(app): State<App>,
    view: PageView,
    Path((_, id)): Path<(String, String)>,
    Flash(flash): Flash,
    page: StatusPage,
) -> WebResult {
    let id: ItemId = page::id(&id)?;
    let shown = item_page(&app, &page, id, flash).await?;
    let item = &shown.view.item;
    let words = words_of(&page, item);
    let what = Viewed::Page {
        words: &words,
        item: Some(item),
    };
    view.note(&app, &page, what).await?;
    page::html(&shown)
}

/// An item's page in the words of an activity.
pub(in crate::web::public) fn words_of(page: &StatusPage, item: &Item) -> String {
    let path = page.path(&format!("/items/{}", item.id));
    format!("{path} · {}", item.title)
}

pub(in crate::web::public) async fn item_page(
    app: &App,
    page: &StatusPage,
    id: ItemId,
    flash: Option<String>,
) -> WebResult<ItemPage> {
    let mut tx = app.db.read().await?;
    let item = store::content::items::by_id(&mut tx, page.org.id, id).await?;
    let item = item.ok_or(WebError::NotFound)?;
    let section = store::content::sections::by_id(&mut tx, page.org.id, item.section).await?;
    let mut documents = BTreeMap::new();
    if let Some(id) = item.document
        && let Some(document) = store::documents::by_id(&mut tx, page.org.id, id).await?
    {
        documents.insert(id, document);
    }
    let version = match item.document {
        Some(id) => store::documents::versions::by_document(&mut tx, page.org.id, id).await?,
        None => None,
    };
    Ok(ItemPage {
        version: version.filter(|version| version.number > 1),
        section: section.map_or_else(String::new, |section| section.title),
        conversation: Conversation::load(&mut tx, page, &item).await?,
        view: ItemView::of(item.clone(), page.item_access(&item), &mut documents),
        frame: Frame::of(page, flash),
    })
}

impl Glance {
    fn of(sections: &[SectionView]) -> Self {
        let items = || sections.iter().flat_map(SectionView::items);
        let badges = sections.iter().flat_map(SectionView::badges);
        let newest = items().max_by_key(|view| view.item.updated_at);
        Self {
            items: items().count(),
            locked: items().filter(|view| view.locked).count(),
            updated: newest.map(|view| view.updated.clone()),
            seals: badges.filter(|badge| badge.done).take(6).cloned().collect(),
        }
    }
}
