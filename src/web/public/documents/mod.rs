//! Documents: read in the viewer, shown by the browser itself, or downloaded.

mod opened;
mod reading;
mod viewer;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method};
use axum::routing::{get, post};

use crate::app::App;
use crate::use_cases::documents::read::Offered;
use crate::use_cases::views::Viewed;
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::page;
use crate::web::http::visitor::StatusPage;
use crate::web::public::visitors::page_view::{Given, PageView, words_of};
use opened::{Gate, open_to};
pub(super) use viewer::is_built_in as has_viewer;

/// Why a document that may only be read in the viewer can't be read at all.
const NO_VIEWER: &str = "This document is view only, and this trust center has no viewer for it at \
                         the moment. Nothing was shown. Write to the security contact on the trust center.";

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/documents/{id}/read", get(viewer::read))
        .route("/documents/{id}/reading", post(reading::note))
        .route("/documents/{id}/view", get(view))
        .route("/documents/{id}/download", get(download))
}

/// The bytes, for the viewer or the browser's own view.
async fn view(
    State(app): State<App>,
    method: Method,
    headers: HeaderMap,
    view: PageView,
    Path((_, id)): Path<(String, String)>,
    page: StatusPage,
) -> WebResult {
    let (item, offered) = match open_to(&app, &page, &id).await? {
        Gate::Open(item, offered) => (item, offered),
        Gate::Closed(answer) => return Ok(answer),
    };
    let document = &offered.document;
    if !document.is_viewable() {
        return Ok(page::see_other(
            &page.path(&format!("/documents/{id}/download")),
        ));
    }
    let is_for_viewer = viewer::asks(&headers);
    if offered.is_view_only && !viewer::is_built_in() {
        return Err(WebError::Forbidden(NO_VIEWER.to_owned()));
    }
    if offered.is_view_only && !is_for_viewer {
        return Ok(page::see_other(
            &page.path(&format!("/documents/{id}/read")),
        ));
    }
    let response = offered.send(&app, &method, &headers, "inline").await?;
    let given = match Given::from_response(&response) {
        // The viewer asked for all of it first, and reads on in parts.
        Given::Part(_) if is_for_viewer => Given::Part(false),
        given => given,
    };
    let what = Viewed::Document {
        words: &words_of(&page, &item),
        offered: Offered {
            item: &item,
            document,
            name: &offered.name(),
        },
    };
    view.note_document(&app, &page, what, given).await?;
    Ok(response)
}

async fn download(
    State(app): State<App>,
    method: Method,
    headers: HeaderMap,
    view: PageView,
    Path((_, id)): Path<(String, String)>,
    page: StatusPage,
) -> WebResult {
    let (item, offered) = match open_to(&app, &page, &id).await? {
        Gate::Open(item, offered) => (item, offered),
        Gate::Closed(answer) => return Ok(answer),
    };
    if offered.is_view_only {
        return Err(WebError::Forbidden(
            "This document is view only: you can read it on the trust center, but not download it."
                .to_owned(),
        ));
    }
    // The content is at hand before anything is recorded: a file that is missing
    // was not downloaded.
    let response = offered.send(&app, &method, &headers, "attachment").await?;
    let given = Given::from_response(&response);
    let what = Viewed::Download(Offered {
        item: &item,
        document: &offered.document,
        name: &offered.name(),
    });
    view.note_document(&app, &page, what, given).await?;
    Ok(response)
}
