//! Whether a document is open to a visitor, and the copy of it that they get.

use axum::http::{HeaderMap, Method};
use axum::response::Response;
use domain::content::Item;
use domain::dates;
use domain::documents::Document;
use domain::ids::DocumentId;
use store::Tx;

use crate::app::App;
use crate::use_cases::visitors::access::{Access, ItemAccess};
use crate::web::http::download::{send, send_marked};
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::page;
use crate::web::http::visitor::StatusPage;
use crate::web::public::refused::{no_access, not_included};
use crate::web::public::requested_item;

/// Whether a visitor may read the document.
pub(super) enum Gate {
    Open(Box<Item>, VisitorsCopy),
    Closed(Response),
}

/// What a visitor gets.
pub(super) struct VisitorsCopy {
    pub document: Document,
    /// 1 where it is not known to be one of several.
    version: i64,
    /// Whether they get it in the viewer only.
    pub is_view_only: bool,
    /// What stands on every page of this visitor's copy.
    mark: Option<String>,
}

impl VisitorsCopy {
    async fn new(
        tx: &mut Tx,
        app: &App,
        page: &StatusPage,
        item: &Item,
        document: Document,
    ) -> WebResult<Self> {
        let org = page.org.id;
        let version = store::documents::versions::by_document(tx, org, document.id).await?;
        let is_marked = item.visibility.is_locked()
            && document.is_pdf()
            && store::content::items::is_watermarked(tx, org, item.id).await?;
        let reader = page.member().map(|member| match &page.view {
            Some(view) => format!("{}, {}", view.by.name, view.by.email),
            None => member.visitor.email.to_string(),
        });
        let today = dates::day(app.ambient.today());
        Ok(Self {
            version: version.map_or(1, |version| version.number),
            is_view_only: document.is_pdf()
                && store::content::items::is_view_only(tx, org, item.id).await?,
            mark: reader
                .filter(|_| is_marked)
                .map(|reader| format!("{reader} · {today} · {}", page.org.name)),
            document,
        })
    }

    /// Whether the reader's address and the day stand on each page.
    pub(super) fn is_marked(&self) -> bool {
        self.mark.is_some()
    }

    /// The file's name, and which version it was.
    pub(super) fn name(&self) -> String {
        let name = &self.document.file_name;
        match self.version {
            1 => name.clone(),
            number => format!("{name} (version {number})"),
        }
    }

    pub(super) async fn send(
        &self,
        app: &App,
        method: &Method,
        headers: &HeaderMap,
        disposition: &str,
    ) -> WebResult {
        let document = &self.document;
        match &self.mark {
            Some(line) => send_marked(app, method, headers, document, disposition, line).await,
            None => send(app, method, headers, document, disposition).await,
        }
    }
}

/// Who follows an old link, to a version that is not offered anymore, is led to the
/// item, which says by itself what this visitor may see.
async fn newer(tx: &mut Tx, page: &StatusPage, id: DocumentId) -> WebResult<Gate> {
    let old = store::documents::versions::by_document(tx, page.org.id, id).await?;
    let old = old.ok_or(WebError::NotFound)?;
    let to = page.path(&format!("/items/{}", old.item));
    Ok(Gate::Closed(page::see_other(&to)))
}

/// A document is open to whoever may read an item that offers it. Who isn't
/// signed in is asked to, whose account has to sign the NDA is led to it; who has
/// no access is told how to get it.
pub(super) async fn open_to(app: &App, page: &StatusPage, id: &str) -> WebResult<Gate> {
    let id: DocumentId = page::id(id)?;
    let mut tx = app.db.read().await?;
    let items = store::content::items::of_document(&mut tx, page.org.id, id).await?;
    if items.is_empty() {
        return newer(&mut tx, page, id).await;
    }
    let Some(item) = items.iter().find(|item| page.opens(item)) else {
        // What a signature opens comes before what the account's access leaves out.
        let signable = items
            .iter()
            .find(|item| page.item_access(item) == ItemAccess::Closed);
        let item = signable.or(items.first()).ok_or(WebError::NotFound)?;
        return closed(page, item).map(Gate::Closed);
    };
    let document = store::documents::by_id(&mut tx, page.org.id, id).await?;
    let document = document.ok_or(WebError::NotFound)?;
    let offered = VisitorsCopy::new(&mut tx, app, page, item, document).await?;
    Ok(Gate::Open(Box::new(item.clone()), offered))
}

fn closed(page: &StatusPage, item: &Item) -> WebResult {
    if page.item_access(item) == ItemAccess::NotIncluded {
        return Err(not_included(page));
    }
    match page.access() {
        Access::Anonymous => {
            let to = requested_item::sign_in(page, Some(item.id));
            Ok(page::see_other(&to))
        }
        Access::NdaFirst(_) => {
            let to = requested_item::nda(page, Some(item.id));
            Ok(page::see_other(&to))
        }
        Access::NoAccount | Access::Expired(_) | Access::Open(_) => Err(no_access(page)),
    }
}
