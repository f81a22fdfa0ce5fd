//! A permission profile’s form.

use askama::Template;
use axum::extract::{Path, State};
use domain::accounts::profile::{DocumentGroup, DocumentScope};
use domain::ids::ProfileId;
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
#[template(path = "dashboard/accounts/access/profile.html")]
struct ProfilePage {
    shell: Shell,
    /// `None` for a new one.
    id: Option<ProfileId>,
    version: i64,
    draft: Draft,
    /// What is saved, where that is not what the form was made from.
    current: Option<Draft>,
    groups: Vec<DocumentGroup>,
    /// How many accounts have it.
    accounts: i64,
    is_default: bool,
    problems: Problems,
}

impl ProfilePage {
    const LONGEST: (usize, usize) = (PROFILE_NAME, PROFILE_DESCRIPTION);

    fn opens_everything(&self) -> bool {
        self.draft.scope == DocumentScope::Everything
    }

    fn opens(&self, group: &DocumentGroup) -> bool {
        matches!(&self.draft.scope, DocumentScope::Groups(groups) if groups.contains(&group.id))
    }
}

async fn load(app: &App, staff: &Staff, id: Option<ProfileId>) -> WebResult<ProfilePage> {
    let mut tx = app.db.read().await?;
    let mut page = ProfilePage {
        shell: Shell::new(&mut tx, staff, Section::Accounts, Flash::default()).await?,
        id,
        version: 0,
        draft: Draft::default(),
        current: None,
        groups: store::accounts::document_groups::list(&mut tx, staff.org.id).await?,
        accounts: 0,
        is_default: false,
        problems: Problems::default(),
    };
    if let Some(id) = id {
        let found = store::accounts::profiles::by_id(&mut tx, staff.org.id, id).await?;
        let profile = found.ok_or(WebError::NotFound)?;
        page.version = profile.version;
        page.draft = Draft {
            name: profile.name,
            description: profile.description,
            scope: profile.scope,
        };
        let counts = store::accounts::profiles::counts(&mut tx, staff.org.id).await?;
        page.accounts = counts.get(&Some(id)).copied().unwrap_or(0);
        let default = store::accounts::profiles::default_of(&mut tx, staff.org.id).await?;
        page.is_default = default == Some(id);
    }
    Ok(page)
}

/// An empty form, or that of the profile in the address.
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
    let id: Option<ProfileId> = asked(id)?;
    let (version, draft) = read(&fields);
    let existing = id.map(|id| (id, version));
    let mut tx = app.db.begin().await?;
    let act = staff.action(&app);
    let error = match profiles::save_profile(&mut tx, act, existing, &draft).await {
        Ok(()) => {
            tx.commit().await?;
            return Ok(see_other_saying(HERE, "The profile is saved."));
        }
        Err(error) => error,
    };
    drop(tx);
    let refused = Refused::try_from(error)?;
    let saved = load(&app, &staff, id).await?;
    let page = ProfilePage {
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
    let name = profiles::delete_profile(&mut tx, staff.action(&app), id).await?;
    tx.commit().await?;
    let said = format!("The profile {name} is deleted.");
    Ok(see_other_saying(HERE, &said))
}
