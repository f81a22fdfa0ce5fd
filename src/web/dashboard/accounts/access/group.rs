//! A document group's form.

use askama::Template;
use axum::extract::{Path, State};
use domain::ids::DocumentGroupId;
use domain::limits::{PROFILE_DESCRIPTION, PROFILE_NAME};

use super::{HERE, asked, read};
use crate::app::App;
use crate::use_cases::accounts::profiles::{self, Draft};
use crate::use_cases::problems::Problems;
use crate::web::dashboard::layout::{Section, Shell};
use crate::web::dashboard::refused::Refused;
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::flash::{Flash, see_other_saying};
use crate::web::http::form::Form;
use crate::web::http::page;
use crate::web::http::staff_session::{Editor, Staff};

#[derive(Template)]
#[template(path = "dashboard/accounts/access/group.html")]
struct GroupPage {
    shell: Shell,
    /// `None` for a new one.
    id: Option<DocumentGroupId>,
    version: i64,
    draft: Draft,
    /// What is saved, where that is not what the form was made from.
    current: Option<Draft>,
    /// The titles of its items.
    items: Vec<String>,
    /// The profiles that leave it out.
    left_out_by: Vec<String>,
    problems: Problems,
}

impl GroupPage {
    const LONGEST: (usize, usize) = (PROFILE_NAME, PROFILE_DESCRIPTION);
}

async fn load(app: &App, staff: &Staff, id: Option<DocumentGroupId>) -> WebResult<GroupPage> {
    let mut tx = app.db.read().await?;
    let mut page = GroupPage {
        shell: Shell::new(&mut tx, staff, Section::Accounts, Flash::default()).await?,
        id,
        version: 0,
        draft: Draft::default(),
        current: None,
        items: Vec::new(),
        left_out_by: Vec::new(),
        problems: Problems::default(),
    };
    if let Some(id) = id {
        let found = store::accounts::document_groups::by_id(&mut tx, staff.org.id, id).await?;
        let group = found.ok_or(WebError::NotFound)?;
        page.version = group.version;
        page.draft.name = group.name;
        page.draft.description = group.description;
        let items = store::content::items::list(&mut tx, staff.org.id).await?;
        let ours = items.into_iter().filter(|item| item.group == Some(id));
        page.items = ours.map(|item| item.title).collect();
        page.left_out_by = profiles::left_out_by(&mut tx, staff.org.id, id).await?;
    }
    Ok(page)
}

/// An empty form, or that of the group in the address.
pub(super) async fn form(
    State(app): State<App>,
    Editor(staff): Editor,
    id: Option<Path<String>>,
) -> WebResult {
    page::html(&load(&app, &staff, asked(id)?).await?)
}

pub(super) async fn save(
    State(app): State<App>,
    Editor(staff): Editor,
    id: Option<Path<String>>,
    Form(fields): Form<Vec<(String, String)>>,
) -> WebResult {
    let id: Option<DocumentGroupId> = asked(id)?;
    let (version, draft) = read(&fields);
    let existing = id.map(|id| (id, version));
    let mut tx = app.db.begin().await?;
    let act = staff.action(&app);
    let error = match profiles::save_group(&mut tx, act, existing, &draft).await {
        Ok(()) => {
            tx.commit().await?;
            return Ok(see_other_saying(HERE, "The group is saved."));
        }
        Err(error) => error,
    };
    drop(tx);
    let refused = Refused::try_from(error)?;
    let saved = load(&app, &staff, id).await?;
    let page = GroupPage {
        current: refused.is_stale.then_some(saved.draft),
        draft,
        problems: refused.problems,
        ..saved
    };
    page::html_with(refused.status, &page)
}

pub(super) async fn delete(
    State(app): State<App>,
    Editor(staff): Editor,
    Path(id): Path<String>,
) -> WebResult {
    let id = page::id(&id)?;
    let mut tx = app.db.begin().await?;
    let name = profiles::delete_group(&mut tx, staff.action(&app), id).await?;
    tx.commit().await?;
    let said = format!("The group {name} is deleted.");
    Ok(see_other_saying(HERE, &said))
}
