//! The trust center's page: public to anyone, shared with members.

use askama::Template;
use axum::extract::{FromRequestParts as _, Path, Request, State};
use axum::response::Response;
use domain::content::entry::SectionKind;

use crate::app::App;
use crate::use_cases::views::Viewed;
use crate::web::http::error::WebResult;
use crate::web::http::flash::Flash;
use crate::web::http::page;
use crate::web::http::visitor::StatusPage;
use crate::web::limits::NEWEST_UPDATES;
use crate::web::public::content::anonymous_page;
use crate::web::public::content::sections::{self, Badge, Content, SectionView, anchor};
use crate::web::public::content::updates::{self, UpdateView};
use crate::web::public::frame::Frame;
use crate::web::public::visitors::page_view::PageView;

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

pub(super) async fn page(
    State(app): State<App>,
    Path(slug): Path<String>,
    view: PageView,
    flash: Flash,
    request: Request,
) -> WebResult {
    let (mut parts, _) = request.into_parts();
    if !anonymous_page::is_anonymous(&parts.headers) {
        let page = StatusPage::from_request_parts(&mut parts, &app).await?;
        view.note(&app, &page, viewed(&words(&slug))).await?;
        return page::html(&status(&app, &page, flash).await?);
    }
    let known = anonymous_page::look_up(&app, &slug).await?;
    view.note_stranger(&app, known.org, viewed(&words(&slug)));
    let rendered = if let Some(page) = known.page {
        page
    } else {
        let page = StatusPage::from_request_parts(&mut parts, &app).await?;
        let html = page::text(&status(&app, &page, flash).await?)?;
        anonymous_page::keep(&app, known, html)?
    };
    Ok(anonymous_page::answer(rendered, &parts.headers))
}

/// The page in the words of an activity.
fn words(slug: &str) -> String {
    format!("/trust/{slug} · Trust center")
}

fn viewed(words: &str) -> Viewed<'_> {
    Viewed::Page { words, item: None }
}

async fn status(
    app: &App,
    page: &StatusPage,
    Flash { message: flash, .. }: Flash,
) -> WebResult<Status> {
    let mut tx = app.db.read().await?;
    let sections = sections::load(&mut tx, page).await?;
    let updates = updates::newest(&mut tx, page, NEWEST_UPDATES).await?;
    Ok(Status {
        frame: Frame::new(page, flash),
        glance: Glance::from_sections(&sections),
        sections,
        updates,
    })
}

/// `/trust/{slug}/`, as people type it.
pub(in crate::web::public) async fn without_slash(page: StatusPage) -> Response {
    page::see_other(&page.path(""))
}

impl Glance {
    fn from_sections(sections: &[SectionView]) -> Self {
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
