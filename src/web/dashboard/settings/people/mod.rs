//! Settings → People: who works in the dashboard.

mod invite;
mod person;
mod second_factor;

use std::collections::BTreeSet;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use domain::ids::StaffUserId;
use domain::staff::{Invitation, StaffUser};
use jiff::Timestamp;

use self::invite::InviteForm;
use crate::app::App;
use crate::use_cases::staff::PersonError;
use crate::web::dashboard::layout::{Section, Shell};
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::flash::Flash;
use crate::web::http::page;
use crate::web::http::staff_session::Staff;

const HERE: &str = "/dashboard/settings/people";

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/dashboard/settings/people", get(list))
        .route("/dashboard/settings/people/invite", post(invite::send))
        .route(
            "/dashboard/settings/people/invitations/{invitation}/resend",
            post(invite::resend),
        )
        .route(
            "/dashboard/settings/people/invitations/{invitation}/withdraw",
            post(invite::withdraw),
        )
        .route(
            "/dashboard/settings/people/{staff}",
            get(person::page).post(person::save),
        )
        .route(
            "/dashboard/settings/people/{staff}/deactivate",
            post(person::deactivate),
        )
        .route(
            "/dashboard/settings/people/{staff}/reactivate",
            post(person::reactivate),
        )
        .route(
            "/dashboard/settings/people/{staff}/reset-password",
            post(person::reset_password),
        )
        .route(
            "/dashboard/settings/people/{staff}/reset-second-factor",
            post(person::reset_second_factor),
        )
        .route(
            "/dashboard/settings/people/second-factor",
            post(second_factor::require),
        )
}

#[derive(Template)]
#[template(path = "dashboard/settings/people/list.html")]
struct PeoplePage {
    shell: Shell,
    people: Vec<StaffUser>,
    invitations: Vec<Invitation>,
    now: Timestamp,
    /// Who has a second factor.
    secured: BTreeSet<StaffUserId>,
    /// Whether everyone has to have one.
    is_required: bool,
    /// Whoever looks at the page.
    me: StaffUser,
    /// What is in the form.
    draft: InviteForm,
    error: String,
}

impl PeoplePage {
    fn has_expired(&self, invitation: &Invitation) -> bool {
        invitation.expires_at <= self.now
    }
}

/// Everyone sees who works here; only Admins change it.
async fn list(State(app): State<App>, staff: Staff, flash: Flash) -> WebResult {
    page::html(&load(&app, &staff, flash).await?)
}

async fn load(app: &App, staff: &Staff, flash: Flash) -> WebResult<PeoplePage> {
    let mut tx = app.db.read().await?;
    let org = staff.org.id;
    let mut people = store::staff::users::list(&mut tx, org).await?;
    // Whoever left comes last.
    people.sort_by_key(|user| !user.is_active);
    Ok(PeoplePage {
        shell: Shell::new(&mut tx, staff, Section::Settings, flash).await?,
        people,
        invitations: store::staff::invitations::list(&mut tx, org).await?,
        now: app.ambient.now(),
        secured: store::staff::second_factors::users(&mut tx, org).await?,
        is_required: store::staff::second_factors::is_required(&mut tx, org).await?,
        me: staff.user.clone(),
        draft: InviteForm::default(),
        error: String::new(),
    })
}

/// What is said on the page itself, with its status; the rest is a page of its own.
fn said(error: PersonError) -> WebResult<(StatusCode, String)> {
    match error {
        PersonError::NotFound => Err(WebError::NotFound),
        PersonError::NotAdmin => Err(WebError::Forbidden(error.to_string())),
        PersonError::Store(error) => Err(error.into()),
        PersonError::Email(_) | PersonError::Address(_) => {
            Err(WebError::Internal(anyhow::Error::new(error)))
        }
        error => Ok((StatusCode::UNPROCESSABLE_ENTITY, error.to_string())),
    }
}
