//! A section's form.

use askama::Template;
use axum::extract::{Path, State};
use domain::content::entry::SectionKind;
use domain::ids::SectionId;
use serde::Deserialize;

use super::{HERE, Shift, forget};
use crate::app::App;
use crate::use_cases::content::reorder;
use crate::use_cases::content::{self, ContentError, SectionDraft};
use crate::use_cases::problems::Problems;
use crate::web::dashboard::layout::{self, Shell};
use crate::web::dashboard::refused::Refused;
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::flash::{Flash, see_other_saying};
use crate::web::http::form::Form;
use crate::web::http::page;
use crate::web::http::staff_session::{Editor, Reauthenticated, Staff};

#[derive(Template)]
#[template(path = "dashboard/content/section.html")]
struct SectionPage {
    shell: Shell,
    /// `None` for a new one.
    id: Option<SectionId>,
    version: i64,
    draft: SectionDraft,
    /// What is saved, where that is not what the form was made from.
    current: Option<SectionDraft>,
    items: usize,
    entries: usize,
    problems: Problems,
}

#[derive(Deserialize)]
pub(super) struct SectionForm {
    #[serde(default)]
    kind: String,
    title: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    version: i64,
}

impl SectionForm {
    /// What isn't a kind is refused before anything else; none means items.
    fn into_draft(self) -> WebResult<SectionDraft> {
        let kind = match self.kind.as_str() {
            "" => SectionKind::Items,
            kind => kind.parse().map_err(WebError::BadRequest)?,
        };
        Ok(SectionDraft {
            kind,
            title: self.title,
            description: self.description,
        })
    }
}

pub(super) async fn new(State(app): State<App>, Editor(staff): Editor) -> WebResult {
    let page = load(&app, &staff, None, Flash::default()).await?;
    page::html(&page)
}

pub(super) async fn form(
    State(app): State<App>,
    Editor(staff): Editor,
    Path(id): Path<String>,
    flash: Flash,
) -> WebResult {
    let page = load(&app, &staff, Some(page::id(&id)?), flash).await?;
    page::html(&page)
}

/// The form as it is saved.
async fn load(
    app: &App,
    staff: &Staff,
    id: Option<SectionId>,
    flash: Flash,
) -> WebResult<SectionPage> {
    let mut tx = app.db.read().await?;
    let mut page = SectionPage {
        shell: Shell::new(&mut tx, staff, layout::Section::Content, flash).await?,
        id,
        version: 0,
        draft: SectionDraft::default(),
        current: None,
        items: 0,
        entries: 0,
        problems: Problems::default(),
    };
    if let Some(id) = id {
        let found = store::content::sections::by_id(&mut tx, staff.org.id, id).await?;
        let section = found.ok_or(WebError::NotFound)?;
        page.version = section.version;
        page.draft = SectionDraft {
            kind: section.kind,
            title: section.title,
            description: section.description,
        };
        let items = store::content::items::in_section(&mut tx, staff.org.id, id).await?;
        page.items = items.len();
        let entries = store::content::entries::in_section(&mut tx, staff.org.id, id).await?;
        page.entries = entries.len();
    }
    Ok(page)
}

pub(super) async fn add(
    State(app): State<App>,
    Editor(staff): Editor,
    Form(form): Form<SectionForm>,
) -> WebResult {
    keep(&app, &staff, None, form).await
}

pub(super) async fn save(
    State(app): State<App>,
    Editor(staff): Editor,
    Path(id): Path<String>,
    Form(form): Form<SectionForm>,
) -> WebResult {
    keep(&app, &staff, Some(page::id(&id)?), form).await
}

/// Saves a new section (`None`) or one that exists.
async fn keep(app: &App, staff: &Staff, id: Option<SectionId>, form: SectionForm) -> WebResult {
    let version = form.version;
    let draft = form.into_draft()?;
    let mut tx = app.db.begin().await?;
    let act = staff.action(app);
    let kept = match id {
        None => content::add_section(&mut tx, act, &draft).await,
        Some(id) => content::edit_section(&mut tx, act, id, version, &draft)
            .await
            .map(|()| id),
    };
    let kept = match kept {
        Ok(kept) => kept,
        Err(error) => {
            drop(tx);
            return again(app, staff, id, draft, error).await;
        }
    };
    tx.commit().await?;
    if id.is_some() {
        return Ok(see_other_saying(HERE, "The section is saved."));
    }
    Ok(see_other_saying(
        &format!("{HERE}#section-{kept}"),
        "The section is added. Now fill it: visitors don’t see empty sections.",
    ))
}

/// The form with what was typed, and what is wrong with it.
async fn again(
    app: &App,
    staff: &Staff,
    id: Option<SectionId>,
    draft: SectionDraft,
    error: ContentError,
) -> WebResult {
    let refused = Refused::try_from(error)?;
    let saved = load(app, staff, id, Flash::default()).await?;
    // The kind of one that exists stays as it is, whatever was sent.
    let kind = if id.is_some() {
        saved.draft.kind
    } else {
        draft.kind
    };
    let page = SectionPage {
        current: refused.is_stale.then_some(saved.draft),
        draft: SectionDraft { kind, ..draft },
        problems: refused.problems,
        ..saved
    };
    page::html_with(refused.status, &page)
}

pub(super) async fn shift(
    State(app): State<App>,
    Editor(staff): Editor,
    Path(id): Path<String>,
    Form(form): Form<Shift>,
) -> WebResult {
    let id = page::id(&id)?;
    let mut tx = app.db.begin().await?;
    let act = staff.action(&app);
    reorder::move_section(&mut tx, act, id, form.direction()?).await?;
    tx.commit().await?;
    Ok(page::see_other(&format!("{HERE}#section-{id}")))
}

pub(super) async fn delete(
    State(app): State<App>,
    Reauthenticated(Editor(staff)): Reauthenticated<Editor>,
    Path(id): Path<String>,
) -> WebResult {
    let id = page::id(&id)?;
    let mut tx = app.db.begin().await?;
    let documents = content::delete_section(&mut tx, staff.action(&app), id).await?;
    tx.commit().await?;
    forget(&app, documents).await;
    Ok(see_other_saying(HERE, "The section is deleted."))
}
