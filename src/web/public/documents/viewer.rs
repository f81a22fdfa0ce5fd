//! The page in which a PDF is read. It gives nothing of the document itself: the viewer
//! fetches that from the document's own address, where it is recorded as given.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::IntoResponse as _;
use domain::content::Item;
use domain::documents::Document;

use super::opened::{Gate, open_to};
use crate::app::App;
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::headers;
use crate::web::http::page;
use crate::web::http::pdfjs;
use crate::web::http::visitor::StatusPage;
use crate::web::limits::READ_WHOLE;
use crate::web::public::frame::Frame;
use crate::web::public::visitors::page_view::PageView;

/// What the viewer's requests have, and links and forms can't.
const VIEWER: &str = "x-document-viewer";

#[derive(Template)]
#[template(path = "public/documents/read.html")]
struct ReadPage {
    frame: Frame,
    item: Item,
    document: Document,
    is_view_only: bool,
    /// Whether the reader's address and the day stand on each page.
    is_marked: bool,
    /// Whether the pages that they read are timed, which the page says.
    is_timed: bool,
    /// Where the files of pdf.js are.
    pdfjs: &'static str,
}

impl ReadPage {
    /// A large document is fetched in parts, as they are read. One with a mark is not: the
    /// mark has the day, and parts of two days' copies don't fit together.
    fn is_in_parts(&self) -> bool {
        self.document.size > READ_WHOLE && !self.is_marked
    }
}

/// Whether this build has the viewer.
pub(in crate::web::public) fn is_built_in() -> bool {
    pdfjs::folder().is_some()
}

/// Whether the viewer fetches the document. A deterrent only: whoever writes programs can
/// send the same.
pub(super) fn asks(headers: &HeaderMap) -> bool {
    let is = |name: &str, value: &str| {
        let sent = headers.get(name);
        sent.is_none_or(|sent| sent.as_bytes() == value.as_bytes())
    };
    headers.contains_key(VIEWER)
        && is("sec-fetch-dest", "empty")
        && is("sec-fetch-site", "same-origin")
}

pub(super) async fn read(
    State(app): State<App>,
    looks: PageView,
    Path((_, id)): Path<(String, String)>,
    page: StatusPage,
) -> WebResult {
    let (item, offered) = match open_to(&app, &page, &id).await? {
        Gate::Open(item, offered) => (item, offered),
        Gate::Closed(answer) => return Ok(answer),
    };
    let mut tx = app.db.read().await?;
    let is_staff = looks.is_of_staff(&mut tx, &app, &page).await?;
    drop(tx);
    let view = page.path(&format!("/documents/{id}/view"));
    let Some(pdfjs) = pdfjs::folder().filter(|_| offered.document.is_pdf()) else {
        return Ok(page::see_other(&view));
    };
    let shown = ReadPage {
        frame: Frame::of_item(&page, item.id, None),
        item: *item,
        is_view_only: offered.is_view_only,
        is_marked: offered.is_marked(),
        document: offered.document,
        is_timed: page.member().is_some() && !is_staff,
        pdfjs,
    };
    let policy = HeaderValue::from_str(&headers::policy_of_viewer(&app.config));
    let policy = policy.map_err(|error| WebError::Internal(error.into()))?;
    let policy = [(header::CONTENT_SECURITY_POLICY, policy)];
    Ok((policy, page::html(&shown)?).into_response())
}
