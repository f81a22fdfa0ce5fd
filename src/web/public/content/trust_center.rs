//! The trust center's page: public to anyone, shared with members.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use crate::app::App;
use crate::use_cases::views::Viewed;
use crate::web::http::error::WebResult;
use crate::web::http::flash::Flash;
use crate::web::http::page;
use crate::web::http::visitor::StatusPage;
use crate::web::limits::NEWEST_UPDATES;
use crate::web::public::content::sections::{self, Badge, Content, SectionView};
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
    view: PageView,
    Flash(flash): Flash,
    page: StatusPage,
) -> WebResult {
    let mut tx = app.db.read().await?;
    let sections = sections::load(&mut tx, &page).await?;
    let updates = updates::newest(&mut tx, &page, NEWEST_UPDATES).await?;
    drop(tx);
    let words = format!("{} · Trust center", page.path(""));
    let what = Viewed::Page {
        words: &words,
        item: None,
    };
    view.note(&app, &page, what).await?;
    let glance = Glance::from_sections(&sections);
    page::html(&Status {
        frame: Frame::new(&page, flash),
        sections,
        updates,
        glance,
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
