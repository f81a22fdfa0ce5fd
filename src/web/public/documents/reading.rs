//! What the viewer says about the pages that were read, every half minute.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use domain::analytics::reading::PageTimes;
use serde::Deserialize;

use super::opened::{Gate, open_to};
use crate::app::App;
use crate::use_cases::documents::reading;
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::form::Form;
use crate::web::http::visitor::StatusPage;
use crate::web::limits::READINGS_PER_VISITOR;
use crate::web::public::refused::{is_allowed, no_access};
use crate::web::public::visitors::page_view::PageView;

#[derive(Deserialize)]
pub(super) struct Fields {
    /// How many pages the document has.
    #[serde(default)]
    of: String,
    /// `1:30,2:5`: pages and seconds.
    #[serde(default)]
    pages: String,
}

/// Only members are timed, and the organization's own staff never are.
pub(super) async fn note(
    State(app): State<App>,
    view: PageView,
    Path((_, id)): Path<(String, String)>,
    page: StatusPage,
    Form(fields): Form<Fields, 4>,
) -> WebResult {
    let offered = match open_to(&app, &page, &id).await? {
        Gate::Open(_, offered) => offered,
        Gate::Closed(_) => return Err(no_access(&page)),
    };
    let times = PageTimes::parse(&fields.of, &fields.pages);
    let times = times.map_err(|error| WebError::BadRequest(format!("Sorry, {error}.")))?;
    if !offered.document.is_pdf() {
        return Err(WebError::NotFound);
    }
    let Some(member) = page.member() else {
        return Ok(StatusCode::NO_CONTENT.into_response());
    };
    let key = format!("reading:{}:{}", page.org.id, member.visitor.id);
    if !is_allowed(&app, &key, READINGS_PER_VISITOR).await? {
        return Err(WebError::TooMany(
            "That is more than one person reads in an hour.".to_owned(),
        ));
    }
    let mut tx = app.db.begin().await?;
    if !view.is_of_staff(&mut tx, &app, &page).await? {
        let (org, document) = (page.org.id, offered.document.id);
        reading::note(&mut tx, &app.ambient, org, member, document, &times).await?;
        tx.commit().await?;
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}
