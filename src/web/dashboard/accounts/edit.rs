//! The form of what staff know of an account.

use askama::Template;
use axum::extract::{Path, State};
use domain::accounts::ReviewStatus;
use domain::accounts::profile::Profile;
use domain::dates;
use domain::ids::{AccountId, MemberId, ProfileId, StaffUserId};
use domain::staff::StaffUser;
use serde::Deserialize;

use crate::app::App;
use crate::use_cases::accounts::{self, AccountDraft};
use crate::use_cases::limits::{ACCOUNT_DESCRIPTION, ACCOUNT_NAME};
use crate::use_cases::problems::Problems;
use crate::web::dashboard::layout::{Section, Shell};
use crate::web::dashboard::refused::Refused;
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::flash::{Flash, see_other_saying};
use crate::web::http::form::Form;
use crate::web::http::page;
use crate::web::http::staff_session::{Editor, Staff};

#[derive(Template)]
#[template(path = "dashboard/accounts/edit.html")]
struct EditPage {
    shell: Shell,
    id: AccountId,
    /// As it is saved.
    name: String,
    version: i64,
    draft: AccountDraft,
    /// What is saved, where that is not what the form was made from.
    current: Option<AccountDraft>,
    people: Vec<StaffUser>,
    profiles: Vec<Profile>,
    default_profile: String,
    problems: Problems,
}

impl EditPage {
    const LONGEST: (usize, usize) = (ACCOUNT_NAME, ACCOUNT_DESCRIPTION);

    fn is_owner(&self, user: &StaffUser) -> bool {
        self.draft.owner == Some(user.id)
    }

    fn has(&self, profile: &Profile) -> bool {
        self.draft.profile == Some(profile.id)
    }
}

/// As the browser sends it: what is missing counts as empty.
#[derive(Deserialize)]
pub(super) struct AccountForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    domains: String,
    #[serde(default)]
    owner: String,
    #[serde(default)]
    review: String,
    #[serde(default)]
    profile: String,
    #[serde(default)]
    access_until: String,
    #[serde(default)]
    version: i64,
}

impl AccountForm {
    fn into_draft(self) -> WebResult<AccountDraft> {
        let odd = || WebError::BadRequest("Go back and choose from the lists.".to_owned());
        let owner = match self.owner.as_str() {
            "" => None,
            id => Some(StaffUserId::parse(id).ok_or_else(odd)?),
        };
        let profile = match self.profile.as_str() {
            "" => None,
            id => Some(ProfileId::parse(id).ok_or_else(odd)?),
        };
        Ok(AccountDraft {
            name: self.name,
            description: self.description,
            domains: self.domains,
            owner,
            review: self.review.parse().map_err(WebError::BadRequest)?,
            profile,
            access_until: self.access_until,
        })
    }
}

pub(super) async fn form(
    State(app): State<App>,
    Editor(staff): Editor,
    Path(id): Path<String>,
) -> WebResult {
    page::html(&load(&app, &staff, page::id(&id)?).await?)
}

async fn load(app: &App, staff: &Staff, id: AccountId) -> WebResult<EditPage> {
    let org = staff.org.id;
    let mut tx = app.db.read().await?;
    let found = store::accounts::by_id(&mut tx, org, id).await?;
    let account = found.ok_or(WebError::NotFound)?;
    let profiles = store::accounts::profiles::list(&mut tx, org).await?;
    let default = store::accounts::profiles::default_of(&mut tx, org).await?;
    let default = profiles.iter().find(|one| Some(one.id) == default);
    Ok(EditPage {
        shell: Shell::new(&mut tx, staff, Section::Accounts, Flash::default()).await?,
        id,
        name: account.name.clone(),
        version: account.version,
        draft: AccountDraft::from_account(&mut tx, org, &account).await?,
        current: None,
        people: store::staff::users::active(&mut tx, org).await?,
        default_profile: default
            .map_or_else(|| "opens everything".to_owned(), |one| one.name.clone()),
        profiles,
        problems: Problems::default(),
    })
}

pub(super) async fn save(
    State(app): State<App>,
    Editor(staff): Editor,
    Path(id): Path<String>,
    Form(form): Form<AccountForm>,
) -> WebResult {
    let id: AccountId = page::id(&id)?;
    let version = form.version;
    let draft = form.into_draft()?;
    let mut tx = app.db.begin().await?;
    let act = staff.action(&app);
    let error = match accounts::edit(&mut tx, act, id, version, &draft).await {
        Ok(()) => {
            tx.commit().await?;
            let to = format!("/dashboard/accounts/{id}");
            return Ok(see_other_saying(&to, "The account is saved."));
        }
        Err(error) => error,
    };
    drop(tx);
    let refused = Refused::try_from(error)?;
    let saved = load(&app, &staff, id).await?;
    let page = EditPage {
        current: refused.is_stale.then_some(saved.draft),
        draft,
        problems: refused.problems,
        ..saved
    };
    page::html_with(refused.status, &page)
}

#[derive(Deserialize)]
pub(super) struct EndForm {
    #[serde(default)]
    until: String,
}

/// Another last day for one person.
pub(super) async fn member_end(
    State(app): State<App>,
    Editor(staff): Editor,
    Path((id, member)): Path<(String, String)>,
    Form(form): Form<EndForm>,
) -> WebResult {
    let id: AccountId = page::id(&id)?;
    let member: MemberId = page::id(&member)?;
    let mut tx = app.db.begin().await?;
    let (act, typed) = (staff.action(&app), &form.until);
    let (name, until) = accounts::set_member_end(&mut tx, act, id, member, typed).await?;
    tx.commit().await?;
    let said = match until {
        Some(day) => format!("The access of {name} ends with {}.", dates::day(day)),
        None => format!("The access of {name} has no end of its own."),
    };
    Ok(see_other_saying(
        &format!("/dashboard/accounts/{id}"),
        &said,
    ))
}
