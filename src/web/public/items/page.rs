//! The page of one item.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, State};
use domain::documents::{Document, DocumentVersion};
use domain::ids::ItemId;

use crate::app::App;
use crate::use_cases::views::Viewed;
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::flash::Flash;
use crate::web::http::page;
use crate::web::http::visitor::StatusPage;
use crate::web::public::content::item_view::ItemView;
use crate::web::public::documents;
use crate::web::public::frame::Frame;
use crate::web::public::items::conversation::Conversation;
use crate::web::public::visitors::page_view::{PageView, words_of};

#[derive(Template)]
#[template(path = "public/items/page.html")]
pub(super) struct ItemPage {
    frame: Frame,
    section: String,
    view: ItemView,
    /// Which of several versions the document is.
    version: Option<DocumentVersion>,
    /// Whether the document is read in the viewer only.
    is_view_only: bool,
    /// What a member's account and staff say about it; nothing for anyone else.
    pub conversation: Option<Conversation>,
}

impl ItemPage {
    /// Whether it is read in the viewer.
    fn is_read(&self, document: &Document) -> bool {
        document.is_pdf() && documents::has_viewer()
    }

    fn is_downloadable(&self, document: &Document) -> bool {
        !(document.is_pdf() && self.is_view_only)
    }
}

pub(super) async fn show(
    State(app): State<App>,
    view: PageView,
    Path((_, id)): Path<(String, String)>,
    Flash { message: flash, .. }: Flash,
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

pub(super) async fn item_page(
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
        is_view_only: store::content::items::is_view_only(&mut tx, page.org.id, id).await?,
        version: version.filter(|version| version.number > 1),
        section: section.map_or_else(String::new, |section| section.title),
        conversation: Conversation::load(&mut tx, page, &item).await?,
        view: ItemView::from_item(item.clone(), page.item_access(&item), &mut documents),
        frame: Frame::of_item(page, id, flash),
    })
}
