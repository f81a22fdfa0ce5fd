//! The companies that process data for the organization: a page of their own, with what was
//! announced about them, and a table for those who keep a register.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::routing::get;
use domain::content::entry::{Entry, SectionKind};
use domain::content::table::{columns, heading};
use domain::content::update::UpdateTopic;
use domain::dates;
use store::Tx;

use super::sections::anchor;
use super::updates::{UpdateView, newest_about};
use crate::app::App;
use crate::web::http::csv;
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::flash::Flash;
use crate::web::http::page;
use crate::web::http::visitor::StatusPage;
use crate::web::limits::NEWEST_UPDATES;
use crate::web::public::frame::Frame;

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/subprocessors", get(show))
        .route("/subprocessors.csv", get(table))
}

#[derive(Template)]
#[template(path = "public/content/subprocessors.html")]
struct Subprocessors {
    frame: Frame,
    lists: Vec<List>,
    /// What was published about them last.
    announced: Vec<UpdateView>,
}

/// The subprocessors of one section.
struct List {
    title: String,
    description: String,
    entries: Vec<Entry>,
    /// The day of the last change.
    changed: Option<String>,
}

/// Section by section; those without any are left out.
async fn lists(tx: &mut Tx, page: &StatusPage) -> WebResult<Vec<List>> {
    let mut lists = Vec::new();
    for section in store::content::sections::list(tx, page.org.id).await? {
        if section.kind != SectionKind::Subprocessors {
            continue;
        }
        let entries = store::content::entries::in_section(tx, page.org.id, section.id).await?;
        lists.push(List {
            title: section.title,
            description: section.description,
            changed: section.changed_at.map(dates::utc_day),
            entries,
        });
    }
    lists.retain(|list| !list.entries.is_empty());
    if lists.is_empty() {
        return Err(WebError::NotFound);
    }
    Ok(lists)
}

async fn show(
    State(app): State<App>,
    Flash { message: flash, .. }: Flash,
    page: StatusPage,
) -> WebResult {
    let mut tx = app.db.read().await?;
    let topic = Some(UpdateTopic::Subprocessors);
    page::html(&Subprocessors {
        frame: Frame::new(&page, flash),
        lists: lists(&mut tx, &page).await?,
        announced: newest_about(&mut tx, &page, topic, NEWEST_UPDATES).await?,
    })
}

async fn table(State(app): State<App>, page: StatusPage) -> WebResult {
    let mut tx = app.db.read().await?;
    let lists = lists(&mut tx, &page).await?;
    drop(tx);
    // The columns of the form, so that the table can be imported into another section.
    let columns: Vec<_> = columns(SectionKind::Subprocessors).collect();
    let head: Vec<_> = columns.iter().copied().map(heading).collect();
    let entries = lists.into_iter().flat_map(|list| list.entries);
    let rows = entries.map(move |entry| {
        let cells = columns.iter().map(|rule| rule.of(&entry.texts).to_owned());
        cells.collect()
    });
    let name = format!("{}-subprocessors.csv", page.org.slug);
    csv::download(&name, &head, rows)
}
