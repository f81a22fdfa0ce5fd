//! Documents as bytes: shown inside a page, or downloaded.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::Response;

use super::look::Look;
use super::status::words_of;
use crate::app::App;
use crate::domain::content::Item;
use crate::domain::document::Document;
use crate::domain::ids::DocumentId;
use crate::store;
use crate::trust_center::access::Access;
use crate::trust_center::usage::What;
use crate::web::download::send;
use crate::web::error::{WebError, WebResult};
use crate::web::page;
use crate::web::visitor::StatusPage;

pub(super) async fn view(
    State(app): State<App>,
    method: Method,
    headers: HeaderMap,
    look: Look,
    Path((_, id)): Path<(String, String)>,
    page: StatusPage,
) -> WebResult {
    let (item, document) = match open_to(&app, &page, &id).await? {
        Gate::Open(item, document) => (item, document),
        Gate::Closed(answer) => return Ok(answer),
    };
    if !document.is_viewable() {
        return Ok(page::see_other(
            &page.path(&format!("/documents/{id}/download")),
        ));
    }
    let response = send(&app, &method, &headers, &document, "inline").await?;
    if begins_at_the_start(&response) {
        let what = What::Preview {
            words: &words_of(&page, &item),
            item: &item,
            document: &document,
        };
        look.note(&app, &page, what).await?;
    }
    Ok(response)
}

pub(super) async fn download(
    State(app): State<App>,
    method: Method,
    headers: HeaderMap,
    look: Look,
    Path((_, id)): Path<(String, String)>,
    page: StatusPage,
) -> WebResult {
    let (item, document) = match open_to(&app, &page, &id).await? {
        Gate::Open(item, document) => (item, document),
        Gate::Closed(answer) => return Ok(answer),
    };
    // The content is at hand before anything is recorded: a file that is missing
    // was not downloaded.
    let response = send(&app, &method, &headers, &document, "attachment").await?;
    if begins_at_the_start(&response) {
        let what = What::Download {
            item: &item,
            document: &document,
        };
        look.note(&app, &page, what).await?;
    }
    Ok(response)
}

enum Gate {
    Open(Item, Document),
    Closed(Response),
}

/// A document is open to whoever may read an item that offers it. Who isn't
/// signed in is asked to, whose account has to sign the NDA is led to it; who has
/// no access is told how to get it.
async fn open_to(app: &App, page: &StatusPage, id: &str) -> WebResult<Gate> {
    let id: DocumentId = page::id(id)?;
    let mut tx = app.db.read().await?;
    let items = store::item::of_document(&mut tx, page.org.id, id).await?;
    let item = items.into_iter().next().ok_or(WebError::NotFound)?;
    if item.visibility.is_locked() {
        match page.access() {
            Access::Open(_) => {}
            Access::Anonymous => {
                return Ok(Gate::Closed(page::see_other(&page.path("/sign-in"))));
            }
            Access::NdaFirst(_) => {
                let to = page.path(&format!("/nda?item={}", item.id));
                return Ok(Gate::Closed(page::see_other(&to)));
            }
            Access::NoAccount => return Err(no_access(page)),
        }
    }
    let document = store::document::by_id(&mut tx, page.org.id, id).await?;
    Ok(Gate::Open(item, document.ok_or(WebError::NotFound)?))
}

/// For whoever is signed in and was given no access.
pub(super) fn no_access(page: &StatusPage) -> WebError {
    WebError::Forbidden(format!(
        "This is shared with customers and prospects of {}. Request access on its trust center, \
         and you will get a mail when it is granted.",
        page.org.name
    ))
}

/// A part that begins later belongs to a download that was counted already.
fn begins_at_the_start(response: &Response) -> bool {
    let range = response.headers().get(header::CONTENT_RANGE);
    match range.map(HeaderValue::as_bytes) {
        None => response.status() == StatusCode::OK,
        Some(range) => range.starts_with(b"bytes 0-"),
    }
}
