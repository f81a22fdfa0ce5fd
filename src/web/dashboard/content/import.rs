//! Adding the rows of a table to a section, and tables to begin with.

use askama::Template;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::StatusCode;
use axum::routing::get;
use domain::content::Section;
use domain::content::entry::SectionKind;
use domain::content::starters::{self, Starter};
use domain::content::table;
use domain::limits::IMPORTED_ENTRIES;
use serde::Deserialize;

use super::HERE;
use crate::app::App;
use crate::use_cases::content::entries::import::{self, ImportError, Imported};
use crate::web::dashboard::layout::{self, Shell};
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::flash::{Flash, see_other_saying};
use crate::web::http::form::Form;
use crate::web::http::page;
use crate::web::http::staff_session::{Editor, Staff};
use crate::web::limits::TABLE_KIB;

#[derive(Template)]
#[template(path = "dashboard/content/import.html")]
struct ImportPage {
    shell: Shell,
    section: Section,
    text: String,
    mistakes: Vec<String>,
}

impl ImportPage {
    /// Tables to begin with.
    fn starters(&self) -> Vec<&'static Starter> {
        starters::of(self.section.kind).collect()
    }

    fn columns(&self) -> String {
        table::head(self.section.kind).replace(',', ", ")
    }
}

pub(super) fn router() -> Router<App> {
    Router::new().route(
        "/dashboard/content/sections/{id}/import",
        get(form)
            .post(add)
            .layer(DefaultBodyLimit::max(TABLE_KIB * 1024)),
    )
}

#[derive(Deserialize)]
struct Asked {
    /// A table to begin with.
    #[serde(default)]
    start: String,
}

#[derive(Deserialize)]
struct Table {
    #[serde(default)]
    table: String,
}

async fn form(
    State(app): State<App>,
    Editor(staff): Editor,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    flash: Flash,
) -> WebResult {
    let mut page = load(&app, &staff, &id, flash).await?;
    let starters = page.starters().into_iter();
    let starter = starters.rev().find(|starter| starter.key == asked.start);
    page.text = match starter {
        Some(starter) => starter.table.to_owned(),
        None => format!("{}\n", table::head(page.section.kind)),
    };
    page::html(&page)
}

async fn load(app: &App, staff: &Staff, id: &str, flash: Flash) -> WebResult<ImportPage> {
    let mut tx = app.db.read().await?;
    let section = store::content::sections::by_id(&mut tx, staff.org.id, page::id(id)?).await?;
    let section = section.filter(|section| section.kind != SectionKind::Items);
    Ok(ImportPage {
        shell: Shell::new(&mut tx, staff, layout::Section::Content, flash).await?,
        section: section.ok_or(WebError::NotFound)?,
        text: String::new(),
        mistakes: Vec::new(),
    })
}

async fn add(
    State(app): State<App>,
    Editor(staff): Editor,
    Path(id): Path<String>,
    Form(form): Form<Table, TABLE_KIB>,
) -> WebResult {
    let section = page::id(&id)?;
    let mut tx = app.db.begin().await?;
    match import::import(&mut tx, staff.action(&app), section, &form.table).await {
        // Nothing was changed where every row was there already: not the day of the last
        // change either.
        Ok(Imported { added: 0, known }) => {
            let to = format!("{HERE}#section-{section}");
            Ok(see_other_saying(&to, &said(Imported { added: 0, known })))
        }
        Ok(imported) => {
            tx.commit().await?;
            let to = format!("{HERE}#section-{section}");
            Ok(see_other_saying(&to, &said(imported)))
        }
        Err(ImportError::Content(error)) => Err(error.into()),
        Err(ImportError::Table(mistakes)) => {
            drop(tx);
            let page = ImportPage {
                text: form.table,
                mistakes,
                ..load(&app, &staff, &id, Flash::default()).await?
            };
            page::html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

fn said(imported: Imported) -> String {
    let skipped = match imported.known {
        0 => String::new(),
        n => format!(", {n} skipped (already in the section)"),
    };
    format!("{} added{skipped}.", imported.added)
}
