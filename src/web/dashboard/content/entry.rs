//! The form of a badge, a control, a subprocessor or a question: one for all, made
//! of the fields that the section's kind has.

use std::collections::HashMap;

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::{get, post};
use domain::content::entry::{DONE, Entry, Field, IN_PROGRESS, SectionKind, Shape, Texts};
use domain::content::{Item, Section};
use domain::ids::EntryId;

use super::{HERE, Shift};
use crate::app::App;
use crate::use_cases::content::ContentError;
use crate::use_cases::content::entries;
use crate::use_cases::problems::Problems;
use crate::web::dashboard::layout::{self, Shell};
use crate::web::dashboard::refused::Refused;
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::flash::{Flash, see_other_saying};
use crate::web::http::form::Form;
use crate::web::http::page;
use crate::web::http::staff_session::{Editor, Staff};

#[derive(Template)]
#[template(path = "dashboard/content/entry.html")]
struct EntryPage {
    shell: Shell,
    section: Section,
    /// `None` for a new one.
    id: Option<EntryId>,
    version: i64,
    draft: Texts,
    /// What is saved, where that is not what the form was made from.
    current: Option<Texts>,
    problems: Problems,
    /// What a badge may lead to.
    items: Vec<Item>,
}

impl EntryPage {
    fn action(&self) -> String {
        self.id.map_or_else(
            || format!("{HERE}/sections/{}/entries", self.section.id),
            |id| format!("{HERE}/entries/{id}"),
        )
    }

    fn leads_to(&self, item: &Item) -> bool {
        self.draft.item == item.id.to_string()
    }

    fn is_in_progress(&self) -> bool {
        self.draft.state == IN_PROGRESS
    }
}

/// The form's fields by name; which of them count is up to the section's kind.
type Fields = HashMap<String, String>;

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/dashboard/content/sections/{id}/entries/new", get(new))
        .route("/dashboard/content/sections/{id}/entries", post(add))
        .route("/dashboard/content/entries/{id}", get(form).post(save))
        .route("/dashboard/content/entries/{id}/move", post(shift))
        .route("/dashboard/content/entries/{id}/delete", post(delete))
}

async fn new(
    State(app): State<App>,
    Editor(staff): Editor,
    Path(id): Path<String>,
    flash: Flash,
) -> WebResult {
    page::html(&blank(&app, &staff, &id, flash).await?)
}

/// The form of a new entry.
async fn blank(app: &App, staff: &Staff, section: &str, flash: Flash) -> WebResult<EntryPage> {
    let mut tx = app.db.read().await?;
    let id = page::id(section)?;
    let section = store::content::sections::by_id(&mut tx, staff.org.id, id).await?;
    let section = section.filter(|section| section.kind != SectionKind::Items);
    let draft = Texts {
        state: DONE.to_owned(),
        ..Texts::default()
    };
    Ok(EntryPage {
        shell: Shell::new(&mut tx, staff, layout::Section::Content, flash).await?,
        section: section.ok_or(WebError::NotFound)?,
        id: None,
        version: 0,
        draft,
        current: None,
        problems: Problems::default(),
        items: store::content::items::list(&mut tx, staff.org.id).await?,
    })
}

async fn form(
    State(app): State<App>,
    Editor(staff): Editor,
    Path(id): Path<String>,
    flash: Flash,
) -> WebResult {
    page::html(&saved(&app, &staff, page::id(&id)?, flash).await?)
}

/// The form as it is saved.
async fn saved(app: &App, staff: &Staff, id: EntryId, flash: Flash) -> WebResult<EntryPage> {
    let mut tx = app.db.read().await?;
    let entry = store::content::entries::by_id(&mut tx, staff.org.id, id).await?;
    let Entry {
        section,
        texts,
        version,
        ..
    } = entry.ok_or(WebError::NotFound)?;
    drop(tx);
    let page = blank(app, staff, &section.to_string(), flash).await?;
    Ok(EntryPage {
        id: Some(id),
        version,
        draft: texts,
        ..page
    })
}

fn typed(fields: &Fields) -> Texts {
    let mut texts = Texts::default();
    for field in Field::ALL {
        texts.set(field, fields.get(field.key()).cloned().unwrap_or_default());
    }
    texts
}

async fn add(
    State(app): State<App>,
    Editor(staff): Editor,
    Path(id): Path<String>,
    Form(fields): Form<Fields>,
) -> WebResult {
    let texts = typed(&fields);
    let section = page::id(&id)?;
    let mut tx = app.db.begin().await?;
    match entries::add(&mut tx, staff.action(&app), section, &texts).await {
        Ok(_) => {
            tx.commit().await?;
            let to = format!("{HERE}#section-{section}");
            Ok(see_other_saying(&to, "It is added."))
        }
        Err(error) => {
            drop(tx);
            let page = blank(&app, &staff, &id, Flash::default()).await?;
            again(page, texts, error)
        }
    }
}

async fn save(
    State(app): State<App>,
    Editor(staff): Editor,
    Path(id): Path<String>,
    Form(fields): Form<Fields>,
) -> WebResult {
    let texts = typed(&fields);
    let version = fields.get("version").and_then(|text| text.parse().ok());
    let id = page::id(&id)?;
    let mut tx = app.db.begin().await?;
    let act = staff.action(&app);
    let version = version.unwrap_or_default();
    match entries::edit(&mut tx, act, id, version, &texts).await {
        Ok(()) => {
            tx.commit().await?;
            let to = format!("{HERE}#entry-{id}");
            Ok(see_other_saying(&to, "It is saved."))
        }
        Err(error) => {
            drop(tx);
            let page = saved(&app, &staff, id, Flash::default()).await?;
            again(page, texts, error)
        }
    }
}

/// The form with what was typed, and what is wrong with it.
fn again(saved: EntryPage, typed: Texts, error: ContentError) -> WebResult {
    let refused = Refused::try_from(error)?;
    let page = EntryPage {
        current: refused.is_stale.then_some(saved.draft),
        draft: typed,
        problems: refused.problems,
        ..saved
    };
    page::html_with(refused.status, &page)
}

async fn shift(
    State(app): State<App>,
    Editor(staff): Editor,
    Path(id): Path<String>,
    Form(form): Form<Shift>,
) -> WebResult {
    let id = page::id(&id)?;
    let mut tx = app.db.begin().await?;
    let direction = form.direction()?;
    entries::move_entry(&mut tx, staff.action(&app), id, direction).await?;
    tx.commit().await?;
    Ok(page::see_other(&format!("{HERE}#entry-{id}")))
}

async fn delete(
    State(app): State<App>,
    Editor(staff): Editor,
    Path(id): Path<String>,
) -> WebResult {
    let mut tx = app.db.begin().await?;
    entries::delete(&mut tx, staff.action(&app), page::id(&id)?).await?;
    tx.commit().await?;
    Ok(see_other_saying(HERE, "It is deleted."))
}
