//! All groups and profiles, and which profile is the default.

use askama::Template;
use axum::extract::State;
use domain::accounts::profile::{DocumentGroup, DocumentScope, Profile};
use domain::ids::ProfileId;
use serde::Deserialize;

use super::HERE;
use crate::app::App;
use crate::use_cases::accounts::profiles::{self, in_words};
use crate::web::dashboard::layout::{Section, Shell};
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::flash::{Flash, see_other_saying};
use crate::web::http::form::Form;
use crate::web::http::page;
use crate::web::http::staff_session::{Editor, Staff};

#[derive(Template)]
#[template(path = "dashboard/accounts/access/overview.html")]
struct AccessPage {
    shell: Shell,
    groups: Vec<GroupRow>,
    profiles: Vec<ProfileRow>,
    /// How many accounts have no profile of their own.
    on_default: i64,
}

struct GroupRow {
    group: DocumentGroup,
    items: usize,
    /// The names of the profiles that open it.
    opened_by: String,
}

struct ProfileRow {
    profile: Profile,
    opens: String,
    accounts: i64,
    is_default: bool,
}

pub(super) async fn page(State(app): State<App>, staff: Staff, flash: Flash) -> WebResult {
    let org = staff.org.id;
    let mut tx = app.db.read().await?;
    let groups = store::accounts::document_groups::list(&mut tx, org).await?;
    let profiles = store::accounts::profiles::list(&mut tx, org).await?;
    let items = store::content::items::list(&mut tx, org).await?;
    let counts = store::accounts::profiles::counts(&mut tx, org).await?;
    let default = store::accounts::profiles::default_of(&mut tx, org).await?;
    let rows = profiles.iter().map(|profile| ProfileRow {
        opens: in_words(&profile.scope, &groups),
        accounts: counts.get(&Some(profile.id)).copied().unwrap_or(0),
        is_default: default == Some(profile.id),
        profile: profile.clone(),
    });
    let rows = rows.collect();
    let groups = groups.into_iter().map(|group| GroupRow {
        items: items
            .iter()
            .filter(|item| item.group == Some(group.id))
            .count(),
        opened_by: opened_by(&profiles, &group),
        group,
    });
    page::html(&AccessPage {
        shell: Shell::new(&mut tx, &staff, Section::Accounts, flash).await?,
        groups: groups.collect(),
        profiles: rows,
        on_default: counts.get(&None).copied().unwrap_or(0),
    })
}

fn opened_by(profiles: &[Profile], group: &DocumentGroup) -> String {
    let names: Vec<_> = profiles
        .iter()
        .filter(|profile| match &profile.scope {
            DocumentScope::Everything => true,
            DocumentScope::Groups(groups) => groups.contains(&group.id),
        })
        .map(|profile| profile.name.as_str())
        .collect();
    names.join(", ")
}

#[derive(Deserialize)]
pub(super) struct DefaultForm {
    #[serde(default)]
    profile: String,
}

pub(super) async fn choose_default(
    State(app): State<App>,
    Editor(staff): Editor,
    Form(form): Form<DefaultForm>,
) -> WebResult {
    let id = match form.profile.as_str() {
        "" => None,
        id => Some(ProfileId::parse(id).ok_or(WebError::NotFound)?),
    };
    let mut tx = app.db.begin().await?;
    profiles::choose_default(&mut tx, staff.action(&app), id).await?;
    tx.commit().await?;
    Ok(see_other_saying(HERE, "The default profile is saved."))
}
